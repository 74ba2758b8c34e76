/// A table that gives every distinct byte string a dense code: 0, 1, 2… in order of first sight.
///
/// It encodes dictionary columns and holds the keys of groups. Codes depend on the order of
/// insertion only, never on the process's hash keys, so output made from them is the same in
/// every run.
///
/// Value `i` is `bytes[starts[i]..<starts[i + 1]]`.
package struct ByteInterner: Sendable {
  /// The distinct values, one after the other.
  package private(set) var bytes: [UInt8] = []

  /// Where each value begins in `bytes`, and at last where the last one ends.
  package private(set) var starts: [Int] = [0]

  /// Open addressing with linear probes: the hash above, the code plus one below; zero is free.
  ///
  /// The slot follows from the stored 32 bits alone, so growing reads no value again.
  private var slots: [UInt64]
  private var mask: Int
  private let hash: KeyedHash
  /// Keeps the compiler from dropping looks whose only purpose is to be made early.
  private var readAheadResult: UInt64 = 0

  /// Creates an empty table with room for about `capacity` distinct values.
  package init(capacity: Int = 0) {
    precondition(capacity >= 0 && capacity < 1 << 30, "a table's capacity is below 2^30")
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
    mask = size &- 1
    hash = .ofProcess
  }

  /// The number of distinct values.
  package var count: Int { starts.count &- 1 }

  /// Whether no value has been seen.
  package var isEmpty: Bool { starts.count == 1 }

  /// What a value is looked up by, for several looks at once.
  package struct Tag: Sendable {
    fileprivate var hash: UInt64 = 0

    package init() {}
  }

  /// Returns the tag of the `count` bytes at `start`.
  package func tag(of value: Span<UInt8>, from start: Int, count: Int) -> Tag {
    precondition(
      start >= 0 && count >= 0 && start <= value.count && count <= value.count &- start,
      "an interned range lies inside its bytes")
    var tag = Tag()
    // SAFETY: the range was checked above.
    tag.hash = unsafe hash.hash(value.bytes, from: start, count: count) >> 32
    return tag
  }

  /// Touches what looking up these tags will read, so that the looks need not wait one by one.
  package mutating func readAhead(_ tags: Span<Tag>) {
    var touched: UInt64 = 0
    for index in tags.indices {
      let tag = tags[index].hash
      let entry = slots[Int(truncatingIfNeeded: tag) & mask]
      touched ^= entry
      if entry != 0, entry >> 32 == tag {
        let start = starts[Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1]
        if start < bytes.count { touched ^= UInt64(bytes[start]) }
      }
    }
    readAheadResult = touched
  }

  /// Returns the code of the `count` bytes at `start`, a new one if they were never seen.
  package mutating func code(of value: Span<UInt8>, from start: Int, count: Int) -> UInt32 {
    code(of: value, from: start, count: count, tag: tag(of: value, from: start, count: count))
  }

  /// Returns the code of the `count` bytes at `start`, whose tag is given.
  package mutating func code(
    of value: Span<UInt8>, from start: Int, count: Int, tag: Tag
  ) -> UInt32 {
    precondition(
      start >= 0 && count >= 0 && start <= value.count && count <= value.count &- start,
      "an interned range lies inside its bytes")
    let raw = unsafe value.bytes
    let tag = tag.hash
    // SAFETY: the range was checked above.
    let slot = unsafe slotOf(raw, from: start, count: count, tag: tag)
    let entry = slots[slot]
    if entry != 0 { return UInt32(truncatingIfNeeded: entry) &- 1 }
    return insert(value, from: start, count: count, tag: tag, into: slot)
  }

  /// Returns the code of the `count` bytes at `start`, a new one if they were never seen.
  package mutating func code(of value: [UInt8], from start: Int, count: Int) -> UInt32 {
    code(of: value.span, from: start, count: count)
  }

  /// Returns the code of `value`, a new one if it was never seen.
  package mutating func code(of value: [UInt8]) -> UInt32 {
    code(of: value.span, from: 0, count: value.count)
  }

  /// Returns the code of the `count` bytes at `start`, or `nil` if they were never seen.
  package func find(_ value: Span<UInt8>, from start: Int, count: Int) -> UInt32? {
    precondition(
      start >= 0 && count >= 0 && start <= value.count && count <= value.count &- start,
      "a looked-up range lies inside its bytes")
    let raw = unsafe value.bytes
    // SAFETY: the range was checked above.
    let tag = unsafe hash.hash(raw, from: start, count: count) >> 32
    // SAFETY: the range was checked above.
    let entry = slots[unsafe slotOf(raw, from: start, count: count, tag: tag)]
    return entry == 0 ? nil : UInt32(truncatingIfNeeded: entry) &- 1
  }

  /// Returns the code of the `count` bytes at `start`, or `nil` if they were never seen.
  package func find(_ value: [UInt8], from start: Int, count: Int) -> UInt32? {
    find(value.span, from: start, count: count)
  }

  /// Returns the range of value `code` in `bytes`.
  package func range(of code: UInt32) -> Range<Int> {
    starts[Int(code)]..<starts[Int(code) &+ 1]
  }

  /// Returns a copy of value `code`.
  package func value(of code: UInt32) -> [UInt8] {
    Array(bytes[range(of: code)])
  }

  /// Forgets all values; the memory stays if `keepingCapacity`.
  package mutating func removeAll(keepingCapacity: Bool = false) {
    bytes.removeAll(keepingCapacity: keepingCapacity)
    starts.removeAll(keepingCapacity: keepingCapacity)
    starts.append(0)
    if keepingCapacity {
      for slot in slots.indices { slots[slot] = 0 }
    } else {
      slots = [UInt64](repeating: 0, count: 16)
      mask = 15
    }
  }

  /// Returns the slot that holds the value, or the free one where it belongs.
  ///
  /// The caller proves that the range lies inside `value`.
  @unsafe
  @inline(__always)
  private func slotOf(_ value: RawSpan, from start: Int, count: Int, tag: UInt64) -> Int {
    let arena = unsafe bytes.span.bytes
    var slot = Int(truncatingIfNeeded: tag) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { return slot }
      if entry >> 32 == tag {
        let code = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
        let valueStart = starts[code]
        // SAFETY: `starts` bounds values inside the arena, and the lengths are equal.
        if starts[code &+ 1] &- valueStart == count,
          unsafe arena.equals(value, at: valueStart, otherAt: start, count: count)
        {
          return slot
        }
      }
      slot = (slot &+ 1) & mask
    }
  }

  @inline(never)
  private mutating func insert(
    _ value: Span<UInt8>, from start: Int, count: Int, tag: UInt64, into slot: Int
  ) -> UInt32 {
    let code = self.count
    precondition(code < 1 << 30, "a table holds fewer than 2^30 distinct values")
    bytes.append(copying: value, from: start, count: count)
    starts.append(bytes.count)
    slots[slot] = tag << 32 | UInt64(code &+ 1)
    if (code &+ 1) &* 2 > slots.count { grow() }
    return UInt32(truncatingIfNeeded: code)
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: slots.count * 2)
    let largerMask = larger.count &- 1
    for entry in slots where entry != 0 {
      var slot = Int(truncatingIfNeeded: entry >> 32) & largerMask
      while larger[slot] != 0 { slot = (slot &+ 1) & largerMask }
      larger[slot] = entry
    }
    slots = larger
    mask = largerMask
  }
}
