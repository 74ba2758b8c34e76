import Bytes
import Records

extension CellWriter {
  func write(
    _ texts: TextCells, _ positions: [UInt32], _ nullCell: TextCell,
    to arena: inout OutputBuffer
  ) -> [TextCell] {
    var cells: [TextCell] = []
    cells.reserveCapacity(positions.count)
    let bytes = texts.bytes.span
    for index in 0..<positions.count {
      let text = texts.cells[Int(positions[index])]
      // With nothing between the commas an empty text is what a null is.
      if text.isNull || (text.count == 0 && style == .csv) {
        cells.append(nullCell)
        continue
      }
      let start = arena.count
      arena.append(before)
      switch style {
      case .csv: CellWriter.appendCSV(bytes, text, to: &arena)
      case .json: CellWriter.appendJSON(bytes, text, to: &arena)
      case .plain: arena.append(bytes, from: text.lower, count: Int(text.count))
      }
      arena.append(after)
      cells.append(TextCell(start: start, count: arena.count &- start))
    }
    return cells
  }

  /// Appends a text as a CSV field, in quotes where RFC 4180 asks for them.
  ///
  /// What a spreadsheet would take for a formula gets an apostrophe in front, inside the quotes
  /// (OWASP, "CSV Injection").
  static func appendCSV(_ bytes: Span<UInt8>, _ text: TextCell, to output: inout OutputBuffer) {
    let isFormula = text.count > 0 && startsFormula(bytes[text.lower])
    if !needsQuotes(bytes, from: text.lower, to: text.upper) {
      if isFormula { output.append(apostrophe) }
      output.append(bytes, from: text.lower, count: Int(text.count))
      return
    }
    output.append(quote)
    if isFormula { output.append(apostrophe) }
    var start = text.lower
    while true {
      let next = firstOffset(of: quote, in: bytes, from: start, to: text.upper)
      if next == text.upper { break }
      output.append(bytes, from: start, count: next &+ 1 &- start)
      output.append(quote)
      start = next &+ 1
    }
    output.append(bytes, from: start, count: text.upper &- start)
    output.append(quote)
  }

  private static func needsQuotes(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    firstOffset(ofAny: comma, quote, lineFeed, carriageReturn, in: bytes, from: start, to: end)
      < end
  }

  private static func startsFormula(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), tab,
      carriageReturn:
      true
    default: false
    }
  }

  /// Appends a text as a JSON string in which only what must be is escaped (RFC 8259, 7).
  static func appendJSON(_ bytes: Span<UInt8>, _ text: TextCell, to output: inout OutputBuffer) {
    output.append(quote)
    var start = text.lower
    for index in text.lower..<text.upper {
      let byte = bytes[index]
      if byte >= 0x20, byte != quote, byte != backslash { continue }
      output.append(bytes, from: start, count: index &- start)
      start = index &+ 1
      output.append(backslash)
      switch byte {
      case quote, backslash: output.append(byte)
      case lineFeed: output.append(UInt8(ascii: "n"))
      case carriageReturn: output.append(UInt8(ascii: "r"))
      case tab: output.append(UInt8(ascii: "t"))
      default:
        output.append(byte < 0x10 ? "u000" : "u001")
        output.append(hexDigit(byte & 15))
      }
    }
    output.append(bytes, from: start, count: text.upper &- start)
    output.append(quote)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ (value &- 10)
  }
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let apostrophe = UInt8(ascii: "'")
private let backslash = UInt8(ascii: "\\")
private let tab: UInt8 = 0x09
private let lineFeed: UInt8 = 0x0A
private let carriageReturn: UInt8 = 0x0D
