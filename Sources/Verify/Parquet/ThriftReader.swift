import Bytes

/// A value in Thrift's compact protocol, as far as Parquet's structures need it.
indirect enum ThriftValue: Hashable {
  case flag(Bool)
  case integer(Int64)
  case binary([UInt8])
  case list([ThriftValue])
  /// Fields by their numbers.
  case structure([Int: ThriftValue])
}

/// Reads structures in Thrift's compact protocol; whatever comes, it never reads beyond its bytes.
///
/// The offsets of faults count from the file's beginning.
struct ThriftReader {
  private let bytes: [UInt8]
  private let fileOffset: Int
  private(set) var position: Int

  /// Reads `bytes`, of which the first lies at `fileOffset`, from `position`.
  init(_ bytes: [UInt8], from position: Int, fileOffset: Int) {
    self.bytes = bytes
    self.position = position
    self.fileOffset = fileOffset
  }

  /// Reads one structure.
  mutating func structure() throws(ParquetFault) -> ThriftStructure {
    ThriftStructure(fields: try fields(depth: 0), offset: fileOffset + position)
  }

  private var fault: ParquetFault { ParquetFault(.thrift, at: fileOffset + position) }

  private mutating func byte() throws(ParquetFault) -> UInt8 {
    if position >= bytes.count { throw fault }
    position += 1
    return bytes[position - 1]
  }

  private mutating func varint() throws(ParquetFault) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 64, by: 7) {
      let next = try byte()
      if shift == 63, next > 1 { throw fault }
      result |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return result }
    }
    throw fault
  }

  private mutating func zigzag() throws(ParquetFault) -> Int64 {
    let number = try varint()
    return Int64(bitPattern: number >> 1) ^ -Int64(number & 1)
  }

  private mutating func fields(depth: Int) throws(ParquetFault) -> [Int: ThriftValue] {
    if depth > 12 { throw fault }
    var fields: [Int: ThriftValue] = [:]
    var last: Int64 = 0
    while true {
      let head = try byte()
      if head == 0 { return fields }
      let number = head >> 4 == 0 ? try zigzag() : last + Int64(head >> 4)
      // Fields ascend in what this program writes; that also keeps any from coming twice.
      guard number > last, number <= Int64(Int16.max) else { throw fault }
      last = number
      switch head & 15 {
      case 1: fields[Int(number)] = .flag(true)
      case 2: fields[Int(number)] = .flag(false)
      default: fields[Int(number)] = try value(head & 15, depth: depth)
      }
    }
  }

  private mutating func value(_ wire: UInt8, depth: Int) throws(ParquetFault) -> ThriftValue {
    switch wire {
    case 5:
      let number = try zigzag()
      guard Int32(exactly: number) != nil else { throw fault }
      return .integer(number)
    case 6: return .integer(try zigzag())
    case 8:
      let count = try varint()
      guard count <= UInt64(bytes.count - position) else { throw fault }
      position += Int(count)
      return .binary([UInt8](copying: bytes.span, from: position - Int(count), count: Int(count)))
    case 9:
      if depth > 12 { throw fault }
      let head = try byte()
      let count = head >> 4 == 15 ? try varint() : UInt64(head >> 4)
      // Every element takes a byte or more.
      guard count <= UInt64(bytes.count - position) else { throw fault }
      var elements: [ThriftValue] = []
      for _ in 0..<count { elements.append(try value(head & 15, depth: depth + 1)) }
      return .list(elements)
    case 12: return .structure(try fields(depth: depth + 1))
    default: throw fault
    }
  }
}

/// The fields of a structure, each asked for with the type it must have.
struct ThriftStructure {
  var fields: [Int: ThriftValue]
  /// Where the structure ends in the file.
  var offset: Int

  private var fault: ParquetFault { ParquetFault(.thrift, at: offset) }

  func has(_ field: Int) -> Bool { fields[field] != nil }

  func integer(_ field: Int) throws(ParquetFault) -> Int64 {
    guard case .integer(let number) = fields[field] else { throw fault }
    return number
  }

  /// Returns an offset, length or count, which is never negative.
  func count(_ field: Int) throws(ParquetFault) -> Int {
    let number = try integer(field)
    guard number >= 0 else { throw fault }
    return Int(number)
  }

  func binary(_ field: Int) throws(ParquetFault) -> [UInt8] {
    guard case .binary(let bytes) = fields[field] else { throw fault }
    return bytes
  }

  func text(_ field: Int) throws(ParquetFault) -> String {
    guard let text = String(validating: try binary(field), as: UTF8.self) else { throw fault }
    return text
  }

  func list(_ field: Int) throws(ParquetFault) -> [ThriftValue] {
    guard case .list(let elements) = fields[field] else { throw fault }
    return elements
  }

  func structures(_ field: Int) throws(ParquetFault) -> [ThriftStructure] {
    var structures: [ThriftStructure] = []
    for element in try list(field) {
      guard case .structure(let fields) = element else { throw fault }
      structures.append(ThriftStructure(fields: fields, offset: offset))
    }
    return structures
  }

  func structure(_ field: Int) throws(ParquetFault) -> ThriftStructure {
    guard case .structure(let fields) = fields[field] else { throw fault }
    return ThriftStructure(fields: fields, offset: offset)
  }
}
