import Bytes

/// The bytes of a partial under construction.
struct PartialWriter {
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func write(_ number: Int) { write(UInt64(number)) }

  mutating func write(_ number: UInt32) { bytes.append(littleEndian: UInt64(number), count: 4) }

  mutating func write(_ number: UInt64) { bytes.append(littleEndian: number, count: 8) }

  mutating func write(_ number: UInt128) {
    write(UInt64(truncatingIfNeeded: number))
    write(UInt64(truncatingIfNeeded: number >> 64))
  }

  /// Writes the twelve bytes of a set's member.
  mutating func write(member: UInt128) {
    write(UInt64(truncatingIfNeeded: member))
    write(UInt32(truncatingIfNeeded: member >> 64))
  }

  mutating func write(_ source: [UInt8], _ range: Range<Int>) {
    bytes.append(copying: source, from: range.lowerBound, count: range.count)
  }
}

/// Reads the bytes of a partial and believes none of them.
struct PartialReader {
  private let source: [UInt8]
  private let table: String
  private var position = 0
  /// Where the checksum begins.
  private var end = 0

  init(_ source: [UInt8], table: String) {
    self.source = source
    self.table = table
  }

  /// Reads bytes whose end is their last byte and whose checksum the caller compares.
  init(trusting source: [UInt8]) {
    self.init(source, table: "")
    end = source.count
  }

  var damaged: PartialFault { PartialFault(table: table, reason: .damaged) }

  var isAtEnd: Bool { position == end }

  /// Compares the checksum at the end with that of all before it.
  mutating func verify() throws(PartialFault) {
    guard source.count >= 4 else { throw damaged }
    let content = source.count - 4
    position = content
    end = source.count
    let stated = try half()
    guard stated == checksum(of: source.span.extracting(0..<content), continuing: 0) else {
      throw damaged
    }
    position = 0
    end = content
  }

  mutating func byte() throws(PartialFault) -> UInt8 {
    guard position < end else { throw damaged }
    position += 1
    return source[position - 1]
  }

  mutating func bytes(_ count: Int) throws(PartialFault) -> [UInt8] {
    guard count <= end - position else { throw damaged }
    position += count
    return Array(source[(position - count)..<position])
  }

  mutating func half() throws(PartialFault) -> UInt32 {
    guard end - position >= 4 else { throw damaged }
    position += 4
    return UInt32(source[position - 4]) | UInt32(source[position - 3]) << 8
      | UInt32(source[position - 2]) << 16 | UInt32(source[position - 1]) << 24
  }

  mutating func word() throws(PartialFault) -> UInt64 {
    let low = try half()
    return UInt64(low) | UInt64(try half()) << 32
  }

  mutating func wide() throws(PartialFault) -> UInt128 {
    let low = try word()
    return UInt128(low) | UInt128(try word()) << 64
  }

  /// Reads a set's member, whose lower 64 bits are not 0.
  mutating func member() throws(PartialFault) -> UInt128 {
    let low = try word()
    guard low > 0 else { throw damaged }
    return UInt128(low) | UInt128(try half()) << 64
  }

  /// Reads how many entries follow, of at least `size` bytes each: never more than there are bytes.
  mutating func count(of size: Int) throws(PartialFault) -> Int {
    let count = try word()
    guard count <= UInt64(end - position) / UInt64(max(1, size)) else { throw damaged }
    return Int(count)
  }

  /// Reads fingerprints, which are distinct and not zero.
  mutating func fill(_ table: inout FingerprintTable) throws(PartialFault) {
    let count = try count(of: 16)
    var prints: [UInt128] = []
    prints.reserveCapacity(count)
    for _ in 0..<count { prints.append(try wide()) }
    var found: [UInt32] = []
    table.reserve(count)
    _ = table.numbers(of: prints, found: &found)
    guard table.count == count else { throw damaged }
  }
}
