import Records

/// What is wrong in a published file, never with which value.
package enum Flaw: Hashable, Sendable {
  /// The file cannot be read to its end; the sentence says why.
  case damaged(String)
  /// Its columns are not the declared ones, in their order and of their types.
  case columns
  /// A row is not made of a value for each column.
  case row
  /// A value is not of the column's type, or not in its one spelling.
  case type
  /// A value is outside of what the column's treatments can give.
  case grammar
  /// A text is longer than may leave.
  case length
  /// A text begins as a formula of a spreadsheet.
  case formula
  /// A text looks like an identifier of a person: `email`, `phone`, …
  case looksPersonal(String)
  /// A text, or a segment of a path, is an identifier that the run has read.
  case identifier
  /// A cell stands for fewer persons than it must.
  case smallCell
}

extension Flaw: CustomStringConvertible {
  /// A sentence without its full stop.
  package var description: String {
    switch self {
    case .damaged(let reason): reason
    case .columns: "the columns of the file are not the declared ones"
    case .row: "a row is not made of one value for each column"
    case .type: "a value is not of the column's type"
    case .grammar: "a value is none that the column's treatment gives"
    case .length: "a text is longer than \(plainTextLimit) characters"
    case .formula: "a text begins as a formula of a spreadsheet"
    case .looksPersonal(let kind):
      kind == "email" || kind == "iban" || kind == "ip"
        ? "a text looks like an \(Flaw.names[kind] ?? kind)"
        : "a text looks like a \(Flaw.names[kind] ?? kind)"
    case .identifier: "a text is an identifier of a person that was read in the same run"
    case .smallCell: "a cell stands for fewer persons than it must"
    }
  }

  private static let names = [
    "email": "e-mail address", "phone": "phone number", "iban": "IBAN", "card": "card number",
    "ip": "IP address", "hex": "digest",
  ]
}

/// A flaw and the first place where it is.
package struct Finding: Hashable, Sendable {
  package var flaw: Flaw
  /// `nil` where the file as a whole is meant.
  package var column: String?
  /// From 1, the header not counted.
  package var row: Int?
  /// How many rows have it.
  package var rowCount: Int

  package init(_ flaw: Flaw, column: String? = nil, row: Int? = nil, rowCount: Int = 1) {
    self.flaw = flaw
    self.column = column
    self.row = row
    self.rowCount = rowCount
  }
}

extension Finding: CustomStringConvertible {
  /// `row 17, column 'page': a text looks like a phone number (3 rows)`.
  package var description: String {
    var place = row.map { "row \($0)" } ?? ""
    if let column { place += (place.isEmpty ? "" : ", ") + "column '\(column)'" }
    let more = rowCount > 1 ? " (\(rowCount) rows)" : ""
    return (place.isEmpty ? "" : place + ": ") + flaw.description + more
  }
}
