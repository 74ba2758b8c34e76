import Records

extension Partial {
  /// Returns the table as it is published: small cells treated, values finished, rows sorted.
  ///
  /// This is the only place where k, clamps, rounding and bands apply.
  package consuming func finish() throws(AggregateFault) -> FinishedTable {
    plan.person == nil ? try finishedGroups() : try finishedPersons()
  }

  private consuming func finishedGroups() throws(AggregateFault) -> FinishedTable {
    let keyCount = plan.keys.count
    var cells = SmallCells(self)
    let verdict = try cells.judge()
    let partial = cells.partial
    let chosen = cells.sorted(verdict.published)
    var columns: [Column] = []
    for key in 0..<keyCount {
      let codes = chosen.map { partial.groups.code(of: $0, key: key) }
      columns.append(
        partial.dictionaries[key].column(of: codes, type: partial.plan.output[key].type))
    }
    for measure in partial.plan.definition.measures.indices {
      let finished = try partial.finished(measure, of: chosen)
      columns.append(
        partial.finishedMeasure(measure).column(
          of: finished, type: partial.plan.output[columns.count].type))
    }
    return FinishedTable(
      columns: columns, rowCount: chosen.count, suppressed: verdict.suppressed.count,
      smallestK: cells.smallest(chosen))
  }

  private consuming func finishedPersons() throws(AggregateFault) -> FinishedTable {
    let everybody = Array(0..<people.count)
    let measures = plan.definition.measures.indices
    var values: [[Int64]] = []
    for measure in measures { values.append(try finished(measure, of: everybody)) }
    var chosen = everybody
    var smallest: Int?
    if let rule = plan.rule {
      let classes = PersonClasses(values, personCount: everybody.count, least: rule.least)
      chosen = classes.published
      smallest = classes.smallest
    }
    let ranks = chosen.map { TokenRank(tokens[$0], place: $0) }.sorted()
    chosen = ranks.map(\.place)
    let published = chosen.map { tokens[$0] }
    var columns = [
      Column(
        type: plan.output[0].type,
        values: .identity(IdentityCells(fingerprints: published, tokens: published)))
    ]
    for measure in measures {
      columns.append(
        finishedMeasure(measure).column(
          of: chosen.map { values[measure][$0] }, type: plan.output[columns.count].type))
    }
    return FinishedTable(
      columns: columns, rowCount: chosen.count, suppressed: everybody.count - chosen.count,
      smallestK: smallest)
  }

  func finishedMeasure(_ number: Int) -> FinishedMeasure {
    FinishedMeasure(
      plan.definition.measures[number], scale: plan.scales[number],
      isDecimal: plan.isDecimal[number])
  }

  /// Returns the finished values of a measure in the given cells; null is `Values.nullNumber`.
  ///
  /// A sum, mean, least or greatest value of nulls only is null; a count of nothing is 0.
  func finished(_ number: Int, of cells: [Int]) throws(AggregateFault) -> [Int64] {
    let measure = finishedMeasure(number)
    var finished: [Int64] = []
    finished.reserveCapacity(cells.count)
    for cell in cells {
      switch exact(number, of: cell, measure) {
      case .null: finished.append(Values.nullNumber)
      case .value(let value):
        guard let value = measure.finished(value) else { throw fault(of: number) }
        finished.append(value)
      case .overflow: throw fault(of: number)
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

/// A person's place, ordered as the printed tokens are: base32 has its digits behind its letters,
/// text has them in front.
private struct TokenRank: Comparable {
  /// The first twelve letters; they alone tell nearly all tokens apart.
  private let head: UInt64
  private let token: UInt128
  let place: Int

  init(_ token: UInt128, place: Int) {
    let high = UInt64(truncatingIfNeeded: token >> 64)
    var head: UInt64 = 0
    for letter in 0..<12 {
      let digit = high &>> UInt64(59 &- 5 &* letter) & 31
      head = head &<< 5 | (digit &+ 6) & 31
    }
    self.head = head
    self.token = token
    self.place = place
  }

  /// All letters: 25 of five bits and one of three, whose two lowest bits are zero.
  private var rank: UInt128 {
    var rank: UInt128 = 0
    for letter in 0..<25 {
      let digit = token >> UInt128(123 - 5 * letter) & 31
      rank = rank << 5 | (digit + 6) & 31
    }
    return rank << 3 | ((token & 7) + 1) & 7
  }

  static func < (left: TokenRank, right: TokenRank) -> Bool {
    left.head != right.head ? left.head < right.head : left.rank < right.rank
  }
}
