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
    var chunkCount: Int
    var rowCount: Int
  }

  let name: String
  /// `nil` once it is closed.
  private var file: OutputFile?
  private let encoder: TableEncoder
  private var sha256 = SHA256()
  private var summaries: [EncodedChunk.Summary] = []
  private var rowCount = 0
  private var byteCount = 0
  private var savepoint: Savepoint?

  /// Creates the file in `folder` and writes what opens its format.
  init(
    in folder: String, columns: [TableColumn], format: OutputFormat,
    compression: OutputCompression, zone: Zone, isReplay: Bool, access: Access
  ) throws(SystemFault) {
    name = TableEncoder.fileName(part: 0, format: format, compression: compression)
    encoder = TableEncoder(
      columns: columns, format: format, compression: compression, zone: zone, isReplay: isReplay)
    file = try OutputFile(path: "\(folder)/\(name)", mode: access.fileMode)
    if let group = access.group.flatMap({ Folder.groupNumber(named: $0) }) {
      try file?.setGroup(group)
    }
    try write(encoder.opening())
  }

  private func write(_ bytes: [UInt8]) throws(SystemFault) {
    try file?.write(bytes)
    byteCount += bytes.count
    sha256.update(data: bytes)
  }

  func append(_ chunk: EncodedChunk) throws(SystemFault) {
    try write(chunk.bytes)
    summaries.append(chunk.summary)
    rowCount += chunk.summary.rowCount
  }

  func markSavepoint() {
    savepoint = Savepoint(
      byteCount: byteCount, sha256: sha256, chunkCount: summaries.count, rowCount: rowCount)
  }

  func rollBack() throws(SystemFault) {
    guard let savepoint else { return }
    try file?.truncate(to: savepoint.byteCount)
    byteCount = savepoint.byteCount
    sha256 = savepoint.sha256
    summaries.removeLast(summaries.count - savepoint.chunkCount)
    rowCount = savepoint.rowCount
  }

  /// Writes what closes the format, makes the file durable and closes it.
  func finish() throws(SystemFault) -> Finished {
    try write(encoder.closing(summaries))
    try file?.sync()
    try file.take()?.close()
    return Finished(
      name: name, sha256: hexText(sha256.finalize()), byteCount: byteCount, rowCount: rowCount)
  }
}

/// The staged files of a source's row tables, by target.
final class StagedRows: RowSink {
  private let files: [StagedFile?]

  init(_ files: [StagedFile?]) { self.files = files }

  func savepoint() { for file in files { file?.markSavepoint() } }

  func rollBack() throws {
    for file in files { try file?.rollBack() }
  }

  func take(_ result: BlockResult) throws {
    for (file, chunk) in zip(files, result.chunks) {
      if let file, let chunk { try file.append(chunk) }
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
