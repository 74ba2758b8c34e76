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
  /// The column of numbers or tokens at hand.
  private var cells: [TextCell] = []
  /// The columns by which persons look the same or not: all but their pseudonyms.
  let lookColumns: [Int]
  let looks: FingerprintKey
  /// By what the texts of the column at hand are known, nulls by 0, and the rows of those that are
  /// to be checked.
  private var marks: [UInt64] = []
  private var unknown: [UInt32] = []

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
    for column in contract.columns.indices {
      switch contract.columns[column].form {
      case .text, .token: checkTexts(bytes.span, rowCount, column, &verdict)
      default: checkNumbers(bytes.span, column, &verdict)
      }
      if !looked.isEmpty, lookColumns.contains(column) {
        for row in 0..<rowCount {
          let cell = cell(row, column)
          append(cell.isNull ? nil : Array(bytes[cell.lower..<cell.upper]), to: &looked[row])
        }
      }
    }
    note(looked, &verdict)
    verdict.close(rowCount: rowCount)
  }

  /// Returns a cell of the rows at hand.
  @inline(__always)
  private func cell(_ row: Int, _ column: Int) -> TextCell {
    isCSV ? csv.cell(row, column) : json.cell(row, column)
  }

  /// Takes out all cells of a column, which have one owner while they are written; who has read
  /// them gives them back for their room.
  private mutating func takeCells(of column: Int) -> [TextCell] {
    var taken: [TextCell] = []
    swap(&taken, &cells)
    if isCSV {
      csv.copyCells(of: column, to: &taken)
    } else {
      json.copyCells(of: column, to: &taken)
    }
    return taken
  }

  private mutating func checkTexts(
    _ bytes: Span<UInt8>, _ rowCount: Int, _ column: Int, _ verdict: inout Verdict
  ) {
    guard var check = texts[column].take() else {
      // Passing what was not looked at is the one thing that must not happen.
      preconditionFailure("the check of a column is at work already")
    }
    defer { texts[column] = check }
    if let tag = check.tokenTag {
      // No token begins like a formula, and hardly one is that of the row before.
      let copied = takeCells(of: column)
      defer { cells = copied }
      for row in 0..<rowCount {
        let cell = copied[row]
        if !cell.isNull, !isToken(bytes, from: cell.lower, to: cell.upper, tag: tag) {
          verdict.note(
            textStart(of: cell, bytes) == nil ? .formula : .grammar, column: column, row: row)
        }
      }
      return
    }
    var suspects: [[UInt8]] = []
    if isCSV {
      csv.copyMarks(of: column, by: check.marker, to: &marks)
    } else {
      json.copyMarks(of: column, by: check.marker, to: &marks)
    }
    check.list(unknown: marks, in: &unknown)
    for index in unknown.indices {
      let row = Int(unknown[index])
      let cell = cell(row, column)
      guard let from = textStart(of: cell, bytes) else {
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

  /// Returns where a cell's text begins, or `nil` when a spreadsheet takes it for a formula.
  private func textStart(of cell: TextCell, _ bytes: Span<UInt8>) -> Int? {
    if !isCSV { return cell.lower }
    return CellFormula.textStart(bytes, from: cell.lower, count: Int(cell.count))
  }

  private mutating func checkNumbers(
    _ bytes: Span<UInt8>, _ column: Int, _ verdict: inout Verdict
  ) {
    let copied = takeCells(of: column)
    defer { self.cells = copied }
    let cells = copied.span
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
        areEqual(bytes, at: cell.lower, bytes, at: lastStart, count: lastCount)
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
