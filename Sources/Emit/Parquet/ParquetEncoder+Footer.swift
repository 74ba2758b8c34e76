import Records

/// The program that wrote a file, as `created_by` names it.
package struct ParquetCreator: Hashable, Sendable {
  package var version: String
  package var build: String

  package init(version: String, build: String) {
    self.version = version
    self.build = build
  }

  /// A program built without a release's number.
  package static let development = ParquetCreator(version: "0.0.0", build: "development")

  /// The form that readers know how to take apart.
  var text: String { "sparsam version \(version) (build \(build))" }
}

extension ParquetEncoder {
  /// Returns the footer of a file of the given groups, which follow one another behind `opening()`.
  package func closing(
    _ groups: [ParquetGroup.Summary], keyValues: [(String, String)],
    creator: ParquetCreator = .development
  ) -> [UInt8] {
    let groups = groups.filter { $0.rowCount > 0 }
    var thrift = ThriftWriter()
    thrift.element { thrift in
      thrift.write(1 as Int32, field: 1)
      writeSchema(to: &thrift)
      thrift.write(groups.reduce(0 as Int64) { $0 + Int64($1.rowCount) }, field: 3)
      thrift.list(field: 4, of: .structure, count: groups.count)
      var offset = parquetMagic.count
      for group in groups {
        thrift.element { write(group, at: offset, to: &$0) }
        offset += group.byteCount
      }
      if !keyValues.isEmpty {
        thrift.list(field: 5, of: .structure, count: keyValues.count)
        for (key, value) in keyValues {
          thrift.element {
            $0.write(key, field: 1)
            $0.write(value, field: 2)
          }
        }
      }
      thrift.write(creator.text, field: 6)
      // TypeDefinedOrder for every column: without it readers distrust min_value and max_value.
      thrift.list(field: 7, of: .structure, count: columns.count)
      for _ in columns { thrift.element { $0.structure(field: 1) } }
    }
    var bytes = thrift.bytes
    appendLittleEndian(UInt32(thrift.bytes.count), to: &bytes)
    return bytes + parquetMagic
  }

  private func writeSchema(to thrift: inout ThriftWriter) {
    thrift.list(field: 2, of: .structure, count: columns.count + 1)
    thrift.element {
      $0.write("schema", field: 4)
      $0.write(Int32(columns.count), field: 5)
    }
    for (column, kind) in zip(columns, kinds) {
      thrift.element { kind.write(named: column.name, to: &$0) }
    }
  }

  private func write(
    _ group: ParquetGroup.Summary, at offset: Int, to thrift: inout ThriftWriter
  ) {
    thrift.list(field: 1, of: .structure, count: group.chunks.count)
    for (index, chunk) in group.chunks.enumerated() {
      thrift.element { thrift in
        // No metadata stand outside the footer, which 0 says.
        thrift.write(0 as Int64, field: 2)
        thrift.structure(field: 3) {
          write(chunk, column: index, rowCount: group.rowCount, at: offset, to: &$0)
        }
      }
    }
    let uncompressed = group.chunks.reduce(0) { $0 + $1.uncompressedByteCount }
    thrift.write(Int64(uncompressed), field: 2)
    thrift.write(Int64(group.rowCount), field: 3)
    thrift.write(Int64(offset), field: 5)
    thrift.write(Int64(group.byteCount), field: 6)
  }

  private func write(
    _ chunk: ParquetGroup.Chunk, column: Int, rowCount: Int, at offset: Int,
    to thrift: inout ThriftWriter
  ) {
    let kind = kinds[column]
    let isCoded = chunk.dictionaryOffset != nil
    thrift.write(kind.physical.rawValue, field: 1)
    let encodings: [ParquetEncoding] = isCoded ? [.plain, .rle, .dictionary] : [.plain, .rle]
    thrift.list(field: 2, of: .int32, count: encodings.count)
    for encoding in encodings { thrift.append(element: encoding.rawValue) }
    thrift.list(field: 3, of: .binary, count: 1)
    thrift.append(element: Array(columns[column].name.utf8))
    thrift.write(ParquetCodec(compression).rawValue, field: 4)
    thrift.write(Int64(rowCount), field: 5)
    thrift.write(Int64(chunk.uncompressedByteCount), field: 6)
    thrift.write(Int64(chunk.byteCount), field: 7)
    thrift.write(Int64(offset + chunk.dataOffset), field: 9)
    if let dictionaryOffset = chunk.dictionaryOffset {
      thrift.write(Int64(offset + dictionaryOffset), field: 11)
    }
    thrift.structure(field: 12) { thrift in
      thrift.write(Int64(chunk.nullCount), field: 3)
      if kind.hasBounds, let bounds = chunk.bounds {
        let width = kind == .date ? 4 : 8
        thrift.write(plainBytes([bounds.upperBound], width: width), field: 5)
        thrift.write(plainBytes([bounds.lowerBound], width: width), field: 6)
      }
    }
    thrift.list(field: 13, of: .structure, count: isCoded ? 2 : 1)
    if isCoded { thrift.element { writeCount(1, of: .dictionary, .plain, to: &$0) } }
    thrift.element {
      writeCount(chunk.dataPageCount, of: .data, isCoded ? .dictionary : .plain, to: &$0)
    }
  }

  /// Writes how many pages of a type have an encoding.
  private func writeCount(
    _ count: Int, of type: ParquetPageType, _ encoding: ParquetEncoding,
    to thrift: inout ThriftWriter
  ) {
    thrift.write(type.rawValue, field: 1)
    thrift.write(encoding.rawValue, field: 2)
    thrift.write(Int32(count), field: 3)
  }
}
