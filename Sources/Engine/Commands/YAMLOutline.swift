/// Where the keys and values of a pipeline file stand, byte by byte.
///
/// For editing a text whose comments and layout must stay. It takes the YAML that the compiler
/// has accepted, so no anchors, tags, tabs or several documents, and finds places only: what a
/// scalar means is for the compiler.
indirect enum YAMLOutline: Sendable {
  struct Entry: Sendable {
    var key: String
    var value: YAMLOutline
    /// From the key's first byte to the last of its value.
    var range: Range<Int>
  }

  case scalar(Range<Int>)
  case sequence([YAMLOutline], Range<Int>, isFlow: Bool)
  case mapping([Entry], Range<Int>, isFlow: Bool)

  /// Reads the root of a text; `nil` when it cannot be followed.
  init?(_ text: String) {
    var reader = YAMLOutlineReader(bytes: Array(text.utf8))
    guard let root = reader.node(parent: -1, isInline: true) else { return nil }
    reader.skipToContent()
    guard reader.isAtEnd else { return nil }
    self = root
  }

  var range: Range<Int> {
    switch self {
    case .scalar(let range), .sequence(_, let range, _), .mapping(_, let range, _): range
    }
  }

  var entries: [Entry]? {
    if case .mapping(let entries, _, _) = self { return entries }
    return nil
  }

  var items: [YAMLOutline]? {
    if case .sequence(let items, _, _) = self { return items }
    return nil
  }

  var isFlow: Bool {
    switch self {
    case .scalar: false
    case .sequence(_, _, let isFlow), .mapping(_, _, let isFlow): isFlow
    }
  }

  subscript(_ key: String) -> Entry? { entries?.first { $0.key == key } }
}

/// Reads block and flow nodes by recursive descent.
private struct YAMLOutlineReader {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  private func byte(_ offset: Int = 0) -> UInt8? {
    position + offset < bytes.count ? bytes[position + offset] : nil
  }

  private func isSpace(_ byte: UInt8?) -> Bool { byte == nil || [32, 9, 10, 13].contains(byte) }

  private func isEndOfLine(_ byte: UInt8?) -> Bool { byte == nil || byte == 10 || byte == 13 }

  private func column(of place: Int) -> Int {
    var start = place
    while start > 0, bytes[start - 1] != 10 { start -= 1 }
    return place - start
  }

  private mutating func skipBlanks() {
    while byte() == 32 || byte() == 9 { position += 1 }
  }

  /// Moves behind blanks, line ends and comments.
  mutating func skipToContent() {
    while position < bytes.count {
      let isComment =
        bytes[position] == UInt8(ascii: "#") && (position == 0 || isSpace(bytes[position - 1]))
      if isComment {
        while !isEndOfLine(byte()) { position += 1 }
      } else if isSpace(bytes[position]) {
        position += 1
      } else {
        return
      }
    }
  }

  // MARK: - Block style

  /// Reads the node behind a key or dash, which belongs to what is indented by `parent`.
  ///
  /// `isInline` lets a mapping begin on the same line, as it does behind a dash.
  mutating func node(parent: Int, isInline: Bool, mayBeSibling: Bool = false) -> YAMLOutline? {
    let start = position
    skipBlanks()
    let inline = position
    let isSameLine =
      !isEndOfLine(byte())
      && !(byte() == UInt8(ascii: "#") && (inline == 0 || isSpace(bytes[inline - 1])))
    if !isSameLine { skipToContent() }
    let column = column(of: position)
    let isDash = byte() == UInt8(ascii: "-") && isSpace(byte(1))
    let belongs = column > parent || mayBeSibling && column == parent && isDash
    guard !isAtEnd, isSameLine || belongs else {
      // Nothing stands there; the place of the value is where it would begin.
      position = start
      return .scalar(start..<start)
    }
    if isDash, isInline || !isSameLine { return blockSequence(column: column) }
    if isInline || !isSameLine, startsKey() { return blockMapping(column: column) }
    switch byte() {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return flow()
    case UInt8(ascii: "|"), UInt8(ascii: ">"): return blockScalar(parent: parent)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoted().map { .scalar($0) }
    default: return plain(parent: parent)
    }
  }

  private mutating func blockSequence(column: Int) -> YAMLOutline? {
    let start = position
    var end = position
    var items: [YAMLOutline] = []
    while true {
      let before = position
      skipToContent()
      guard !isAtEnd, self.column(of: position) == column, byte() == UInt8(ascii: "-"),
        isSpace(byte(1))
      else {
        position = before
        break
      }
      position += 1
      guard let item = node(parent: column, isInline: true) else { return nil }
      items.append(item)
      end = max(position, item.range.upperBound)
      position = end
    }
    return .sequence(items, start..<end, isFlow: false)
  }

  private mutating func blockMapping(column: Int) -> YAMLOutline? {
    let start = position
    var end = position
    var entries: [YAMLOutline.Entry] = []
    while true {
      let before = position
      skipToContent()
      guard !isAtEnd, self.column(of: position) == column, startsKey() else {
        position = before
        break
      }
      let keyStart = position
      guard let key = key() else { return nil }
      guard let value = node(parent: column, isInline: false, mayBeSibling: true) else {
        return nil
      }
      end = max(position, value.range.upperBound)
      position = end
      entries.append(.init(key: key, value: value, range: keyStart..<end))
    }
    return .mapping(entries, start..<end, isFlow: false)
  }

  /// Whether a key and its colon stand here, on this line.
  private func startsKey() -> Bool {
    var probe = self
    return probe.key() != nil
  }

  /// Reads a key and its colon.
  private mutating func key() -> String? {
    let start = position
    if byte() == UInt8(ascii: "\"") || byte() == UInt8(ascii: "'") {
      guard let range = quoted() else { return nil }
      skipBlanks()
      guard byte() == UInt8(ascii: ":"), isSpace(byte(1)) else { return nil }
      position += 1
      return String(decoding: bytes[(range.lowerBound + 1)..<(range.upperBound - 1)], as: UTF8.self)
    }
    guard let first = byte(), !"{}[],|>#".utf8.contains(first) else { return nil }
    while !isEndOfLine(byte()) {
      if byte() == UInt8(ascii: ":"), isSpace(byte(1)) {
        let name = bytes[start..<position]
        position += 1
        return YAMLOutlineReader.trimmed(name)
      }
      if byte() == UInt8(ascii: "#"), isSpace(bytes[position - 1]) { return nil }
      position += 1
    }
    return nil
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    let end = bytes.lastIndex { $0 != 32 && $0 != 9 }.map { $0 + 1 } ?? bytes.startIndex
    return String(decoding: bytes[bytes.startIndex..<end], as: UTF8.self)
  }

  /// Reads a literal or folded text: all lines indented further than its parent.
  private mutating func blockScalar(parent: Int) -> YAMLOutline? {
    let start = position
    while !isEndOfLine(byte()) { position += 1 }
    var end = position
    while position < bytes.count {
      while isEndOfLine(byte()), position < bytes.count { position += 1 }
      while byte() == 32 { position += 1 }
      if isEndOfLine(byte()) { continue }
      guard column(of: position) > parent else { break }
      while !isEndOfLine(byte()) { position += 1 }
      end = position
    }
    position = end
    return .scalar(start..<end)
  }

  /// Reads a plain text, which may go on in lines indented further than its parent.
  private mutating func plain(parent: Int) -> YAMLOutline? {
    let start = position
    var end = position
    while true {
      var hasComment = false
      while !isEndOfLine(byte()) {
        if byte() == UInt8(ascii: "#"), position > start, isSpace(bytes[position - 1]) {
          hasComment = true
          break
        }
        if byte() != 32, byte() != 9 { end = position + 1 }
        position += 1
      }
      if hasComment { break }
      while isSpace(byte()), !isAtEnd { position += 1 }
      guard !isAtEnd, column(of: position) > parent, byte() != UInt8(ascii: "#") else { break }
    }
    position = end
    return .scalar(start..<end)
  }

  /// Reads a text in quotes, over several lines if it goes on.
  private mutating func quoted() -> Range<Int>? {
    let start = position
    guard let quote = byte() else { return nil }
    position += 1
    while let next = byte() {
      position += 1
      if next == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        position += 1
      } else if next == quote {
        if quote == UInt8(ascii: "'"), byte() == quote {
          position += 1
        } else {
          return start..<position
        }
      }
    }
    return nil
  }

  // MARK: - Flow style

  private mutating func flow() -> YAMLOutline? {
    switch byte() {
    case UInt8(ascii: "{"): return flowMapping()
    case UInt8(ascii: "["): return flowSequence()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoted().map { .scalar($0) }
    default: return .scalar(flowPlain())
    }
  }

  private mutating func flowPlain() -> Range<Int> {
    let start = position
    var end = position
    while let next = byte() {
      if ",[]{}".utf8.contains(next) { break }
      let behind = byte(1)
      if next == UInt8(ascii: ":"),
        isSpace(behind) || ",[]{}".utf8.contains(behind ?? 0)
      {
        break
      }
      if next == UInt8(ascii: "#"), position > start, isSpace(bytes[position - 1]) { break }
      position += 1
      if !isSpace(next) { end = position }
    }
    position = end
    return start..<end
  }

  private mutating func flowSequence() -> YAMLOutline? {
    let start = position
    position += 1
    var items: [YAMLOutline] = []
    while true {
      skipToContent()
      guard let next = byte() else { return nil }
      if next == UInt8(ascii: "]") {
        position += 1
        return .sequence(items, start..<position, isFlow: true)
      }
      if next == UInt8(ascii: ",") {
        position += 1
        continue
      }
      let before = position
      guard let item = flow(), position > before else { return nil }
      items.append(item)
      skipToContent()
      if byte() == UInt8(ascii: ":") {
        // A single pair, `[a: b]`: its place is all that counts.
        position += 1
        skipToContent()
        guard flow() != nil else { return nil }
      }
    }
  }

  private mutating func flowMapping() -> YAMLOutline? {
    let start = position
    position += 1
    var entries: [YAMLOutline.Entry] = []
    while true {
      skipToContent()
      guard let next = byte() else { return nil }
      if next == UInt8(ascii: "}") {
        position += 1
        return .mapping(entries, start..<position, isFlow: true)
      }
      if next == UInt8(ascii: ",") {
        position += 1
        continue
      }
      let keyStart = position
      guard let key = flowKey(), position > keyStart else { return nil }
      var value = YAMLOutline.scalar(position..<position)
      skipToContent()
      if byte() == UInt8(ascii: ":") {
        position += 1
        let place = position
        skipToContent()
        if byte() == UInt8(ascii: ",") || byte() == UInt8(ascii: "}") {
          value = .scalar(place..<place)
        } else {
          guard let found = flow() else { return nil }
          value = found
        }
      }
      let end = max(value.range.upperBound, position)
      entries.append(.init(key: key, value: value, range: keyStart..<end))
    }
  }

  private mutating func flowKey() -> String? {
    if byte() == UInt8(ascii: "\"") || byte() == UInt8(ascii: "'") {
      return quoted().map {
        String(decoding: bytes[($0.lowerBound + 1)..<($0.upperBound - 1)], as: UTF8.self)
      }
    }
    return String(decoding: bytes[flowPlain()], as: UTF8.self)
  }
}
