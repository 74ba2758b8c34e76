import Bytes
import Records

/// Decides which cells of a shard of a group table are published.
///
/// The remainder is the whole table's matter: `FinishedRows`.
///
/// A cell is too small when it has fewer than `least` distinct persons, or when with `dominance`
/// one person makes more than the share of a summed measure. Sizes and ties are judged on exact
/// state, so the verdict is the same whatever the order of batches and merges was.
struct SmallCells {
  struct Verdict {
    var published: [Int] = []
    var suppressed: [Int] = []
  }

  private(set) var partial: Partial
  private var ranks: [[UInt32]] = []

  /// The sets of `partial` are settled.
  init(_ partial: consuming Partial) { self.partial = partial }

  /// Returns the published and the suppressed cells; with `below: other` cells are merged before.
  mutating func judge() throws(AggregateFault) -> Verdict {
    var verdict = Verdict()
    let all = Array(0..<partial.groups.count)
    guard let rule = partial.plan.rule, let persons = partial.plan.persons else {
      ranks = partial.dictionaries.map { $0.ranks() }
      verdict.published = all
      return verdict
    }
    let lastText = partial.plan.keys.lastIndex { $0.isText }
    // Only who must be told one by one, or moves to another cell, has to lie beside the others.
    if rule.dominance != nil || rule.below == .other { partial.groupMembers() }
    if rule.below == .other, let lastText {
      let other = partial.dictionaries[lastText].code(ofBytes: Array("other".utf8))
      ranks = partial.dictionaries.map { $0.ranks() }
      verdict = try mergeSmall(all, rule, persons, key: lastText, other: other)
    } else {
      ranks = partial.dictionaries.map { $0.ranks() }
      for cell in all {
        if isTooSmall(cell, rule, persons) {
          verdict.suppressed.append(cell)
        } else {
          verdict.published.append(cell)
        }
      }
    }
    return verdict
  }

  // MARK: - One cell

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    for key in 0..<partial.groups.keyCount {
      let one = ranks[key][Int(partial.groups.code(of: left, key: key))]
      let other = ranks[key][Int(partial.groups.code(of: right, key: key))]
      if one != other { return one < other }
    }
    return false
  }

  /// Whether `left` has fewer persons, or as many and stands before.
  private func isSmaller(_ left: Int, _ right: Int, _ persons: Int) -> Bool {
    let one = partial.sets[persons].memberCount(of: left)
    let other = partial.sets[persons].memberCount(of: right)
    return one != other ? one < other : precedes(left, right)
  }

  private func isTooSmall(
    _ cell: Int, _ rule: AggregateDefinition.KRule, _ persons: Int
  ) -> Bool {
    if partial.sets[persons].memberCount(of: cell) < rule.least { return true }
    return rule.dominance.map { isDominated(cell, persons, share: $0) } ?? false
  }

  /// Whether one person makes more than `share` millionths of a summed column.
  ///
  /// Each person's sum counts without its sign, in part and whole: refunds hide nobody. Rows
  /// without a person are left out, for they may be anybody's.
  private func isDominated(_ cell: Int, _ persons: Int, share: Int) -> Bool {
    let count = partial.plan.judgedColumns.count
    var totals = [UInt128](repeating: 0, count: count)
    var greatest = totals
    for person in partial.sets[persons].members(of: cell) {
      let sums = partial.personSums.sums(cell: UInt32(cell), person: person)
      for (column, sum) in sums.enumerated() {
        let (total, overflow) = totals[column].addingReportingOverflow(sum.magnitude)
        totals[column] = overflow ? UInt128.max : total
        greatest[column] = max(greatest[column], sum.magnitude)
      }
    }
    return zip(greatest, totals).contains { greatest, total in
      let part = greatest.multipliedFullWidth(by: 1_000_000)
      let limit = total.multipliedFullWidth(by: UInt128(share))
      return (part.high, part.low) > (limit.high, limit.low)
    }
  }

  // MARK: - other

  /// Merges the small cells of each combination of the remaining keys into one written `other`.
  ///
  /// A genuine cell `other` takes them in. While the merged cell is too small it takes in the
  /// smallest published cell of its combination, and is suppressed when there is none.
  private mutating func mergeSmall(
    _ cells: [Int], _ rule: AggregateDefinition.KRule, _ persons: Int, key: Int, other: UInt32
  ) throws(AggregateFault) -> Verdict {
    var combinations = GroupIndex(keyCount: partial.groups.keyCount)
    var small: [[Int]] = []
    var large: [[Int]] = []
    for cell in cells {
      var codes = partial.groups.codes(of: cell)
      codes[key] = other
      let combination = Int(combinations.group(of: codes))
      if combination == small.count {
        small.append([])
        large.append([])
      }
      if isTooSmall(cell, rule, persons) {
        small[combination].append(cell)
      } else {
        large[combination].append(cell)
      }
    }
    var verdict = Verdict()
    for combination in small.indices {
      if small[combination].isEmpty {
        verdict.published += large[combination]
        continue
      }
      let target = Int(partial.groups.group(of: combinations.codes(of: combination)))
      partial.growToCells()
      for cell in small[combination] where cell != target { try fold(cell, into: target) }
      var remaining = large[combination].filter { $0 != target }
      var isSmall = isTooSmall(target, rule, persons)
      while isSmall, let next = remaining.min(by: { isSmaller($0, $1, persons) }) {
        try fold(next, into: target)
        remaining.removeAll { $0 == next }
        isSmall = isTooSmall(target, rule, persons)
      }
      verdict.published += remaining
      if isSmall { verdict.suppressed.append(target) } else { verdict.published.append(target) }
    }
    return verdict
  }

  private mutating func fold(_ cell: Int, into target: Int) throws(AggregateFault) {
    if let persons = partial.plan.persons, !partial.plan.judgedColumns.isEmpty {
      for person in partial.sets[persons].members(of: cell) {
        let sums = Array(partial.personSums.sums(cell: UInt32(cell), person: person))
        guard partial.personSums.add(sums[...], cell: UInt32(target), person: person) else {
          throw partial.fault(of: 0)
        }
      }
    }
    // A copy, for the words it is added to are its neighbours.
    let state = Array(partial.accumulators.state(of: cell))
    if let measure = partial.accumulators.merge(state[...], into: target) {
      throw partial.fault(of: measure)
    }
    for index in partial.sets.indices {
      partial.sets[index].fold(cell, into: target)
    }
  }
}
