import Aggregate
import Emit
import PipelineFile
import Records

extension Worker {
  /// Settles what becomes of each treated row, and gives those that stay to the targets.
  mutating func settle(
    _ batch: RecordBatch, _ judged: Judged, _ book: FaultBook, _ isForgotten: [Bool],
    into result: inout BlockResult, _ faults: BlockFaults
  ) throws {
    var calendar = DayCalendar(program)
    let kept = settleFates(
      of: batch, judged, book, isForgotten, &calendar, into: &result, faults)
    result.counts.kept += kept.count
    if kept.isEmpty { return }
    book.countNulled(in: batch, kept: kept, into: &result)
    let isAll = kept.count == batch.rowCount
    gathered.watchDistinct(of: batch, rows: isAll ? nil : kept, in: program)
    var finished = isAll ? batch : batch.selecting(kept, needed: program.isNeeded)
    for number in finished.columns.indices where program.leavesAsToken[number] {
      try columns[number]?.makeTokens(for: &finished.columns[number])
    }
    let days = isAll ? judged.days : kept.map { judged.days[Int($0)] }
    let standings =
      judged.standings.isEmpty || isAll
      ? judged.standings : kept.map { judged.standings[Int($0)] }
    for position in program.targets.indices {
      try fill(position, with: finished, days: days, standings, &calendar, into: &result)
    }
  }

  /// Counts the rows that do not stay, and returns the others.
  private func settleFates(
    of batch: RecordBatch, _ judged: Judged, _ book: FaultBook, _ isForgotten: [Bool],
    _ calendar: inout DayCalendar, into result: inout BlockResult, _ faults: BlockFaults
  ) -> [UInt32] {
    var kept: [UInt32] = []
    kept.reserveCapacity(batch.rowCount)
    for row in 0..<batch.rowCount {
      if let rejection = book.rejection(of: row) {
        result.reject(
          faults.place(raw, judged.rows[row], rejection.rule, rejection.column))
        continue
      }
      if !isForgotten.isEmpty, isForgotten[row] {
        result.counts.noConsent += 1
        continue
      }
      let standing = judged.standings.isEmpty ? 0 : judged.standings[row]
      switch calendar.fate(of: judged.days[row], standing: standing) {
      case .late: result.counts.late += 1
      case .expired: result.counts.expired += 1
      case .kept: kept.append(UInt32(truncatingIfNeeded: row))
      }
    }
    return kept
  }

  /// Gives one target the rows that enter it: aggregated, encoded or as they are.
  private mutating func fill(
    _ position: Int, with finished: RecordBatch, days: [Int32], _ standings: [UInt16],
    _ calendar: inout DayCalendar, into result: inout BlockResult
  ) throws {
    let target = program.targets[position]
    let rows = calendar.rows(entering: position, days: days, barred: target.barred(standings))
    let count = rows?.count ?? finished.rowCount
    result.entered[position] = count
    if count == 0 { return }
    let finished = target.losing(finished, standings)
    result.earliest[position] =
      rows.map { rows in rows.reduce(Int32.max) { min($0, days[Int($1)]) } } ?? days.min()
    if let definition = target.definition {
      try aggregate(finished, rows: rows, definition, into: position)
    } else if program.rowUse == .captured {
      result.captured[position] = rows.map { finished.selecting($0) } ?? finished
    } else if let chosen = target.rowColumns {
      let columns = chosen.map { finished.columns[$0] }
      if let encoded = encoders[position]?.encode(
        columns, rows: rows, rowCount: finished.rowCount)
      {
        result.chunks[position] = encoded
      } else if program.rowUse == .encoded {
        // Gathered over many blocks, whose bytes must not be held.
        var batch = RecordBatch(rowCount: finished.rowCount, columns: columns)
        if let rows { batch = batch.selecting(rows) }
        batch.columns = batch.columns.map { $0.detached() }
        result.captured[position] = batch
      }
    }
  }

  /// Adds the rows to a target's partial aggregate; tokens are made for persons first seen.
  mutating func aggregate(
    _ batch: RecordBatch, rows: [UInt32]?, _ definition: AggregateDefinition, into target: Int
  ) throws {
    guard case .per(let person) = definition.shape else {
      try gathered.partials[target]?.add(batch, rows: rows) { _, _ in [] }
      return
    }
    guard var worker = columns[person].take() else {
      throw RunFailure(.internalError, "a column of persons has no worker")
    }
    defer { columns[person] = worker }
    try gathered.partials[target]?.add(batch, rows: rows) { positions, cells in
      try worker.tokens(at: positions, of: cells, once: program.asksOnce[person])
    }
  }
}
