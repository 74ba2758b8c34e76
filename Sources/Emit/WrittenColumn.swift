import Bytes
import Records

/// A column of a batch written out: for each value its bytes as they stand in a row.
struct WrittenColumn {
  private var bytes: [UInt8]
  private var cells: [TextCell]
  private let codes: [UInt32]
  private let isCoded: Bool
  /// What a null looks like: nothing in CSV, the word in JSON.
  private let null: [UInt8]

  init(_ column: Column, asJSON isJSON: Bool, zone: Zone, isReplay: Bool) {
    codes = column.codes
    isCoded = column.isCoded
    null = isJSON ? Array("null".utf8) : []
    switch column.values {
    case .text(let text):
      if isJSON {
        (bytes, cells) = WrittenColumn.quoted(text)
      } else {
        (bytes, cells) = WrittenColumn.guarded(text)
      }
    case .number(let numbers):
      (bytes, cells) = ([], [])
      writeNumbers(numbers, column.type, isJSON: isJSON, zone: zone)
    case .identity(let identities):
      (bytes, cells) = ([], [])
      writeTokens(identities.tokens, isJSON: isJSON, isReplay: isReplay)
    }
  }

  /// Copies the cell of a row behind what is there.
  @inline(__always)
  func append(_ row: Int, to output: inout OutputBuffer) {
    let cell = cells[isCoded ? Int(codes[row]) : row]
    if cell.isNull {
      if !null.isEmpty { output.append(null) }
    } else {
      output.append(bytes, from: cell.lower, count: Int(cell.count))
    }
  }

  // MARK: - Texts

  /// Returns texts as CSV fields; most need nothing and stay where they are.
  private static func guarded(_ text: TextCells) -> ([UInt8], [TextCell]) {
    let source = text.bytes.span
    var special: [Int] = []
    for position in text.cells.indices {
      let cell = text.cells[position]
      if !cell.isNull, needsCare(source, from: cell.lower, to: cell.upper) {
        special.append(position)
      }
    }
    if special.isEmpty { return (text.bytes, text.cells) }
    var bytes = text.bytes
    var cells = text.cells
    for position in special {
      let cell = cells[position]
      let start = bytes.count
      appendCSVText(Array(text.bytes[cell.lower..<cell.upper]).span, to: &bytes)
      cells[position] = TextCell(start: start, count: bytes.count - start)
    }
    return (bytes, cells)
  }

  private static func quoted(_ text: TextCells) -> ([UInt8], [TextCell]) {
    var bytes: [UInt8] = []
    var cells: [TextCell] = []
    cells.reserveCapacity(text.cells.count)
    let source = text.bytes.span
    for cell in text.cells {
      if cell.isNull {
        cells.append(.null)
        continue
      }
      let start = bytes.count
      appendJSONText(source, from: cell.lower, to: cell.upper, into: &bytes)
      cells.append(TextCell(start: start, count: bytes.count - start))
    }
    return (bytes, cells)
  }

  // MARK: - Numbers and times

  private mutating func writeNumbers(
    _ numbers: [Int64], _ type: ColumnType, isJSON: Bool, zone: Zone
  ) {
    var output = OutputBuffer(capacity: numbers.count * 8 + 64)
    cells.reserveCapacity(numbers.count)
    var clock = TimeText(zone: zone)
    let quote = isJSON && (type.form == .date || type.form == .timestamp)
    // Neighbouring times mostly share their hour or day: the same bytes serve again.
    var last = Values.nullNumber
    var lastCell = TextCell.null
    for number in numbers {
      if number == Values.nullNumber {
        cells.append(.null)
        continue
      }
      if number == last {
        cells.append(lastCell)
        continue
      }
      let start = output.count
      if quote { output.append(UInt8(ascii: "\"")) }
      switch type.form {
      case .integer: output.append(decimal: number)
      case .decimal(let scale, true): output.append(decimal: number, scale: scale)
      case .decimal(let scale, false): output.append(shortestDecimal: number, scale: scale)
      case .boolean: output.append(number == 0 ? "false" : "true")
      case .date: clock.append(day: number, to: &output)
      case .timestamp: clock.append(microseconds: number, to: &output)
      case .text, .token: output.append(decimal: number)
      }
      if quote { output.append(UInt8(ascii: "\"")) }
      last = number
      lastCell = TextCell(start: start, count: output.count - start)
      cells.append(lastCell)
    }
    bytes = output.take()
  }

  private mutating func writeTokens(_ tokens: [UInt128], isJSON: Bool, isReplay: Bool) {
    bytes.reserveCapacity(tokens.count * 29)
    cells.reserveCapacity(tokens.count)
    for token in tokens {
      if token == 0 {
        cells.append(.null)
        continue
      }
      let start = bytes.count
      if isJSON { bytes.append(UInt8(ascii: "\"")) }
      appendTokenText(token, replay: isReplay, to: &bytes)
      if isJSON { bytes.append(UInt8(ascii: "\"")) }
      cells.append(TextCell(start: start, count: bytes.count - start))
    }
  }
}
