import GRDB

extension Row {
  /// Returns the word of a column that holds one of a few; another one is damage, and never taken
  /// for one of them.
  func word<Word: RawRepresentable<String>>(_ column: String) throws -> Word {
    guard let word = Word(rawValue: self[column]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    return word
  }
}
