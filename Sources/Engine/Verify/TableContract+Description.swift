import Emit
import Records
import Verify

extension TableContract {
  /// Returns what a partition of the described table has promised when it is published today.
  init(_ table: TableDescription, zone: Zone) {
    self.init(
      output: table.output, table: table.table, fields: table.columns.map(PublishedField.init),
      smallCells: table.smallCells, format: table.format, zone: zone)
  }

  /// Returns what a partition has promised when it was published, as its data package says.
  init(
    output: String, table: String, fields: [PublishedField],
    smallCells: TableDescription.Persons?, format: OutputFormat, zone: Zone
  ) {
    self.init(
      output: output, table: table,
      columns: fields.map { field in
        Column(
          name: field.name, form: field.form, grammar: field.cells,
          least: smallCells.flatMap { $0.columns.contains(field.name) ? $0.least : nil })
      },
      format: format, zone: zone,
      leastAlike: smallCells.flatMap { $0.areRows ? $0.least : nil })
  }

  /// Whether any of its texts are looked up among the identifiers that a run reads.
  var isLookedUp: Bool { columns.contains { $0.grammar.isLookedUp } }
}
