import Bytes
import Records

/// The rows of one block of CSV as this program writes it, column by column.
///
/// RFC 4180 with line feeds, and every row of the same number of fields.
struct CSVRows {
  /// A field in quotes, by its place among all fields of the block.
  private struct QuotedField {
    var place: Int
    var cell: TextCell
  }

  private let columnCount: Int
  private(set) var bytes: [UInt8] = []
  /// The rows from the first on that are what they should be.
  private(set) var rowCount = 0
  private var stops = RowStops()
  private var quoted: [QuotedField] = []

  init(columnCount: Int) { self.columnCount = columnCount }

  /// Reads a block of whole rows, in which there are so many line feeds; returns `false` when a row
  /// is none.
  mutating func read(_ block: consuming [UInt8], lineCount: Int) -> Bool {
    let byteCount = block.count
    stops.find(in: block.span)
    bytes = block
    rowCount = rowsOfRightStops(lineCount)
    readQuoted()
    let last = rowCount &* columnCount
    return rowCount == 0 ? byteCount == 0 : stops.offset(last &- 1) == byteCount &- 1
  }

  /// Writes the cells of a column in place of what was there, in the order of the rows.
  func copyCells(of column: Int, to cells: inout [TextCell]) {
    cells.removeAll(keepingCapacity: true)
    cells.append(contentsOf: repeatElement(.null, count: rowCount))
    var target = cells.mutableSpan
    let ends = stops.ends.span
    var place = column
    for row in 0..<rowCount {
      target[row] = CSVRows.plainCell(ends, at: place)
      place &+= columnCount
    }
    for field in quoted where field.place % columnCount == column {
      target[field.place / columnCount] = field.cell
    }
  }

  /// Returns the cell of a row that is one.
  func cell(_ row: Int, _ column: Int) -> TextCell {
    let place = row &* columnCount &+ column
    if !quoted.isEmpty, let cell = quotedCell(at: place) { return cell }
    return CSVRows.plainCell(stops.ends.span, at: place)
  }

  /// Marks the texts of a column in place of what was there, in the order of the rows: nulls with
  /// 0, and a formula, which is no text, with a mark that none has.
  ///
  /// Most texts are known by their mark, and no more than that is asked of them.
  func copyMarks(of column: Int, by marker: TextMarker, to marks: inout [UInt64]) {
    if marks.count < rowCount {
      marks.append(contentsOf: repeatElement(0, count: rowCount - marks.count))
    } else {
      marks.removeLast(marks.count - rowCount)
    }
    let text = bytes.span
    var target = marks.mutableSpan
    let ends = stops.ends.span
    var place = column
    for row in 0..<rowCount {
      let (start, count) = CSVRows.bounds(ends, at: place)
      // Null or not comes as it likes: a place is marked for it too, and the mark taken back.
      let mark = CSVRows.mark(text, from: start, count: count, by: marker)
      target[row] = count == 0 ? 0 : mark
      place &+= columnCount
    }
    for field in quoted where field.place % columnCount == column {
      let cell = field.cell
      target[field.place / columnCount] =
        cell.isNull
        ? 0 : CSVRows.mark(text, from: cell.lower, count: Int(cell.count), by: marker)
    }
  }

  @inline(__always)
  private static func mark(
    _ text: Span<UInt8>, from start: Int, count: Int, by marker: TextMarker
  ) -> UInt64 {
    // A text, or the stop behind it, stands there.
    guard CellFormula.mayBegin(with: text[start]) else {
      return marker.mark(of: text, from: start, count: count)
    }
    // The same text, disarmed, may have passed.
    guard let first = CellFormula.textStart(text, from: start, count: count) else {
      return TextMarker.none
    }
    return marker.mark(of: text, from: first, count: count &- (first &- start))
  }

  /// Returns where the field of that place begins, and how many bytes it has as it lies.
  @inline(__always)
  private static func bounds(_ ends: Span<UInt32>, at place: Int) -> (start: Int, count: Int) {
    let start = Int(ends[place] &+ 1)
    return (start, Int(ends[place &+ 1]) &- start)
  }

  /// Returns the cell of a field that is in no quotes.
  @inline(__always)
  private static func plainCell(_ ends: Span<UInt32>, at place: Int) -> TextCell {
    let (start, count) = bounds(ends, at: place)
    return count == 0 ? .null : TextCell(start: start, count: count)
  }

  /// Returns the cell of a field in quotes, or `nil` where none stands in that place.
  private func quotedCell(at place: Int) -> TextCell? {
    var (low, high) = (0, quoted.count)
    while low < high {
      let middle = (low &+ high) / 2
      if quoted[middle].place < place { low = middle &+ 1 } else { high = middle }
    }
    return low < quoted.count && quoted[low].place == place ? quoted[low].cell : nil
  }

  /// Counts the rows from the first on whose fields end with commas and the last with a line feed.
  private func rowsOfRightStops(_ lineCount: Int) -> Int {
    let rows = stops.count / columnCount
    // Where each row ends with one and there are no more, all other stops are commas.
    if rows == lineCount, rightStops(of: columnCount &- 1, rows) == rows { return rows }
    return (0..<columnCount).reduce(rows) { rightStops(of: $1, $0) }
  }

  /// Counts the first of so many rows whose field of that column ends as it should.
  private func rightStops(of column: Int, _ rows: Int) -> Int {
    let text = bytes.span
    let ends = stops.ends.span
    let stop = column == columnCount &- 1 ? lineFeed : comma
    var place = column &+ 1
    var wrong: UInt8 = 0
    for _ in 0..<rows {
      wrong |= text[Int(ends[place])] ^ stop
      place &+= columnCount
    }
    if wrong == 0 { return rows }
    return (0..<rows).first { text[Int(ends[$0 &* columnCount &+ column &+ 1])] != stop } ?? rows
  }

  /// Reads the fields in quotes, up to the first that is malformed: its row is none.
  private mutating func readQuoted() {
    quoted.removeAll(keepingCapacity: true)
    var mark = 0
    var place = 0
    while mark < stops.quotes.count {
      let first = Int(stops.quotes[mark])
      while place < stops.count, stops.offset(place) < first { place &+= 1 }
      // What stands behind the last stop is no row, and said to be none already.
      guard place < rowCount &* columnCount else { return }
      let start = place == 0 ? 0 : stops.offset(place &- 1) &+ 1
      guard start == first, let cell = readQuoted(&mark, to: stops.offset(place)) else {
        rowCount = place / columnCount
        // What stood before it in its row is in none either.
        quoted.removeAll { $0.place >= rowCount &* columnCount }
        return
      }
      quoted.append(QuotedField(place: place, cell: cell))
    }
  }

  /// Reads the field whose opening quote is `mark` and moves on to the next field's; doubled quotes
  /// are decoded behind the block.
  private mutating func readQuoted(_ mark: inout Int, to end: Int) -> TextCell? {
    let start = Int(stops.quotes[mark]) &+ 1
    let last = end &- 1
    var pieceStart = start
    let decoded = bytes.count
    var isDoubled = false
    mark &+= 1
    while true {
      guard mark < stops.quotes.count else { return nil }
      let pair = Int(stops.quotes[mark])
      if pair == last { break }
      guard mark &+ 1 < stops.quotes.count, Int(stops.quotes[mark &+ 1]) == pair &+ 1,
        pair &+ 1 < last
      else { return nil }
      bytes.append(contentsOf: bytes[pieceStart...pair])
      pieceStart = pair &+ 2
      isDoubled = true
      mark &+= 2
    }
    mark &+= 1
    guard isDoubled else {
      return last == start ? .null : TextCell(start: start, count: last &- start)
    }
    bytes.append(contentsOf: bytes[pieceStart..<last])
    return TextCell(start: decoded, count: bytes.count &- decoded)
  }
}

let comma = UInt8(ascii: ",")
let quote = UInt8(ascii: "\"")
let lineFeed = UInt8(ascii: "\n")
