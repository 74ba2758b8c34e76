import Bytes
import Records

/// Writes the values of one column as cells of a row.
struct CellWriter: Sendable {
  enum Style: Sendable {
    /// Quoted where RFC 4180 asks for it, formulas disarmed.
    case csv
    /// Values of RFC 8259.
    case json
    /// As CSV before quoting and disarming.
    case plain
  }

  let style: Style
  let zone: Zone
  let isReplay: Bool
  /// What stands before each cell: a comma, in JSON also the name.
  var before: [UInt8] = []
  /// What stands behind each cell: the end of the row in the last column.
  var after: [UInt8] = []
  /// What a null looks like.
  var null: [UInt8]

  init(style: Style, zone: Zone, isReplay: Bool) {
    self.style = style
    self.zone = zone
    self.isReplay = isReplay
    null = style == .json ? Array("null".utf8) : []
  }

  /// Appends the values at `positions` to the arena, `nil` for all, and returns where each one is.
  ///
  /// Equal values may share one place. Pseudonyms need their tokens.
  func write(
    _ values: Values, at positions: [UInt32]?, form: ValueForm, to arena: inout OutputBuffer
  ) -> [TextCell] {
    let chosen = positions ?? Array(0..<UInt32(values.count))
    let nullStart = arena.count
    arena.append(before)
    arena.append(null)
    arena.append(after)
    let nullCell = TextCell(start: nullStart, count: arena.count - nullStart)
    let cells =
      switch values {
      case .text(let texts): write(texts, chosen, nullCell, to: &arena)
      case .number(let numbers): write(numbers, chosen, nullCell, form, to: &arena)
      case .identity(let identities): write(identities.tokens, chosen, nullCell, to: &arena)
      }
    precondition(arena.count < UInt32.max, "cells are found by 32 bits")
    return cells
  }

  private func write(
    _ numbers: [Int64], _ positions: [UInt32], _ nullCell: TextCell, _ form: ValueForm,
    to arena: inout OutputBuffer
  ) -> [TextCell] {
    var cells: [TextCell] = []
    cells.reserveCapacity(positions.count)
    var times = TimeText(zone: zone)
    // Statuses, hours and quantities repeat themselves: what was written lately is found by its
    // hash. Until its place is taken, null is found everywhere.
    var recentNumbers = [Int64](repeating: Values.nullNumber, count: 256)
    var recentCells = [TextCell](repeating: nullCell, count: 256)
    for index in 0..<positions.count {
      let number = numbers[Int(positions[index])]
      let slot = Int(
        truncatingIfNeeded: (UInt64(bitPattern: number) &* 0x9E37_79B9_7F4A_7C15) >> 56)
      if recentNumbers[slot] != number {
        recentNumbers[slot] = number
        if number == Values.nullNumber {
          recentCells[slot] = nullCell
        } else {
          let start = arena.count
          arena.append(before)
          write(number, form, &times, to: &arena)
          arena.append(after)
          recentCells[slot] = TextCell(start: start, count: arena.count &- start)
        }
      }
      cells.append(recentCells[slot])
    }
    return cells
  }

  private func write(
    _ number: Int64, _ form: ValueForm, _ times: inout TimeText, to arena: inout OutputBuffer
  ) {
    let quotes = style == .json
    switch form {
    case .decimal(let scale, true): arena.append(decimal: number, scale: scale)
    case .decimal(let scale, false): arena.append(shortestDecimal: number, scale: scale)
    case .boolean: arena.append(number == 0 ? "false" : "true")
    case .date:
      if quotes { arena.append(quote) }
      times.append(day: Int(number), to: &arena)
      if quotes { arena.append(quote) }
    case .timestamp:
      if quotes { arena.append(quote) }
      times.append(microseconds: number, to: &arena)
      if quotes { arena.append(quote) }
    case .integer, .text, .token: arena.append(decimal: number)
    }
  }

  private func write(
    _ tokens: [UInt128], _ positions: [UInt32], _ nullCell: TextCell,
    to arena: inout OutputBuffer
  ) -> [TextCell] {
    precondition(positions.isEmpty || !tokens.isEmpty, "a pseudonym that leaves has its token")
    var cells: [TextCell] = []
    cells.reserveCapacity(positions.count)
    // Tokens need no quotes in CSV.
    let quotes = style == .json
    for index in 0..<positions.count {
      let token = tokens[Int(positions[index])]
      if token == 0 {
        cells.append(nullCell)
        continue
      }
      let start = arena.count
      arena.append(before)
      if quotes { arena.append(quote) }
      appendTokenText(token, replay: isReplay, to: &arena)
      if quotes { arena.append(quote) }
      arena.append(after)
      cells.append(TextCell(start: start, count: arena.count &- start))
    }
    return cells
  }
}

private let quote = UInt8(ascii: "\"")
