package import Records

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
  enum Physical: Int32 {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case byteArray = 6
  }

  /// The digits that INT64 can hold of any decimal.
  static let precision: Int32 = 18

  /// Whether values between `bounds` keep to the declaration.
  func allows(_ bounds: ClosedRange<Int64>?) -> Bool {
    guard case .decimal = self, let bounds else { return true }
    let greatest: Int64 = 999_999_999_999_999_999
    return bounds.lowerBound >= -greatest && bounds.upperBound <= greatest
  }

  var physical: Physical {
    switch self {
    case .text: .byteArray
    case .integer, .decimal, .timestamp: .int64
    case .boolean: .boolean
    case .date: .int32
    }
  }

  /// The ConvertedType, by which readers before LogicalType know the column.
  var converted: Int32? {
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
  var hasBounds: Bool {
    switch self {
    case .integer, .decimal, .date, .timestamp: true
    case .text, .boolean: false
    }
  }

  /// Writes the schema element of a column of this kind.
  func write(named name: String, to thrift: inout ThriftWriter) {
    thrift.write(physical.rawValue, field: 1)
    thrift.write(Self.optional, field: 3)
    thrift.write(name, field: 4)
    if let converted { thrift.write(converted, field: 6) }
    if case .decimal(let scale) = self {
      thrift.write(Int32(scale), field: 7)
      thrift.write(Self.precision, field: 8)
    }
    if converted != nil { thrift.structure(field: 10) { writeLogicalType(to: &$0) } }
  }

  static let optional: Int32 = 1

  /// Writes the member of the union LogicalType.
  private func writeLogicalType(to thrift: inout ThriftWriter) {
    switch self {
    case .text: thrift.structure(field: 1)
    case .decimal(let scale):
      thrift.structure(field: 5) {
        $0.write(Int32(scale), field: 1)
        $0.write(Self.precision, field: 2)
      }
    case .date: thrift.structure(field: 6)
    case .timestamp:
      thrift.structure(field: 8) {
        $0.write(true, field: 1)
        $0.structure(field: 2) { $0.structure(field: 2) }
      }
    case .integer, .boolean: break
    }
  }
}

/// How values and levels are encoded in pages.
enum ParquetEncoding: Int32 {
  case plain = 0
  case rle = 3
  case dictionary = 8
}

enum ParquetPageType: Int32 {
  case data = 0
  case dictionary = 2
}

enum ParquetCodec: Int32 {
  case none = 0
  case gzip = 2
  case zstd = 6

  init(_ compression: OutputCompression) {
    switch compression {
    case .none: self = .none
    case .gzip, .small: self = .gzip
    case .zstd: self = .zstd
    }
  }
}
