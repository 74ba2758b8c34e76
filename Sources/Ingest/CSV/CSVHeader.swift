import Bytes
package import Records

/// The first record of a CSV file: the names of its columns.
package struct CSVHeader: Hashable, Sendable {
  /// The names in the file's order; a name that is not in the file's encoding is empty.
  package var names: [String]
  /// How many bytes the header takes, with blank lines before it and its line end.
  package var byteCount: Int

  /// Reads the header of a file from its first block, whose byte order mark is gone.
  ///
  /// Throws when the block holds nothing but blank lines, or when the record is malformed, has too
  /// many fields or a CR in one without quotes.
  package static func read(_ block: [UInt8], as csv: Reading.CSV) throws(HeaderFault) -> CSVHeader {
    let bytes = block.span
    let dialect = CSVDialect(csv)
    let decoding = CSVDecoding(csv)
    var position = 0
    while position < bytes.count {
      let next = dialect.endOfBlankLine(in: bytes, from: position)
      if next == position { break }
      position = next
    }
    if position == bytes.count { throw HeaderFault(.absent) }
    var stops = FieldStops()
    dialect.mark(bytes, in: &stops)
    var names: [String] = []
    while true {
      var field = dialect.field(in: bytes, stops.words.span, from: position)
      if field.isMalformed || names.count == CSVScanner.fieldsPerRecord
        || field.upper - field.lower > CSVScanner.bytesPerField
      {
        throw HeaderFault(.malformed)
      }
      let isQuoted = field.lower > position
      if !isQuoted, (field.lower..<field.upper).contains(where: { bytes[$0] == 0x0D }) {
        throw HeaderFault(.carriageReturns)
      }
      dialect.trim(&field, in: bytes)
      names.append(name(field, in: bytes, decoding))
      if field.isLast {
        return CSVHeader(names: names, byteCount: min(field.next + 1, bytes.count))
      }
      position = field.next + dialect.delimiterCount
    }
  }

  private static func name(
    _ field: CSVField, in bytes: Span<UInt8>, _ decoding: CSVDecoding
  ) -> String {
    // The tail begins at 0, so the text is found in the finished batch without the block.
    var builder = BatchBuilder(slotCount: 0)
    var batch = RawBatch()
    builder.begin(reusing: &batch, blockCount: 0)
    let cell = decoding.decode(
      bytes, from: field.lower, to: field.upper, isDoubled: field.isDoubled, into: &builder)
    builder.finish([], droppedFields: 0, into: &batch)
    return cell == nil ? "" : String(decoding: batch.bytes, as: UTF8.self)
  }
}
