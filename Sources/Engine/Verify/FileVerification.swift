import Bytes
import Emit
import Records
import Verify

/// Reads one published file back and compares it with what is said of it.
struct FileVerification {
  let threads: Int

  /// Returns all that is wrong with the file: digest, length, rows, columns, cells.
  ///
  /// One task at a time reads and decompresses, all check. Rows of text are hashed as they are
  /// read, so that what is checked is what was hashed; a Parquet file, which is read here and
  /// there, beside it.
  func verdict(
    on path: String, _ file: Partition.File, _ check: TableCheck
  ) async throws -> Verdict {
    let isParquet = check.contract.format == .parquet
    async let isSameFile: Bool? = isParquet ? FileVerification.isSame(path, file) : nil
    let raw = RawDigest()
    var published = try PublishedFile(path: path, check.contract) { raw.add($0) }
    var verdict = Verdict()
    try await runInOrder(
      threads: threads, next: { try published.next() },
      body: { check.verdict(on: $0) }, consume: { verdict.add($0) })
    let isReadable = published.verdict.isClean
    verdict.add(published.verdict)
    let isSame: Bool
    if let isSameFile = try await isSameFile {
      isSame = isSameFile
    } else if isReadable {
      isSame = raw.hex == file.sha256
    } else {
      // The reading stopped somewhere, and so did the digest.
      isSame = try await FileVerification.isSame(path, file)
    }
    if !isSame {
      verdict.note(.damaged("its bytes are not those that were written"))
    } else if isReadable, verdict.rowCount != file.rows {
      verdict.note(
        .damaged("it holds \(verdict.rowCount) rows, and \(file.rows) were written"))
    }
    return verdict
  }

  /// Whether the file has the bytes that were written.
  static func isSame(_ path: String, _ file: Partition.File) async throws(SystemFault) -> Bool {
    let opened = try PositionedFile(path: path)
    guard opened.byteCount == file.bytes else { return false }
    return try opened.sha256() == file.sha256
  }
}
