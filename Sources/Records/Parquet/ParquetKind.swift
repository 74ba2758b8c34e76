/// How a column's values lie in a Parquet file.
package enum ParquetKind: Hashable, Sendable {
  case text
  case integer
  case decimal(scale: Int)
  case boolean
  case date
  case timestamp

  /// The kind for values of `form`; tokens are texts.
  package init(_ form: ValueForm) {
    switch form {
    case .text, .token: self = .text
    case .integer: self = .integer
    case .decimal(let scale, _): self = .decimal(scale: scale)
    case .boolean: self = .boolean
    case .date: self = .date
    case .timestamp: self = .timestamp
    }
  }

  /// The form of values read back; tokens come back as text, decimals keep no places.
  package var form: ValueForm {
    switch self {
    case .text: .text
    case .integer: .integer
    case .decimal(let scale): .decimal(scale: scale, keepsPlaces: false)
    case .boolean: .boolean
    case .date: .date
    case .timestamp: .timestamp
    }
  }
}

// The numbers below are those of parquet.thrift in apache/parquet-format.

extension ParquetKind {
  /// A physical type.
  package enum Physical: Int32 {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case byteArray = 6
  }

  /// The digits that INT64 can hold of any decimal.
  package static let precision: Int32 = 18

  /// Whether values between `bounds` keep to the declaration.
  package func allows(_ bounds: ClosedRange<Int64>?) -> Bool {
    guard case .decimal = self, let bounds else { return true }
    return bounds.lowerBound >= -form.greatest && bounds.upperBound <= form.greatest
  }

  package var physical: Physical {
    switch self {
    case .text: .byteArray
    case .integer, .decimal, .timestamp: .int64
    case .boolean: .boolean
    case .date: .int32
    }
  }

  /// The ConvertedType, by which readers before LogicalType know the column.
  package var converted: Int32? {
    switch self {
    case .text: 0
    case .decimal: 5
    case .date: 6
    case .timestamp: 10
    case .integer, .boolean: nil
    }
  }

  /// Whether the least and the greatest value are written.
  ///
  /// Never of texts: the bounds of tokens and of rare texts would point at single persons.
  package var hasBounds: Bool {
    switch self {
    case .integer, .decimal, .date, .timestamp: true
    case .text, .boolean: false
    }
  }

  /// The repetition of every column: a value or none.
  package static let optional: Int32 = 1
}
