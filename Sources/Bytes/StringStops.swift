/// Where strings of a JSON text may end: a mark for each byte that is `"`, `\` or a control
/// character.
package struct StringStops: Sendable {
  /// The marks, 64 bytes a word; see `firstMark`.
  package private(set) var words: [UInt64] = []
  /// Which bytes of the text are not ASCII.
  package private(set) var ascii = ASCIIMap()

  package init() {}

  /// Marks the stops of `bytes` in place of those marked before.
  package mutating func mark(_ bytes: Span<UInt8>) {
    Bytes.mark(
      bytes, in: &words, &ascii,
      bits: { $0.bits(of: 0x22, 0x5C) | $0.bits(from: 0, count: 0x20) },
      matches: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C })
  }
}
