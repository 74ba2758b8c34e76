import Emit
import Records
import Verify

extension TableContract {
  /// Returns what a partition of the described table has promised when it is published today.
  init(_ table: TableDescription, zone: Zone) {
    self.init(
      output: table.output, table: table.table,
      columns: table.columns.map { ($0.column.name, $0.column.type.form, $0.cells) },
      smallCells: table.smallCells, format: table.format, zone: zone)
  }

  /// Returns what a partition has promised when it was published, as its data package says; `nil`
  /// where an older version wrote the package and did not say it.
  init?(
    output: String, table: String, fields: [PublishedField],
    smallCells: TableDescription.Persons?, format: OutputFormat, zone: Zone
  ) {
    var columns: [(name: String, form: ValueForm, grammar: CellGrammar)] = []
    for field in fields {
      guard let cells = field.cells else { return nil }
      columns.append((field.name, cells.form, cells.grammar))
    }
    self.init(
      output: output, table: table, columns: columns, smallCells: smallCells, format: format,
      zone: zone)
  }

  private init(
    output: String, table: String,
    columns: [(name: String, form: ValueForm, grammar: CellGrammar)],
    smallCells: TableDescription.Persons?, format: OutputFormat, zone: Zone
  ) {
    self.init(
      output: output, table: table,
      columns: columns.map { column in
        Column(
          name: column.name, form: column.form, grammar: column.grammar,
          least: smallCells.flatMap { $0.columns.contains(column.name) ? $0.least : nil })
      },
      format: format, zone: zone,
      leastAlike: smallCells.flatMap { $0.areRows ? $0.least : nil })
  }

  /// Whether any of its texts are looked up among the identifiers that a run reads.
  var isLookedUp: Bool { columns.contains { $0.grammar.isLookedUp } }
}
