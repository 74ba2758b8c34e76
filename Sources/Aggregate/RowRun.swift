import Bytes

/// Finished rows in the order of output, wherever they lie.
enum RowRun: Sendable {
  case memory(SortedRows)
  case disk(SpilledFile, measureCount: Int)
}

// A run of rows on disk is blocks, each: rows (4), bytes of keys (4), for each row where its key
// ends (4), keys, measures (8 each), CRC-32 of all that (4).

extension SortedRows {
  private static let rowsPerBlock = 1024

  /// Writes the rows to a file of their own.
  func spilled(to folder: SpillFolder) throws(SystemFault) -> SpilledFile {
    var file = try folder.create()
    var start = 0
    while start < count {
      let end = min(count, start + SortedRows.rowsPerBlock)
      try file.write(block(start..<end))
      start = end
    }
    return try file.close()
  }

  private func block(_ rows: Range<Int>) -> [UInt8] {
    let first = keys.range(of: rows.lowerBound).lowerBound
    let end = keys.ends[rows.upperBound - 1]
    var writer = PartialWriter([])
    writer.write(UInt32(rows.count))
    writer.write(UInt32(end - first))
    for row in rows { writer.write(UInt32(keys.ends[row] - first)) }
    writer.write(keys.bytes, first..<end)
    for row in rows {
      for value in measures(of: row) { writer.write(UInt64(bitPattern: value)) }
    }
    writer.write(checksum(of: writer.bytes.span, continuing: 0))
    return writer.bytes
  }
}

/// A place in a run of rows.
struct RowCursor {
  /// The rows that are in memory.
  private(set) var rows: SortedRows
  /// Which of them is at hand.
  private(set) var row = 0
  /// The first bytes of its key.
  private(set) var head: UInt64 = 0
  private var heads: [UInt64] = []
  private var file: SpilledFileReader?

  /// Begins with the first row; `nil` where there is none.
  init?(_ run: RowRun) throws {
    switch run {
    case .memory(let rows):
      self.rows = rows
      begin()
      if rows.count == 0 { return nil }
    case .disk(let file, let measureCount):
      rows = SortedRows(keys: RowKeys(), values: [], measureCount: measureCount)
      self.file = try SpilledFileReader(file)
      if try !load() { return nil }
    }
  }

  /// Whether all rows that are in memory lie behind.
  var isAtEnd: Bool { row == heads.count }

  /// Moves to the next row in memory, or behind the last one.
  @inline(__always)
  mutating func advance() {
    row &+= 1
    if row < heads.count { head = heads[row] }
  }

  /// Moves to the first of further rows; returns whether there are any.
  mutating func load() throws(SystemFault) -> Bool {
    guard let file, let next = try Self.block(file, rows.measureCount) else { return false }
    rows = next
    begin()
    return true
  }

  private mutating func begin() {
    heads = rows.keys.heads
    row = 0
    head = heads.first ?? 0
  }

  private static func block(
    _ file: SpilledFileReader, _ measureCount: Int
  ) throws(SystemFault) -> SortedRows? {
    let opening = try file.read(8)
    if opening.isEmpty { return nil }
    var reader = PartialReader(trusting: opening)
    guard let rowCount = try? Int(reader.half()), let keyCount = try? Int(reader.half()),
      rowCount > 0, rowCount <= 1 << 16
    else { throw file.damaged }
    let bytes = try file.read(rowCount * (4 + 8 * measureCount) + keyCount + 4)
    let content = bytes.count - 4
    guard content >= 0 else { throw file.damaged }
    reader = PartialReader(trusting: bytes)
    do throws(PartialFault) {
      var ends: [Int] = []
      for _ in 0..<rowCount { ends.append(Int(try reader.half())) }
      let keys = RowKeys(bytes: try reader.bytes(keyCount), ends: ends)
      var values: [Int64] = []
      for _ in 0..<(rowCount * measureCount) {
        values.append(Int64(bitPattern: try reader.word()))
      }
      let crc = checksum(
        of: bytes.span.extracting(0..<content),
        continuing: checksum(of: opening.span, continuing: 0))
      if let keys, try reader.half() == crc {
        return SortedRows(keys: keys, values: values, measureCount: measureCount)
      }
    } catch {}
    throw file.damaged
  }
}
