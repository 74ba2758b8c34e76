import Bytes
import Records

/// The values of one group key and their codes: 0 is null, others count from 1 as first seen.
///
/// Numbers are kept as eight bytes, highest first with the sign bit turned, so that bytewise and
/// numeric order agree.
struct KeyDictionary: Sendable {
  let isText: Bool
  private(set) var values = ByteInterner()

  init(isText: Bool) { self.isText = isText }

  /// The number of codes, null's among them.
  var codeCount: Int { values.count &+ 1 }

  var byteCount: Int { values.byteCount }

  /// Returns the code of each selected row.
  mutating func codes(of column: Column, rows: RowSelection) -> [UInt32] {
    var result = [UInt32](repeating: 0, count: rows.count)
    if column.isCoded {
      let unknown = UInt32.max
      var known = [UInt32](repeating: unknown, count: column.values.count)
      for index in 0..<rows.count {
        let position = Int(column.codes[rows[index]])
        if known[position] == unknown { known[position] = code(at: position, of: column.values) }
        result[index] = known[position]
      }
      return result
    }
    switch column.values {
    case .number(let numbers):
      var last = Values.nullNumber
      var lastCode: UInt32 = 0
      for index in 0..<rows.count {
        let number = numbers[rows[index]]
        if number != last {
          last = number
          lastCode = code(of: number)
        }
        result[index] = lastCode
      }
    case .text(let text):
      let bytes = text.bytes.span
      for index in 0..<rows.count {
        let cell = text.cells[rows[index]]
        if cell.isNull { continue }
        result[index] = values.code(of: bytes, from: cell.lower, count: Int(cell.count)) &+ 1
      }
    case .identity: preconditionFailure("a pseudonym is no group key")
    }
    return result
  }

  /// Returns the code of a value as it is kept: the text itself, or the ordered bytes of a number.
  mutating func code(ofBytes bytes: [UInt8]) -> UInt32 { values.code(of: bytes) &+ 1 }

  /// Returns the code of a number, or 0 for null.
  mutating func code(of number: Int64) -> UInt32 {
    number == Values.nullNumber ? 0 : values.code(of: orderedBytes(of: number)) &+ 1
  }

  /// Returns the number of a code.
  func number(of code: UInt32) -> Int64 {
    if code == 0 { return Values.nullNumber }
    var pattern: UInt64 = 0
    for index in values.range(of: code &- 1) {
      pattern = pattern << 8 | UInt64(values.bytes[index])
    }
    return Int64(bitPattern: pattern ^ (1 << 63))
  }

  /// Returns for each code its rank in the order of output: null first, then by value.
  func ranks() -> [UInt32] {
    let order = (0..<values.count).sorted { left, right in
      values.precedes(UInt32(left), UInt32(right))
    }
    var ranks = [UInt32](repeating: 0, count: codeCount)
    for (rank, value) in order.enumerated() { ranks[value + 1] = UInt32(rank + 1) }
    return ranks
  }

  /// Returns the column of the given codes; values of no row are left behind.
  func column(of codes: [UInt32], type: ColumnType) -> Column {
    guard isText else {
      return Column(type: type, values: .number(codes.map { number(of: $0) }))
    }
    var cells = [TextCell](repeating: .null, count: codeCount)
    var bytes: [UInt8] = []
    let text = codes.map { code in
      if code != 0, cells[Int(code)].isNull {
        let range = values.range(of: code &- 1)
        cells[Int(code)] = TextCell(start: bytes.count, count: range.count)
        bytes.append(copying: values.bytes, from: range.lowerBound, count: range.count)
      }
      return cells[Int(code)]
    }
    return Column(type: type, values: .text(TextCells(bytes: bytes, cells: text)))
  }

  private mutating func code(at position: Int, of dictionary: Values) -> UInt32 {
    switch dictionary {
    case .number(let numbers): return code(of: numbers[position])
    case .text(let text):
      let cell = text.cells[position]
      if cell.isNull { return 0 }
      return values.code(of: text.bytes, from: cell.lower, count: Int(cell.count)) &+ 1
    case .identity: preconditionFailure("a pseudonym is no group key")
    }
  }
}

/// Returns eight bytes whose bytewise order is the numeric order of numbers.
func orderedBytes(of number: Int64) -> [UInt8] {
  let pattern = UInt64(bitPattern: number) ^ (1 << 63)
  return (0..<8).map { UInt8(truncatingIfNeeded: pattern >> (56 - 8 * UInt64($0))) }
}

extension ByteInterner {
  /// The memory the values take, at about 16 bytes of table for each.
  var byteCount: Int { bytes.count &+ count &* 24 }

  /// Whether value `left` stands before value `right` in bytewise order.
  func precedes(_ left: UInt32, _ right: UInt32) -> Bool {
    let first = range(of: left)
    let second = range(of: right)
    for index in 0..<Swift.min(first.count, second.count) {
      let one = bytes[first.lowerBound &+ index]
      let other = bytes[second.lowerBound &+ index]
      if one != other { return one < other }
    }
    return first.count < second.count
  }
}
