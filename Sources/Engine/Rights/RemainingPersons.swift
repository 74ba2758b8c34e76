import Ledger

/// Who must leave a table of persons together with somebody who asked for it, by the rule of the
/// night that made it: as if that night had not known the person.
///
/// Whoever looked like the person only together with the person would now stand out. And where only
/// those few are held back, they could be told from a total: then the smallest class left goes too.
package struct RemainingPersons {
  /// The rows that go besides, counted from 1.
  package private(set) var companions: Set<Int> = []
  /// The persons who are not shown then: those of the night, and the companions.
  package private(set) var heldBack: Int

  /// The class of each row, the rows that go, and the persons whom the table holds back already.
  package init(classes: [UInt128], without gone: Set<Int>, least: Int, heldBack: Int) {
    self.heldBack = heldBack
    var left: [UInt128: [Int]] = [:]
    for (index, key) in classes.enumerated() where !gone.contains(index + 1) {
      left[key, default: []].append(index + 1)
    }
    // By size, then by the place where they begin: the keys are of this process alone.
    let ascending = left.values.sorted { ($0.count, $0[0]) < ($1.count, $1[0]) }
    for rows in ascending
    where rows.count < least || self.heldBack > 0 && self.heldBack < least {
      companions.formUnion(rows)
      self.heldBack += rows.count
    }
  }
}

extension StateFolder {
  /// How many persons a published table of persons holds back, as the evidence of its run tells;
  /// none where that is not there any more.
  func heldBack(from partition: LedgerPartition) throws -> Int {
    try pastRun(partition.run)?.heldBack["\(partition.output)/\(partition.table)"] ?? 0
  }
}
