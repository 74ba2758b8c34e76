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
  private(set) var texts = TextRows()

  init(_ columns: [TableContract.Column]) {
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
    texts.begin(block, columnCount: heads.count)
    let end = texts.bytes.count
    var position = 0
    while position < end {
      let row = texts.addRow()
      for column in heads.indices {
        guard skip(heads[column], &position, end), position < end else { return false }
        var cell = TextCell.null
        if isText[column], texts.bytes[position] == quote {
          guard let text = readText(&position, end) else { return false }
          cell = text
        } else {
          let start = position
          while position < end, isBare(texts.bytes[position]) { position &+= 1 }
          guard position > start else { return false }
          if !equals(texts.bytes.span, start, position, JSONRows.null) {
            if isText[column] { return false }
            cell = TextCell(start: start, count: position &- start)
          }
        }
        texts.place(cell, row: row, column: column)
      }
      guard skip(JSONRows.ending, &position, end) else { return false }
    }
    return true
  }

  private static let null = Array("null".utf8)
  private static let ending = Array("}\n".utf8)

  private func skip(_ expected: [UInt8], _ position: inout Int, _ end: Int) -> Bool {
    guard equals(texts.bytes.span, position, min(end, position &+ expected.count), expected) else {
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
        ofAny: quote, backslash, lineFeed, in: texts.bytes, from: position, to: end)
      guard next < end, texts.bytes[next] != lineFeed else { return nil }
      if texts.bytes[next] == quote {
        position = next &+ 1
        guard let decoded else { return TextCell(start: start, count: next &- start) }
        texts.copy(from: pieceStart, count: next &- pieceStart)
        return TextCell(start: decoded, count: texts.bytes.count &- decoded)
      }
      let mark = decoded ?? texts.bytes.count
      decoded = mark
      texts.copy(from: pieceStart, count: next &- pieceStart)
      position = next &+ 1
      guard readEscape(&position, end) else { return nil }
      pieceStart = position
    }
  }

  /// Decodes one of the escapes that this program writes.
  private mutating func readEscape(_ position: inout Int, _ end: Int) -> Bool {
    guard position < end else { return false }
    let byte = texts.bytes[position]
    position &+= 1
    switch byte {
    case quote, backslash: texts.append(byte)
    case UInt8(ascii: "n"): texts.append(lineFeed)
    case UInt8(ascii: "r"): texts.append(13)
    case UInt8(ascii: "t"): texts.append(9)
    case UInt8(ascii: "u"):
      guard position &+ 4 <= end, texts.bytes[position] == 48, texts.bytes[position &+ 1] == 48
      else { return false }
      let high = texts.bytes[position &+ 2] &- 48
      let low = texts.bytes[position &+ 3]
      guard high < 2 else { return false }
      let digit: UInt8
      switch low {
      case 48...57: digit = low &- 48
      case 97...102: digit = low &- 87
      default: return false
      }
      texts.append(high &* 16 &+ digit)
      position &+= 4
    default: return false
    }
    return true
  }
}

private let backslash = UInt8(ascii: "\\")
