package import Records

/// What a published table has promised: the side of a comparison that does not come from its files.
package struct TableContract: Hashable, Sendable {
  package struct Column: Hashable, Sendable {
    package var name: String
    package var form: ValueForm
    package var grammar: CellGrammar
    /// The persons that every number of the column counts at the least, where small cells are kept
    /// out of the table and the column shows it.
    package var least: Int?

    package init(name: String, form: ValueForm, grammar: CellGrammar, least: Int? = nil) {
      self.name = name
      self.form = form
      self.grammar = grammar
      self.least = least
    }
  }

  package var output: String
  package var table: String
  package var columns: [Column]
  package var format: OutputFormat
  package var zone: Zone
  /// Of a table of persons: how many must look the same in all columns but their pseudonym.
  package var leastAlike: Int?

  package init(
    output: String, table: String, columns: [Column], format: OutputFormat, zone: Zone,
    leastAlike: Int? = nil
  ) {
    self.output = output
    self.table = table
    self.columns = columns
    self.format = format
    self.zone = zone
    self.leastAlike = leastAlike
  }
}
