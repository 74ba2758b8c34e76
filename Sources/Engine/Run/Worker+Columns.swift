import Bytes
import Ingest
import PipelineFile
import Records

extension Worker {
  mutating func work(
    on judged: Judged, into result: inout BlockResult, _ faults: BlockFaults
  ) throws {
    var book = FaultBook(rowCount: judged.rows.count)
    var coded = CodedSlots()
    var batch = RecordBatch(rowCount: judged.rows.count, columns: [])
    let masks = program.masks.masks(of: judged.standings)
    var isForgotten: [Bool] = []
    for number in program.source.columns.indices {
      let column = program.source.columns[number]
      guard var worker = columns[number].take() else {
        // Nothing published reads it; a column of nulls keeps the positions.
        batch.columns.append(Column(type: column.type, values: .number([])))
        continue
      }
      defer { columns[number] = worker }
      let mask = masks[program.masks.number(of: number)]
      if let persons = program.forgotten[number], !(program.isNeeded[number] && mask.isEmpty) {
        // A value that is taken away, or that no table needs, still tells whose the record is; what
        // is wrong with it is no fault of the record.
        var scratch = FaultBook(rowCount: judged.rows.count)
        let whole = try columnValues(
          number, column, judged, mask: .none, &coded, &worker, &scratch)
        try Self.mark(whole, of: persons, &worker, in: &isForgotten)
      }
      guard program.isNeeded[number] else {
        batch.columns.append(Column(type: column.type, values: .number([])))
        continue
      }
      if case .derived = column.origin {
        batch.columns.append(
          try derive(number, judged, mask: mask, from: batch.columns, &worker, &book))
        continue
      }
      book.noteCells(
        faults, column, number, records: judged.rows, mask: mask)
      let values = try columnValues(
        number, column, judged, mask: mask, &coded, &worker, &book)
      if let persons = program.forgotten[number], mask.isEmpty {
        try Self.mark(values, of: persons, &worker, in: &isForgotten)
      }
      batch.columns.append(values)
    }
    noteIdentifiers(judged, &coded)
    try settle(batch, judged, book, isForgotten, into: &result, faults)
  }

  mutating func columnValues(
    _ number: Int, _ column: ColumnPlan, _ judged: Judged, mask: RowMask,
    _ coded: inout CodedSlots, _ worker: inout ColumnWorker, _ book: inout FaultBook
  ) throws -> Column {
    var valueFaults = ValueFaults()
    if case .slot(let slot) = column.origin,
      case .slot(let clockSlot, let clockFormat) =
        program.source.clock, slot == clockSlot, column.fieldType == .timestamp,
      column.format ?? .iso8601 == clockFormat, column.key == nil
    {
      // The clock has been read already.
      var times = judged.times
      if !mask.isEmpty {
        for row in times.indices where mask.isLost[row] { times[row] = Values.nullNumber }
      }
      let finished = worker.treat(
        read: .number(times), days: judged.days, faults: &valueFaults)
      book.note(valueFaults, column: number, of: finished, rejects: false)
      return finished
    }
    if case .all(let slots, _) = column.origin, column.key != nil {
      let parts = slots.map { self.cells(of: $0, judged, mask: mask, isCoded: true, &coded) }
      let finished = try worker.pseudonymise(parts, days: judged.days, faults: &valueFaults)
      book.note(rows: valueFaults, column: number)
      return finished
    }
    let isCoded = worker.isCoded
    let cells: Column
    switch column.origin {
    // Without a key a tuple leaves only as `present`: whether any of its parts is there.
    case .first(let slots), .all(let slots, _):
      cells = first(of: slots, judged, mask: mask, isCoded: isCoded)
    case .slot(let slot):
      cells = self.cells(of: slot, judged, mask: mask, isCoded: isCoded, &coded)
    case .derived:
      throw RunFailure(.internalError, "column '\(column.name)' was read twice")
    }
    var treated = worker.treat(cells, days: judged.days, faults: &valueFaults)
    // A treatment may say something of null: that nothing is there.
    if !mask.isEmpty { treated = treated.losing(mask.isLost) }
    book.note(valueFaults, column: number, of: treated, rejects: column.key != nil)
    guard column.key != nil else { return treated }
    var tokenFaults = ValueFaults()
    let finished = try worker.pseudonymise([treated], days: judged.days, faults: &tokenFaults)
    book.note(rows: tokenFaults, column: number)
    return finished
  }

  /// Returns the raw cells of a slot for the judged rows, as rows or as a dictionary.
  mutating func cells(
    of slot: Int, _ judged: Judged, mask: RowMask, isCoded: Bool, _ coded: inout CodedSlots
  ) -> Column {
    if isCoded, let known = coded[slot, mask.number] { return known }
    if isCoded, judged.isAll, mask.isEmpty, hasCodes(slot) {
      let cells = raw.coded[slot]
      return Column(
        type: CodedSlots.type, dictionary: .text(TextCells(bytes: raw.bytes, cells: cells.entries)),
        codes: cells.codes)
    }
    var cells = judged.isAll ? raw.slots[slot] : judged.rows.map { raw.slots[slot][Int($0)] }
    if !mask.isEmpty {
      for row in cells.indices where mask.isLost[row] { cells[row] = .null }
    }
    let text = TextCells(bytes: raw.bytes, cells: cells)
    guard isCoded else { return Column(type: CodedSlots.type, values: .text(text)) }
    let column = interned(text)
    coded[slot, mask.number] = column
    return column
  }

  /// Whether the scanner has given the slot's texts their codes.
  private func hasCodes(_ slot: Int) -> Bool {
    slot < raw.coded.count && !raw.coded[slot].entries.isEmpty
  }

  /// Whether the judged rows of a slot are a dictionary already.
  func isInterned(_ slot: Int, _ judged: Judged, _ coded: CodedSlots) -> Bool {
    coded[slot, RowMask.none.number] != nil || judged.isAll && hasCodes(slot)
  }

  /// Returns for each judged row the first of the slots that is neither missing nor empty.
  mutating func first(
    of slots: [Int], _ judged: Judged, mask: RowMask, isCoded: Bool
  ) -> Column {
    var cells = [TextCell](repeating: .null, count: judged.rows.count)
    for (row, record) in judged.rows.enumerated() where mask.isEmpty || !mask.isLost[row] {
      for slot in slots where raw.slots[slot][Int(record)].count > 0 {
        cells[row] = raw.slots[slot][Int(record)]
        break
      }
    }
    let text = TextCells(bytes: raw.bytes, cells: cells)
    return isCoded ? interned(text) : Column(type: CodedSlots.type, values: .text(text))
  }

  /// Returns the texts as a dictionary, whose entry 0 is null, and a code for each row.
  mutating func interned(_ text: TextCells) -> Column {
    interner.removeAll()
    var codes: [UInt32] = []
    codes.reserveCapacity(text.cells.count)
    let bytes = text.bytes.span
    let cells = text.cells.span
    let none: [UInt8] = []
    var start = 0
    while start < cells.count {
      fetchAhead(cells, at: start, of: bytes)
      let end = min(start &+ 64, cells.count)
      interner.appendCodes(of: cells.extracting(start..<end), in: bytes, none.span, to: &codes)
      start = end
    }
    return Column(
      type: CodedSlots.type,
      dictionary: .text(TextCells(bytes: text.bytes, cells: interner.entries)),
      codes: codes)
  }

  mutating func derive(
    _ number: Int, _ judged: Judged, mask: RowMask, from columns: [Column],
    _ worker: inout ColumnWorker, _ book: inout FaultBook
  ) throws -> Column {
    guard let evaluator = evaluators[number] else {
      throw RunFailure(.internalError, "a derived column has no expression")
    }
    var faults = ValueFaults()
    let result = evaluator.evaluate(
      batch: judged.isAll ? raw : raw.selecting(judged.rows), columns: columns.map(\.values),
      faults: &faults)
    guard case .number(var numbers) = result else {
      throw RunFailure(.internalError, "a derived column is no number")
    }
    if !mask.isEmpty {
      for row in numbers.indices where mask.isLost[row] { numbers[row] = Values.nullNumber }
      // What is not there cannot be wrong.
      faults.remove { row in mask.isLost[row] }
    }
    book.note(derived: faults, column: number)
    return Column(type: worker.plan.type, values: .number(numbers))
  }
}
