import Bytes
package import Records

/// Reads back the Parquet files that `ParquetEncoder` writes, to verify them before they are
/// published.
///
/// It knows this program's profile and nothing else, compares every checksum, length and statistic,
/// and refuses what contradicts itself. It holds the footer and one column of one row group.
package struct ParquetReader: Sendable {
  /// A column as the schema declares it.
  package struct Field: Hashable, Sendable {
    package var name: String
    package var kind: ParquetKind

    package init(name: String, kind: ParquetKind) {
      self.name = name
      self.kind = kind
    }
  }

  package let fields: [Field]
  package let rowCount: Int
  /// The number of rows of each row group.
  package let groupRowCounts: [Int]
  package let keyValues: [(key: String, value: String)]
  package let createdBy: String

  let chunks: [[ParquetFooter.Chunk]]
  let codec: ParquetCodec
  private let read: @Sendable (Range<Int>) -> [UInt8]?

  /// Reads the footer of a file in memory.
  package init(_ bytes: [UInt8]) throws(ParquetFault) {
    try self.init(byteCount: bytes.count) { [UInt8](bytes[$0]) }
  }

  /// Reads the footer of a file of `byteCount` bytes, of which `read` returns a range.
  ///
  /// `read` returns `nil`, or fewer bytes, where it cannot.
  package init(
    byteCount: Int, read: @escaping @Sendable (Range<Int>) -> [UInt8]?
  ) throws(ParquetFault) {
    let footer = try ParquetFooter(byteCount: byteCount, read: read)
    fields = footer.fields
    rowCount = footer.rowCount
    groupRowCounts = footer.groupRowCounts
    keyValues = footer.keyValues
    createdBy = footer.createdBy
    chunks = footer.chunks
    codec = footer.codec
    self.read = read
  }

  package var groupCount: Int { chunks.count }

  /// Returns a column of a row group; where the file has a dictionary, the column has one too.
  ///
  /// All is checked: each value's encoding, and the chunk's statistics against its values.
  package func column(_ index: Int, group: Int) throws(ParquetFault) -> Column {
    let chunk = chunks[group][index]
    guard let bytes = read(chunk.range), bytes.count == chunk.range.count else {
      throw ParquetFault(.cutOff, at: chunk.range.lowerBound)
    }
    var reading = ChunkReading(
      bytes: bytes, chunk: chunk, kind: fields[index].kind, codec: codec)
    return try reading.column(rowCount: groupRowCounts[group])
  }
}
