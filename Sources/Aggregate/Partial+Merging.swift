import Bytes
import Records

extension Partial {
  /// Adds what another partial of the same table and key has seen.
  ///
  /// The finished table does not depend on the order or tree of merging.
  package mutating func merge(_ other: consuming Partial) throws(AggregateFault) {
    precondition(
      other.plan.signature == plan.signature && other.key == key,
      "partials of one table and one run are merged")
    if other.byteCount > byteCount {
      // The smaller one is taken apart.
      let smaller = self
      self = other
      try absorb(smaller)
    } else {
      try absorb(other)
    }
  }

  /// Adds the cells of another partial, or those of them that are chosen.
  mutating func absorb(
    _ other: borrowing Partial, isChosen: [Bool]? = nil
  ) throws(AggregateFault) {
    let cells =
      plan.person == nil ? groups(of: other, isChosen) : persons(of: other, isChosen)
    growToCells()
    for (source, target) in cells.enumerated() where target != Partial.noCell {
      if let measure = accumulators.merge(
        other.accumulators.state(of: source), into: Int(target))
      {
        throw fault(of: measure)
      }
    }
    for index in sets.indices { sets[index].merge(other.sets[index], into: cells) }
    try absorbSums(of: other, cells: cells)
  }

  /// Stands for a cell that is not taken over.
  static let noCell = UInt32.max

  /// Returns the groups of this partial that the groups of `other` are.
  private mutating func groups(of other: borrowing Partial, _ isChosen: [Bool]?) -> [UInt32] {
    let unknown = UInt32.max
    var codes = dictionaries.indices.map { key in
      [0] + [UInt32](repeating: unknown, count: other.dictionaries[key].values.count)
    }
    var cells = [UInt32](repeating: Partial.noCell, count: other.groups.count)
    var combination = [UInt32](repeating: 0, count: codes.count)
    for group in cells.indices where isChosen?[group] ?? true {
      for key in codes.indices {
        let code = Int(other.groups.code(of: group, key: key))
        if codes[key][code] == unknown {
          codes[key][code] = dictionaries[key].code(
            ofBytes: other.dictionaries[key].values.value(of: UInt32(code - 1)))
        }
        combination[key] = codes[key][code]
      }
      cells[group] = groups.group(of: combination)
    }
    return cells
  }

  private mutating func persons(of other: borrowing Partial, _ isChosen: [Bool]?) -> [UInt32] {
    var found: [UInt32] = []
    var prints = other.people.fingerprints
    if let isChosen {
      for person in prints.indices where !isChosen[person] { prints[person] = 0 }
    } else {
      people.reserve(max(people.count, other.people.count))
    }
    let numbers = people.numbers(of: prints, found: &found)
    for person in found { tokens.append(other.tokens[Int(person)]) }
    // Nobody has number 0, which becomes `noCell`.
    return numbers.map { $0 &- 1 }
  }

  private mutating func absorbSums(
    of other: borrowing Partial, cells: [UInt32]
  ) throws(AggregateFault) {
    for number in 0..<other.personSums.pairs.count {
      let pair = other.personSums.pair(number)
      let cell = cells[Int(pair.cell)]
      if cell == Partial.noCell { continue }
      guard personSums.add(pair.sums, cell: cell, person: pair.person)
      else { throw fault(of: plan.definition.measures.firstIndex { $0.operation == .sum } ?? 0) }
    }
  }

  func fault(of measure: Int) -> AggregateFault {
    AggregateFault(
      table: plan.definition.name, measure: plan.definition.measures[measure].name)
  }
}
