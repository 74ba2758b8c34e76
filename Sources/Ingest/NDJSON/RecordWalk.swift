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
  var line: [TextCell]
  private let emptyLine: [TextCell]
  /// For each further scope the cells of its rows, one row after the other.
  var rows: [[TextCell]]
  /// For each further scope how many rows it has.
  var rowCounts: [Int]
  /// For each row of scope 1 the row counts of all scopes when it began.
  var elementBounds: [Int] = []
  /// Decoded strings; they will stand behind the block's `base` bytes.
  var tail: [UInt8] = []
  var base = 0
  /// Whether the whole block is well-formed UTF-8, and so each of its strings.
  var isSettled = false
  var faults: [Fault] = []
  /// Whether a declared path occurred twice in the record.
  var hasDuplicate = false
  /// Members of the record that were skipped.
  var droppedCount = 0
  /// For each node of the tree the visit that saw it last, and the number of visits so far.
  var seen: [UInt64]
  var visits: UInt64 = 0
  /// For each item of the tree the visit of the element that it matched last, and the visit of the
  /// element that had the deciding member last.
  var matched: [UInt64]
  var decided: [UInt64]
  var scratch: [UInt8] = []
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
  mutating func value(
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
  struct Member {
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

  /// Walks over the members of the object, or the elements of the array, at `start` and returns its
  /// end.
  ///
  /// `visit` walks what begins at the offset, a key or a value, and returns the end of the value.
  @inline(__always)
  mutating func entries(
    _ text: Span<UInt8>, from start: Int, closedBy bracket: UInt8, depth: Int,
    _ visit: (inout RecordWalk, Int) -> Int
  ) -> Int {
    if depth >= JSONSyntax.depthLimit { return JSONSyntax.tooDeep }
    var offset = JSONSyntax.afterBlanks(text, from: start &+ 1)
    if text[offset] == bracket { return offset &+ 1 }
    while true {
      offset = visit(&self, offset)
      if offset < 0 { return offset }
      offset = JSONSyntax.afterBlanks(text, from: offset)
      if text[offset] == UInt8(ascii: ",") {
        offset = JSONSyntax.afterBlanks(text, from: offset &+ 1)
        continue
      }
      return text[offset] == bracket ? offset &+ 1 : JSONSyntax.malformed
    }
  }

  /// Walks the object at `start`, which has declared members, and returns its end.
  private mutating func object(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, node: Int, depth: Int
  ) -> Int {
    visits &+= 1
    let visit = visits
    var place = node &* MemberMemory.width
    let lastPlace = place &+ MemberMemory.width &- 1
    return entries(text, from: start, closedBy: UInt8(ascii: "}"), depth: depth) { walk, key in
      var offset = key
      let child: Int
      let known = walk.memory.count(at: place, text, from: offset)
      if known > 0 {
        child = walk.memory.child(at: place)
        offset = JSONSyntax.afterBlanks(text, from: offset &+ known)
      } else {
        child = walk.unexpectedChild(of: node, text, stops, place: place, &offset)
        if offset < 0 { return offset }
      }
      if place < lastPlace { place &+= 1 }
      if child < 0 {
        walk.droppedCount &+= 1
        return JSONSyntax.valueEnd(text, stops, from: offset, depth: depth &+ 1)
      }
      if walk.seen[child] == visit {
        // Which of the two would count is for no reader to guess; the rest is still checked.
        walk.hasDuplicate = true
        return JSONSyntax.valueEnd(text, stops, from: offset, depth: depth &+ 1)
      }
      walk.seen[child] = visit
      return walk.value(text, stops, from: offset, node: child, depth: depth &+ 1)
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
}
