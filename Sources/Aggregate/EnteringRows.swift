import Bytes
import Records

/// The rows of a batch that enter a table, with all that is worked out once for them, however many
/// shards they go to.
struct EnteringRows {
  let batch: RecordBatch
  let rows: RowSelection
  /// For each distinct column the fingerprints of its values, by their position.
  let distinctPrints: [[UInt128]]
  /// The same of the person column; empty for a group table.
  let personPrints: [UInt128]

  /// Leaves out what the table's conditions refuse, and of a table of persons the rows of nobody.
  init(_ batch: RecordBatch, rows: [UInt32]?, plan: TablePlan, key: FingerprintKey) {
    self.batch = batch
    var chosen = RowSelection(rows, rowCount: batch.rowCount)
    for filter in plan.filters where chosen.count > 0 {
      chosen = filter.passing(chosen, of: batch.columns[filter.column])
    }
    if let person = plan.person {
      let column = batch.columns[person]
      let prints = column.values.fingerprints(key)
      let isSomebody = { [chosen] (index: Int) in prints[column.position(of: chosen[index])] != 0 }
      if !(0..<chosen.count).allSatisfy(isSomebody) {
        chosen = chosen.narrowed(
          to: (0..<chosen.count).filter(isSomebody).map { UInt32(truncatingIfNeeded: $0) })
      }
      personPrints = prints
    } else {
      personPrints = []
    }
    self.rows = chosen
    let isEmpty = chosen.count == 0
    distinctPrints = plan.distinctColumns.map { column in
      isEmpty ? [] : batch.columns[column].values.countedFingerprints(key)
    }
  }
}
