/// The place of a raw field in a record: a name for CSV and access logs, a path for NDJSON.
///
/// NDJSON forms: `user.id`, `items[].price`, `items[0].sku`,
/// `event_params[key=page_location].value.string_value`, `"quoted.name"`.
package struct RawPath: Hashable, Sendable {
  package enum Step: Hashable, Sendable {
    /// The member of an object.
    case key(String)
    /// The element at a position, from 0.
    case index(Int)
    /// Every element.
    case each
    /// The first element whose member `key` is the text `value`.
    case match(key: String, value: String)
  }

  package var steps: [Step]
  /// The path in its one spelling: names stand in quotes where they must. Of a path that was not
  /// parsed, its name.
  package var text: String

  package init(steps: [Step], text: String) {
    self.steps = steps
    self.text = text
  }

  /// A path of one name, whatever characters the name has (CSV columns, access log fields).
  package init(name: String) {
    steps = [.key(name)]
    text = name
  }

  /// Reads an NDJSON path; `nil` when it is none.
  package init?(parsing text: String) {
    var steps: [Step] = []
    var rest = Substring(text)
    var expectsKey = true
    while let first = rest.first {
      if first == "[" {
        guard !expectsKey || steps.isEmpty, let close = rest.firstIndex(of: "]") else { return nil }
        let inside = rest[rest.index(after: rest.startIndex)..<close]
        if inside.isEmpty {
          steps.append(.each)
        } else if let position = Int(inside), position >= 0 {
          steps.append(.index(position))
        } else if let equals = inside.firstIndex(of: "="), equals != inside.startIndex {
          steps.append(
            .match(
              key: String(inside[..<equals]),
              value: String(inside[inside.index(after: equals)...])))
        } else {
          return nil
        }
        rest = rest[rest.index(after: close)...]
        expectsKey = false
      } else if first == "." {
        guard !expectsKey else { return nil }
        rest.removeFirst()
        expectsKey = true
        if rest.isEmpty { return nil }
      } else {
        guard expectsKey else { return nil }
        if first == "\"" {
          rest.removeFirst()
          guard let close = rest.firstIndex(of: "\""), close != rest.startIndex else { return nil }
          steps.append(.key(String(rest[..<close])))
          rest = rest[rest.index(after: close)...]
        } else {
          let end = rest.firstIndex { $0 == "." || $0 == "[" } ?? rest.endIndex
          steps.append(.key(String(rest[..<end])))
          rest = rest[end...]
        }
        expectsKey = false
      }
    }
    guard !steps.isEmpty, !expectsKey else { return nil }
    self.steps = steps
    self.text = RawPath.text(of: steps)
  }

  /// Writes a path so that equal steps are equal texts.
  private static func text(of steps: [Step]) -> String {
    var text = ""
    for step in steps {
      switch step {
      case .key(let name):
        if !text.isEmpty { text += "." }
        let isBare = !name.contains { ".[]".contains($0) || $0.isWhitespace }
        text += isBare ? name : "\"\(name)\""
      case .index(let position): text += "[\(position)]"
      case .each: text += "[]"
      case .match(let key, let value): text += "[\(key)=\(value)]"
      }
    }
    return text
  }

  /// Whether the paths may name one value of a record: an element can be named in several ways.
  package func mayMeet(_ other: RawPath) -> Bool {
    steps.count == other.steps.count
      && zip(steps, other.steps).allSatisfy { first, second in
        switch (first, second) {
        case (.key, _), (_, .key), (.index, .index): first == second
        case (.match(let key, let value), .match(let otherKey, let otherValue)):
          key != otherKey || value == otherValue
        default: true
        }
      }
  }

  /// Whether the path runs over every element of an array.
  package var isNested: Bool { steps.contains(.each) }

  /// The name at the end of the path, which the guard by name reads.
  package var lastName: String {
    for step in steps.reversed() {
      if case .key(let name) = step { return name }
      if case .match(_, let value) = step { return value }
    }
    return text
  }

  /// The names that the guard by name reads: the last one, and what an element was chosen by.
  ///
  /// In `user_properties[key=email].value.string_value` the choice names the value, not the end.
  package var telltaleNames: [String] {
    var names = [lastName]
    for case .match(_, let value) in steps where !names.contains(value) { names.append(value) }
    return names
  }
}
