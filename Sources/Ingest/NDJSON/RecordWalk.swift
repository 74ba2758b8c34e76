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
    /// The row of the scope; the record itself has none.
    var row: Int
  }

  let tree: PathTree
  /// The cells of the record at hand, scope 0.
  private(set) var line: [TextCell]
  private let emptyLine: [TextCell]
  /// For each further scope the cells of its rows, one row after the other.
  var rows: [[TextCell]]
  /// For each further scope how many rows it has.
  var rowCounts: [Int]
  /// For each row of scope 1 the row counts of all scopes when it began.
  private(set) var elementBounds: [Int] = []
  /// Decoded strings; they will stand behind the block's `base` bytes.
  private(set) var tail: [UInt8] = []
  private var base = 0
  private(set) var faults: [Fault] = []
  /// Whether a declared path occurred twice in the record.
  private(set) var hasDuplicate = false
  /// Members of the record that were skipped.
  private(set) var droppedCount = 0
  /// For each node of the tree the visit that saw it last, and the number of visits so far.
  private var seen: [UInt64]
  private var visits: UInt64 = 0
  /// For each item of the tree the visit of the element that it matched last, and the visit of the
  /// element that had the deciding member last.
  private var matched: [UInt64]
  private var decided: [UInt64]
  private var scratch: [UInt8] = []
  private var memory: MemberMemory

  init(_ tree: PathTree) {
    self.tree = tree
    emptyLine = Array(repeating: .null, count: tree.widths[0])
    line = emptyLine
    rows = Array(repeating: [], count: tree.widths.count)
    rowCounts = Array(repeating: 0, count: tree.widths.count)
    seen = Array(repeating: 0, count: tree.nodes.count)
    matched = Array(repeating: 0, count: tree.items.count)
    decided = matched
    memory = MemberMemory(nodeCount: tree.nodes.count)
  }

  /// Begins a block of `base` bytes.
  mutating func beginBlock(base: Int) {
    self.base = base
    tail.removeAll(keepingCapacity: true)
    for scope in rows.indices {
      rows[scope].removeAll(keepingCapacity: true)
      rowCounts[scope] = 0
    }
  }

  /// Walks the object at `start`, which is a record, and returns its end, or a failure of
  /// `JSONSyntax`.
  mutating func record(_ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int) -> Int {
    for slot in line.indices { line[slot] = .null }
    faults.removeAll(keepingCapacity: true)
    elementBounds.removeAll(keepingCapacity: true)
    hasDuplicate = false
    droppedCount = 0
    return object(text, stops, from: start, node: 0, depth: 0)
  }

  /// Walks the value at `start` and returns its end, or a failure of `JSONSyntax`.
  private mutating func value(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, node index: Int, depth: Int
  ) -> Int {
    let node = tree.nodes[index]
    switch text[start] {
    case JSONSyntax.quote:
      let packed = JSONSyntax.stringEnd(text, stops, from: start &+ 1)
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
      if node.keyCount > 0 { return object(text, stops, from: start, node: index, depth: depth) }
      return JSONSyntax.containerEnd(text, stops, from: start, depth: depth)
    case UInt8(ascii: "["):
      if node.scope >= 0 {
        setUnreadable(.type, node.scope, node.column, from: start, to: start &+ 1)
      }
      if node.itemCount > 0 { return array(text, stops, from: start, node: node, depth: depth) }
      return JSONSyntax.containerEnd(text, stops, from: start, depth: depth)
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

  /// A member of an object: where its key lies and where its value begins.
  private struct Member {
    var key: Range<Int>
    var isEscaped: Bool
    /// A failure where the key is malformed.
    var value: Int

    /// Reads the key at `offset`.
    @inline(__always)
    init(_ text: Span<UInt8>, _ stops: Span<UInt64>, from offset: Int) {
      key = 0..<0
      isEscaped = false
      value = JSONSyntax.malformed
      guard text[offset] == JSONSyntax.quote else { return }
      let first = offset &+ 1
      let packed = JSONSyntax.stringEnd(text, stops, from: first)
      if packed < 0 { return }
      let last = packed &>> 1
      key = first..<last
      isEscaped = packed & 1 == 1
      let colon = JSONSyntax.afterBlanks(text, from: last &+ 1)
      guard text[colon] == UInt8(ascii: ":") else { return }
      value = JSONSyntax.afterBlanks(text, from: colon &+ 1)
    }
  }

  /// Walks over the members of the object at `start` and returns its end.
  ///
  /// `visit` walks the member's value and returns the value's end.
  @inline(__always)
  private mutating func members(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, depth: Int,
    _ visit: (inout RecordWalk, Member) -> Int
  ) -> Int {
    if depth >= JSONSyntax.depthLimit { return JSONSyntax.tooDeep }
    var offset = JSONSyntax.afterBlanks(text, from: start &+ 1)
    if text[offset] == UInt8(ascii: "}") { return offset &+ 1 }
    while true {
      let member = Member(text, stops, from: offset)
      if member.value < 0 { return member.value }
      offset = visit(&self, member)
      if offset < 0 { return offset }
      offset = JSONSyntax.afterBlanks(text, from: offset)
      if text[offset] == UInt8(ascii: ",") {
        offset = JSONSyntax.afterBlanks(text, from: offset &+ 1)
        continue
      }
      return text[offset] == UInt8(ascii: "}") ? offset &+ 1 : JSONSyntax.malformed
    }
  }

  /// Walks the object at `start`, which has declared members, and returns its end.
  private mutating func object(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, node: Int, depth: Int
  ) -> Int {
    if depth >= JSONSyntax.depthLimit { return JSONSyntax.tooDeep }
    visits &+= 1
    let visit = visits
    var offset = JSONSyntax.afterBlanks(text, from: start &+ 1)
    if text[offset] == UInt8(ascii: "}") { return offset &+ 1 }
    var place = node &* MemberMemory.width
    let lastPlace = place &+ MemberMemory.width &- 1
    while true {
      let child: Int
      let known = memory.count(at: place, text, from: offset)
      if known > 0 {
        child = memory.child(at: place)
        offset = JSONSyntax.afterBlanks(text, from: offset &+ known)
      } else {
        child = unexpectedChild(of: node, text, stops, place: place, &offset)
        if offset < 0 { return offset }
      }
      if place < lastPlace { place &+= 1 }
      if child < 0 {
        droppedCount &+= 1
        offset = JSONSyntax.valueEnd(text, stops, from: offset, depth: depth &+ 1)
      } else if seen[child] != visit {
        seen[child] = visit
        offset = value(text, stops, from: offset, node: child, depth: depth &+ 1)
      } else {
        // Which of the two would count is for no reader to guess; the rest is still checked.
        hasDuplicate = true
        offset = JSONSyntax.valueEnd(text, stops, from: offset, depth: depth &+ 1)
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

  /// Returns the node of the member whose key is at `offset`, or -1 when it is not declared, and
  /// moves on to its value, or to a failure.
  @inline(never)
  private mutating func unexpectedChild(
    of node: Int, _ text: Span<UInt8>, _ stops: Span<UInt64>, place: Int, _ offset: inout Int
  ) -> Int {
    let member = Member(text, stops, from: offset)
    let start = offset
    offset = member.value
    if offset < 0 { return -1 }
    let child = child(of: tree.nodes[node], text, member)
    if !member.isEscaped, text[member.key.upperBound &+ 1] == UInt8(ascii: ":") {
      memory.note(
        child, at: place, text, from: start, count: member.key.upperBound &+ 2 &- start)
    }
    return child
  }

  /// Returns the node of the member, or -1 when it is not declared.
  @inline(__always)
  private mutating func child(
    of node: PathTree.Node, _ text: Span<UInt8>, _ member: Member
  ) -> Int {
    if member.isEscaped { return escapedChild(of: node, text, member.key) }
    let start = member.key.lowerBound
    let count = member.key.count
    if node.keyLengths &>> UInt64(min(count, 63)) & 1 == 0 { return -1 }
    let mask = count >= 8 ? UInt64.max : (1 &<< UInt64(8 &* count)) &- 1
    let prefix = JSONSyntax.word(text, at: start) & mask
    for index in node.firstKey..<node.firstKey &+ node.keyCount
    where tree.keys[index].prefix == prefix && tree.keys[index].count == count {
      if count <= 8 { return tree.keys[index].child }
      guard JSONSyntax.word(text, at: start &+ count &- 8) == tree.keys[index].suffix else {
        continue
      }
      if count <= 16 || agrees(tree.keys[index].bytes, text, from: start) {
        return tree.keys[index].child
      }
    }
    return -1
  }

  @inline(never)
  private mutating func escapedChild(
    of node: PathTree.Node, _ text: Span<UInt8>, _ key: Range<Int>
  ) -> Int {
    scratch.removeAll(keepingCapacity: true)
    guard JSONString.decode(text, from: key.lowerBound, to: key.upperBound, into: &scratch) else {
      return -1
    }
    for index in node.firstKey..<node.firstKey &+ node.keyCount
    where tree.keys[index].bytes == scratch {
      return tree.keys[index].child
    }
    return -1
  }

  /// Whether the bytes at `start` are `bytes`; the caller has compared the lengths.
  private func agrees(_ bytes: [UInt8], _ text: Span<UInt8>, from start: Int) -> Bool {
    for index in bytes.indices where bytes[index] != text[start &+ index] { return false }
    return true
  }

  /// Walks the array at `start`, which has declared elements.
  ///
  /// An element that several paths lead into is walked once for each of them.
  private mutating func array(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, node: PathTree.Node, depth: Int
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
        end = findMatches(text, stops, from: offset, node: node, depth: depth &+ 1)
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
        end = value(text, stops, from: offset, node: child, depth: depth &+ 1)
        if end < 0 { return end }
      }
      if end == 0 {
        end = JSONSyntax.valueEnd(text, stops, from: offset, depth: depth &+ 1)
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
  /// The member that decides may stand behind the members that count, so this comes before they
  /// are read.
  private mutating func findMatches(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, node: PathTree.Node, depth: Int
  ) -> Int {
    visits &+= 1
    let visit = visits
    return members(text, stops, from: start, depth: depth) { walk, member in
      let end = JSONSyntax.valueEnd(text, stops, from: member.value, depth: depth &+ 1)
      if end < 0 { return end }
      for index in node.firstItem..<node.firstItem &+ node.itemCount {
        guard case .match(let key, let wanted) = walk.tree.items[index].choice,
          walk.equals(key, text, member.key, isEscaped: member.isEscaped)
        else { continue }
        if walk.decided[index] == visit { walk.hasDuplicate = true }
        walk.decided[index] = visit
        if walk.isText(wanted, text, stops, member.value..<end) { walk.matched[index] = visit }
      }
      return end
    }
  }

  /// Whether the value `range` is the text `wanted`, or a number or word written so.
  private mutating func isText(
    _ wanted: [UInt8], _ text: Span<UInt8>, _ stops: Span<UInt64>, _ range: Range<Int>
  ) -> Bool {
    let start = range.lowerBound
    guard text[start] == JSONSyntax.quote else {
      return equals(wanted, text, range, isEscaped: false)
    }
    let packed = JSONSyntax.stringEnd(text, stops, from: start &+ 1)
    return equals(
      wanted, text, start &+ 1..<range.upperBound &- 1, isEscaped: packed & 1 == 1)
  }

  /// Whether the string content `range` means `bytes`.
  private mutating func equals(
    _ bytes: [UInt8], _ text: Span<UInt8>, _ range: Range<Int>, isEscaped: Bool
  ) -> Bool {
    if isEscaped {
      scratch.removeAll(keepingCapacity: true)
      return JSONString.decode(
        text, from: range.lowerBound, to: range.upperBound, into: &scratch) && scratch == bytes
    }
    return bytes.count == range.count && agrees(bytes, text, from: range.lowerBound)
  }
}

// MARK: Cells

extension RecordWalk {
  /// Begins a row of a scope other than the record, all of it null.
  private mutating func beginRow(_ scope: Int) {
    if scope == 1 { elementBounds.append(contentsOf: rowCounts) }
    rowCounts[scope] &+= 1
    for _ in 0..<tree.widths[scope] { rows[scope].append(.null) }
  }

  @inline(__always)
  private mutating func setCell(_ cell: TextCell, _ scope: Int, _ column: Int) {
    if scope == 0 {
      line[column] = cell
    } else {
      let first = rows[scope].count &- tree.widths[scope]
      rows[scope][first &+ column] = cell
    }
  }

  private mutating func setString(
    _ text: Span<UInt8>, from start: Int, to end: Int, isEscaped: Bool, scope: Int, column: Int
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
