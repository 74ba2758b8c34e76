import PipelineFile
import Records

/// Writes the rows that a pipeline's test gives into the format of their source.
enum GivenText {
  /// Returns the bytes of the source's file, in its encoding.
  static func bytes(of content: TestPlan.Given.Content, source: SourcePlan) -> [UInt8] {
    switch content {
    case .text(let text): return encoded(text, source.reading)
    case .rows(let rows):
      switch source.reading.format {
      case .csv(let dialect): return encoded(csv(rows, dialect, source), source.reading)
      case .ndjson:
        let lines = rows.map { json($0).compact + "\n" }
        return Array(lines.joined().utf8)
      case .accessLog(let layout):
        return Array(rows.map { accessLog($0, layout) + "\n" }.joined().utf8)
      }
    }
  }

  /// Characters that the encoding lacks become `?`, as an export would write them.
  private static func encoded(_ text: String, _ reading: Reading) -> [UInt8] {
    guard case .csv(let dialect) = reading.format, dialect.encoding != .utf8 else {
      return Array(text.utf8)
    }
    return text.unicodeScalars.map { scalar in
      if scalar.value < 0x80 || (0xA0...0xFF).contains(scalar.value) { return UInt8(scalar.value) }
      if dialect.encoding == .windows1252, let position = windows1252.firstIndex(of: scalar) {
        return UInt8(0x80 + position)
      }
      return UInt8(ascii: "?")
    }
  }

  /// The characters of bytes 80 to 9F (WHATWG Encoding, index windows-1252); undefined ones are
  /// U+FFFD.
  private static let windows1252: [Unicode.Scalar] = Array(
    "\u{20AC}\u{FFFD}\u{201A}\u{192}\u{201E}\u{2026}\u{2020}\u{2021}\u{2C6}\u{2030}\u{160}\u{2039}\u{152}\u{FFFD}\u{17D}\u{FFFD}\u{FFFD}\u{2018}\u{2019}\u{201C}\u{201D}\u{2022}\u{2013}\u{2014}\u{2DC}\u{2122}\u{161}\u{203A}\u{153}\u{FFFD}\u{17E}\u{178}"
      .unicodeScalars)

  private static func csv(
    _ rows: [[TestPlan.Given.Cell]], _ dialect: Reading.CSV, _ source: SourcePlan
  ) -> String {
    var names = dialect.names ?? source.projection.slots.map(\.lastName)
    if dialect.names == nil {
      for row in rows {
        for cell in row where !names.contains(cell.field) { names.append(cell.field) }
      }
    }
    let delimiter = String(decoding: dialect.delimiter, as: UTF8.self)
    let sign = dialect.quote.map { String(UnicodeScalar($0)) }
    func field(_ text: String) -> String {
      // Without quotes a text with a delimiter cannot be written, and is two fields.
      guard let quote = sign else { return text }
      let needsQuotes =
        text.contains(delimiter) || text.contains(quote) || text.contains(where: \.isNewline)
      return needsQuotes
        ? quote
          + text.split(separator: quote, omittingEmptySubsequences: false)
          .joined(separator: quote + quote) + quote
        : text
    }
    var lines = dialect.names == nil ? [names.map(field).joined(separator: delimiter)] : []
    for row in rows {
      let line = names.map { name in
        field(row.first { $0.field == name }?.value ?? "")
      }.joined(separator: delimiter)
      // A record of one empty field would be a blank line, which is no record.
      lines.append(line.isEmpty ? (sign ?? "") + (sign ?? "") : line)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func accessLog(
    _ row: [TestPlan.Given.Cell], _ layout: Reading.Layout
  ) -> String {
    func text(_ field: AccessLogField, or standard: String = "-") -> String {
      (row.first { $0.field == field.rawValue }?.value ?? standard)
    }
    func quoted(_ text: String) -> String {
      var result = "\""
      for character in text {
        if character == "\"" || character == "\\" { result += "\\" }
        result.append(character)
      }
      return result + "\""
    }
    let request =
      text(.method, or: "GET") + " " + text(.target, or: "/") + " "
      + text(.protocol, or: "HTTP/1.1")
    var line =
      "\(text(.ip)) \(text(.ident)) \(text(.user)) [\(text(.time))] \(quoted(request)) "
      + "\(text(.status, or: "200")) \(text(.bytes))"
    if layout != .common { line += " \(quoted(text(.referrer))) \(quoted(text(.userAgent)))" }
    if layout == .vhostCombined { line = "\(text(.vhost)):80 " + line }
    return line
  }

  /// Returns the object whose raw paths hold the row's cells; every value is a JSON string.
  private static func json(_ row: [TestPlan.Given.Cell]) -> JSONText {
    var root = JSONText.object([])
    for cell in row {
      let path = RawPath(parsing: cell.field) ?? RawPath(name: cell.field)
      root = setting(cell.value.map { .string($0) } ?? .null, at: path.steps[...], in: root)
    }
    return root
  }

  private static func setting(
    _ value: JSONText, at steps: ArraySlice<RawPath.Step>, in node: JSONText?
  ) -> JSONText {
    guard let step = steps.first else { return value }
    let rest = steps.dropFirst()
    switch step {
    case .key(let name):
      var members: [JSONText.Member] = []
      if case .object(let present)? = node { members = present }
      let index = members.firstIndex { $0.name == name }
      let inner = setting(value, at: rest, in: index.map { members[$0].value })
      if let index { members[index].value = inner } else { members.append(.init(name, inner)) }
      return .object(members)
    case .each: return setting(value, at: [.index(0)] + rest, in: node)
    case .index(let position):
      var elements: [JSONText] = []
      if case .array(let present)? = node { elements = present }
      while elements.count <= position { elements.append(.object([])) }
      elements[position] = setting(value, at: rest, in: elements[position])
      return .array(elements)
    case .match(let key, let text):
      var elements: [JSONText] = []
      if case .array(let present)? = node { elements = present }
      let wanted = JSONText.Member(key, .string(text))
      var index = elements.firstIndex { element in
        if case .object(let members) = element { return members.contains(wanted) }
        return false
      }
      if index == nil {
        elements.append(.object([wanted]))
        index = elements.count - 1
      }
      if let index { elements[index] = setting(value, at: rest, in: elements[index]) }
      return .array(elements)
    }
  }
}
