import Bytes
package import Records

/// Rows of one block as they lie in the file: one compressed member, and how many rows it holds.
package struct EncodedChunk: Sendable {
  package struct Summary: Hashable, Sendable {
    package var rowCount: Int

    package init(rowCount: Int) { self.rowCount = rowCount }
  }

  package var bytes: [UInt8]
  package var summary: Summary

  package init(bytes: [UInt8], summary: Summary) {
    self.bytes = bytes
    self.summary = summary
  }
}

/// Encodes rows as CSV (RFC 4180) or NDJSON (RFC 8259, one object a line), one worker's own.
///
/// Every column's values are written once (a dictionary's entries, not its rows), then rows are put
/// together by copying. Every chunk is a compressed member of its own, so the bytes of a file depend
/// on where its blocks end and on nothing else.
package struct TableEncoder: Sendable {
  private let columns: [TableColumn]
  private let isJSON: Bool
  private let compression: Compression
  private let zone: Zone
  private let isReplay: Bool
  /// What stands before each cell of a row: a comma, or a comma, the name and a colon.
  private let separators: [[UInt8]]
  /// What ends a row.
  private let ending: [UInt8]

  package init(
    columns: [TableColumn], format: OutputFormat, compression: OutputCompression, zone: Zone,
    isReplay: Bool
  ) {
    self.columns = columns
    isJSON = format == .ndjson
    self.compression = Compression(compression)
    self.zone = zone
    self.isReplay = isReplay
    if format == .ndjson {
      separators = columns.enumerated().map { index, column in
        Array(((index == 0 ? "{" : ",") + JSONText.string(column.name).compact + ":").utf8)
      }
      ending = Array("}\n".utf8)
    } else {
      separators = columns.indices.map { $0 == 0 ? [] : [UInt8(ascii: ",")] }
      ending = [UInt8(ascii: "\n")]
    }
  }

  /// Returns the name of a partition's file: `part-00000.csv.gz`.
  package static func fileName(
    part: Int, format: OutputFormat, compression: OutputCompression
  ) -> String {
    let digits = String(part)
    let number = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    let suffix = format == .parquet ? "" : Compression(compression).suffix
    return "part-\(number).\(format.rawValue)\(suffix)"
  }

  /// Returns what stands at the beginning of a file: the CSV header; for NDJSON an empty member,
  /// so that a table without rows is a valid file of its compression too.
  package func opening() -> [UInt8] {
    var header: [UInt8] = []
    if !isJSON {
      for (index, column) in columns.enumerated() {
        if index > 0 { header.append(UInt8(ascii: ",")) }
        appendCSVText(Array(column.name.utf8).span, to: &header)
      }
      header.append(UInt8(ascii: "\n"))
    }
    return compression == .none ? header : compressed(header)
  }

  /// Returns the chosen rows of a batch, in their order; `nil` stands for all `rowCount` rows.
  package mutating func encode(
    _ columns: [Column], rows: [UInt32]?, rowCount: Int
  ) -> EncodedChunk {
    let cells = columns.map {
      WrittenColumn($0, asJSON: isJSON, zone: zone, isReplay: isReplay)
    }
    let count = rows?.count ?? rowCount
    var output = OutputBuffer(capacity: count * columns.count * 12 + 64)
    for index in 0..<count {
      let row = rows.map { Int($0[index]) } ?? index
      for column in 0..<cells.count {
        output.append(separators[column])
        cells[column].append(row, to: &output)
      }
      output.append(ending)
    }
    let bytes = compression == .none ? output.take() : compressed(output.take())
    return EncodedChunk(bytes: bytes, summary: .init(rowCount: count))
  }

  /// Returns what ends a file: nothing in these formats.
  package func closing(_ chunks: [EncodedChunk.Summary]) -> [UInt8] { [] }

  private func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var compressor = Compressor(compression)
    var member: [UInt8] = []
    compressor.compress(bytes, appendingTo: &member)
    return member
  }
}

extension Compression {
  fileprivate init(_ compression: OutputCompression) {
    switch compression {
    case .none: self = .none
    case .gzip: self = .gzip
    case .small: self = .small
    case .zstd: self = .zstd
    }
  }
}
