/// Why the columns of a file do not fit what its source declares.
///
/// It names declared columns only: the first line of a file without header holds values.
package struct HeaderFault: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The file holds no record that could be its header.
    case absent
    /// The header record is not well-formed or too long.
    case malformed
    /// Its lines end with CR alone, so that all of the file would be its header.
    case carriageReturns
    /// The file, or the layout of the log, lacks the columns.
    case missing
    /// The columns stand in the header more than once.
    case repeated
  }

  package var kind: Kind
  /// The declared columns concerned, in their declared order.
  package var columns: [String]

  package init(_ kind: Kind, columns: [String] = []) {
    self.kind = kind
    self.columns = columns
  }

  /// Returns the sentence for a file of a source, without its full stop.
  package func message(file: String, source: String) -> String {
    let names = columns.map { "'\($0)'" }.joined(separator: ", ")
    let noun = columns.count == 1 ? "column" : "columns"
    switch kind {
    case .absent:
      return "file '\(file)' has no header, which source '\(source)' expects; "
        + "give the names under 'header' if its files have none"
    case .malformed:
      return "the header of file '\(file)' is not well-formed; "
        + "check 'delimiter' and 'quote' of source '\(source)'"
    case .carriageReturns:
      return
        "the lines of file '\(file)' of source '\(source)' end with CR alone, which ends no record; "
        + "write LF in its place: tr '\\r' '\\n'"
    case .missing:
      return "file '\(file)' has no \(noun) \(names), which source '\(source)' declares"
    case .repeated:
      return "file '\(file)' has more than one column \(names), which source '\(source)' declares"
    }
  }
}
