/// The rows of a batch that enter a table.
struct RowSelection: Sendable {
  private(set) var rows: [UInt32]
  /// Whether every row of the batch enters; then `rows` is empty.
  let isAll: Bool
  let count: Int

  /// The given rows, or all `rowCount` of the batch where `rows` is `nil`.
  init(_ rows: [UInt32]?, rowCount: Int) {
    self.rows = rows ?? []
    isAll = rows == nil
    count = rows?.count ?? rowCount
  }

  /// The row at `index` of the selection.
  @inline(__always)
  subscript(index: Int) -> Int { isAll ? index : Int(rows[index]) }

  /// Returns the rows at the given places of the selection.
  func narrowed(to places: [UInt32]) -> RowSelection {
    RowSelection(isAll ? places : places.map { rows[Int($0)] }, rowCount: places.count)
  }
}
