import Records

extension ParquetKind {
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
