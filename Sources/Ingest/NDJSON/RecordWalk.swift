import Bytes
import Records

/// The walk over one JSON record along the declared paths, and the cells it has found so far.
///
/// What no path leads to is checked for its form and otherwise left alone: its strings are looked
/// at for control characters and escapes, not for UTF-8, because they go nowhere.
struct RecordWalk: Sendable {
  /// A value that was there but is no text.
  struct Fault: Sendable {
    var rule: Rule
    var scope: Int
    var column: Int
    /// The row of the scope.
    var row: Int
  }

  let tree: PathTree
  /// For each scope the cells of its rows, one row after the other.
  var rows: [[TextCell]]
  /// For each scope how many rows it has.
  var rowCounts: [Int]
  /// For each row of scope 1 the row counts of all scopes when it began.
  var elementBounds: [Int] = []
  /// Decoded strings; they will stand behind the block's `base` bytes.
  var tail: [UInt8] = []
  var base = 0
  var faults: [Fault] = []
  /// Whether a declared path occurred twice in the record.
  var hasDuplicate = false
  /// Members of the record that were skipped.
  var droppedCount = 0
  /// For each node of the tree the visit that saw it last, and the number of visits so far.
  private var seen: [UInt64]
  private var visits: UInt64 = 0
  /// For each item of the tree the visit of the element that it matched last, and the visit of the
  /// element that had the deciding member last.
  private var matched: [UInt64]
  private var decided: [UInt64]
  private var scratch: [UInt8] = []

  init(_ tree: PathTree) {
    self.tree = tree
    rows = Array(repeating: [], count: tree.widths.count)
    rowCounts = Array(repeating: 0, count: tree.widths.count)
    seen = Array(repeating: 0, count: tree.nodes.count)
    matched = Array(repeating: 0, count: tree.items.count)
    decided = matched
  }

  /// Begins a row of `scope`, all of it null.
  mutating func beginRow(_ scope: Int) {
    if scope == 1 { elementBounds.append(contentsOf: rowCounts) }
    rowCounts[scope] &+= 1
    for _ in 0..<tree.widths[scope] { rows[scope].append(.null) }
  }

  /// Walks the value at `start` and returns its end, or a failure of `JSONSyntax`.
  mutating func value(
    _ text: borrowing Span<UInt8>, from start: Int, node index: Int, depth: Int
  ) -> Int {
    let node = tree.nodes[index]
    switch text[start] {
    case JSONSyntax.quote:
      let packed = JSONSyntax.stringEnd(text, from: start &+ 1)
      if packed < 0 { return packed }
      let end = packed &>> 1
      if node.scope >= 0 {
        setString(
          text, from: start &+ 1, to: end, isEscaped: packed & 1 == 1, scope: node.scope,
          column: node.column)
      }
      if node.isSummed { addUnreadable(node) }
      return end &+ 1
    case UInt8(ascii: "{"):
      if node.scope >= 0 {
        setUnreadable(.type, node.scope, node.column, from: start, to: start &+ 1)
      }
      if node.isSummed { addUnreadable(node) }
      if node.keyCount > 0 { return object(text, from: start, node: node, depth: depth) }
      return JSONSyntax.containerEnd(text, from: start, depth: depth)
    case UInt8(ascii: "["):
      if node.scope >= 0 {
        setUnreadable(.type, node.scope, node.column, from: start, to: start &+ 1)
      }
      if node.itemCount > 0 { return array(text, from: start, node: node, depth: depth) }
      return JSONSyntax.containerEnd(text, from: start, depth: depth)
    case UInt8(ascii: "n"):
      return JSONSyntax.scalarEnd(text, from: start)
    default:
      let end = JSONSyntax.scalarEnd(text, from: start)
      if end < 0 { return end }
      if node.scope >= 0 {
        setCell(TextCell(start: start, count: end &- start), node.scope, node.column)
      }
      if node.isSummed { addUnreadable(node) }
      return end
    }
  }

  /// Walks the object at `start`, which has declared members.
  private mutating func object(
    _ text: borrowing Span<UInt8>, from start: Int, node: PathTree.Node, depth: Int
  ) -> Int {
    if depth >= JSONSyntax.depthLimit { return JSONSyntax.tooDeep }
    visits &+= 1
    let visit = visits
    var offset = JSONSyntax.afterBlanks(text, from: start &+ 1)
    if text[offset] == UInt8(ascii: "}") { return offset &+ 1 }
    while true {
      guard text[offset] == JSONSyntax.quote else { return JSONSyntax.malformed }
      let packed = JSONSyntax.stringEnd(text, from: offset &+ 1)
      if packed < 0 { return packed }
      let child = member(
        of: node, text, from: offset &+ 1, to: packed &>> 1, isEscaped: packed & 1 == 1)
      offset = JSONSyntax.afterBlanks(text, from: (packed &>> 1) &+ 1)
      guard text[offset] == UInt8(ascii: ":") else { return JSONSyntax.malformed }
      offset = JSONSyntax.afterBlanks(text, from: offset &+ 1)
      if child < 0 {
        droppedCount &+= 1
        offset = JSONSyntax.valueEnd(text, from: offset, depth: depth &+ 1)
      } else if seen[child] == visit {
        // Which of the two would count is for no reader to guess; the rest is still checked.
        hasDuplicate = true
        offset = JSONSyntax.valueEnd(text, from: offset, depth: depth &+ 1)
      } else {
        seen[child] = visit
        offset = value(text, from: offset, node: child, depth: depth &+ 1)
      }
      if offset < 0 { return offset }
      offset = JSONSyntax.afterBlanks(text, from: offset)
      if text[offset] == UInt8(ascii: ",") {
        offset = JSONSyntax.afterBlanks(text, from: offset &+ 1)
        continue
      }
      return text[offset] == UInt8(ascii: "}") ? offset &+ 1 : JSONSyntax.malformed
    }
  }

  /// Returns the node of the member with the key `start..<end`, or -1 when it is not declared.
  @inline(__always)
  private mutating func member(
    of node: PathTree.Node, _ text: borrowing Span<UInt8>, from start: Int, to end: Int,
    isEscaped: Bool
  ) -> Int {
    if isEscaped { return escapedMember(of: node, text, from: start, to: end) }
    let count = end &- start
    if node.keyLengths &>> UInt64(min(count, 63)) & 1 == 0 { return -1 }
    let mask = count >= 8 ? UInt64.max : (1 &<< UInt64(8 &* count)) &- 1
    let prefix = JSONSyntax.word(text, at: start) & mask
    for index in node.firstKey..<node.firstKey &+ node.keyCount
    where tree.keys[index].prefix == prefix && tree.keys[index].bytes.count == count {
      if count <= 8 || agrees(tree.keys[index].bytes, text, from: start) {
        return tree.keys[index].child
      }
    }
    return -1
  }

  private mutating func escapedMember(
    of node: PathTree.Node, _ text: borrowing Span<UInt8>, from start: Int, to end: Int
  ) -> Int {
    scratch.removeAll(keepingCapacity: true)
    guard JSONString.decode(text, from: start, to: end, into: &scratch) else { return -1 }
    for index in node.firstKey..<node.firstKey &+ node.keyCount
    where tree.keys[index].bytes == scratch {
      return tree.keys[index].child
    }
    return -1
  }

  /// Whether the bytes at `start` are `bytes`; the caller has compared the lengths.
  private func agrees(
    _ bytes: [UInt8], _ text: borrowing Span<UInt8>, from start: Int
  ) -> Bool {
    for index in bytes.indices where bytes[index] != text[start &+ index] { return false }
    return true
  }

  /// Walks the array at `start`, which has declared elements.
  ///
  /// An element that several paths lead into is walked once for each of them.
  private mutating func array(
    _ text: borrowing Span<UInt8>, from start: Int, node: PathTree.Node, depth: Int
  ) -> Int {
    if depth >= JSONSyntax.depthLimit { return JSONSyntax.tooDeep }
    visits &+= 1
    let visit = visits
    var position = 0
    var offset = JSONSyntax.afterBlanks(text, from: start &+ 1)
    if text[offset] == UInt8(ascii: "]") { return offset &+ 1 }
    while true {
      var end = 0
      if node.hasMatches, text[offset] == UInt8(ascii: "{") {
        end = findMatches(text, from: offset, node: node, depth: depth &+ 1)
        if end < 0 { return end }
      }
      let element = visits
      for index in node.firstItem..<node.firstItem &+ node.itemCount {
        let child = tree.items[index].child
        switch tree.items[index].choice {
        case .each: break
        case .index(let wanted):
          if wanted != position { continue }
        case .match:
          // Only the first element that matches counts.
          if end == 0 || matched[index] != element || seen[child] == visit { continue }
          seen[child] = visit
        }
        if tree.items[index].enters >= 0 { beginRow(tree.items[index].enters) }
        end = self.value(text, from: offset, node: child, depth: depth &+ 1)
        if end < 0 { return end }
      }
      if end == 0 {
        end = JSONSyntax.valueEnd(text, from: offset, depth: depth &+ 1)
        if end < 0 { return end }
      }
      position &+= 1
      offset = JSONSyntax.afterBlanks(text, from: end)
      if text[offset] == UInt8(ascii: ",") {
        offset = JSONSyntax.afterBlanks(text, from: offset &+ 1)
        continue
      }
      return text[offset] == UInt8(ascii: "]") ? offset &+ 1 : JSONSyntax.malformed
    }
  }

  /// Marks the items of `node` that the object at `start` matches, and returns its end.
  ///
  /// A pass of its own, because the member that decides may stand behind the members that count.
  private mutating func findMatches(
    _ text: borrowing Span<UInt8>, from start: Int, node: PathTree.Node, depth: Int
  ) -> Int {
    if depth >= JSONSyntax.depthLimit { return JSONSyntax.tooDeep }
    visits &+= 1
    let visit = visits
    var offset = JSONSyntax.afterBlanks(text, from: start &+ 1)
    if text[offset] == UInt8(ascii: "}") { return offset &+ 1 }
    while true {
      guard text[offset] == JSONSyntax.quote else { return JSONSyntax.malformed }
      let first = offset &+ 1
      let packed = JSONSyntax.stringEnd(text, from: first)
      if packed < 0 { return packed }
      offset = JSONSyntax.afterBlanks(text, from: (packed &>> 1) &+ 1)
      guard text[offset] == UInt8(ascii: ":") else { return JSONSyntax.malformed }
      let value = JSONSyntax.afterBlanks(text, from: offset &+ 1)
      let end = JSONSyntax.valueEnd(text, from: value, depth: depth &+ 1)
      if end < 0 { return end }
      for index in node.firstItem..<node.firstItem &+ node.itemCount {
        guard case .match(let key, let wanted) = tree.items[index].choice,
          equals(key, text, from: first, to: packed &>> 1, isEscaped: packed & 1 == 1)
        else { continue }
        if decided[index] == visit { hasDuplicate = true }
        decided[index] = visit
        if isText(wanted, text, from: value, to: end) { matched[index] = visit }
      }
      offset = JSONSyntax.afterBlanks(text, from: end)
      if text[offset] == UInt8(ascii: ",") {
        offset = JSONSyntax.afterBlanks(text, from: offset &+ 1)
        continue
      }
      return text[offset] == UInt8(ascii: "}") ? offset &+ 1 : JSONSyntax.malformed
    }
  }

  /// Whether the value `start..<end` is the text `wanted`, or a number or word written so.
  private mutating func isText(
    _ wanted: [UInt8], _ text: borrowing Span<UInt8>, from start: Int, to end: Int
  ) -> Bool {
    guard text[start] == JSONSyntax.quote else {
      return equals(wanted, text, from: start, to: end, isEscaped: false)
    }
    let packed = JSONSyntax.stringEnd(text, from: start &+ 1)
    return equals(wanted, text, from: start &+ 1, to: end &- 1, isEscaped: packed & 1 == 1)
  }

  /// Whether the string content `start..<end` means `bytes`.
  private mutating func equals(
    _ bytes: [UInt8], _ text: borrowing Span<UInt8>, from start: Int, to end: Int, isEscaped: Bool
  ) -> Bool {
    if isEscaped {
      scratch.removeAll(keepingCapacity: true)
      return JSONString.decode(text, from: start, to: end, into: &scratch) && scratch == bytes
    }
    return bytes.count == end &- start && agrees(bytes, text, from: start)
  }

  // MARK: Cells

  @inline(__always)
  private mutating func setCell(_ cell: TextCell, _ scope: Int, _ column: Int) {
    let first = rows[scope].count &- tree.widths[scope]
    rows[scope][first &+ column] = cell
  }

  private mutating func setString(
    _ text: borrowing Span<UInt8>, from start: Int, to end: Int, isEscaped: Bool, scope: Int,
    column: Int
  ) {
    guard isValidUTF8(text, from: start, to: end) else {
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
  private mutating func setUnreadable(
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
  private mutating func addUnreadable(_ node: PathTree.Node) {
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
