import Bytes
import Records

/// The checks of one table's columns, with their caches.
struct TableWorker: Sendable {
  let contract: TableContract
  /// Asked for every cell, and the comparison of another module's formats is a call.
  private let isCSV: Bool
  /// `nil` while one is at work: it is taken out, for what it remembers must have one owner.
  var texts: [TextCheck?]
  var numbers: [NumberCheck]
  private var csv: CSVRows
  private var json: JSONRows
  /// The columns by which persons look the same or not: all but their pseudonyms.
  let lookColumns: [Int]
  let looks: FingerprintKey
  /// By what the texts of the column at hand are known; 0 where nothing is left to be checked.
  private var marks: [UInt64] = []

  init(_ contract: TableContract, filter: KeyedFilter?, looks: FingerprintKey) {
    self.contract = contract
    isCSV = contract.format == .csv
    self.looks = looks
    texts = contract.columns.map { TextCheck($0.grammar, filter: filter) }
    numbers = contract.columns.map { NumberCheck($0, zone: contract.zone) }
    csv = CSVRows(columnCount: contract.columns.count)
    json = JSONRows(contract.columns)
    lookColumns = contract.columns.indices.filter { contract.columns[$0].form != .token }
  }

  mutating func verdict(on part: FilePart) -> Verdict {
    var verdict = Verdict()
    switch part.content {
    case .group(let reader, let group): check(reader, group, &verdict)
    case .rows(let bytes):
      if contract.format == .csv {
        let isWhole = csv.read(bytes)
        check(csv.texts, isWhole: isWhole, &verdict)
      } else {
        let isWhole = json.read(bytes)
        check(json.texts, isWhole: isWhole, &verdict)
      }
    }
    return verdict
  }

  // MARK: Rows of text

  private mutating func check(_ rows: TextRows, isWhole: Bool, _ verdict: inout Verdict) {
    // The last row is the one that is none; its cells may be those of another.
    let rowCount = isWhole ? rows.rowCount : rows.rowCount - 1
    if !isWhole { verdict.note(.row, row: rowCount) }
    for column in contract.columns.indices {
      switch contract.columns[column].form {
      case .text, .token: checkTexts(rows, rowCount, column, &verdict)
      default: checkNumbers(rows, rowCount, column, &verdict)
      }
    }
    if contract.leastAlike != nil {
      for row in 0..<rowCount {
        var look: [UInt8] = []
        for column in lookColumns {
          let cell = rows.cell(row: row, column: column)
          append(cell.isNull ? nil : Array(rows.bytes[cell.lower..<cell.upper]), to: &look)
        }
        verdict.noteAlike(looks.fingerprint(look, from: 0, count: look.count), row: row)
      }
    }
    verdict.close(rowCount: rowCount)
  }

  private mutating func checkTexts(
    _ rows: TextRows, _ rowCount: Int, _ column: Int, _ verdict: inout Verdict
  ) {
    guard var check = texts[column].take() else {
      // Passing what was not looked at is the one thing that must not happen.
      preconditionFailure("the check of a column is at work already")
    }
    defer { texts[column] = check }
    let bytes = rows.bytes.span
    let cells = rows.cells.span
    let first = column &* rows.capacity
    if let tag = check.tokenTag {
      // No token begins like a formula, and hardly one is that of the row before.
      for row in 0..<rowCount {
        let cell = cells[first &+ row]
        if !cell.isNull, !isToken(bytes, from: cell.lower, to: cell.upper, tag: tag) {
          let isFormula = disarmedStart(of: cell, bytes) == nil
          verdict.note(isFormula ? .formula : .grammar, column: column, row: row)
        }
      }
      return
    }
    var suspects: [[UInt8]] = []
    if check.knowsByMark {
      markTexts(rows, rowCount, column)
      check.forget(passed: &marks)
      for row in 0..<rowCount where marks[row] != 0 {
        let cell = cells[first &+ row]
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
      return
    }
    // Methods and families mostly stand several times in a row.
    var lastPassed = TextCell.null
    for row in 0..<rowCount {
      let cell = cells[first &+ row]
      if cell.isNull || isSame(cell, lastPassed, bytes) { continue }
      guard let from = disarmedStart(of: cell, bytes) else {
        verdict.note(.formula, column: column, row: row)
        continue
      }
      if let flaw = check.flaw(bytes, from: from, to: cell.upper, suspects: &suspects) {
        verdict.note(flaw, column: column, row: row)
      } else {
        lastPassed = cell
      }
    }
  }

  /// Marks the texts of a column, nulls with 0.
  private mutating func markTexts(_ rows: TextRows, _ rowCount: Int, _ column: Int) {
    let bytes = rows.bytes.span
    var marked: [UInt64] = []
    swap(&marked, &marks)
    defer { swap(&marked, &marks) }
    if marked.count < rowCount {
      marked.append(contentsOf: repeatElement(0, count: rowCount - marked.count))
    } else {
      marked.removeLast(marked.count - rowCount)
    }
    var target = marked.mutableSpan
    let cells = rows.cells.span
    let first = column &* rows.capacity
    var last = TextCell.null
    var lastMark: UInt64 = 0
    for row in 0..<rowCount {
      let cell = cells[first &+ row]
      if cell.isNull {
        target[row] = 0
        continue
      }
      if !isSame(cell, last, bytes) {
        // A formula has the mark of no text: the same, disarmed, may have passed.
        lastMark =
          disarmedStart(of: cell, bytes).map {
            RecentTexts.mark(of: bytes, from: $0, count: cell.upper &- $0)
          } ?? .max
        last = cell
      }
      target[row] = lastMark
    }
  }

  @inline(__always)
  private func isSame(_ cell: TextCell, _ last: TextCell, _ bytes: Span<UInt8>) -> Bool {
    !last.isNull && cell.count == last.count
      && areEqual(bytes, at: cell.lower, last.lower, count: Int(cell.count))
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
    _ rows: TextRows, _ rowCount: Int, _ column: Int, _ verdict: inout Verdict
  ) {
    let bytes = rows.bytes.span
    let cells = rows.cells.span
    let first = column &* rows.capacity
    let form = contract.columns[column].form
    let zone = contract.zone
    var check = numbers[column]
    defer { numbers[column] = check }
    // Neighbours mostly share their hour, status or quantity.
    var lastStart = 0
    var lastCount = -1
    for row in 0..<rowCount {
      let cell = cells[first &+ row]
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
}
