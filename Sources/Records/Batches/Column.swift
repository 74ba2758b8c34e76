import Bytes

/// One column of a batch: values by row, or a dictionary and a code per row.
@usableFromInline
package struct Column: Sendable {
  package var type: ColumnType
  package var values: Values
  /// For a dictionary-coded column the position in `values` for each row, else empty.
  @usableFromInline package var codes: [UInt32]
  @usableFromInline package var isCoded: Bool

  package init(type: ColumnType, values: Values) {
    self.type = type
    self.values = values
    codes = []
    isCoded = false
  }

  package init(type: ColumnType, dictionary: Values, codes: [UInt32]) {
    self.type = type
    values = dictionary
    self.codes = codes
    isCoded = true
  }

  package var rowCount: Int { isCoded ? codes.count : values.count }

  /// Returns the position in `values` that holds row `row`.
  @inlinable @inline(always)
  package func position(of row: Int) -> Int { isCoded ? Int(codes[row]) : row }

  /// Returns the column of the given rows, in their order.
  package func selecting(_ rows: [UInt32]) -> Column {
    if isCoded {
      return Column(type: type, dictionary: values, codes: rows.map { codes[Int($0)] })
    }
    switch values {
    case .text(let text):
      return Column(
        type: type,
        values: .text(TextCells(bytes: text.bytes, cells: rows.map { text.cells[Int($0)] })))
    case .number(let numbers):
      return Column(type: type, values: .number(rows.map { numbers[Int($0)] }))
    case .identity(let identities):
      var chosen = IdentityCells()
      chosen.fingerprints = rows.map { identities.fingerprints[Int($0)] }
      if !identities.tokens.isEmpty { chosen.tokens = rows.map { identities.tokens[Int($0)] } }
      chosen.normalised = identities.normalised.map { part in
        TextCells(bytes: part.bytes, cells: rows.map { part.cells[Int($0)] })
      }
      chosen.epochs = rows.map { identities.epochs[Int($0)] }
      chosen.epochMasks = identities.epochMasks
      return Column(type: type, values: .identity(chosen))
    }
  }
}

extension Column {
  /// Returns the column with null in the marked rows.
  package func losing(_ isLost: [Bool]) -> Column {
    precondition(isLost.count == rowCount, "a mark for each row")
    guard isLost.contains(true) else { return self }
    var column = self
    if isCoded {
      let null = UInt32(truncatingIfNeeded: values.count)
      column.values.appendNull()
      for row in isLost.indices where isLost[row] { column.codes[row] = null }
      return column
    }
    let rows = isLost.indices.filter { isLost[$0] }
    switch values {
    case .text(var text):
      for row in rows { text.cells[row] = .null }
      column.values = .text(text)
    case .number(var numbers):
      for row in rows { numbers[row] = Values.nullNumber }
      column.values = .number(numbers)
    case .identity(var identities):
      for row in rows {
        identities.fingerprints[row] = 0
        if !identities.tokens.isEmpty { identities.tokens[row] = 0 }
        for part in identities.normalised.indices {
          identities.normalised[part].cells[row] = .null
        }
      }
      column.values = .identity(identities)
    }
    return column
  }
}

extension Values {
  fileprivate mutating func appendNull() {
    switch self {
    case .text(var text):
      text.cells.append(.null)
      self = .text(text)
    case .number(var numbers):
      numbers.append(Values.nullNumber)
      self = .number(numbers)
    case .identity(var identities):
      identities.fingerprints.append(0)
      if !identities.tokens.isEmpty { identities.tokens.append(0) }
      for part in identities.normalised.indices { identities.normalised[part].cells.append(.null) }
      if !identities.epochs.isEmpty { identities.epochs.append(0) }
      self = .identity(identities)
    }
  }
}

extension Column {
  /// Returns the column with texts of its own and without what only this block's work needs.
  ///
  /// A text column shares the bytes of its block; kept longer than the block, it would hold all of
  /// them. Normalised identifiers are left behind: tokens must have been made.
  package func detached() -> Column {
    var column = self
    switch values {
    case .number: break
    case .text(let text):
      var own = TextCells()
      own.cells.reserveCapacity(text.cells.count)
      for cell in text.cells {
        if cell.isNull {
          own.cells.append(.null)
          continue
        }
        let start = own.bytes.count
        own.bytes.append(copying: text.bytes, from: cell.lower, count: Int(cell.count))
        own.cells.append(TextCell(start: start, count: Int(cell.count)))
      }
      column.values = .text(own)
    case .identity(let identities):
      column.values = .identity(
        IdentityCells(fingerprints: identities.fingerprints, tokens: identities.tokens))
    }
    return column
  }
}
