import Bytes
import Records

extension TableWorker {
  mutating func check(_ reader: ParquetReader, _ group: Int, _ verdict: inout Verdict) {
    let rowCount = reader.groupRowCounts[group]
    var looked = emptyLooks(rowCount)
    for index in contract.columns.indices {
      let column: Column
      do throws(ParquetFault) {
        column = try reader.column(index, group: group)
      } catch {
        verdict.note(.damaged(error.description))
        continue
      }
      check(column, index, &verdict)
      if !looked.isEmpty, lookColumns.contains(index) {
        for row in 0..<rowCount { append(column.look(of: row), to: &looked[row]) }
      }
    }
    note(looked, &verdict)
    verdict.close(rowCount: rowCount)
  }

  /// Room for how each row looks, where persons must not stand alone; else none.
  func emptyLooks(_ rowCount: Int) -> [[UInt8]] {
    [[UInt8]](repeating: [], count: contract.leastAlike == nil ? 0 : rowCount)
  }

  /// Notes how many rows look the same.
  func note(_ looked: [[UInt8]], _ verdict: inout Verdict) {
    for row in looked.indices {
      let look = looked[row]
      verdict.noteAlike(looks.fingerprint(look, from: 0, count: look.count), row: row)
    }
  }

  private mutating func check(_ column: Column, _ index: Int, _ verdict: inout Verdict) {
    /// What is wrong with each entry, by its position; few are.
    var flaws: [Int: Flaw] = [:]
    var suspicious: [Int: [[UInt8]]] = [:]
    switch column.values {
    case .text(let cells):
      guard var check = texts[index].take() else {
        // Passing what was not looked at is the one thing that must not happen.
        preconditionFailure("the check of a column is at work already")
      }
      defer { texts[index] = check }
      var suspects: [[UInt8]] = []
      let bytes = cells.bytes.span
      for position in cells.cells.indices where !cells.cells[position].isNull {
        let cell = cells.cells[position]
        if let flaw = check.flaw(
          bytes, from: cell.lower, to: cell.upper, suspects: &suspects)
        {
          flaws[position] = flaw
        }
        if !suspects.isEmpty {
          suspicious[position] = suspects
          suspects = []
        }
      }
    case .number(let values):
      for position in values.indices where values[position] != Values.nullNumber {
        if let flaw = numbers[index].flaw(values[position]) { flaws[position] = flaw }
      }
    case .identity: flaws[0] = .type
    }
    if flaws.isEmpty, suspicious.isEmpty { return }
    for row in 0..<column.rowCount {
      let position = column.position(of: row)
      if let flaw = flaws[position] { verdict.note(flaw, column: index, row: row) }
      if var found = suspicious[position] { verdict.take(&found, column: index, row: row) }
    }
  }

  /// Appends a cell so that no two rows of different cells read the same.
  func append(_ cell: [UInt8]?, to look: inout [UInt8]) {
    guard let cell else { return look.append(0) }
    look.append(1)
    for shift in stride(from: 0, to: 32, by: 8) {
      look.append(UInt8(truncatingIfNeeded: cell.count >> shift))
    }
    look.append(contentsOf: cell)
  }
}

extension Verdict {
  /// Takes the suspects of one cell.
  mutating func take(_ texts: inout [[UInt8]], column: Int, row: Int) {
    for text in texts { suspect(text, at: Place(column: column, row: row)) }
    texts.removeAll()
  }
}

extension Column {
  /// Returns the bytes of a row's value, or `nil` for null.
  fileprivate func look(of row: Int) -> [UInt8]? {
    let position = position(of: row)
    switch values {
    case .text(let texts):
      let cell = texts.cells[position]
      return cell.isNull ? nil : Array(texts.bytes[cell.lower..<cell.upper])
    case .number(let numbers):
      if numbers[position] == Values.nullNumber { return nil }
      return (0..<8).map { UInt8(truncatingIfNeeded: numbers[position] >> Int64(8 * $0)) }
    case .identity: return nil
    }
  }
}
