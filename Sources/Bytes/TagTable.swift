/// Numbers from 1 on, found by 32 bits of a hash of what each of them stands for: open addressing
/// with linear probes.
///
/// What the numbers stand for lies with the caller, who compares it: a table of copied values
/// (`ByteInterner`), or of texts that stay where they are.
@usableFromInline
package struct TagTable: Sendable {
  /// The tag above, the number below; zero is a free place.
  ///
  /// The place follows from the stored bits alone, so growing reads no value again.
  @usableFromInline var places: [UInt64]
  @usableFromInline var mask: Int
  private var count = 0
  @usableFromInline let hash: KeyedHash

  /// Creates an empty table with room for about `capacity` numbers.
  package init(capacity: Int = 0) {
    precondition(capacity >= 0 && capacity < 1 << 30, "a table's capacity is below 2^30")
    var size = 16
    while size < capacity * 2 { size *= 2 }
    places = [UInt64](repeating: 0, count: size)
    mask = size &- 1
    hash = .ofProcess
  }

  /// Returns the tag of the `count` bytes at `start`.
  @inlinable @inline(__always)
  package func tag(of bytes: Span<UInt8>, from start: Int, count: Int) -> UInt32 {
    precondition(
      start >= 0 && count >= 0 && start <= bytes.count && count <= bytes.count &- start,
      "what is looked up lies inside its bytes")
    // SAFETY: the range was checked above.
    return UInt32(
      truncatingIfNeeded: unsafe hash.hash(bytes.bytes, from: start, count: count) &>> 32)
  }

  /// Returns the place of the number with this tag for which `isSought` holds, or the free place
  /// where such a number belongs.
  @inlinable @inline(__always)
  package func place(of tag: UInt32, where isSought: (_ number: UInt32) -> Bool) -> Int {
    var place = Int(tag) & mask
    while true {
      let entry = places[place]
      if entry == 0 { return place }
      if UInt32(truncatingIfNeeded: entry &>> 32) == tag,
        isSought(UInt32(truncatingIfNeeded: entry))
      {
        return place
      }
      place = (place &+ 1) & mask
    }
  }

  /// Returns the number at a place; 0 where it is free.
  @inlinable @inline(__always)
  package func number(at place: Int) -> UInt32 { UInt32(truncatingIfNeeded: places[place]) }

  /// Returns the number that is probably behind a tag; 0 where there is none in the first place.
  @inlinable @inline(__always)
  package func likelyNumber(of tag: UInt32) -> UInt32 {
    let entry = places[Int(tag) & mask]
    return UInt32(truncatingIfNeeded: entry &>> 32) == tag ? UInt32(truncatingIfNeeded: entry) : 0
  }

  /// Asks for the first place of each tag, 256 tags at most.
  package func fetchAhead(_ tags: Span<UInt32>) {
    var first: [256 of Int] = .init(repeating: 0)
    for index in tags.indices { first[index] = Int(tags[index]) & mask }
    Bytes.fetchAhead(places.span, at: first.span.extracting(0..<tags.count))
  }

  /// Puts a number, which is not 0, into the free place that was found for its tag.
  package mutating func put(_ number: UInt32, tag: UInt32, at place: Int) {
    places[place] = UInt64(tag) << 32 | UInt64(number)
    count &+= 1
    if count &* 2 > places.count { grow() }
  }

  /// Forgets all numbers; the memory stays if `keepingCapacity`.
  package mutating func removeAll(keepingCapacity: Bool) {
    count = 0
    if keepingCapacity {
      for place in places.indices { places[place] = 0 }
    } else {
      places = [UInt64](repeating: 0, count: 16)
      mask = 15
    }
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: places.count * 2)
    let largerMask = larger.count &- 1
    for entry in places where entry != 0 {
      var place = Int(truncatingIfNeeded: entry >> 32) & largerMask
      while larger[place] != 0 { place = (place &+ 1) & largerMask }
      larger[place] = entry
    }
    places = larger
    mask = largerMask
  }
}
