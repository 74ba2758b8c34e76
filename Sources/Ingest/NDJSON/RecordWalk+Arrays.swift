import Bytes
import Records

extension RecordWalk {
  /// Walks the array at `start`, which has declared elements.
  ///
  /// An element that several paths lead into is walked once for each of them. Of the elements' members
  /// that are not declared those of the one that has most count: the others repeat them.
  mutating func array(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, node: PathTree.Node, depth: Int
  ) -> Int {
    visits &+= 1
    let visit = visits
    var position = 0
    let before = droppedCount
    var most = before
    let end = entries(text, from: start, closedBy: UInt8(ascii: "]"), depth: depth) {
      walk, offset in
      walk.droppedCount = before
      defer {
        position &+= 1
        most = max(most, walk.droppedCount)
      }
      return walk.element(
        text, stops, from: offset, at: position, node: node, visit: visit, depth: depth &+ 1)
    }
    droppedCount = most
    return end
  }

  /// Walks the element at `start`, the one at `position` of its array, and returns its end.
  private mutating func element(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, at position: Int,
    node: PathTree.Node, visit: UInt64, depth: Int
  ) -> Int {
    var end = 0
    if node.hasMatches, text[start] == UInt8(ascii: "{") {
      end = findMatches(text, stops, from: start, node: node, depth: depth)
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
        if end == 0 || matched[index] != element { continue }
        // Two elements of the declared key are one path twice.
        if seen[child] == visit {
          hasDuplicate = true
          continue
        }
        seen[child] = visit
      }
      if tree.items[index].enters >= 0 { beginRow(tree.items[index].enters) }
      end = value(text, stops, from: start, node: child, depth: depth)
      if end < 0 { return end }
    }
    return end == 0 ? JSONSyntax.valueEnd(text, stops, from: start, depth: depth) : end
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
    return entries(text, from: start, closedBy: UInt8(ascii: "}"), depth: depth) { walk, key in
      let member = Member(text, stops, from: key)
      if member.value < 0 { return member.value }
      let end = JSONSyntax.valueEnd(text, stops, from: member.value, depth: depth &+ 1)
      if end < 0 { return end }
      for index in node.firstItem..<node.firstItem &+ node.itemCount {
        guard case .match(let name, let wanted) = walk.tree.items[index].choice,
          walk.equals(name, text, member.key, isEscaped: member.isEscaped)
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

  /// Whether the bytes at `start` are `bytes`; the caller has compared the lengths.
  func agrees(_ bytes: [UInt8], _ text: Span<UInt8>, from start: Int) -> Bool {
    for index in bytes.indices where bytes[index] != text[start &+ index] { return false }
    return true
  }
}
