/// Writes structures in Thrift's compact protocol, in which Parquet's headers and footer are.
///
/// After the specification "Thrift Compact protocol encoding" of Apache Thrift. Fields of a
/// structure are written in ascending order of their numbers.
struct ThriftWriter {
  /// The wire type of a field or of a list's elements.
  enum Wire: UInt8 {
    case yes = 1
    case no = 2
    case int32 = 5
    case int64 = 6
    case binary = 8
    case list = 9
    case structure = 12
  }

  private(set) var bytes: [UInt8] = []

  /// The number of the field written last in each open structure.
  private var lastFields = [0]

  init() {}

  mutating func write(_ number: Int32, field: Int) {
    begin(field, .int32)
    append(zigzag: Int64(number))
  }

  mutating func write(_ number: Int64, field: Int) {
    begin(field, .int64)
    append(zigzag: number)
  }

  mutating func write(_ flag: Bool, field: Int) {
    begin(field, flag ? .yes : .no)
  }

  mutating func write(_ text: String, field: Int) {
    write(Array(text.utf8), field: field)
  }

  mutating func write(_ binary: [UInt8], field: Int) {
    begin(field, .binary)
    append(element: binary)
  }

  /// Writes a structure whose fields `body` writes.
  mutating func structure(field: Int, _ body: (inout ThriftWriter) -> Void = { _ in }) {
    begin(field, .structure)
    element(body)
  }

  /// Writes the head of a list; its `count` elements follow.
  mutating func list(field: Int, of wire: Wire, count: Int) {
    begin(field, .list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | wire.rawValue)
    } else {
      bytes.append(0xF0 | wire.rawValue)
      append(varint: UInt64(count))
    }
  }

  /// Writes a structure as a list's element or as the outermost one.
  mutating func element(_ body: (inout ThriftWriter) -> Void) {
    lastFields.append(0)
    body(&self)
    lastFields.removeLast()
    bytes.append(0)
  }

  mutating func append(element number: Int32) { append(zigzag: Int64(number)) }

  mutating func append(element binary: [UInt8]) {
    append(varint: UInt64(binary.count))
    bytes.append(contentsOf: binary)
  }

  /// Writes a field's head: its distance from the field before, which has four bits, and its type.
  private mutating func begin(_ field: Int, _ wire: Wire) {
    let delta = field - lastFields[lastFields.count - 1]
    if delta > 0, delta <= 15 {
      bytes.append(UInt8(delta) << 4 | wire.rawValue)
    } else {
      bytes.append(wire.rawValue)
      append(zigzag: Int64(field))
    }
    lastFields[lastFields.count - 1] = field
  }

  private mutating func append(zigzag number: Int64) {
    append(varint: UInt64(bitPattern: number << 1 ^ number >> 63))
  }

  private mutating func append(varint number: UInt64) { appendVarint(number, to: &bytes) }
}

/// Appends `number` in groups of seven bits, the lowest first (LEB128).
func appendVarint(_ number: UInt64, to bytes: inout [UInt8]) {
  var rest = number
  while rest >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(truncatingIfNeeded: rest))
}
