/// One published partition of a table, as its data package names it.
package struct Partition: Hashable, Sendable {
  package struct File: Hashable, Sendable {
    /// The path inside the table's folder.
    package var path: String
    /// In hex.
    package var sha256: String
    package var bytes: Int
    package var rows: Int

    package init(path: String, sha256: String, bytes: Int, rows: Int) {
      self.path = path
      self.sha256 = sha256
      self.bytes = bytes
      self.rows = rows
    }
  }

  /// The run's date, `YYYY-MM-DD`.
  package var date: String
  package var files: [File]
  /// The date from which it must be gone, `nil` for a partition without rows.
  package var deleteAfter: String?
  /// Whole percent of the records read that it holds, for row tables.
  package var sharePublished: Int?
  /// The columns of its files when it was published; `nil` when they are the table's of today.
  package var fields: [PublishedField]?

  package init(
    date: String, files: [File], deleteAfter: String?, sharePublished: Int?,
    fields: [PublishedField]? = nil
  ) {
    self.date = date
    self.files = files
    self.deleteAfter = deleteAfter
    self.sharePublished = sharePublished
    self.fields = fields
  }

  package var rowCount: Int { files.reduce(0) { $0 + $1.rows } }
}
