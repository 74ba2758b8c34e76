import Records

extension ParquetKind {
  /// Returns the fields of the one schema element that a column of this kind has.
  func schemaElement(named name: String) -> [Int: ThriftValue] {
    var fields: [Int: ThriftValue] = [
      1: .integer(Int64(physical.rawValue)), 3: .integer(Int64(ParquetKind.optional)),
      4: .binary(Array(name.utf8)),
    ]
    if let converted { fields[6] = .integer(Int64(converted)) }
    if case .decimal(let scale) = self {
      fields[7] = .integer(Int64(scale))
      fields[8] = .integer(Int64(ParquetKind.precision))
    }
    if let logicalType {
      fields[10] = .structure([logicalType.member: .structure(logicalType.fields)])
    }
    return fields
  }

  /// The member of the union LogicalType and its fields.
  private var logicalType: (member: Int, fields: [Int: ThriftValue])? {
    switch self {
    case .text: (1, [:])
    case .decimal(let scale):
      (5, [1: .integer(Int64(scale)), 2: .integer(Int64(ParquetKind.precision))])
    case .date: (6, [:])
    // Of UTC, in microseconds.
    case .timestamp: (8, [1: .flag(true), 2: .structure([2: .structure([:])])])
    case .integer, .boolean: nil
    }
  }
}
