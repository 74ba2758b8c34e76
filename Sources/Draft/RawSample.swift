import Bytes

/// The first part of a raw file, unpacked, in whole lines.
struct RawSample: Sendable {
  /// What is read of one file at most, unpacked.
  static let byteLimit = 4 << 20

  /// The lines, without a byte order mark.
  var bytes: [UInt8] = []
  /// Whether the file goes on behind them.
  var isCut = false

  /// Reads the first lines of the file at `path`, at most about `limit` bytes.
  init(path: String, limit: Int = RawSample.byteLimit) throws(DraftFault) {
    var ending: InputEnding?
    do throws(SystemFault) {
      // A shell hands over what a command writes as a pipe.
      var reader = try BlockReader(
        path: path, blockSize: min(limit, 1 << 20), isOfAnyKind: true)
      while let block = try reader.next() {
        if block.kind == .records { bytes.append(contentsOf: block.bytes) }
        if bytes.count >= limit {
          isCut = true
          break
        }
      }
      ending = reader.ending
    } catch {
      throw DraftFault(error.isMissing ? .missing : .unreadable, error.description)
    }
    if bytes.isEmpty {
      switch ending {
      case .damaged(let damage):
        throw DraftFault(.noSample, "file '\(path)' cannot be read: \(damage.description)")
      case .unfinished:
        throw DraftFault(
          .noSample, "file '\(path)' is still being written; draft from one that is finished")
      case .complete, nil:
        throw DraftFault(.noSample, "file '\(path)' holds no record to look at")
      }
    }
    if bytes.prefix(4096).contains(0) {
      throw DraftFault(
        .noSample,
        "file '\(path)' is neither text nor gzip nor zstd; draft reads access logs, CSV and NDJSON")
    }
  }

  /// The first lines that are not blank, at most `count`.
  func lines(_ count: Int) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = 0
    while start < bytes.count, lines.count < count {
      let next = firstOffset(of: UInt8(ascii: "\n"), in: bytes, from: start, to: bytes.count)
      var end = next
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      if bytes[start..<end].contains(where: { $0 > 32 }) { lines.append(Array(bytes[start..<end])) }
      start = next + 1
    }
    return lines
  }
}
