import Bytes
import Records

extension RecordWalk {
  /// Walks the array at `start`, which has declared elements.
  ///
  /// An element that several paths lead into is walked once for each of them.
  mutating func array(
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
    return members(text, from: start, depth: depth) { walk, key in
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
