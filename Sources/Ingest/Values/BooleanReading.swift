/// Reads truth values: `true t yes y ja wahr 1` and `false f no n nein falsch 0`, in any case.
enum BooleanReading {
  private static let truths: [UInt64] = ["true", "t", "yes", "y", "ja", "wahr", "1"].map(packed)
  private static let untruths: [UInt64] = ["false", "f", "no", "n", "nein", "falsch", "0"]
    .map(packed)

  /// Returns the bytes of a short word and, in the highest byte, how many they are.
  private static func packed(_ word: String) -> UInt64 {
    word.utf8.reversed().reduce(0) { $0 << 8 | UInt64($1) } | UInt64(word.utf8.count) << 56
  }

  /// Returns 1, 0, or -1 when `start..<end` is no truth value.
  static func read(_ bytes: borrowing Span<UInt8>, from start: Int, to end: Int) -> Int64 {
    guard end &- start <= 6 else { return -1 }
    var word: UInt64 = 0
    var offset = end
    while offset > start {
      offset &-= 1
      let byte = bytes[offset]
      word = word &<< 8 | UInt64(byte &- 65 < 26 ? byte | 0x20 : byte)
    }
    word |= UInt64(end &- start) &<< 56
    if truths.contains(word) { return 1 }
    return untruths.contains(word) ? 0 : -1
  }
}
