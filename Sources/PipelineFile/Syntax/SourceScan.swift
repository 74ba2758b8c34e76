import Diagnostics

/// Finds in the text what the YAML parser does not tell: where tokens end, where a key stands
/// again.
struct SourceScan {
  let source: SourceText

  /// Returns the range of the scalar whose value is `text` and which begins at `start`.
  func token(at start: SourcePosition, text: String) -> SourceRange {
    let line = source.line(start.line)
    let column = start.column
    guard column >= 1, column <= line.count else {
      return SourceRange(line: start.line, column: max(1, min(column, line.count + 1)), length: 0)
    }
    let first = line[column - 1]
    if first == "\"" || first == "'" {
      return SourceRange(from: start, to: endOfQuote(start))
    }
    if first == "|" || first == ">" { return SourceRange(from: start, to: word(at: start).end) }
    let scalars = Array(text.unicodeScalars)
    if !scalars.isEmpty, column - 1 + scalars.count <= line.count,
      Array(line[(column - 1)..<(column - 1 + scalars.count)]) == scalars
    {
      return SourceRange(line: start.line, column: column, length: scalars.count)
    }
    if scalars.isEmpty { return SourceRange(line: start.line, column: column, length: 0) }
    return SourceRange(
      from: start, to: SourcePosition(line: start.line, column: trimmedEnd(of: line) + 1))
  }

  /// Returns the range of a list or mapping: its brackets, or the first word of a block.
  func collection(at start: SourcePosition) -> SourceRange {
    guard let first = source.scalar(at: start) else {
      return SourceRange(line: start.line, column: max(1, start.column), length: 0)
    }
    guard first == "[" || first == "{" else {
      let word = word(at: start)
      return word.end > start
        ? word : SourceRange(line: start.line, column: start.column, length: 1)
    }
    var depth = 0
    var position = start
    while position.line <= source.lines.count {
      guard let scalar = source.scalar(at: position) else {
        position = SourcePosition(line: position.line + 1, column: 1)
        continue
      }
      switch scalar {
      case "[", "{": depth += 1
      case "]", "}":
        depth -= 1
        if depth == 0 {
          return SourceRange(
            from: start, to: SourcePosition(line: position.line, column: position.column + 1))
        }
      case "\"", "'":
        if beginsQuote(position) {
          let end = endOfQuote(position)
          if end > position {
            position = end
            continue
          }
        }
      case "#":
        if beginsComment(position) {
          position = SourcePosition(line: position.line + 1, column: 1)
          continue
        }
      default: break
      }
      position.column += 1
    }
    return SourceRange(line: start.line, column: start.column, length: 1)
  }

  /// Returns the range up to the next blank, comma, colon or bracket.
  func word(at start: SourcePosition) -> SourceRange {
    let line = source.line(start.line)
    guard start.column >= 1, start.column <= line.count else {
      return SourceRange(line: start.line, column: max(1, start.column), length: 0)
    }
    if line[start.column - 1] == "\"" || line[start.column - 1] == "'" {
      return SourceRange(from: start, to: endOfQuote(start))
    }
    var end = start.column - 1
    while end < line.count {
      let scalar = line[end]
      if " \t,{}[]".unicodeScalars.contains(scalar) { break }
      if scalar == ":", end + 1 >= line.count || line[end + 1] == " " { break }
      end += 1
    }
    return SourceRange(line: start.line, column: start.column, length: end - start.column + 1)
  }

  func skippingBlanks(from start: SourcePosition) -> SourcePosition {
    var position = start
    while let scalar = source.scalar(at: position), scalar == " " || scalar == "\t" {
      position.column += 1
    }
    if source.scalar(at: position) == nil, position.line < source.lines.count {
      // A block after its properties begins on the next line that holds something.
      var number = position.line + 1
      while number <= source.lines.count {
        let line = source.line(number)
        if let index = line.firstIndex(where: { $0 != " " && $0 != "\t" }), line[index] != "#" {
          return SourcePosition(line: number, column: index + 1)
        }
        number += 1
      }
    }
    return position
  }

  /// Returns where a key with the same letters stands again in the mapping that begins before it.
  ///
  /// `length` is the range of the first one. In a block the second stands in the same column
  /// before any line of less indentation; in a flow mapping at the same depth of brackets.
  func repeatedKey(after first: SourcePosition, length: SourceRange) -> SourceRange? {
    let start = length.start
    guard start.line == length.end.line else { return nil }
    let line = source.line(start.line)
    guard start.column >= 1, length.end.column - 1 <= line.count, length.end > start else {
      return nil
    }
    let key = Array(line[(start.column - 1)..<(length.end.column - 1)])
    let bare = key.filter { $0 != "\"" && $0 != "'" }
    return inFlow(bare, after: length.end) ?? inBlock(bare, after: start)
  }

  private func inBlock(_ key: [Unicode.Scalar], after first: SourcePosition) -> SourceRange? {
    var number = first.line + 1
    while number <= source.lines.count {
      let line = source.line(number)
      defer { number += 1 }
      guard let indent = line.firstIndex(where: { $0 != " " }), line[indent] != "#" else {
        continue
      }
      if indent + 1 < first.column { return nil }
      guard indent + 1 == first.column else { continue }
      if let range = keyRange(key, line: number, column: indent + 1) { return range }
    }
    return nil
  }

  private func inFlow(_ key: [Unicode.Scalar], after end: SourcePosition) -> SourceRange? {
    var depth = 0
    var position = end
    var mayBegin = false
    while position.line <= source.lines.count {
      guard let scalar = source.scalar(at: position) else {
        position = SourcePosition(line: position.line + 1, column: 1)
        continue
      }
      if depth == 0, mayBegin, scalar != " ",
        let range = keyRange(key, line: position.line, column: position.column)
      {
        return range
      }
      switch scalar {
      case "[", "{": depth += 1
      case "]", "}":
        depth -= 1
        if depth < 0 { return nil }
      case "\"", "'":
        if beginsQuote(position) {
          let end = endOfQuote(position)
          if end > position {
            position = end
            mayBegin = false
            continue
          }
        }
      case "#":
        if beginsComment(position) {
          position = SourcePosition(line: position.line + 1, column: 1)
          continue
        }
      default: break
      }
      if scalar == "," { mayBegin = true } else if scalar != " " { mayBegin = false }
      position.column += 1
      // Outside brackets the mapping is a block: it ends with the line.
      if depth == 0, source.scalar(at: position) == nil, !isInsideFlow(end) { return nil }
    }
    return nil
  }

  /// Whether a place lies inside brackets that were opened on its line or above.
  private func isInsideFlow(_ place: SourcePosition) -> Bool {
    var depth = 0
    for number in stride(from: place.line, through: 1, by: -1) {
      let line = source.line(number)
      let end = number == place.line ? min(place.column - 1, line.count) : line.count
      for index in stride(from: end - 1, through: 0, by: -1) {
        if line[index] == "]" || line[index] == "}" { depth += 1 }
        if line[index] == "[" || line[index] == "{" { depth -= 1 }
        if depth < 0 { return true }
      }
      if number < place.line, let first = line.first, first != " ", first != "#" { return false }
    }
    return false
  }

  private func keyRange(_ key: [Unicode.Scalar], line number: Int, column: Int) -> SourceRange? {
    let line = source.line(number)
    var index = column - 1
    var quote: Unicode.Scalar?
    if index < line.count, line[index] == "\"" || line[index] == "'" {
      quote = line[index]
      index += 1
    }
    guard index + key.count <= line.count, Array(line[index..<(index + key.count)]) == key else {
      return nil
    }
    index += key.count
    if let quote {
      guard index < line.count, line[index] == quote else { return nil }
      index += 1
    }
    let end = index
    while index < line.count, line[index] == " " { index += 1 }
    guard index < line.count, line[index] == ":" else { return nil }
    return SourceRange(line: number, column: column, length: end - column + 1)
  }

  /// Returns the lines that are the content of block texts (`|` and `>`).
  func blockLines(of root: YAMLNode) -> Set<Int> {
    var lines: Set<Int> = []
    var open = [root]
    while let node = open.popLast() {
      switch node.content {
      case .scalar(let text, .block):
        let count = text.split(separator: "\n", omittingEmptySubsequences: false).count
        let first = node.range.start.line + 1
        var number = first
        var indent: Int?
        while number <= source.lines.count {
          let line = source.line(number)
          let blanks = line.prefix { $0 == " " }.count
          if blanks < line.count {
            let least = indent ?? blanks
            indent = least
            if blanks < least || blanks == 0 { break }
          }
          number += 1
        }
        for line in first..<max(first, min(number, first + count + 64)) { lines.insert(line) }
      case .scalar(let text, .quoted):
        // A quoted text over several lines may begin them as it likes.
        let end = node.range.end.line
        if end > node.range.start.line, !text.isEmpty {
          for line in (node.range.start.line + 1)...end { lines.insert(line) }
        }
      case .scalar: break
      case .sequence(let nodes): open += nodes
      case .mapping(let entries): open += entries.map(\.value)
      }
    }
    return lines
  }

  // MARK: - Quotes and comments

  private func beginsQuote(_ position: SourcePosition) -> Bool {
    guard position.column > 1 else { return true }
    let before = source.scalar(
      at: SourcePosition(line: position.line, column: position.column - 1))
    return before.map { " \t,[{:".unicodeScalars.contains($0) } ?? true
  }

  private func beginsComment(_ position: SourcePosition) -> Bool {
    guard position.column > 1 else { return true }
    return source.scalar(
      at: SourcePosition(line: position.line, column: position.column - 1)) == " "
  }

  /// Returns the place behind the quote that closes the one at `start`.
  private func endOfQuote(_ start: SourcePosition) -> SourcePosition {
    guard let quote = source.scalar(at: start) else { return start }
    var position = SourcePosition(line: start.line, column: start.column + 1)
    while position.line <= source.lines.count {
      guard let scalar = source.scalar(at: position) else {
        position = SourcePosition(line: position.line + 1, column: 1)
        continue
      }
      if scalar == "\\", quote == "\"" {
        position.column += 2
        continue
      }
      position.column += 1
      guard scalar == quote else { continue }
      if quote == "'", source.scalar(at: position) == "'" {
        position.column += 1
        continue
      }
      return position
    }
    return SourcePosition(line: start.line, column: source.line(start.line).count + 1)
  }

  private func trimmedEnd(of line: [Unicode.Scalar]) -> Int {
    var end = line.count
    while end > 0, line[end - 1] == " " || line[end - 1] == "\t" { end -= 1 }
    return end
  }
}
