import Bytes
import Records

/// The checks of one table's columns, with their caches.
struct TableWorker: Sendable {
  let contract: TableContract
  /// Asked for every cell, and the comparison of another module's formats is a call.
  private let isCSV: Bool
  /// `nil` while one is at work: it is taken out, for what it decodes must have one owner.
  var texts: [TextCheck?]
  var numbers: [NumberCheck]
  private var csv: CSVRows
  private var json: JSONRows
  /// The column at hand of a block of rows.
  private var cells: [TextCell] = []
  /// The columns by which persons look the same or not: all but their pseudonyms.
  let lookColumns: [Int]
  let looks: FingerprintKey
  /// By what the texts of the column at hand are known; 0 where nothing is left to be checked.
  private var marks: [UInt64] = []

  init(
    _ contract: TableContract, filter: KeyedFilter?, looks: FingerprintKey, known: RecentTexts
  ) {
    self.contract = contract
    isCSV = contract.format == .csv
    self.looks = looks
    texts = contract.columns.enumerated().map { number, column in
      TextCheck(column.grammar, column: number, filter: filter, known: known)
    }
    numbers = contract.columns.map { NumberCheck($0, zone: contract.zone) }
    csv = CSVRows(columnCount: contract.columns.count)
    json = JSONRows(contract.columns)
    lookColumns = contract.columns.indices.filter { contract.columns[$0].form != .token }
  }

  mutating func verdict(on part: FilePart) -> Verdict {
    var verdict = Verdict()
    switch part.content {
    case .group(let reader, let group): check(reader, group, &verdict)
    case .rows(let block, let lineCount):
      if isCSV {
        let isWhole = csv.read(block, lineCount: lineCount)
        check(csv.bytes, rowCount: csv.rowCount, isWhole: isWhole, &verdict)
      } else {
        let isWhole = json.read(block)
        check(json.bytes, rowCount: json.rowCount, isWhole: isWhole, &verdict)
      }
    }
    return verdict
  }

  // MARK: Rows of text

  private mutating func check(
    _ bytes: [UInt8], rowCount: Int, isWhole: Bool, _ verdict: inout Verdict
  ) {
    if !isWhole { verdict.note(.row, row: rowCount) }
    var looked = emptyLooks(rowCount)
    // The cells have one owner while they are written.
    var cells: [TextCell] = []
    swap(&cells, &self.cells)
    defer { swap(&cells, &self.cells) }
    for column in contract.columns.indices {
      if isCSV {
        csv.copyCells(of: column, to: &cells)
      } else {
        json.copyCells(of: column, to: &cells)
      }
      switch contract.columns[column].form {
      case .text, .token: checkTexts(bytes.span, cells.span, column, &verdict)
      default: checkNumbers(bytes.span, cells.span, column, &verdict)
      }
      if !looked.isEmpty, lookColumns.contains(column) {
        for row in 0..<rowCount {
          let cell = cells[row]
          append(cell.isNull ? nil : Array(bytes[cell.lower..<cell.upper]), to: &looked[row])
        }
      }
    }
    note(looked, &verdict)
    verdict.close(rowCount: rowCount)
  }

  private mutating func checkTexts(
    _ bytes: Span<UInt8>, _ cells: Span<TextCell>, _ column: Int, _ verdict: inout Verdict
  ) {
    guard var check = texts[column].take() else {
      // Passing what was not looked at is the one thing that must not happen.
      preconditionFailure("the check of a column is at work already")
    }
    defer { texts[column] = check }
    if let tag = check.tokenTag {
      // No token begins like a formula, and hardly one is that of the row before.
      for row in cells.indices {
        let cell = cells[row]
        if !cell.isNull, !isToken(bytes, from: cell.lower, to: cell.upper, tag: tag) {
          let isFormula = disarmedStart(of: cell, bytes) == nil
          verdict.note(isFormula ? .formula : .grammar, column: column, row: row)
        }
      }
      return
    }
    var suspects: [[UInt8]] = []
    markTexts(bytes, cells, check.marker)
    check.forget(passed: &marks)
    for row in cells.indices where marks[row] != 0 {
      let cell = cells[row]
      guard let from = disarmedStart(of: cell, bytes) else {
        verdict.note(.formula, column: column, row: row)
        continue
      }
      if let flaw = check.flaw(
        bytes, from: from, to: cell.upper, mark: marks[row], suspects: &suspects)
      {
        verdict.note(flaw, column: column, row: row)
      }
      if !suspects.isEmpty { verdict.take(&suspects, column: column, row: row) }
    }
  }

  /// Marks the texts of the column at hand, nulls with 0.
  private mutating func markTexts(
    _ bytes: Span<UInt8>, _ cells: Span<TextCell>, _ marker: TextMarker
  ) {
    let rowCount = cells.count
    var marked: [UInt64] = []
    swap(&marked, &marks)
    defer { swap(&marked, &marks) }
    if marked.count < rowCount {
      marked.append(contentsOf: repeatElement(0, count: rowCount - marked.count))
    } else {
      marked.removeLast(marked.count - rowCount)
    }
    var target = marked.mutableSpan
    for row in 0..<rowCount {
      let cell = cells[row]
      // Null or not comes as it likes: a place is marked for it too, and the mark taken back.
      let lower = cell.isNull ? 0 : cell.lower
      var mark: UInt64
      if isCSV, cell.count > 0, CellFormula.mayBegin(with: bytes[lower]) {
        // A formula has the mark of no text: the same, disarmed, may have passed.
        mark = .max
        if let start = disarmedStart(of: cell, bytes) {
          mark = marker.mark(of: bytes, from: start, count: cell.upper &- start)
        }
      } else {
        mark = marker.mark(of: bytes, from: lower, count: Int(cell.count))
      }
      target[row] = cell.isNull ? 0 : mark
    }
  }

  /// Returns where a cell's text begins behind the apostrophe that disarms a formula, or `nil` when
  /// it is one.
  private func disarmedStart(of cell: TextCell, _ bytes: Span<UInt8>) -> Int? {
    guard isCSV, cell.count > 0 else { return cell.lower }
    let first = bytes[cell.lower]
    if CellFormula.begins(with: first) { return nil }
    let isGuarded =
      first == CellFormula.guardMark && cell.count > 1
      && CellFormula.begins(with: bytes[cell.lower &+ 1])
    return isGuarded ? cell.lower &+ 1 : cell.lower
  }

  private mutating func checkNumbers(
    _ bytes: Span<UInt8>, _ cells: Span<TextCell>, _ column: Int, _ verdict: inout Verdict
  ) {
    let form = contract.columns[column].form
    let zone = contract.zone
    var check = numbers[column]
    defer { numbers[column] = check }
    if form == .integer { return checkIntegers(bytes, cells, column, &check, &verdict) }
    // Neighbours mostly share their hour or their price.
    var lastStart = 0
    var lastCount = -1
    for row in cells.indices {
      let cell = cells[row]
      if cell.isNull { continue }
      if Int(cell.count) == lastCount,
        areEqual(bytes, at: cell.lower, lastStart, count: lastCount)
      {
        continue
      }
      guard
        let value = number(
          bytes, from: cell.lower, to: cell.upper, form: form, zone: zone)
      else {
        verdict.note(.type, column: column, row: row)
        continue
      }
      if let flaw = check.flaw(value) {
        verdict.note(flaw, column: column, row: row)
        continue
      }
      lastStart = cell.lower
      lastCount = Int(cell.count)
    }
  }

  private func checkIntegers(
    _ bytes: Span<UInt8>, _ cells: Span<TextCell>, _ column: Int, _ check: inout NumberCheck,
    _ verdict: inout Verdict
  ) {
    for row in cells.indices {
      let cell = cells[row]
      if cell.isNull { continue }
      guard let value = integer(bytes, from: cell.lower, to: cell.upper) else {
        verdict.note(.type, column: column, row: row)
        continue
      }
      if let flaw = check.flawOfInteger(value) { verdict.note(flaw, column: column, row: row) }
    }
  }
}
