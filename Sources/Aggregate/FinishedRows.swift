import Bytes
package import Records

/// An aggregate table as it is published: after the last merge, after small cells are treated.
///
/// The rows lie in memory or, of tables that were larger than the memory they may take, on disk; a
/// reader hands them out in the order of output, some at a time.
package struct FinishedRows: Sendable {
  let plan: TablePlan
  let runs: [RowRun]
  /// The one published cell that is suppressed to cover others.
  private let covered: [UInt8]?
  private let classes: PersonClasses?
  package let rowCount: Int
  /// Cells or persons that are not in the table. Cells merged into one written `other` are one.
  package let suppressed: Int
  /// The fewest persons of a published cell, or the smallest class of persons who look the same;
  /// `nil` where no number was asked for or nothing is published.
  package let smallestK: Int?

  /// Puts the table together from all its shards.
  ///
  /// While the suppressed cells of a group table together hold somebody but fewer than `least`
  /// persons, the difference to a known total would tell of them: the smallest published cell is
  /// suppressed as well. It has at least `least` persons, so one is enough.
  static func table(
    _ plan: TablePlan, of shards: [FinishedShard]
  ) throws(AggregateFault) -> FinishedRows {
    var all = FinishedShard()
    for shard in shards { all.add(shard) }
    var covered: FinishedShard.Candidate?
    let persons = all.suppressedPersons.count
    if let rule = plan.rule, persons > 0, persons < rule.least { covered = all.smallest.first }
    for measure in plan.definition.measures.indices {
      for overflow in all.overflows where overflow.measure == measure {
        if overflow.key == covered?.key { continue }
        throw AggregateFault(
          table: plan.definition.name, measure: plan.definition.measures[measure].name)
      }
    }
    if plan.person != nil, let rule = plan.rule {
      return FinishedRows(plan, all, PersonClasses(all.looks, least: rule.least))
    }
    return FinishedRows(plan, all, covered: covered?.key)
  }

  /// A table of persons with a rule.
  private init(_ plan: TablePlan, _ all: FinishedShard, _ classes: PersonClasses) {
    self.plan = plan
    runs = all.rows
    covered = nil
    self.classes = classes
    suppressed = classes.suppressed
    rowCount = all.published - classes.suppressed
    smallestK = classes.smallest
  }

  private init(_ plan: TablePlan, _ all: FinishedShard, covered: [UInt8]?) {
    self.plan = plan
    runs = all.rows
    self.covered = covered
    classes = nil
    let count = covered == nil ? 0 : 1
    suppressed = all.suppressed + count
    rowCount = all.published - count
    smallestK = all.smallest.dropFirst(count).first?.persons
  }

  /// Whether rows may be left out after all.
  var leavesRowsOut: Bool { classes != nil || covered != nil }

  /// Whether a row is left out after all.
  func isSuppressed(_ rows: borrowing SortedRows, _ row: Int) -> Bool {
    if let classes { return !classes.publishes(rows.measures(of: row)) }
    guard let covered else { return false }
    return rows.keys.range(of: row).count == covered.count && rows.keys.key(of: row) == covered
  }

  /// Returns a reader that begins with the first row.
  package func reader() throws -> FinishedRowReader { try FinishedRowReader(self) }

  /// Returns all rows at once.
  package func whole() throws -> FinishedTable {
    let batch = try reader().next(atMost: rowCount)
    return FinishedTable(
      columns: batch?.columns ?? FinishedColumns(plan).columns, rowCount: rowCount,
      suppressed: suppressed, smallestK: smallestK)
  }
}

/// Hands out the rows of a finished table in the order of output.
package final class FinishedRowReader {
  private let table: FinishedRows
  private var merge: RowMerge

  init(_ table: FinishedRows) throws {
    self.table = table
    merge = try RowMerge(table.runs)
  }

  /// Returns the next rows, `limit` of them while there are as many, or `nil` at the end.
  package func next(atMost limit: Int) throws -> RecordBatch? {
    var columns = FinishedColumns(table.plan)
    try merge.move(atMost: limit, of: table, to: &columns)
    if columns.rowCount == 0 { return nil }
    return RecordBatch(rowCount: columns.rowCount, columns: columns.columns)
  }
}
