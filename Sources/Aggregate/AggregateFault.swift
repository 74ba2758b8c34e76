/// Why an aggregate table cannot be finished.
package struct AggregateFault: Error, Hashable, Sendable, CustomStringConvertible {
  package var table: String
  /// The measure whose value is beyond 64 bits, or 18 digits of a decimal.
  package var measure: String

  package init(table: String, measure: String) {
    self.table = table
    self.measure = measure
  }

  package var description: String {
    "measure '\(measure)' of table '\(table)' has more than 18 digits in a cell; "
      + "give it 'clamp' or 'bands', or give its column a smaller 'scale'"
  }
}

/// Why a serialised partial is refused.
package struct PartialFault: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    /// Cut off, changed, or not a partial.
    case damaged
    /// Written by another version of the program.
    case version
    /// Of another table, or of another definition of it.
    case table
    /// Made under another fingerprint key: the same person has another number there.
    case key
  }

  package var table: String
  package var reason: Reason

  package var description: String {
    switch reason {
    case .damaged: "the partial of table '\(table)' is damaged; make it anew from its item"
    case .version:
      "the partial of table '\(table)' is of another version; make it anew with this program"
    case .table:
      "the partial is not of table '\(table)' as the pipeline defines it; make it anew"
    case .key:
      "the partial of table '\(table)' was made for another run; make it anew in this one"
    }
  }
}
