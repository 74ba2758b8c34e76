import Bytes
import Crypto
import Emit
import Records

/// A file of a table under construction in the staging folder.
///
/// Written front to back; a savepoint remembers length and digest, so that the rows of an item that
/// turns out to be damaged can be cut off again.
final class StagedFile {
  struct Finished: Sendable {
    var name: String
    var sha256: String
    var byteCount: Int
    var rowCount: Int
  }

  private struct Savepoint {
    var byteCount: Int
    var sha256: SHA256
    /// Chunks or row groups written.
    var partCount: Int
    var rowCount: Int
  }

  /// What has been written between the opening and the closing of the format.
  private enum Body {
    /// Row formats: chunks come encoded from the workers.
    case rows(TableEncoder, [EncodedChunk.Summary])
    /// Parquet: batches are gathered to row groups of a good size.
    case columns(RowGroups)
  }

  let name: String
  /// `nil` once it is closed.
  private var file: OutputFile?
  private var body: Body
  private let table: String
  /// What a Parquet file says of itself.
  private let keyValues: [(String, String)]
  private var sha256 = SHA256()
  private var rowCount = 0
  private var byteCount = 0
  private var savepoint: Savepoint?

  /// Creates the file in `folder` and writes what opens its format.
  ///
  /// Row groups of Parquet are put into `queue` to be encoded.
  init(
    in folder: String, columns: [TableColumn], format: OutputFormat,
    compression: OutputCompression, zone: Zone, isReplay: Bool, access: Access, table: String,
    keyValues: [(String, String)], queue: EncodingQueue?
  ) throws {
    self.table = table
    self.keyValues = keyValues
    name = TableEncoder.fileName(part: 0, format: format, compression: compression)
    let opening: [UInt8]
    if format == .parquet {
      let encoder = ParquetEncoder(columns: columns, compression: compression, isReplay: isReplay)
      opening = encoder.opening()
      body = .columns(RowGroups(encoder, queue: queue))
    } else {
      let encoder = TableEncoder(
        columns: columns, format: format, compression: compression, zone: zone, isReplay: isReplay)
      opening = encoder.opening()
      body = .rows(encoder, [])
    }
    file = try OutputFile(path: "\(folder)/\(name)", mode: access.fileMode)
    if let group = access.group.flatMap({ Folder.groupNumber(named: $0) }) {
      try file?.setGroup(group)
    }
    try write(opening)
  }

  private func write(_ bytes: [UInt8]) throws(SystemFault) {
    try file?.write(bytes)
    byteCount += bytes.count
    sha256.update(data: bytes)
  }

  /// Appends rows that a worker has encoded.
  func append(_ chunk: EncodedChunk) throws {
    guard case .rows(let encoder, var summaries) = body else { throw RunFailure.otherRows(table) }
    try write(chunk.bytes)
    summaries.append(chunk.summary)
    body = .rows(encoder, summaries)
    rowCount += chunk.summary.rowCount
  }

  /// Appends the rows of a batch, to be encoded with others as one row group.
  func append(_ rows: ParquetEncoder.Rows) throws {
    guard case .columns(var groups) = body else { throw RunFailure.otherRows(table) }
    defer { body = .columns(groups) }
    try groups.append(rows, write: write)
    rowCount += rows.count
  }

  /// Appends rows that are encoded already.
  func append(_ piece: RowPiece) throws {
    switch piece {
    case .rows(let chunk): try append(chunk)
    case .group(let group):
      guard case .columns(var groups) = body else { throw RunFailure.otherRows(table) }
      defer { body = .columns(groups) }
      try groups.append(group, write: write)
      rowCount += group.summary.rowCount
    }
  }

  private func write(_ group: ParquetGroup) throws {
    try write(group.bytes)
  }

  /// Puts the rows of Parquet that are gathered into the queue, to be encoded before they are
  /// written.
  func beginGroup() throws {
    guard case .columns(var groups) = body else { return }
    defer { body = .columns(groups) }
    try groups.begin(write: write)
  }

  /// Writes what is gathered and returns the number of chunks or row groups in the file.
  private func writeGathered() throws -> Int {
    switch body {
    case .rows(_, let summaries): return summaries.count
    case .columns(var groups):
      defer { body = .columns(groups) }
      try groups.close(write: write)
      return groups.written.count
    }
  }

  func markSavepoint() throws {
    let partCount = try writeGathered()
    savepoint = Savepoint(
      byteCount: byteCount, sha256: sha256, partCount: partCount, rowCount: rowCount)
  }

  func rollBack() throws(SystemFault) {
    guard let savepoint else { return }
    try file?.truncate(to: savepoint.byteCount)
    byteCount = savepoint.byteCount
    sha256 = savepoint.sha256
    rowCount = savepoint.rowCount
    switch body {
    case .rows(let encoder, let summaries):
      body = .rows(encoder, Array(summaries.prefix(savepoint.partCount)))
    case .columns(var groups):
      groups.cut(to: savepoint.partCount)
      body = .columns(groups)
    }
  }

  /// Writes what closes the format and hands the file over to be made durable and closed.
  func finish(_ durable: BackgroundSync) throws -> Finished {
    _ = try writeGathered()
    switch body {
    case .rows(let encoder, let summaries): try write(encoder.closing(summaries))
    case .columns(let groups):
      try write(
        groups.closing(
          keyValues, creator: ParquetCreator(version: sparsamVersion, build: "release")))
    }
    if let file = file.take() { durable.add(file) }
    return Finished(
      name: name, sha256: hexText(sha256.finalize()), byteCount: byteCount, rowCount: rowCount)
  }
}

/// The staged files of a source's row tables, by target.
final class StagedRows: RowSink {
  /// `nil` for targets that are no row tables.
  let files: [StagedFile?]
  let queue: EncodingQueue?

  init(_ files: [StagedFile?], queue: EncodingQueue?) {
    self.files = files
    self.queue = queue
  }

  func savepoint() async throws {
    try await encodeGathered()
    for file in files { try file?.markSavepoint() }
  }

  /// Encodes what is gathered of all files at once, so that writing it need not.
  func encodeGathered() async throws {
    for file in files { try file?.beginGroup() }
    try await queue?.encodeAll()
  }

  func rollBack() throws {
    for file in files { try file?.rollBack() }
  }

  func append(_ piece: RowPiece, to target: Int) throws {
    guard let file = files[target] else { throw RunFailure.strayRows }
    try file.append(piece)
  }

  func take(_ result: BlockResult) throws {
    for (position, file) in files.enumerated() {
      guard let file else { continue }
      if let chunk = result.chunks[position] { try file.append(chunk) }
      if let batch = result.captured[position] {
        try file.append(ParquetEncoder.Rows(columns: batch.columns, rowCount: batch.rowCount))
      }
    }
  }
}

/// A sink that keeps nothing: for dry runs and for sources without row tables.
final class NoRows: RowSink {
  func savepoint() {}
  func rollBack() {}
  func take(_ result: BlockResult) {}
}

/// A sink that keeps the treated rows: for a pipeline's tests.
final class CapturedRows: RowSink {
  /// For each target its batches in order.
  private(set) var batches: [[RecordBatch]]
  private var marks: [Int]

  init(targetCount: Int) {
    batches = [[RecordBatch]](repeating: [], count: targetCount)
    marks = [Int](repeating: 0, count: targetCount)
  }

  func savepoint() { marks = batches.map(\.count) }

  func rollBack() {
    for index in batches.indices { batches[index].removeLast(batches[index].count - marks[index]) }
  }

  func take(_ result: BlockResult) {
    for (index, batch) in result.captured.enumerated() {
      if let batch { batches[index].append(batch) }
    }
  }
}

extension RunFailure {
  /// Rows that a table's file does not take: encoded ones for Parquet, or the other way round.
  static func otherRows(_ table: String) -> RunFailure {
    RunFailure(
      .internalError,
      "table '\(table)' was given rows of another form than its file's; nothing was published; this "
        + "is a fault of the program: keep the inputs and report it")
  }

  /// Rows of a table that is written from something else, or not at all.
  static let strayRows = RunFailure(
    .internalError,
    "rows were given to a table that takes none; nothing was published; this is a fault of the "
      + "program: keep the inputs and report it")

  /// A file that does not hold the rows that entered its table.
  static func lostRows(_ table: String, written: Int, entered: Int) -> RunFailure {
    RunFailure(
      .internalError,
      "the rows of table '\(table)' do not add up: \(entered) entered and \(written) were written; "
        + "nothing was published; this is a fault of the program: keep the inputs and report it")
  }
}
