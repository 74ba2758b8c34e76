import Bytes
import Records

/// The columns of a finished table under construction, row by row.
struct FinishedColumns {
  private enum Key {
    case text(TextCells)
    case number([Int64])
    case token([UInt128])
  }

  private let plan: TablePlan
  private var keys: [Key]
  private var measures: [[Int64]]
  private(set) var rowCount = 0

  init(_ plan: TablePlan) {
    self.plan = plan
    keys =
      plan.person == nil
      ? plan.keys.map { $0.isText ? .text(TextCells()) : .number([]) }
      : [.token([])]
    measures = plan.definition.measures.map { _ in [] }
  }

  mutating func append(_ rows: borrowing SortedRows, _ row: Int) {
    var position = rows.keys.range(of: row).lowerBound
    for index in keys.indices {
      switch keys[index] {
      case .token(var tokens):
        keys[index] = .token([])
        let high = FinishedColumns.word(rows.keys.bytes, position)
        let low = FinishedColumns.word(rows.keys.bytes, position &+ 8)
        tokens.append(TokenRank.token(of: UInt128(high) << 64 | UInt128(low)))
        position &+= 16
        keys[index] = .token(tokens)
      case .number(var numbers):
        keys[index] = .number([])
        if rows.keys.bytes[position] == 0 {
          numbers.append(Values.nullNumber)
          position &+= 1
        } else {
          let word = FinishedColumns.word(rows.keys.bytes, position &+ 1)
          numbers.append(Int64(bitPattern: word ^ (1 << 63)))
          position &+= 9
        }
        keys[index] = .number(numbers)
      case .text(var text):
        keys[index] = .text(TextCells())
        position = FinishedColumns.read(rows.keys.bytes, position, into: &text)
        keys[index] = .text(text)
      }
    }
    let values = rows.measures(of: row)
    for index in measures.indices { measures[index].append(values[values.startIndex &+ index]) }
    rowCount &+= 1
  }

  /// The columns in the definition's order.
  ///
  /// Text keys and numbers are plain, bands a dictionary. The person column carries tokens, which
  /// also stand in place of fingerprints; normalised values and epochs are empty.
  var columns: [Column] {
    var columns: [Column] = []
    for key in keys {
      let values: Values =
        switch key {
        case .text(let text): .text(text)
        case .number(let numbers): .number(numbers)
        case .token(let tokens): .identity(IdentityCells(fingerprints: tokens, tokens: tokens))
        }
      columns.append(Column(type: plan.output[columns.count].type, values: values))
    }
    for index in measures.indices {
      columns.append(
        plan.finishedMeasure(index).column(
          of: measures[index], type: plan.output[columns.count].type))
    }
    return columns
  }

  private static func word(_ bytes: [UInt8], _ position: Int) -> UInt64 {
    var word: UInt64 = 0
    for offset in 0..<8 { word = word &<< 8 | UInt64(bytes[position &+ offset]) }
    return word
  }

  /// Reads a text key and returns the position behind it.
  private static func read(
    _ bytes: [UInt8], _ start: Int, into text: inout TextCells
  ) -> Int {
    if bytes[start] == 0 {
      text.cells.append(.null)
      return start &+ 1
    }
    let first = text.bytes.count
    var position = start &+ 1
    while true {
      let byte = bytes[position]
      if byte == 0, bytes[position &+ 1] == 0 { break }
      text.bytes.append(byte)
      position &+= byte == 0 ? 2 : 1
    }
    text.cells.append(TextCell(start: first, count: text.bytes.count &- first))
    return position &+ 2
  }
}
