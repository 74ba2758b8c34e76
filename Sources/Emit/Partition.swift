package import Records

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
  /// How small cells were kept out when it was published; looked at only where `fields` is.
  package var smallCells: TableDescription.Persons?

  package init(
    date: String, files: [File], deleteAfter: String?, sharePublished: Int?,
    fields: [PublishedField]? = nil, smallCells: TableDescription.Persons? = nil
  ) {
    self.date = date
    self.files = files
    self.deleteAfter = deleteAfter
    self.sharePublished = sharePublished
    self.fields = fields
    self.smallCells = smallCells
  }

  package var rowCount: Int { files.reduce(0) { $0 + $1.rows } }
}
