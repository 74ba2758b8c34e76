import Bytes
import Records

/// The rows of one block of NDJSON as this program writes it, column by column.
///
/// One object a line, its members the table's columns in their order, without blanks. A number, a
/// text and a null tell themselves apart; anything else is refused.
struct JSONRows {
  /// What stands before each value: `{"day":`, `,"region":`.
  private let heads: [[UInt8]]
  /// For each column whether its values are texts in quotes.
  private let isText: [Bool]
  private(set) var bytes: [UInt8] = []
  /// The rows from the first on that are what they should be.
  private(set) var rowCount = 0
  /// The cells of each column.
  private var columns: [[TextCell]]

  init(_ columns: [TableContract.Column]) {
    self.columns = columns.map { _ in [] }
    heads = columns.enumerated().map { index, column in
      Array(((index == 0 ? "{" : ",") + JSONText.string(column.name).compact + ":").utf8)
    }
    isText = columns.map { column in
      switch column.form {
      case .integer, .decimal, .boolean: false
      case .text, .token, .date, .timestamp: true
      }
    }
  }

  /// Reads a block of whole rows; returns `false` at the first row that is none.
  mutating func read(_ block: consuming [UInt8]) -> Bool {
    bytes = block
    rowCount = 0
    for column in columns.indices { columns[column].removeAll(keepingCapacity: true) }
    let end = bytes.count
    var position = 0
    while position < end {
      for column in heads.indices {
        guard skip(heads[column], &position, end), position < end else { return false }
        var cell = TextCell.null
        if isText[column], bytes[position] == quote {
          guard let text = readText(&position, end) else { return false }
          cell = text
        } else {
          let start = position
          while position < end, isBare(bytes[position]) { position &+= 1 }
          guard position > start else { return false }
          if !equals(bytes.span, start, position, JSONRows.null) {
            if isText[column] { return false }
            cell = TextCell(start: start, count: position &- start)
          }
        }
        columns[column].append(cell)
      }
      guard skip(JSONRows.ending, &position, end) else { return false }
      rowCount &+= 1
    }
    return true
  }

  /// Returns the cell of a row that is one.
  func cell(_ row: Int, _ column: Int) -> TextCell { columns[column][row] }

  /// Marks the texts of a column in place of what was there, in the order of the rows: nulls with
  /// 0.
  func copyMarks(of column: Int, by marker: TextMarker, to marks: inout [UInt64]) {
    let text = bytes.span
    marks.removeAll(keepingCapacity: true)
    for cell in columns[column].prefix(rowCount) {
      marks.append(
        cell.isNull ? 0 : marker.mark(of: text, from: cell.lower, count: Int(cell.count)))
    }
  }

  /// Writes the cells of a column in place of what was there, in the order of the rows.
  func copyCells(of column: Int, to cells: inout [TextCell]) {
    cells.removeAll(keepingCapacity: true)
    cells.append(contentsOf: columns[column].prefix(rowCount))
  }

  private static let null = Array("null".utf8)
  private static let ending = Array("}\n".utf8)

  private func skip(_ expected: [UInt8], _ position: inout Int, _ end: Int) -> Bool {
    guard equals(bytes.span, position, min(end, position &+ expected.count), expected) else {
      return false
    }
    position &+= expected.count
    return true
  }

  /// Bytes of numbers and of the three words.
  private func isBare(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || byte &- 97 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// Reads a text in quotes and moves behind it; escapes are decoded behind the block.
  private mutating func readText(_ position: inout Int, _ end: Int) -> TextCell? {
    position &+= 1
    let start = position
    var pieceStart = start
    var decoded: Int?
    while true {
      let next = firstOffset(
        ofAny: quote, backslash, lineFeed, in: bytes, from: position, to: end)
      guard next < end, bytes[next] != lineFeed else { return nil }
      if bytes[next] == quote {
        position = next &+ 1
        guard let decoded else { return TextCell(start: start, count: next &- start) }
        bytes.append(contentsOf: bytes[pieceStart..<next])
        return TextCell(start: decoded, count: bytes.count &- decoded)
      }
      let mark = decoded ?? bytes.count
      decoded = mark
      bytes.append(contentsOf: bytes[pieceStart..<next])
      position = next &+ 1
      guard readEscape(&position, end) else { return nil }
      pieceStart = position
    }
  }

  /// Decodes one of the escapes that this program writes.
  private mutating func readEscape(_ position: inout Int, _ end: Int) -> Bool {
    guard position < end else { return false }
    let byte = bytes[position]
    position &+= 1
    switch byte {
    case quote, backslash: bytes.append(byte)
    case UInt8(ascii: "n"): bytes.append(lineFeed)
    case UInt8(ascii: "r"): bytes.append(13)
    case UInt8(ascii: "t"): bytes.append(9)
    case UInt8(ascii: "u"):
      guard position &+ 4 <= end, bytes[position] == 48, bytes[position &+ 1] == 48
      else { return false }
      let high = bytes[position &+ 2] &- 48
      let low = bytes[position &+ 3]
      guard high < 2 else { return false }
      let digit: UInt8
      switch low {
      case 48...57: digit = low &- 48
      case 97...102: digit = low &- 87
      default: return false
      }
      bytes.append(high &* 16 &+ digit)
      position &+= 4
    default: return false
    }
    return true
  }
}

private let backslash = UInt8(ascii: "\\")
