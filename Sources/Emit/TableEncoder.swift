import Bytes
package import Records
import Synchronization

// Advice to the next reader: what a cell looks like is decided once a value, not once a row. A
// column's values are written into an arena, each with the separator before it; a dictionary's
// entries once, other values strip by strip. A strip is then a list of pieces of the arena, row by
// row, and putting rows together is one loop that copies pieces. Nothing is looked up, escaped or
// decided in it.

/// Encodes rows as CSV (RFC 4180) or NDJSON (RFC 8259, one object a line).
///
/// In CSV null and the empty text are both an empty field, and a text that a spreadsheet would take
/// for a formula gets an apostrophe in front. NDJSON keeps null and the empty text apart and leaves
/// texts as they are.
///
/// Each chunk is compressed by itself, so what a file holds depends on its rows and on where its
/// blocks end, never on which worker encoded which block.
package struct TableEncoder: Sendable {
  private let columns: [TableColumn]
  private let isJSON: Bool
  private let compression: Compression
  private let writers: [CellWriter]
  private let bench: EncoderBench

  package init(
    columns: [TableColumn], format: OutputFormat, compression: OutputCompression, zone: Zone,
    isReplay: Bool
  ) {
    precondition(format != .parquet, "Parquet is encoded by row groups, see ParquetEncoder")
    self.columns = columns
    isJSON = format == .ndjson
    self.compression = Compression(compression)
    let style: CellWriter.Style = format == .ndjson ? .json : .csv
    writers = columns.indices.map { index in
      var writer = CellWriter(style: style, zone: zone, isReplay: isReplay)
      let isFirst = index == 0
      let isLast = index == columns.count - 1
      if format == .ndjson {
        let name = JSONText.string(columns[index].name).compact
        writer.before = Array(((isFirst ? "{" : ",") + name + ":").utf8)
        writer.after = Array((isLast ? "}\n" : "").utf8)
      } else {
        writer.before = Array((isFirst ? "" : ",").utf8)
        writer.after = Array((isLast ? "\n" : "").utf8)
        // An empty line would be no record: readers skip it.
        if isFirst, isLast { writer.null = Array("\"\"".utf8) }
      }
      return writer
    }
    bench = EncoderBench()
  }

  /// Returns the name of a partition's file: `part-00000.csv.gz`.
  package static func fileName(
    part: Int, format: OutputFormat, compression: OutputCompression
  ) -> String {
    let suffix = format == .parquet ? "" : Compression(compression).suffix
    return "part-\(part.padded(to: 5)).\(format.rawValue)\(suffix)"
  }

  /// Returns what stands at the beginning of a file: the CSV header, for NDJSON an empty member.
  ///
  /// So a table without rows is a valid file of its compression too.
  package func opening() -> [UInt8] {
    var header = OutputBuffer(capacity: 1024)
    if !isJSON {
      for (index, column) in columns.enumerated() {
        if index > 0 { header.append(UInt8(ascii: ",")) }
        let name = Array(column.name.utf8)
        CellWriter.appendCSV(name.span, TextCell(start: 0, count: name.count), to: &header)
      }
      header.append(UInt8(ascii: "\n"))
    }
    var compressor = Compressor(compression)
    var bytes: [UInt8] = []
    header.withBytes { compressor.compress($0, appendingTo: &bytes) }
    return bytes
  }

  /// Returns the chosen rows of a batch, in their order; `nil` stands for all `rowCount` rows.
  ///
  /// Large batches become several members, so that memory holds little more than what is
  /// compressed.
  package mutating func encode(
    _ batch: [Column], rows: [UInt32]?, rowCount: Int
  ) -> EncodedChunk {
    precondition(batch.count == columns.count, "a batch has the table's columns")
    let count = rows?.count ?? rowCount
    var chunk = EncodedChunk(bytes: [], summary: .init(rowCount: count))
    if count == 0 || batch.isEmpty { return chunk }
    bench.tools.withLock { tools in
      if tools == nil { tools = EncoderBench.Tools(compression, writers) }
      tools?.encode(batch, rows: rows, count: count, into: &chunk.bytes)
    }
    return chunk
  }

  /// Returns what ends a file: nothing in these formats.
  package func closing(_ chunks: [EncodedChunk.Summary]) -> [UInt8] { [] }
}

/// What an encoder keeps from chunk to chunk: memory and the codec's state, never a value.
private final class EncoderBench: Sendable {
  struct Tools: ~Copyable {
    private var compressor: Compressor
    private var strip: RowStrip
    private var output = OutputBuffer(capacity: 1 << 18)

    init(_ compression: Compression, _ writers: [CellWriter]) {
      compressor = Compressor(compression)
      strip = RowStrip(writers: writers)
    }

    mutating func encode(
      _ batch: [Column], rows: [UInt32]?, count: Int, into bytes: inout [UInt8]
    ) {
      strip.begin(batch, rowCount: count)
      var start = 0
      while start < count {
        let end = min(count, start + RowStrip.rowCount)
        let chosen = rows.map { Array($0[start..<end]) } ?? Array(UInt32(start)..<UInt32(end))
        strip.append(chosen, of: batch, to: &output)
        start = end
        if start == count || output.count >= memberSize {
          output.withBytes { compressor.compress($0, appendingTo: &bytes) }
          output.removeAll()
        }
      }
    }
  }

  /// Made with the first chunk; one worker at a time uses them.
  let tools = Mutex<Tools?>(nil)
}

/// A member is ended once it holds this many bytes before compression; a block's rows seldom do.
private let memberSize = 8 << 20

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
