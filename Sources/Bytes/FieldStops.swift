/// Where fields of a CSV text may begin or end: a mark for each byte that is the delimiter, the
/// quote or LF.
package struct FieldStops: Sendable {
  /// The marks, 64 bytes a word; see `firstMark`.
  package private(set) var words: [UInt64] = []
  /// Which bytes of the text are not ASCII.
  package private(set) var ascii = ASCIIMap()

  package init() {}

  /// Marks the stops of `bytes` in place of those marked before.
  package mutating func mark(_ bytes: Span<UInt8>, delimiter: UInt8, quote: UInt8) {
    Bytes.mark(
      bytes, in: &words, &ascii,
      bits: { $0.bits(of: delimiter, quote) | $0.bits(of: lineFeed) },
      matches: { $0 == delimiter || $0 == quote || $0 == lineFeed })
  }
}
