import Bytes
import Records

extension RecordWalk {
  /// Begins a row of a scope other than the record, all of it null.
  mutating func beginRow(_ scope: Int) {
    if scope == 1 { elementBounds.append(contentsOf: rowCounts) }
    rowCounts[scope] &+= 1
    for _ in 0..<tree.widths[scope] { rows[scope].append(.null) }
  }

  @inline(__always)
  mutating func setCell(_ cell: TextCell, _ scope: Int, _ column: Int) {
    if scope == 0 {
      line[column] = cell
    } else {
      let first = rows[scope].count &- tree.widths[scope]
      rows[scope][first &+ column] = cell
    }
  }

  mutating func setString(
    _ text: Span<UInt8>, from start: Int, to end: Int, isEscaped: Bool, scope: Int, column: Int
  ) {
    guard isSettled || isValidUTF8(text, from: start, to: end) else {
      return setUnreadable(.encoding, scope, column, from: start, to: end)
    }
    guard isEscaped else {
      return setCell(TextCell(start: start, count: end &- start), scope, column)
    }
    let first = tail.count
    guard JSONString.decode(text, from: start, to: end, into: &tail) else {
      return setUnreadable(.encoding, scope, column, from: start, to: end)
    }
    setCell(TextCell(start: base &+ first, count: tail.count &- first), scope, column)
  }

  /// Notes a value that cannot be a text.
  ///
  /// In a nested array, for whose cells there are no faults, the cell keeps its raw bytes: they
  /// read as no number, so the sum over them becomes null and is counted there.
  mutating func setUnreadable(
    _ rule: Rule, _ scope: Int, _ column: Int, from start: Int, to end: Int
  ) {
    if scope >= 2 {
      setCell(TextCell(start: start, count: end &- start), scope, column)
    } else {
      faults.append(Fault(rule: rule, scope: scope, column: column, row: rowCounts[scope] &- 1))
    }
  }

  /// Adds one unreadable element where a value that is no array stands for a summed array, so
  /// that the sum is null and counted, not silently 0.
  mutating func addUnreadable(_ node: PathTree.Node) {
    tail.append(UInt8(ascii: "?"))
    let cell = TextCell(start: base &+ tail.count &- 1, count: 1)
    for index in node.firstItem..<node.firstItem &+ node.itemCount
    where tree.items[index].enters >= 2 {
      let scope = tree.items[index].enters
      beginRow(scope)
      for column in 0..<tree.widths[scope] {
        setCell(cell, scope, column)
      }
    }
  }
}
