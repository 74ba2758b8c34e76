package import Records

/// An aggregate table as it is published: after the last merge, after small cells are treated.
package struct FinishedTable: Sendable {
  /// Keys, then measures, in the definition's order.
  ///
  /// Text keys and numbers are plain, bands a dictionary. The person column carries tokens, which
  /// also stand in place of fingerprints; normalised values and epochs are empty.
  package var columns: [Column]
  package var rowCount: Int
  /// Cells or persons that are in the table; the same as `rowCount`.
  package var published: Int
  /// Cells or persons that are not. Cells merged into one written `other` are one.
  package var suppressed: Int
  /// The fewest persons of a published cell, or the smallest class of persons who look the same;
  /// `nil` where no number was asked for or nothing is published.
  package var smallestK: Int?

  init(columns: [Column], rowCount: Int, suppressed: Int, smallestK: Int?) {
    self.columns = columns
    self.rowCount = rowCount
    published = rowCount
    self.suppressed = suppressed
    self.smallestK = smallestK
  }
}
