import Bytes
package import Records

/// Returns every cell of a column in its canonical text, `nil` for null: for tests of pipelines.
///
/// As CSV prints it, but without quotes and without an apostrophe in front of formulas.
package func cellTexts(
  _ column: Column, rowCount: Int, zone: Zone, isReplay: Bool
) -> [String?] {
  if case .text(let text) = column.values {
    return (0..<rowCount).map { row in
      let cell = text.cells[column.position(of: row)]
      return cell.isNull
        ? nil : String(decoding: text.bytes[cell.lower..<cell.upper], as: UTF8.self)
    }
  }
  let written = WrittenColumn(column, asJSON: false, zone: zone, isReplay: isReplay)
  return (0..<rowCount).map { row in
    var output = OutputBuffer(capacity: 64)
    written.append(row, to: &output)
    return output.isEmpty ? nil : String(decoding: output.take(), as: UTF8.self)
  }
}
