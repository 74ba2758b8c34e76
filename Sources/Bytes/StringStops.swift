/// Where strings of a JSON text may end: a bit for each byte that is `"`, `\` or a control character.
///
/// Bit `i & 63` of word `i >> 6` stands for byte `i`. All bits behind the text are set, and there is
/// at least one of them, so that a search from inside the text finds an end.
package struct StringStops: Sendable {
  /// The bits, 64 bytes a word.
  package private(set) var words: [UInt64] = []

  package init() {}

  /// Marks the stops of `bytes` in place of those marked before.
  package mutating func mark(_ bytes: Span<UInt8>) {
    let count = bytes.count
    let wordCount = count / 64 &+ 1
    if words.count != wordCount {
      words.removeAll(keepingCapacity: true)
      words.append(contentsOf: repeatElement(0, count: wordCount))
    }
    let raw = unsafe bytes.bytes
    var marked = words.mutableSpan
    for index in 0..<wordCount &- 1 {
      var word: UInt64 = 0
      for part in 0..<8 {
        // SAFETY: index < count / 64, so all 64 bytes of the word lie inside the text.
        word |=
          unsafe stopBits(raw.word(at: index &* 64 &+ part &* 8)) &<< UInt64(part &* 8)
      }
      marked[index] = word
    }
    var last = UInt64.max
    for offset in (wordCount &- 1) &* 64..<count where !isStop(bytes[offset]) {
      last &= ~(1 &<< UInt64(offset & 63))
    }
    marked[wordCount &- 1] = last
  }
}

/// Returns a bit for each of eight bytes, the lowest for the lowest, that is set if it is a stop.
@inline(__always)
private func stopBits(_ word: UInt64) -> UInt64 {
  // With the high bits away no sum carries into the next byte. A sum's high bit is clear where the
  // byte is a quote, a backslash or below 32; bytes from 128 on are never stops.
  let low = word & ~highBits
  let quotes = (low ^ (everyByte &* 0x22)) &+ ~highBits
  let backslashes = (low ^ (everyByte &* 0x5C)) &+ ~highBits
  let controls = low &+ (everyByte &* 0x60)
  let marks = ~((quotes & backslashes & controls) | word) & highBits
  // The product moves the eight marks side by side into the highest byte.
  return (marks &* 0x0002_0408_1020_4081) &>> 56
}

private func isStop(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }
