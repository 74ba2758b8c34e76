/// What a published table says of itself: for the data package, the analyst's README, the manifest.
package struct TableDescription: Hashable, Sendable {
  package struct Purpose: Hashable, Sendable {
    package var name: String
    package var why: String
    /// The legal basis as the pipeline names it, with its assessment or law.
    package var basis: String

    package init(name: String, why: String, basis: String) {
      self.name = name
      self.why = why
      self.basis = basis
    }
  }

  package struct DescribedColumn: Hashable, Sendable {
    package var column: TableColumn
    /// What the column means, as the pipeline documents it.
    package var about: String?
    package var unit: String?
    package var purposes: [String]
    /// What was done to the values, in words: `subnet {v4: 24, v6: 48}`.
    package var treatment: String
    /// What its cells may look like.
    package var cells: CellGrammar

    /// Describes a column; without a grammar its cells may be all that their form lets them be.
    package init(
      column: TableColumn, about: String? = nil, unit: String? = nil, purposes: [String],
      treatment: String, cells: CellGrammar? = nil
    ) {
      self.column = column
      self.about = about
      self.unit = unit
      self.purposes = purposes
      self.treatment = treatment
      self.cells = cells ?? CellGrammar(of: column.type.form)
    }
  }

  /// How many persons a cell or row must stand for at the least, and where the table shows it.
  package struct Persons: Hashable, Sendable {
    package var least: Int
    /// Columns whose numbers are persons, or rows of which each person has one.
    package var columns: [String]
    /// Whether rows are persons, of whom so many must look the same but for their pseudonym.
    package var areRows: Bool

    package init(least: Int, columns: [String], areRows: Bool) {
      self.least = least
      self.columns = columns
      self.areRows = areRows
    }
  }

  package var pipeline: String
  package var output: String
  package var table: String
  /// `master`, `purchase` or `tracking`.
  package var holds: String
  package var persons: String
  package var controller: String
  package var contact: String
  package var officer: String?
  package var audience: String
  package var purposes: [Purpose]
  package var columns: [DescribedColumn]
  /// What one row is, in words: `one request`, `one cell of day and region`, `one person`.
  package var grain: String
  /// How small cells are treated, in words, or `nil` for a row table.
  package var protection: String?
  package var smallCells: Persons?
  /// The retention in words: `90d from the event`.
  package var retention: String
  package var timezone: String
  /// Whether rows or tokens point at single persons: then it is pseudonymous personal data.
  package var isPersonal: Bool
  package var isReplay: Bool
  package var format: OutputFormat
  package var compression: OutputCompression

  package init(
    pipeline: String, output: String, table: String, holds: String, persons: String,
    controller: String, contact: String, officer: String?, audience: String, purposes: [Purpose],
    columns: [DescribedColumn], grain: String, protection: String?,
    smallCells: Persons? = nil, retention: String, timezone: String, isPersonal: Bool,
    isReplay: Bool, format: OutputFormat,
    compression: OutputCompression
  ) {
    self.pipeline = pipeline
    self.output = output
    self.table = table
    self.holds = holds
    self.persons = persons
    self.controller = controller
    self.contact = contact
    self.officer = officer
    self.audience = audience
    self.purposes = purposes
    self.columns = columns
    self.grain = grain
    self.protection = protection
    self.smallCells = smallCells
    self.retention = retention
    self.timezone = timezone
    self.isPersonal = isPersonal
    self.isReplay = isReplay
    self.format = format
    self.compression = compression
  }
}
