import Bytes
import Emit
import PipelineFile
import Records

/// The partial of an item under construction: a sink of its rows, and in the end all it left.
///
/// The file has its name only when it is whole; whatever goes wrong before leaves nothing under it.
final class PartialRows: RowSink {
  private let program: SourceProgram
  private let temporary: String
  /// `nil` once it is finished.
  private var file: FrameWriter?
  /// Where the rows begin.
  private let start: Int
  /// For each Parquet table its rows until they are a group.
  private var groups: [RowGroups?]
  let queue: EncodingQueue?

  init(
    _ program: SourceProgram, _ header: PartialHeader, at temporary: String, threads: Int
  ) throws {
    self.program = program
    let queue = EncodingQueue(threads: threads)
    self.queue = queue
    self.temporary = temporary
    var file = try FrameWriter(path: temporary)
    try file.write(.header, 0, Array(header.json.compact.utf8))
    start = file.byteCount
    self.file = consume file
    groups = program.targets.map { RowGroups($0, program, queue: queue) }
  }

  func savepoint() {}

  func rollBack() throws {
    try file?.cut(to: start)
    groups = program.targets.map { RowGroups($0, program, queue: queue) }
  }

  func take(_ result: BlockResult) throws {
    for target in program.targets.indices {
      if let chunk = result.chunks[target] { try append(.rows(chunk), to: target) }
      if let batch = result.captured[target] {
        let rows = ParquetEncoder.Rows(columns: batch.columns, rowCount: batch.rowCount)
        try groups[target]?.append(rows) { try append(.group($0), to: target) }
      }
    }
  }

  func append(_ piece: RowPiece, to target: Int) throws {
    try file?.write(piece.frameKind, target, piece.payload)
  }

  /// Writes what else the item left and gives the file its name, in the place of an older one.
  func finish(_ outcome: ItemOutcome, as path: String) async throws {
    if case .complete = outcome.ending {
      for target in groups.indices {
        try groups[target]?.begin { try append(.group($0), to: target) }
      }
      try await queue?.encodeAll()
      for target in groups.indices {
        try groups[target]?.close { try append(.group($0), to: target) }
      }
      for piece in try outcome.gathered.pieces(program) {
        try file?.write(piece.kind, piece.number, piece.payload)
      }
    } else {
      try rollBack()
    }
    if let identifiers = program.identifiers?.serialised {
      try file?.write(.identifiers, 0, identifiers)
    }
    try file?.write(.report, 0, Array(outcome.json(program).compact.utf8))
    try file.take()?.finish()
    try DurableFile.replace(path, by: temporary)
  }

  /// Forgets a partial that came to nothing.
  func abandon() { try? Folder.removeFile(temporary) }
}

extension RowGroups {
  /// Creates the groups of a target, or `nil` when it is not published as Parquet rows.
  fileprivate init?(_ target: TableTarget, _ program: SourceProgram, queue: EncodingQueue?) {
    guard let place = target.places.first, let chosen = target.rowColumns else { return nil }
    let output = program.plan.outputs[place.output]
    guard output.format == .parquet else { return nil }
    let encoder = ParquetEncoder(
      columns: chosen.map {
        TableColumn(name: program.source.columns[$0].name, type: program.source.columns[$0].type)
      },
      compression: output.compression, isReplay: program.isReplay)
    self.init(encoder, queue: queue)
  }
}
