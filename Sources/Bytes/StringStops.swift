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
      let start = index &* 64
      // SAFETY: index < count / 64, so all 64 bytes of the word lie inside the text.
      let low = unsafe stopBits(raw, start) | stopBits(raw, start &+ 16) &<< 16
      // SAFETY: as above.
      let high = unsafe stopBits(raw, start &+ 32) | stopBits(raw, start &+ 48) &<< 16
      marked[index] = low | high &<< 32
    }
    var last = UInt64.max
    for offset in (wordCount &- 1) &* 64..<count where !isStop(bytes[offset]) {
      last &= ~(1 &<< UInt64(offset & 63))
    }
    marked[wordCount &- 1] = last
  }
}

/// Returns a bit for each of the sixteen bytes at `offset` that is a stop.
///
/// The caller proves that they lie inside `raw`.
@unsafe
@inline(__always)
private func stopBits(_ raw: RawSpan, _ offset: Int) -> UInt64 {
  let lanes = unsafe raw.lanes(at: offset)
  return UInt64(lanes.bits(of: 0x22, 0x5C) | lanes.bits(from: 0, count: 0x20))
}

private func isStop(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }
