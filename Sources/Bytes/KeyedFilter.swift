/// A set of byte strings of fixed size that may say yes to a string it does not hold, never no to
/// one that it does.
///
/// A blocked Bloom filter: every string belongs to one line of the processor's cache and sets one
/// bit in each of its eight words (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient
/// Bloom Filters", 2007). With three million strings a foreign one is taken for known about once in
/// two million. The hash is keyed, so nobody who writes into the inputs can aim at the bits, and the
/// filter of one run says nothing without its key. It is never published.
package struct KeyedFilter: Sendable {
  private static let blockBits: UInt64 = 18
  /// 16 MiB.
  private static let wordCount = 8 << Int(blockBits)
  /// A block's number and its words.
  private static let entryByteCount = 4 + 64

  /// Hashes strings without the filter, so that threads need not wait for it.
  package struct Hasher: Sendable {
    fileprivate let keyed: KeyedHash

    /// Returns what stands for the `count` bytes at `start` in all filters of the key.
    package func hash(of value: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
      precondition(
        start >= 0 && count >= 0 && start <= value.count && count <= value.count &- start,
        "a hashed range lies inside its bytes")
      // SAFETY: the range was checked above.
      return unsafe keyed.hash(value.bytes, from: start, count: count)
    }
  }

  package let hasher: Hasher
  private var words: [UInt64]

  /// Creates an empty filter; filters of one key can be merged.
  package init(key: FingerprintKey) {
    hasher = Hasher(keyed: KeyedHash(key))
    words = [UInt64](repeating: 0, count: KeyedFilter.wordCount)
  }

  /// The filter's bits, to be carried to another process that has the key: of each block that is
  /// not empty its number in four bytes and its words, lowest byte first.
  package var serialised: [UInt8] {
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: words.count, by: 8) {
      let block = words[start..<(start + 8)]
      if block.allSatisfy({ $0 == 0 }) { continue }
      for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: (start / 8) >> (8 * shift))) }
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
    for entry in stride(from: 0, to: bytes.count, by: KeyedFilter.entryByteCount) {
      let number = (0..<4).reduce(0) { $0 | Int(bytes[entry + $1]) << (8 * $1) }
      guard number < words.count / 8 else { return false }
      for index in 0..<8 {
        let start = entry + 4 + 8 * index
        words[number * 8 + index] |= (0..<8 as Range<Int>).reduce(into: UInt64(0)) { word, byte in
          word |= UInt64(bytes[start + byte]) << UInt64(8 * byte)
        }
      }
    }
    return true
  }

  /// Adds the string of that hash.
  package mutating func insert(_ hash: UInt64) {
    let start = KeyedFilter.firstWord(of: hash)
    var choice = KeyedFilter.choices(of: hash)
    for index in start..<(start &+ 8) {
      words[index] |= 1 &<< (choice & 63)
      choice >>= 6
    }
  }

  /// Whether the string of that hash was added, or looks as if it was.
  package func contains(_ hash: UInt64) -> Bool {
    let start = KeyedFilter.firstWord(of: hash)
    var choice = KeyedFilter.choices(of: hash)
    for index in start..<(start &+ 8) {
      if words[index] & (1 &<< (choice & 63)) == 0 { return false }
      choice >>= 6
    }
    return true
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
