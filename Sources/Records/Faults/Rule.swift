/// The rule that a record or a value broke.
package enum Rule: String, CaseIterable, Hashable, Sendable {
  /// The record has not the form of its format.
  case malformed
  /// A line, field, nesting or number of fields is beyond what is read.
  case limit
  /// A CSV record with another number of fields than its header.
  case fieldCount = "field_count"
  /// Bytes that are not in the declared encoding.
  case encoding
  /// The clock is missing or cannot be read.
  case clock
  /// An identifier that cannot be normalised.
  case identifier
  /// Arithmetic beyond 64 bits, or 18 digits of a decimal.
  case overflow
  /// A declared path that occurs twice.
  case duplicate
  /// A value that is not of its declared type or that its treatment cannot read.
  case type
  /// A plain text that looks like an identifier of a person.
  case looksPersonal = "looks_personal"
  /// A text over 64 characters.
  case tooLong = "too_long"
}

/// A defect in one input record, or in one value of it.
///
/// A fault names the place and the rule that was broken. It never carries the value: faults are
/// stored and shown, and values must not be.
package struct RecordFault: Hashable, Sendable {
  package var file: String
  /// Number of the record in its file, from 1.
  package var record: Int
  /// Number of the record's first line, from 1.
  package var line: Int
  /// Offset of the record's first byte in the uncompressed file, from 0.
  package var byte: Int
  package var rule: Rule
  /// The column concerned, or `nil` when the whole record could not be read.
  package var column: String?

  package init(
    file: String, record: Int, line: Int, byte: Int, rule: Rule, column: String? = nil
  ) {
    self.file = file
    self.record = record
    self.line = line
    self.byte = byte
    self.rule = rule
    self.column = column
  }
}

/// Values of one column that a reading or a treatment could not take; their places are null now.
///
/// Positions are those of the values handed in: rows, or entries of a dictionary.
package struct ValueFaults: Sendable {
  package struct Entry: Hashable, Sendable {
    package var position: UInt32
    package var rule: Rule
  }

  package private(set) var entries: [Entry] = []

  package init() {}

  package var isEmpty: Bool { entries.isEmpty }

  package mutating func add(_ rule: Rule, at position: Int) {
    entries.append(Entry(position: UInt32(truncatingIfNeeded: position), rule: rule))
  }

  /// Removes the faults of the positions that `isLost`.
  package mutating func remove(where isLost: (Int) -> Bool) {
    entries.removeAll { isLost(Int($0.position)) }
  }
}
