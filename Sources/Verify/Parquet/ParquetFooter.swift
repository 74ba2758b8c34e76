import Records

/// The footer of a Parquet file of this program's profile, checked against the file's length.
struct ParquetFooter {
  /// One column's part of a row group.
  struct Chunk: Hashable, Sendable {
    /// Where its pages lie in the file.
    var range: Range<Int>
    var hasDictionary: Bool
    var dataOffset: Int
    var uncompressedByteCount: Int
    var dataPageCount: Int
    var nullCount: Int
    var bounds: ClosedRange<Int64>?
  }

  private(set) var fields: [ParquetReader.Field] = []
  private(set) var rowCount = 0
  private(set) var groupRowCounts: [Int] = []
  private(set) var keyValues: [(key: String, value: String)] = []
  private(set) var createdBy = ""
  private(set) var chunks: [[Chunk]] = []
  /// That of every chunk; a file without row groups has none.
  private(set) var codec = ParquetCodec.none

  /// Where the footer begins; faults of the footer as a whole are reported there.
  private var start = 0
  private var fault: ParquetFault { ParquetFault(.footer, at: start) }

  init(byteCount: Int, read: (Range<Int>) -> [UInt8]?) throws(ParquetFault) {
    let frame = 8
    guard byteCount >= frame + 4 else { throw ParquetFault(.cutOff, at: byteCount) }
    guard let head = read(0..<4), let tail = read((byteCount - frame)..<byteCount),
      head.count == 4, tail.count == frame
    else { throw ParquetFault(.cutOff, at: 0) }
    guard head == parquetMagic else { throw ParquetFault(.magic, at: 0) }
    guard Array(tail[4...]) == parquetMagic else { throw ParquetFault(.magic, at: byteCount - 4) }
    let length = (0..<4).reduce(0) { $0 | Int(tail[$1]) << (8 * $1) }
    guard length <= byteCount - frame - 4 else { throw ParquetFault(.footer, at: byteCount - 8) }
    start = byteCount - frame - length
    guard let bytes = read(start..<(start + length)), bytes.count == length else {
      throw ParquetFault(.cutOff, at: start)
    }
    var thrift = ThriftReader(bytes, from: 0, fileOffset: start)
    let footer = try thrift.structure()
    guard thrift.position == length, try footer.integer(1) == 1 else { throw fault }
    try readSchema(footer)
    try readGroups(footer)
    try readRest(footer)
  }

  private mutating func readSchema(_ footer: ThriftStructure) throws(ParquetFault) {
    let schema = try footer.structures(2)
    guard let root = schema.first, try root.text(4) == "schema",
      try root.count(5) == schema.count - 1
    else { throw fault }
    for element in schema.dropFirst() {
      let name = try element.text(4)
      guard try element.integer(3) == Int64(ParquetKind.optional) else { throw fault }
      let kind = try kind(of: element)
      guard kind.schemaElement(named: name) == element.fields else { throw fault }
      fields.append(ParquetReader.Field(name: name, kind: kind))
    }
  }

  private func kind(of element: ThriftStructure) throws(ParquetFault) -> ParquetKind {
    let physical = try element.integer(1)
    guard element.has(6) else {
      switch physical {
      case 0: return .boolean
      case 2: return .integer
      default: throw fault
      }
    }
    switch (try element.integer(6), physical) {
    case (0, 6): return .text
    case (5, 2):
      let scale = try element.count(7)
      guard scale <= Int(ParquetKind.precision) else { throw fault }
      return .decimal(scale: scale)
    case (6, 1): return .date
    case (10, 2): return .timestamp
    default: throw fault
    }
  }

  /// Groups and chunks must fill the file from its magic to its footer without a gap.
  private mutating func readGroups(_ footer: ThriftStructure) throws(ParquetFault) {
    var offset = parquetMagic.count
    for group in try footer.structures(4) {
      let rows = try group.count(3)
      let columns = try group.structures(1)
      guard rows > 0, columns.count == fields.count, try group.count(5) == offset else {
        throw fault
      }
      let first = offset
      var uncompressed = 0
      var read: [Chunk] = []
      for (index, column) in columns.enumerated() {
        guard try column.integer(2) == 0, column.fields.count == 2 else { throw fault }
        let metadata = try column.structure(3)
        let isFirst = chunks.isEmpty && read.isEmpty
        let chunk = try chunk(
          metadata, fields[index], rowCount: rows, at: offset, isFirst: isFirst)
        offset = chunk.range.upperBound
        let (sum, overflows) = uncompressed.addingReportingOverflow(chunk.uncompressedByteCount)
        guard !overflows else { throw fault }
        uncompressed = sum
        read.append(chunk)
      }
      guard try group.count(2) == uncompressed, try group.count(6) == offset - first else {
        throw fault
      }
      chunks.append(read)
      groupRowCounts.append(rows)
      let (sum, overflows) = rowCount.addingReportingOverflow(rows)
      guard !overflows else { throw fault }
      rowCount = sum
    }
    guard offset == start, try footer.count(3) == rowCount else { throw fault }
  }

  private mutating func chunk(
    _ metadata: ThriftStructure, _ field: ParquetReader.Field, rowCount: Int, at offset: Int,
    isFirst: Bool
  ) throws(ParquetFault) -> Chunk {
    guard let codec = ParquetCodec(rawValue: Int32(truncatingIfNeeded: try metadata.integer(4)))
    else { throw fault }
    if isFirst { self.codec = codec }
    let byteCount = try metadata.count(7)
    let hasDictionary = metadata.has(11)
    let dataOffset = try metadata.count(9)
    let encodings: [Int64] = hasDictionary ? [0, 3, 8] : [0, 3]
    guard codec == self.codec, byteCount <= start - offset,
      try metadata.integer(1) == Int64(field.kind.physical.rawValue),
      try metadata.list(2) == encodings.map(ThriftValue.integer),
      try metadata.list(3) == [.binary(Array(field.name.utf8))],
      try metadata.count(5) == rowCount,
      hasDictionary
        ? try metadata.count(11) == offset && dataOffset > offset && dataOffset < offset + byteCount
        : dataOffset == offset
    else { throw fault }
    let statistics = try metadata.structure(12)
    let nullCount = try statistics.count(3)
    guard nullCount <= rowCount, statistics.fields.keys.allSatisfy({ [3, 5, 6].contains($0) })
    else { throw fault }
    return Chunk(
      range: offset..<(offset + byteCount), hasDictionary: hasDictionary, dataOffset: dataOffset,
      uncompressedByteCount: try metadata.count(6),
      dataPageCount: try dataPageCount(metadata, hasDictionary: hasDictionary),
      nullCount: nullCount, bounds: try bounds(statistics, field.kind))
  }

  private func dataPageCount(
    _ metadata: ThriftStructure, hasDictionary: Bool
  ) throws(ParquetFault) -> Int {
    var counts = try metadata.structures(13)
    if hasDictionary {
      guard let first = counts.first, try first.integer(1) == 2, try first.integer(2) == 0,
        try first.integer(3) == 1
      else { throw fault }
      counts.removeFirst()
    }
    guard counts.count == 1, try counts[0].integer(1) == 0,
      try counts[0].integer(2) == (hasDictionary ? 8 : 0)
    else { throw fault }
    return try counts[0].count(3)
  }

  private func bounds(
    _ statistics: ThriftStructure, _ kind: ParquetKind
  ) throws(ParquetFault) -> ClosedRange<Int64>? {
    guard statistics.has(5) || statistics.has(6) else { return nil }
    let width = kind == .date ? 4 : 8
    let greatest = try statistics.binary(5)
    let least = try statistics.binary(6)
    guard kind.hasBounds, greatest.count == width, least.count == width else { throw fault }
    let (lower, upper) = (number(least, at: 0, width: width), number(greatest, at: 0, width: width))
    guard lower <= upper else { throw fault }
    return lower...upper
  }

  private mutating func readRest(_ footer: ThriftStructure) throws(ParquetFault) {
    if footer.has(5) {
      for pair in try footer.structures(5) {
        keyValues.append((try pair.text(1), try pair.text(2)))
      }
    }
    createdBy = try footer.text(6)
    let typeDefinedOrder = ThriftValue.structure([1: .structure([:])])
    guard createdBy.hasPrefix("sparsam version "),
      try footer.list(7) == Array(repeating: typeDefinedOrder, count: fields.count)
    else { throw fault }
  }
}

/// Returns the signed number of `width` bytes (4 or 8) at `offset`, the lowest first.
@inline(__always)
func number(_ bytes: [UInt8], at offset: Int, width: Int) -> Int64 {
  var word: UInt64 = 0
  for index in 0..<width { word |= UInt64(bytes[offset &+ index]) &<< UInt64(8 &* index) }
  return width == 4
    ? Int64(Int32(truncatingIfNeeded: word)) : Int64(bitPattern: word)
}
