import Bytes
import Emit
import Records
import Verify

/// A published Parquet file, row group by row group.
struct ParquetPartition {
  let path: String
  let compression: OutputCompression

  func find(
    _ tokens: Set<UInt128>, _ classes: (column: String, key: FingerprintKey)?
  ) throws -> PartitionFile.Findings {
    let reader = try open()
    var findings = PartitionFile.Findings()
    for group in 0..<reader.groupCount {
      let count = reader.groupRowCounts[group]
      var isFound = [Bool](repeating: false, count: count)
      var looks = [UInt128](repeating: 0, count: classes == nil ? 0 : count)
      for (number, field) in reader.fields.enumerated()
      where field.kind == .text || classes != nil {
        let column = try reader.column(number, group: group)
        if case .text(let texts) = column.values {
          let isHit = texts.cells.map { cell in
            !cell.isNull && Int(cell.count) == tokenTextByteCount
              && token(in: texts.bytes.span, at: cell.lower).map(tokens.contains) == true
          }
          if isHit.contains(true) {
            for row in 0..<count where isHit[column.position(of: row)] { isFound[row] = true }
          }
        }
        if let classes, classes.column != field.name { mix(column, into: &looks, classes.key) }
      }
      for row in 0..<count where isFound[row] { findings.rows.append(findings.rowCount + row + 1) }
      findings.classes += looks
      findings.rowCount += count
    }
    return findings
  }

  /// Writes all row groups without `rows`; returns how many are left.
  func write(without rows: Set<Int>, to file: DigestedFile) throws -> Int {
    let reader = try open()
    var encoder: ParquetEncoder?
    var groups: [ParquetGroup.Summary] = []
    var seen = 0
    var left = 0
    for group in 0..<reader.groupCount {
      let count = reader.groupRowCounts[group]
      let columns = try reader.fields.indices.map { try reader.column($0, group: group) }
      let kept = (0..<count).filter { !rows.contains(seen + $0 + 1) }.map { UInt32($0) }
      seen += count
      left += kept.count
      let writer = encoder ?? self.encoder(reader)
      if encoder == nil { try file.write(writer.opening()) }
      let encoded = writer.encode([
        ParquetEncoder.Rows(columns: columns, rows: kept, rowCount: count)
      ])
      encoder = writer
      if encoded.summary.rowCount > 0 {
        try file.write(encoded.bytes)
        groups.append(encoded.summary)
      }
    }
    let writer = encoder ?? self.encoder(reader)
    if encoder == nil { try file.write(writer.opening()) }
    try file.write(
      writer.closing(
        groups, keyValues: reader.keyValues.map { ($0.key, $0.value) },
        creator: ParquetCreator(version: sparsamVersion, build: "release")))
    return left
  }

  private func encoder(_ reader: ParquetReader) -> ParquetEncoder {
    ParquetEncoder(
      columns: reader.fields.map {
        TableColumn(name: $0.name, type: ColumnType(source: .text, form: $0.kind.form))
      }, compression: compression, isReplay: false)
  }

  private func open() throws -> ParquetReader {
    let file = try PositionedFile(path: path)
    do {
      return try ParquetReader(byteCount: file.byteCount) { try? file.read($0) }
    } catch {
      throw RunFailure.damagedPartition(path)
    }
  }

  /// Mixes a column's values into what stands for the rows.
  private func mix(_ column: Column, into looks: inout [UInt128], _ key: FingerprintKey) {
    var bytes: [UInt8] = []
    for row in looks.indices {
      bytes.removeAll(keepingCapacity: true)
      bytes.append(contentsOf: PersonTokens.bytes(of: looks[row]))
      let position = column.position(of: row)
      switch column.values {
      case .text(let texts):
        let cell = texts.cells[position]
        bytes.append(cell.isNull ? 0 : 1)
        if !cell.isNull {
          bytes.append(copying: texts.bytes, from: cell.lower, count: Int(cell.count))
        }
      case .number(let numbers):
        let number = UInt64(bitPattern: numbers[position])
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
      case .identity: continue
      }
      looks[row] = key.fingerprint(bytes, from: 0, count: bytes.count)
    }
  }
}
