import Bytes
import Records

/// Cuts the values of one column chunk into pages and compresses each.
struct PageWriter: ~Copyable {
  /// The values of a chunk without its nulls.
  enum PageValues {
    case fixed(bytes: [UInt8], width: Int)
    case texts(bytes: [UInt8], ends: [Int])
    case flags([Int64])
    case codes([UInt32], bitWidth: Int)
  }

  /// A page ends with the text that brings it over this size, if not with its last row before.
  static let byteLimit = 1 << 20

  /// The pages written so far.
  private var bytes: [UInt8] = []

  private var compressor: Compressor
  private var body: [UInt8] = []
  private var packed: [UInt8] = []

  init(_ compression: OutputCompression) {
    compressor =
      switch compression {
      case .none: Compressor(.none)
      case .gzip: Compressor(.gzip)
      case .small: Compressor(.small)
      // Most pages are codes, numbers and tokens: what a higher level finds among them is less than
      // it costs to say so. Texts get a twentieth larger.
      case .zstd: Compressor(.zstd, zstdLevel: 1)
      }
  }

  consuming func finish() -> [UInt8] { bytes }

  /// Writes a dictionary page of `count` plain values and notes it in `chunk`.
  mutating func writeDictionary(
    _ plain: [UInt8], count: Int, noting chunk: inout ParquetGroup.Chunk
  ) {
    chunk.dictionaryOffset = bytes.count
    body = plain
    writePage(.dictionary, noting: &chunk) { thrift in
      thrift.structure(field: 7) {
        $0.write(Int32(count), field: 1)
        $0.write(ParquetEncoding.plain.rawValue, field: 2)
      }
    }
    body = []
  }

  /// Writes the data pages of a chunk and notes them in `chunk`.
  mutating func writeData(
    _ values: PageValues, _ presence: Presence, noting chunk: inout ParquetGroup.Chunk
  ) {
    chunk.dataOffset = bytes.count
    let marks = presence.marks
    var row = 0
    var value = 0
    while row < marks.count {
      var rowEnd = min(row &+ parquetPageRowLimit, marks.count)
      var valueEnd = value
      for index in row..<rowEnd { valueEnd &+= Int(marks[index]) }
      if case .texts(_, let ends) = values, valueEnd > value {
        let start = value == 0 ? 0 : ends[value &- 1]
        if ends[valueEnd &- 1] &- start > PageWriter.byteLimit {
          (rowEnd, valueEnd) = (row, value)
          repeat {
            valueEnd &+= Int(marks[rowEnd])
            rowEnd &+= 1
          } while valueEnd == value || ends[valueEnd &- 1] &- start <= PageWriter.byteLimit
        }
      }
      fillBody(marks, row..<rowEnd, values, value..<valueEnd)
      var encoding = ParquetEncoding.plain
      if case .codes = values { encoding = .dictionary }
      writePage(.data, noting: &chunk) { thrift in
        thrift.structure(field: 5) {
          $0.write(Int32(rowEnd &- row), field: 1)
          $0.write(encoding.rawValue, field: 2)
          $0.write(ParquetEncoding.rle.rawValue, field: 3)
          $0.write(ParquetEncoding.rle.rawValue, field: 4)
        }
      }
      chunk.dataPageCount += 1
      row = rowEnd
      value = valueEnd
    }
  }

  /// Puts a data page together: definition levels behind their length, then the values.
  private mutating func fillBody(
    _ marks: [UInt8], _ rows: Range<Int>, _ values: PageValues, _ range: Range<Int>
  ) {
    body.removeAll(keepingCapacity: true)
    appendLittleEndian(0, to: &body)
    appendHybrid(marks, from: rows.lowerBound, to: rows.upperBound, bitWidth: 1, to: &body)
    let levelByteCount = UInt32(body.count &- 4)
    for index in 0..<4 {
      body[index] = UInt8(truncatingIfNeeded: levelByteCount >> UInt32(8 &* index))
    }
    switch values {
    case .fixed(let bytes, let width):
      body.append(
        copying: bytes, from: range.lowerBound &* width, count: range.count &* width)
    case .texts(let bytes, let ends):
      if range.isEmpty { break }
      let start = range.lowerBound == 0 ? 0 : ends[range.lowerBound &- 1]
      body.append(copying: bytes, from: start, count: ends[range.upperBound &- 1] &- start)
    case .flags(let numbers):
      body.append(contentsOf: plainBits(numbers, from: range.lowerBound, to: range.upperBound))
    case .codes(let codes, let bitWidth):
      body.append(UInt8(bitWidth))
      appendHybrid(
        codes, from: range.lowerBound, to: range.upperBound, bitWidth: bitWidth, to: &body)
    }
  }

  /// Compresses the body and writes it behind its header, of which `describe` writes the rest.
  private mutating func writePage(
    _ type: ParquetPageType, noting chunk: inout ParquetGroup.Chunk,
    _ describe: (inout ThriftWriter) -> Void
  ) {
    packed.removeAll(keepingCapacity: true)
    compressor.compress(body, appendingTo: &packed)
    var thrift = ThriftWriter()
    thrift.element { thrift in
      thrift.write(type.rawValue, field: 1)
      thrift.write(Int32(body.count), field: 2)
      thrift.write(Int32(packed.count), field: 3)
      // parquet.thrift: the CRC-32 of gzip over the page as it lies, without its header.
      thrift.write(Int32(bitPattern: checksum(of: packed.span, continuing: 0)), field: 4)
      describe(&thrift)
    }
    bytes.append(contentsOf: thrift.bytes)
    bytes.append(contentsOf: packed)
    chunk.byteCount += thrift.bytes.count + packed.count
    chunk.uncompressedByteCount += thrift.bytes.count + body.count
  }
}
