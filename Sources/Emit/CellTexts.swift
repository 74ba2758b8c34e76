import Bytes
package import Records

/// Returns every cell of a column in its canonical text, `nil` for null: for tests of pipelines.
///
/// As CSV prints it, but without quotes and without an apostrophe in front of formulas. Pseudonyms
/// of which no tokens were made, because they do not leave, are `nil`.
package func cellTexts(
  _ column: Column, rowCount: Int, zone: Zone, isReplay: Bool
) -> [String?] {
  if case .identity(let identities) = column.values, identities.tokens.isEmpty {
    return [String?](repeating: nil, count: rowCount)
  }
  let writer = CellWriter(style: .plain, zone: zone, isReplay: isReplay)
  var arena = OutputBuffer()
  let cells = writer.write(column.values, at: nil, form: column.type.form, to: &arena)
  let texts = arena.withBytes { bytes in
    cells.indices.map { position -> String? in
      if column.values.isNull(position) { return nil }
      let text = [UInt8](
        copying: bytes, from: cells[position].lower, count: Int(cells[position].count))
      return String(decoding: text, as: UTF8.self)
    }
  }
  return (0..<rowCount).map { texts[column.position(of: $0)] }
}

extension Values {
  fileprivate func isNull(_ position: Int) -> Bool {
    switch self {
    case .text(let texts): texts.cells[position].isNull
    case .number(let numbers): numbers[position] == Values.nullNumber
    case .identity(let identities): identities.tokens[position] == 0
    }
  }
}
