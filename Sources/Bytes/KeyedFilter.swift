/// A set of byte strings of fixed size that may say yes to a string it does not hold, never no to
/// one that it does.
///
/// A blocked Bloom filter: every string belongs to one line of the processor's cache and sets one
/// bit in each of its eight words (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient
/// Bloom Filters", 2007). With three million strings a foreign one is taken for known about once in
/// two million. In front of it stands a small map of the strings' lengths and first bytes, which
/// settles most of the questions without leaving the near caches. The hash is keyed, so nobody who
/// writes into the inputs can aim at the bits, and without the key a filter tells no more than that
/// map. It is never published.
package struct KeyedFilter: Sendable {
  private static let blockBits: UInt64 = 18
  /// 16 MiB of blocks.
  private static let firstShape = 8 << Int(blockBits)
  /// A bit for each length, up to 255 and more, and first byte.
  private static let wordCount = firstShape + (1 << 16) / 64
  /// A block's number and its words.
  private static let entryByteCount = 4 + 64

  /// What a filter keeps of a string: its hash and its shape.
  package struct Mark: Sendable {
    package fileprivate(set) var hash: UInt64
    /// Its length, at most 255, above its first byte.
    fileprivate var shape: Int
  }

  /// Makes the marks of strings without the filter, so that threads need not wait for it.
  package struct Hasher: Sendable {
    fileprivate let keyed: KeyedHash

    /// Returns what stands for the `count` bytes at `start` in all filters of the key.
    package func mark(of value: Span<UInt8>, from start: Int, count: Int) -> Mark {
      // SAFETY: `shape` has checked the range.
      let shape = KeyedFilter.shape(of: value, from: start, count: count)
      return unsafe Mark(hash: keyed.hash(value.bytes, from: start, count: count), shape: shape)
    }
  }

  package let hasher: Hasher
  /// No words before the first string: zeroing them takes as long as ten thousand strings, and one
  /// thread has it to itself while a run begins.
  private var words: [UInt64] = []
  /// The first word that counts: blocks begin with lines of the processor's cache, arrays need not.
  private var base = 0

  /// Creates an empty filter; filters of one key can be merged.
  package init(key: FingerprintKey) { hasher = Hasher(keyed: KeyedHash(key)) }

  private mutating func takeRoom() {
    guard words.isEmpty else { return }
    words = [UInt64](repeating: 0, count: KeyedFilter.wordCount + wordsPerLine - 1)
    base = words.span.firstIndexOnLine
  }

  /// The filter's bits, to be carried to another process that has the key: of each block that is
  /// not empty its number in four bytes and its words, lowest byte first.
  package var serialised: [UInt8] {
    var bytes: [UInt8] = []
    for number in 0..<(words.isEmpty ? 0 : KeyedFilter.wordCount / 8) {
      let block = words[(base + 8 * number)..<(base + 8 * number + 8)]
      if block.allSatisfy({ $0 == 0 }) { continue }
      for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
      for word in block {
        for shift in 0..<8 as Range<UInt64> {
          bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift)))
        }
      }
    }
    return bytes
  }

  /// Adds everything that another filter of the same key has `serialised`.
  ///
  /// Returns `false` when the bytes are of another form; a part may have been added then.
  package mutating func merge(serialised bytes: [UInt8]) -> Bool {
    guard bytes.count % KeyedFilter.entryByteCount == 0 else { return false }
    if bytes.isEmpty { return true }
    takeRoom()
    for entry in stride(from: 0, to: bytes.count, by: KeyedFilter.entryByteCount) {
      let number = (0..<4).reduce(0) { $0 | Int(bytes[entry + $1]) << (8 * $1) }
      guard number < KeyedFilter.wordCount / 8 else { return false }
      for index in 0..<8 {
        let start = entry + 4 + 8 * index
        words[base + number * 8 + index] |= (0..<8).reduce(UInt64(0)) { word, byte in
          word | UInt64(bytes[start + byte]) << UInt64(8 * byte)
        }
      }
    }
    return true
  }

  /// Adds the strings of these marks.
  ///
  /// The filter is larger than the caches, so the blocks of some strings are asked for before the
  /// first of them is changed.
  package mutating func insert(_ marks: [Mark]) {
    if marks.isEmpty { return }
    takeRoom()
    let base = base
    var words = words.mutableSpan
    var places: [64 of Int] = .init(repeating: 0)
    var first = 0
    while first < marks.count {
      let end = min(first &+ 64, marks.count)
      for index in first..<end {
        places[index &- first] = base &+ KeyedFilter.firstWord(of: marks[index].hash)
      }
      fetchAhead(words.span, at: places.span.extracting(0..<(end &- first)))
      for index in first..<end { KeyedFilter.insert(marks[index], into: &words, base) }
      first = end
    }
  }

  /// Adds the string of that mark.
  package mutating func insert(_ mark: Mark) { insert([mark]) }

  @inline(__always)
  private static func insert(_ mark: Mark, into words: inout MutableSpan<UInt64>, _ base: Int) {
    words[base &+ firstShape &+ mark.shape / 64] |= 1 &<< UInt64(mark.shape & 63)
    let start = base &+ firstWord(of: mark.hash)
    var choice = KeyedFilter.choices(of: mark.hash)
    for index in start..<(start &+ 8) {
      words[index] |= 1 &<< (choice & 63)
      choice >>= 6
    }
  }

  /// Whether the `count` bytes at `start` were added, or look as if they were.
  package func contains(_ value: Span<UInt8>, from start: Int, count: Int) -> Bool {
    if words.isEmpty { return false }
    let shape = KeyedFilter.shape(of: value, from: start, count: count)
    if words[base &+ KeyedFilter.firstShape &+ shape / 64] & (1 &<< UInt64(shape & 63)) == 0 {
      return false
    }
    // SAFETY: `shape` has checked the range.
    let hash = unsafe hasher.keyed.hash(value.bytes, from: start, count: count)
    let first = base &+ KeyedFilter.firstWord(of: hash)
    var choice = KeyedFilter.choices(of: hash)
    for index in first..<(first &+ 8) {
      if words[index] & (1 &<< (choice & 63)) == 0 { return false }
      choice >>= 6
    }
    return true
  }

  private static func shape(of value: Span<UInt8>, from start: Int, count: Int) -> Int {
    precondition(
      start >= 0 && count >= 0 && start <= value.count && count <= value.count &- start,
      "a looked-up range lies inside its bytes")
    return count == 0 ? 0 : min(count, 255) << 8 | Int(value[start])
  }

  /// The highest bits choose the block.
  private static func firstWord(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash >> (64 &- blockBits)) &* 8
  }

  /// Six bits for each word, from the hash's other bits.
  private static func choices(of hash: UInt64) -> UInt64 {
    (hash &* 0x9E37_79B9_7F4A_7C15) >> 16
  }
}
