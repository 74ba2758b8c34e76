/// The treated records of one block: what the tables of the run are made of.
package struct RecordBatch: Sendable {
  package var rowCount: Int
  /// In the order of the source's columns.
  package var columns: [Column]

  package init(rowCount: Int, columns: [Column]) {
    self.rowCount = rowCount
    self.columns = columns
  }

  /// Returns the batch of the given rows, in their order.
  package func selecting(_ rows: [UInt32]) -> RecordBatch {
    RecordBatch(rowCount: rows.count, columns: columns.map { $0.selecting(rows) })
  }
}

extension RecordBatch {
  /// Returns the batch of the given rows; columns that are not needed stay empty.
  package func selecting(_ rows: [UInt32], needed: [Bool]) -> RecordBatch {
    RecordBatch(
      rowCount: rows.count,
      columns: columns.enumerated().map { needed[$0] ? $1.selecting(rows) : $1 })
  }
}
