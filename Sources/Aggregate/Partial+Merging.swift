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

  private mutating func absorb(_ other: borrowing Partial) throws(AggregateFault) {
    let cells = plan.person == nil ? groups(of: other) : persons(of: other)
    growToCells()
    for (source, target) in cells.enumerated() {
      if let measure = accumulators.merge(
        other.accumulators.state(of: source), into: Int(target))
      {
        throw fault(of: measure)
      }
    }
    for index in tables.indices {
      let numbers = tables[index].numbers(of: other.tables[index])
      sets[index].merge(other.sets[index], into: cells, numbers: numbers)
      if index == plan.persons { try absorbSums(of: other, cells: cells, persons: numbers) }
    }
  }

  /// Returns the groups of this partial that the groups of `other` are.
  private mutating func groups(of other: borrowing Partial) -> [UInt32] {
    let codes = dictionaries.indices.map { key in
      var mine: [UInt32] = [0]
      let values = other.dictionaries[key].values
      for value in 0..<values.count {
        mine.append(dictionaries[key].code(ofBytes: values.value(of: UInt32(value))))
      }
      return mine
    }
    var cells: [UInt32] = []
    cells.reserveCapacity(other.groups.count)
    for group in 0..<other.groups.count {
      cells.append(
        groups.group(
          of: codes.indices.map { codes[$0][Int(other.groups.code(of: group, key: $0))] }))
    }
    return cells
  }

  private mutating func persons(of other: borrowing Partial) -> [UInt32] {
    var found: [UInt32] = []
    people.reserve(max(people.count, other.people.count))
    let numbers = people.numbers(of: other.people.fingerprints, found: &found)
    for person in found { tokens.append(other.tokens[Int(person)]) }
    return numbers.map { $0 &- 1 }
  }

  private mutating func absorbSums(
    of other: borrowing Partial, cells: [UInt32], persons: [UInt32]
  ) throws(AggregateFault) {
    for number in 0..<other.personSums.pairs.count {
      let pair = other.personSums.pair(number)
      guard
        personSums.add(
          pair.sums, cell: cells[Int(pair.cell)], person: persons[Int(pair.person)])
      else { throw fault(of: plan.definition.measures.firstIndex { $0.operation == .sum } ?? 0) }
    }
  }

  func fault(of measure: Int) -> AggregateFault {
    AggregateFault(
      table: plan.definition.name, measure: plan.definition.measures[measure].name)
  }
}

extension FingerprintTable {
  /// Returns for each number of `other`, from 0 on, the number of the same value here.
  mutating func numbers(of other: FingerprintTable) -> [UInt32] {
    var found: [UInt32] = []
    reserve(max(count, other.count))
    return [0] + numbers(of: other.fingerprints, found: &found)
  }
}
