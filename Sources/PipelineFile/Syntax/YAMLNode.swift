import Diagnostics

/// A value of the pipeline file with its place: text, list or mapping, nothing typed yet.
struct YAMLNode: Sendable {
  enum Content: Sendable {
    case scalar(String, Style)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  enum Style: Sendable {
    case plain, quoted, block
  }

  /// A key of a mapping and its value.
  struct Entry: Sendable {
    var key: String
    var keyRange: SourceRange
    var value: YAMLNode
  }

  var content: Content
  var range: SourceRange

  var scalar: String? {
    if case .scalar(let text, _) = content { return text }
    return nil
  }

  var sequence: [YAMLNode]? {
    if case .sequence(let nodes) = content { return nodes }
    return nil
  }

  var entries: [Entry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  /// Whether nothing, `~` or `null` stands there without quotes.
  var isNull: Bool {
    if case .scalar(let text, .plain) = content { return ["", "~", "null"].contains(text) }
    return false
  }

  /// What the value is, for messages.
  var shape: String {
    switch content {
    case .scalar: isNull ? "nothing" : "a text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  subscript(_ key: String) -> Entry? { entries?.first { $0.key == key } }
}
