import Bytes
import Records

/// Takes the pages of one column chunk apart.
struct ChunkReading {
  private let bytes: [UInt8]
  private let chunk: ParquetFooter.Chunk
  private let kind: ParquetKind
  private let unpacker: PageUnpacker
  private var position = 0

  /// Values of the pages so far: numbers, or texts as ranges of `arena`.
  private var numbers: [Int64] = []
  private var cells: [TextCell] = []
  private var arena: [UInt8] = []

  init(bytes: [UInt8], chunk: ParquetFooter.Chunk, kind: ParquetKind, codec: ParquetCodec) {
    self.bytes = bytes
    self.chunk = chunk
    self.kind = kind
    unpacker = PageUnpacker(codec)
  }

  mutating func column(rowCount: Int) throws(ParquetFault) -> Column {
    var uncompressed = 0
    var dictionaryCount = 0
    if chunk.hasDictionary {
      let page = try nextPage(.dictionary)
      uncompressed += page.headerByteCount + page.body.count
      dictionaryCount = page.valueCount
      try takePlain(page.body, from: 0, count: page.valueCount, at: page.offset)
      guard chunk.range.lowerBound + position == chunk.dataOffset else {
        throw fault(.footer)
      }
    }
    var codes: [UInt32] = []
    var rows = 0
    var nullCount = 0
    for _ in 0..<chunk.dataPageCount {
      let page = try nextPage(.data)
      uncompressed += page.headerByteCount + page.body.count
      guard page.valueCount <= rowCount - rows else { throw fault(.pageHeader) }
      rows += page.valueCount
      let (marks, valuesStart) = try levels(page)
      let present = marks.reduce(0) { $0 + Int($1) }
      nullCount += page.valueCount - present
      if chunk.hasDictionary {
        let pageCodes = try pageCodes(page, from: valuesStart, count: present, of: dictionaryCount)
        var next = 0
        for mark in marks {
          codes.append(mark == 1 ? pageCodes[next] : UInt32(dictionaryCount))
          next += Int(mark)
        }
      } else {
        try takePlain(page.body, from: valuesStart, count: present, at: page.offset, marks: marks)
      }
    }
    guard position == bytes.count, rows == rowCount, uncompressed == chunk.uncompressedByteCount
    else { throw fault(.footer) }
    let bounds = bounds
    guard nullCount == chunk.nullCount, bounds == chunk.bounds else { throw fault(.statistics) }
    guard kind.allows(bounds) else { throw fault(.precision) }
    return column(codes: codes, dictionaryCount: dictionaryCount, hasNulls: nullCount > 0)
  }

  private func fault(_ kind: ParquetFault.Kind) -> ParquetFault {
    ParquetFault(kind, at: chunk.range.lowerBound + position)
  }

  /// Builds the column; a dictionary's nulls refer to one entry more.
  private func column(codes: [UInt32], dictionaryCount: Int, hasNulls: Bool) -> Column {
    let type = ColumnType(source: nil, form: kind.form, state: .treated)
    var values = Values.number(numbers)
    if kind == .text {
      var texts = TextCells(bytes: arena, cells: cells)
      if chunk.hasDictionary, hasNulls { texts.cells.append(.null) }
      values = .text(texts)
    } else if chunk.hasDictionary, hasNulls {
      values = .number(numbers + [Values.nullNumber])
    }
    return chunk.hasDictionary
      ? Column(type: type, dictionary: values, codes: codes) : Column(type: type, values: values)
  }

  /// The least and greatest of the numbers read, where the kind has bounds.
  private var bounds: ClosedRange<Int64>? {
    guard kind.hasBounds else { return nil }
    var range: ClosedRange<Int64>?
    for number in numbers where number != Values.nullNumber {
      guard let known = range else {
        range = number...number
        continue
      }
      range = min(known.lowerBound, number)...max(known.upperBound, number)
    }
    return range
  }

  // MARK: Pages

  private struct Page {
    var body: [UInt8]
    var valueCount: Int
    var headerByteCount: Int
    /// Where the page's body lies in the file.
    var offset: Int
  }

  /// Reads the header of the next page, checks it and its checksum, and decompresses the page.
  private mutating func nextPage(_ type: ParquetPageType) throws(ParquetFault) -> Page {
    let start = position
    var thrift = ThriftReader(bytes, from: position, fileOffset: chunk.range.lowerBound)
    let header = try thrift.structure()
    position = thrift.position
    let size = try header.count(3)
    let uncompressedSize = try header.count(2)
    guard try header.integer(1) == Int64(type.rawValue), size <= bytes.count - position,
      uncompressedSize <= PageUnpacker.sizeLimit
    else { throw fault(.pageHeader) }
    let about = try header.structure(type == .data ? 5 : 7)
    let valueCount = try about.count(1)
    switch type {
    case .dictionary:
      guard try about.integer(2) == 0, about.fields.count == 2 else { throw fault(.pageHeader) }
    case .data:
      guard try about.integer(2) == (chunk.hasDictionary ? 8 : 0), try about.integer(3) == 3,
        try about.integer(4) == 3, about.fields.count == 4, valueCount > 0,
        valueCount <= parquetPageRowLimit
      else { throw fault(.pageHeader) }
    }
    let packed = [UInt8](copying: bytes.span, from: position, count: size)
    guard
      try header.integer(4) == Int64(Int32(bitPattern: checksum(of: packed.span, continuing: 0)))
    else { throw fault(.checksum) }
    guard let body = unpacker.unpack(packed, byteCount: uncompressedSize) else {
      throw fault(.compression)
    }
    let page = Page(
      body: body, valueCount: valueCount, headerByteCount: position - start,
      offset: chunk.range.lowerBound + position)
    position += size
    return page
  }

  /// Returns for each row of a page whether it has a value, and where the values begin.
  private func levels(_ page: Page) throws(ParquetFault) -> (marks: [UInt32], valuesStart: Int) {
    guard page.body.count >= 4 else { throw ParquetFault(.encoding, at: page.offset) }
    let length = Int(UInt32(truncatingIfNeeded: number(page.body, at: 0, width: 4)))
    guard length <= page.body.count - 4,
      let marks = decodeHybrid(
        page.body, from: 4, to: 4 + length, bitWidth: 1, count: page.valueCount)
    else { throw ParquetFault(.encoding, at: page.offset) }
    return (marks, 4 + length)
  }

  private func pageCodes(
    _ page: Page, from start: Int, count: Int, of dictionaryCount: Int
  ) throws(ParquetFault) -> [UInt32] {
    let fault = ParquetFault(.encoding, at: page.offset)
    guard start < page.body.count, Int(page.body[start]) == parquetCodeBitWidth(dictionaryCount),
      let codes = decodeHybrid(
        page.body, from: start + 1, to: page.body.count, bitWidth: Int(page.body[start]),
        count: count)
    else { throw fault }
    for code in codes where code >= dictionaryCount { throw fault }
    return codes
  }

  /// Reads `count` plain values and puts them where `marks` are set, nulls elsewhere.
  private mutating func takePlain(
    _ body: [UInt8], from start: Int, count: Int, at offset: Int, marks: [UInt32]? = nil
  ) throws(ParquetFault) {
    let fault = ParquetFault(.encoding, at: offset)
    let width = kind == .date ? 4 : 8
    let left = body.count - start
    switch kind {
    case .text:
      // Every text has its length in four bytes.
      guard count <= left / 4, arena.count + left < Int(UInt32.max) else { throw fault }
    case .boolean: guard count <= left * 8, left == (count + 7) / 8 else { throw fault }
    default: guard left % width == 0, count == left / width else { throw fault }
    }
    var position = start
    var index = 0
    for row in 0..<(marks?.count ?? count) {
      if let marks, marks[row] == 0 {
        if kind == .text { cells.append(.null) } else { numbers.append(Values.nullNumber) }
        continue
      }
      switch kind {
      case .text:
        guard position + 4 <= body.count else { throw fault }
        let length = Int(UInt32(truncatingIfNeeded: number(body, at: position, width: 4)))
        position += 4
        guard length <= body.count - position,
          isValidUTF8(body, from: position, to: position + length)
        else { throw fault }
        cells.append(TextCell(start: arena.count, count: length))
        arena.append(copying: body, from: position, count: length)
        position += length
      case .boolean:
        numbers.append(Int64(body[start + index / 8] >> UInt8(index % 8) & 1))
        index += 1
      default:
        let value = number(body, at: position, width: width)
        guard value != Values.nullNumber else { throw fault }
        numbers.append(value)
        position += width
      }
    }
    if kind == .boolean {
      // What fills up the last byte is zero.
      guard index % 8 == 0 || body[body.count - 1] >> UInt8(index % 8) == 0 else { throw fault }
    } else {
      guard position == body.count else { throw fault }
    }
  }
}
