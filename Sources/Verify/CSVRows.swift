import Bytes
import Records

/// The rows of one block of CSV as this program writes it, column by column.
///
/// RFC 4180 with line feeds, and every row of the same number of fields. Whatever comes, it reads no
/// byte twice and none beyond the block.
struct CSVRows {
  private let columnCount: Int
  private(set) var texts = TextRows()
  private var stops = FieldStops()

  init(columnCount: Int) { self.columnCount = columnCount }

  /// Reads a block of whole rows; returns `false` at the first row that is none.
  mutating func read(_ block: consuming [UInt8]) -> Bool {
    texts.begin(block, columnCount: columnCount)
    markStops()
    // The cells have one owner while they are written.
    var cells: [TextCell] = []
    swap(&cells, &texts.cells)
    var places = cells.mutableSpan
    let isWhole = readRows(into: &places)
    swap(&cells, &texts.cells)
    return isWhole
  }

  private mutating func readRows(into cells: inout MutableSpan<TextCell>) -> Bool {
    let end = texts.bytes.count
    let marks = stops.words
    let capacity = texts.capacity
    var walk = MarkWalk(marks.span, from: 0)
    var position = 0
    while position < end {
      let row = texts.addRow()
      for column in 0..<columnCount {
        // A row that ends too early has no byte left for its next field.
        guard position < end else { return false }
        let stop = column == columnCount &- 1 ? lineFeed : comma
        let next = walk.next(marks.span)
        guard next < end else { return false }
        var cell = TextCell.null
        if next > position { cell = TextCell(start: position, count: next &- position) }
        if texts.bytes[next] == quote {
          guard next == position, let quoted = readQuoted(&position, end), position < end else {
            return false
          }
          cell = quoted
          walk = MarkWalk(marks.span, from: position &+ 1)
        } else {
          position = next
        }
        guard texts.bytes[position] == stop else { return false }
        position &+= 1
        cells[column &* capacity &+ row] = cell
      }
    }
    return true
  }

  /// Marks where fields may end; the second reference to the block is gone before it may be added to.
  private mutating func markStops() {
    let block = texts.bytes
    stops.mark(block.span, delimiter: comma, quote: quote)
  }

  /// Reads a field in quotes and moves behind it; doubled quotes are decoded behind the block.
  private mutating func readQuoted(_ position: inout Int, _ end: Int) -> TextCell? {
    position &+= 1
    let start = position
    var pieceStart = start
    var decoded: Int?
    while true {
      let next = firstOffset(of: quote, in: texts.bytes, from: position, to: end)
      guard next < end else { return nil }
      position = next &+ 1
      if position < end, texts.bytes[position] == quote {
        let mark = decoded ?? texts.bytes.count
        decoded = mark
        texts.copy(from: pieceStart, count: position &- pieceStart)
        position &+= 1
        pieceStart = position
        continue
      }
      guard let decoded else {
        return next == start ? .null : TextCell(start: start, count: next &- start)
      }
      texts.copy(from: pieceStart, count: next &- pieceStart)
      return TextCell(start: decoded, count: texts.bytes.count &- decoded)
    }
  }
}

/// Cells of rows that came as text, column by column, over the block that they lie in.
struct TextRows {
  private(set) var bytes: [UInt8] = []
  private(set) var rowCount = 0
  /// Column by column, `capacity` rows each.
  fileprivate(set) var cells: [TextCell] = []
  /// Rows there is room for.
  private(set) var capacity = 0

  mutating func begin(_ block: consuming [UInt8], columnCount: Int) {
    bytes = block
    rowCount = 0
    // Line feeds inside quotes only make room for more.
    capacity = count(of: lineFeed, in: bytes, from: 0, to: bytes.count) + 1
    if cells.count < capacity * columnCount {
      cells = [TextCell](repeating: .null, count: capacity * columnCount)
    }
  }

  mutating func addRow() -> Int {
    rowCount &+= 1
    return rowCount &- 1
  }

  mutating func place(_ cell: TextCell, row: Int, column: Int) {
    cells[column &* capacity &+ row] = cell
  }

  func cell(row: Int, column: Int) -> TextCell { cells[column &* capacity &+ row] }

  /// Copies a piece of the block behind it.
  mutating func copy(from start: Int, count: Int) {
    bytes.append(contentsOf: bytes[start..<(start &+ count)])
  }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func append(_ text: [UInt8]) { bytes.append(contentsOf: text) }
}

let comma = UInt8(ascii: ",")
let quote = UInt8(ascii: "\"")
let lineFeed = UInt8(ascii: "\n")
