package import Records

/// A column of a published file, as its data package describes it.
///
/// Kept with the partition: when the pipeline changes, what was published before does not.
package struct PublishedField: Hashable, Sendable {
  package var name: String
  /// The field type of Table Schema, version 2.
  package var type: String
  package var about: String?
  package var unit: String?
  package var treatment: String
  package var purposes: [String]
  /// The form of its values and what they may look like; `nil` where an older version has not said.
  package var cells: Cells?

  package struct Cells: Hashable, Sendable {
    package var form: ValueForm
    package var grammar: CellGrammar
  }

  package init(_ described: TableDescription.DescribedColumn) {
    name = described.column.name
    type = described.column.type.form.tableSchemaType
    about = described.about
    unit = described.unit
    treatment = described.treatment
    purposes = described.purposes
    cells = Cells(form: described.column.type.form, grammar: described.cells)
  }

  init(
    name: String, type: String, about: String?, unit: String?, treatment: String,
    purposes: [String], cells: Cells?
  ) {
    self.name = name
    self.type = type
    self.about = about
    self.unit = unit
    self.treatment = treatment
    self.purposes = purposes
    self.cells = cells
  }
}

extension ValueForm {
  /// The field type of Table Schema, version 2.
  var tableSchemaType: String {
    switch self {
    case .text, .token: "string"
    case .integer: "integer"
    case .decimal: "number"
    case .boolean: "boolean"
    case .date: "date"
    case .timestamp: "datetime"
    }
  }
}
