import Bytes
import Crypto
import Emit
import Foundation
import Records

/// A published data file that is looked through for tokens, or written anew without some rows.
///
/// Files are taken as they lie, whatever columns they were published with: a token is 26 digits of
/// chance behind its tag, so that wherever its text stands alone it is the person's. Memory is a
/// block or a row group.
struct PartitionFile {
  let path: String
  let format: OutputFormat
  /// How the file is compressed as a whole, and a Parquet file's pages.
  let compression: OutputCompression

  /// What was found in a file.
  struct Findings: Sendable {
    /// Rows with one of the tokens, counted from 1.
    var rows: [Int] = []
    var rowCount = 0
    /// For each row what stands for all of its other columns; empty unless asked for.
    var classes: [UInt128] = []
  }

  /// What a file became.
  struct Written: Sendable {
    var sha256: String
    var byteCount: Int
    var rowCount: Int
  }

  /// Opens the file; `preferred` is how its table is compressed today.
  init(path: String, preferred: OutputCompression) throws(RunFailure) {
    let parts = PathText.name(of: path).split(separator: ".").map(String.init)
    guard parts.count >= 2, let format = OutputFormat(rawValue: parts[1]) else {
      throw RunFailure(.inputOutput, "'\(path)' is no data file of this program")
    }
    self.path = path
    self.format = format
    switch (format, parts.count > 2 ? parts[2] : "") {
    case (.parquet, _): compression = preferred == .small ? .gzip : preferred
    case (_, "gz"): compression = preferred == .small ? .small : .gzip
    case (_, "zst"): compression = .zstd
    default: compression = .none
    }
  }

  /// Looks for `tokens` in all rows; with `classes` also tells which rows look the same but for the
  /// token in `classes.column`.
  func find(
    _ tokens: Set<UInt128>, classes: (column: String, key: FingerprintKey)? = nil
  ) throws -> Findings {
    if format == .parquet {
      return try ParquetPartition(path: path, compression: compression).find(tokens, classes)
    }
    var findings = Findings()
    try eachBlock { bytes, records in
      for record in records {
        let token = firstToken(in: bytes, record, among: nil)
        findings.rowCount += 1
        if token != nil, firstToken(in: bytes, record, among: tokens) != nil {
          findings.rows.append(findings.rowCount)
        }
        if let classes {
          var rest: [UInt8] = []
          let hole = token ?? record.upperBound..<record.upperBound
          rest.append(
            copying: bytes, from: record.lowerBound, count: hole.lowerBound - record.lowerBound)
          rest.append(
            copying: bytes, from: hole.upperBound, count: record.upperBound - hole.upperBound)
          findings.classes.append(classes.key.fingerprint(rest, from: 0, count: rest.count))
        }
      }
    }
    return findings
  }

  /// Writes the file to `target` without `rows`, counted from 1, and makes it durable.
  func write(without rows: Set<Int>, to target: String, like facts: FileFacts) throws -> Written {
    let file = DigestedFile(try OutputFile(path: target, mode: facts.mode))
    if facts.group != (try FileFacts(of: target)).group { try file.setGroup(facts.group) }
    var rowCount = 0
    if format == .parquet {
      rowCount = try ParquetPartition(path: path, compression: compression)
        .write(without: rows, to: file)
    } else {
      var compressor = Compressor(wholeCompression)
      var number = 0
      try eachBlock { bytes, records in
        var kept: [UInt8] = []
        // What stands before the first record is the header.
        kept.append(copying: bytes, from: 0, count: records.first?.lowerBound ?? bytes.count)
        for record in records {
          number += 1
          if rows.contains(number) { continue }
          rowCount += 1
          kept.append(copying: bytes, from: record.lowerBound, count: record.count)
        }
        if kept.isEmpty { return }
        var packed: [UInt8] = []
        compressor.compress(kept, appendingTo: &packed)
        try file.write(packed)
      }
      if file.byteCount == 0 {
        // A file without rows is a valid one of its compression.
        var packed: [UInt8] = []
        compressor.compress([], appendingTo: &packed)
        try file.write(packed)
      }
    }
    return Written(sha256: try file.finish(), byteCount: file.byteCount, rowCount: rowCount)
  }

  private var wholeCompression: Compression {
    switch compression {
    case .none: .none
    case .gzip: .gzip
    case .small: .small
    case .zstd: .zstd
    }
  }

  /// Lends the file block by block, with the ranges of its records; the CSV header is none.
  private func eachBlock(
    _ body: (Span<UInt8>, [Range<Int>]) throws -> Void
  ) throws {
    let isCSV = format == .csv
    var reader = try BlockReader(
      path: path,
      borders: isCSV ? .csv(quote: UInt8(ascii: "\""), delimiter: [UInt8(ascii: ",")]) : .lines,
      followsLinks: false)
    var isFirst = isCSV
    while let block = try reader.next() {
      guard block.kind == .records else { throw RunFailure.damagedPartition(path) }
      let bytes = block.bytes.span
      var records: [Range<Int>] = []
      var start = 0
      while start < bytes.count {
        let end = recordEnd(bytes, from: start)
        if isFirst { isFirst = false } else { records.append(start..<end) }
        start = end
      }
      try body(bytes, records)
    }
    guard case .complete? = reader.ending else { throw RunFailure.damagedPartition(path) }
  }

  /// Returns where the next record begins: behind a line feed outside quotes.
  private func recordEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    if format != .csv {
      return min(firstOffset(of: UInt8(ascii: "\n"), in: bytes, from: start) + 1, bytes.count)
    }
    var isQuoted = false
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      // A doubled quote opens again at once what it closes (RFC 4180 §2.7).
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n"), !isQuoted { return index }
    }
    return index
  }

  /// Returns the place of the first token in a record, of any or of one of `tokens`.
  private func firstToken(
    in bytes: Span<UInt8>, _ record: Range<Int>, among tokens: Set<UInt128>?
  ) -> Range<Int>? {
    func isDigit(_ index: Int) -> Bool {
      guard record.contains(index) else { return false }
      let byte = bytes[index]
      return byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
        || byte >= UInt8(ascii: "2") && byte <= UInt8(ascii: "7")
    }
    for index in record where bytes[index] == UInt8(ascii: "t") && !isDigit(index - 1) {
      let end = index + tokenTextByteCount
      guard end <= record.upperBound, !isDigit(end), let token = token(in: bytes, at: index),
        tokens?.contains(token) ?? true
      else { continue }
      return index..<end
    }
    return nil
  }
}

/// A file under construction and the digest of what was written.
final class DigestedFile {
  private var file: OutputFile?
  private var sha256 = SHA256()
  private(set) var byteCount = 0

  init(_ file: consuming OutputFile) { self.file = consume file }

  func setGroup(_ group: UInt32) throws(SystemFault) { try file?.setGroup(group) }

  func write(_ bytes: [UInt8]) throws(SystemFault) {
    try file?.write(bytes)
    sha256.update(data: bytes)
    byteCount += bytes.count
  }

  /// Makes the file durable, closes it and returns its digest in hex.
  func finish() throws(SystemFault) -> String {
    try file?.sync()
    try file.take()?.close()
    return hexText(sha256.finalize())
  }
}

extension RunFailure {
  static func damagedPartition(_ path: String) -> RunFailure {
    RunFailure(
      .badInput, "the published file '\(path)' is damaged; nothing was changed; restore it")
  }
}
