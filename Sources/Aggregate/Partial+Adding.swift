package import Records

extension Partial {
  /// Adds the given rows of a batch, or all of them where `rows` is `nil`.
  ///
  /// A row enters a group table whatever of it is null, and a table of persons when it has one.
  /// `tokens` is asked once for each person this partial has not seen, for the values at
  /// `positions` of the person column's `cells`, unless the batch brings tokens. When it throws,
  /// the partial must be thrown away.
  package mutating func add<Failure: Error>(
    _ batch: RecordBatch, rows: [UInt32]? = nil,
    tokens: (_ positions: [UInt32], _ cells: IdentityCells) throws(Failure) -> [UInt128]
  ) throws(Failure) {
    let entering = EnteringRows(batch, rows: rows, plan: plan, key: key)
    try add(entering, rows: entering.rows, tokens: tokens)
  }

  /// Adds those of the entering rows that belong here.
  mutating func add<Failure: Error>(
    _ entering: borrowing EnteringRows, rows: RowSelection,
    tokens: (_ positions: [UInt32], _ cells: IdentityCells) throws(Failure) -> [UInt128]
  ) throws(Failure) {
    if rows.count == 0 { return }
    let batch = entering.batch
    let cells: [UInt32]
    if let person = plan.person {
      let column = batch.columns[person]
      var found: [UInt32] = []
      let numbers = people.numbers(
        of: column, prints: entering.personPrints, rows: rows, found: &found)
      try fetchTokens(of: column, at: found, tokens)
      cells = numbers.map { $0 &- 1 }
    } else {
      cells = groups(of: batch, rows: rows)
    }
    growToCells()
    accumulate(entering, rows: rows, cells: cells)
  }

  /// Adds rows to a group table, which publishes no tokens.
  package mutating func add(_ batch: RecordBatch, rows: [UInt32]? = nil) {
    precondition(plan.person == nil, "a table of persons needs their tokens")
    add(batch, rows: rows) { _, _ in [] }
  }

  private mutating func fetchTokens<Failure: Error>(
    of column: Column, at positions: [UInt32],
    _ makeTokens: (_ positions: [UInt32], _ cells: IdentityCells) throws(Failure) -> [UInt128]
  ) throws(Failure) {
    guard case .identity(let identities) = column.values else {
      preconditionFailure("persons are pseudonyms")
    }
    if positions.isEmpty { return }
    let made =
      identities.tokens.isEmpty
      ? try makeTokens(positions, identities) : positions.map { identities.tokens[Int($0)] }
    precondition(made.count == positions.count, "a token for each person")
    tokens.makeRoom(for: made.count)
    tokens += made
  }

  private mutating func groups(of batch: RecordBatch, rows: RowSelection) -> [UInt32] {
    var codes: [[UInt32]] = []
    for (index, key) in plan.keys.enumerated() {
      codes.append(dictionaries[index].codes(of: batch.columns[key.column], rows: rows))
    }
    return groups.groups(
      of: codes, rowCount: rows.count, codeCounts: dictionaries.map(\.codeCount))
  }

  private mutating func accumulate(
    _ entering: borrowing EnteringRows, rows: RowSelection, cells: [UInt32]
  ) {
    let batch = entering.batch
    for field in plan.fields {
      if let column = field.column {
        accumulators.add(batch.columns[column].numbers(rows), field, cells: cells)
      } else {
        accumulators.count(field, cells: cells)
      }
    }
    for (index, column) in plan.distinctColumns.enumerated() {
      let members = batch.columns[column].members(entering.distinctPrints[index], rows)
      sets[index].insert(members, into: cells)
      if index == plan.persons, !plan.judgedColumns.isEmpty {
        personSums.add(
          plan.judgedColumns.map { batch.columns[$0].numbers(rows) }, cells: cells,
          persons: members)
      }
    }
  }
}

extension Column {
  /// Returns what stands in a set for the value of each selected row, whose values have `prints`.
  fileprivate func members(_ prints: [UInt128], _ rows: RowSelection) -> [UInt128] {
    var members = [UInt128](repeating: 0, count: rows.count)
    var target = members.mutableSpan
    let prints = prints.span
    for index in 0..<rows.count {
      target[index] = MemberSets.member(of: prints[position(of: rows[index])])
    }
    return members
  }

  /// Returns the numbers of the selected rows.
  fileprivate func numbers(_ rows: RowSelection) -> [Int64] {
    guard case .number(let numbers) = values else {
      preconditionFailure("a measured column holds numbers")
    }
    if rows.isAll { return isCoded ? codes.map { numbers[Int($0)] } : numbers }
    if isCoded { return rows.rows.map { numbers[Int(codes[Int($0)])] } }
    return rows.rows.map { numbers[Int($0)] }
  }
}
