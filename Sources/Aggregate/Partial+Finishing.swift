import Records

extension Partial {
  /// Returns the table as it is published: small cells treated, values finished, rows sorted.
  package consuming func finish() throws -> FinishedTable {
    let plan = plan
    return try FinishedRows.table(plan, of: [judged()]).whole()
  }

  /// Returns what is published of these cells, as far as it can be told without all others.
  ///
  /// This is the only place where k, clamps, rounding and bands apply.
  consuming func judged() throws(AggregateFault) -> FinishedShard {
    plan.person == nil ? try judgedGroups() : judgedPersons()
  }

  private consuming func judgedGroups() throws(AggregateFault) -> FinishedShard {
    let plan = plan
    settle()
    var cells = SmallCells(self)
    let verdict = try cells.judge()
    let partial = cells.partial
    var shard = FinishedShard()
    shard.published = verdict.published.count
    shard.suppressed = verdict.suppressed.count
    var keys = RowKeys()
    for cell in verdict.published {
      for key in plan.keys.indices {
        keys.append(partial.dictionaries[key], partial.groups.code(of: cell, key: key))
      }
      keys.close()
    }
    if let persons = plan.persons, let rule = plan.rule {
      for (place, cell) in verdict.published.enumerated() {
        shard.note(
          persons: partial.sets[persons].memberCount(of: cell), keyOf: place, in: keys)
      }
      partial.sets[persons].collect(
        of: verdict.suppressed, into: &shard.suppressedPersons, atMost: rule.least)
    }
    shard.rows = [.memory(partial.rows(of: verdict.published, keys, &shard))]
    return shard
  }

  private consuming func judgedPersons() -> FinishedShard {
    settle()
    var shard = FinishedShard()
    shard.published = people.count
    let rows = rows(of: Array(0..<people.count), RowKeys(tokens: tokens), &shard)
    if plan.rule != nil { shard.looks.add(rows) }
    shard.rows = [.memory(rows)]
    return shard
  }

  /// Returns the finished rows of the given cells, whose keys are `keys`, in the order of output.
  private func rows(
    of cells: [Int], _ keys: consuming RowKeys, _ shard: inout FinishedShard
  ) -> SortedRows {
    let measures = plan.definition.measures.indices
    var values: [[Int64]] = []
    for measure in measures {
      values.append(finished(measure, of: cells, keys, noting: &shard))
    }
    return SortedRows(keys, values)
  }

  private func finishedMeasure(_ number: Int) -> FinishedMeasure { plan.finishedMeasure(number) }

  /// Returns the finished values of a measure in the given cells; null is `Values.nullNumber`.
  ///
  /// A sum, mean, least or greatest value of nulls only is null; a count of nothing is 0. What its
  /// form cannot hold is noted, for its cell may turn out not to be published.
  private func finished(
    _ number: Int, of cells: [Int], _ keys: borrowing RowKeys, noting shard: inout FinishedShard
  ) -> [Int64] {
    let measure = finishedMeasure(number)
    var finished: [Int64] = []
    finished.reserveCapacity(cells.count)
    for (place, cell) in cells.enumerated() {
      switch exact(number, of: cell, measure) {
      case .null: finished.append(Values.nullNumber)
      case .value(let value):
        let value = measure.finished(value)
        if value == nil { shard.noteOverflow(of: number, keyOf: place, in: keys) }
        finished.append(value ?? Values.nullNumber)
      case .overflow:
        shard.noteOverflow(of: number, keyOf: place, in: keys)
        finished.append(Values.nullNumber)
      }
    }
    return finished
  }

  private enum Exact {
    case null
    case value(Int128)
    case overflow
  }

  private func exact(_ number: Int, of cell: Int, _ measure: FinishedMeasure) -> Exact {
    switch plan.slots[number] {
    case .members(let index): return .value(Int128(sets[index].memberCount(of: cell)))
    case .field(let index):
      let field = plan.fields[index]
      guard field.kind == .sum else {
        let word = accumulators.word(field, of: cell)
        return word == Values.nullNumber ? .null : .value(Int128(word))
      }
      let sum = accumulators.sum(field, of: cell)
      let count = accumulators.valueCount(field, of: cell)
      if count == 0 { return .null }
      guard plan.definition.measures[number].operation == .mean else { return .value(sum) }
      return measure.mean(sum, of: count).map { .value($0) } ?? .overflow
    }
  }
}
