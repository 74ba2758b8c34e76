import Diagnostics
import Yams

/// Says in our words what the YAML parser found.
enum YAMLFault {
  static func diagnostic(for error: YamlError, in source: SourceText) -> Diagnostic {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      var diagnostic = wording(
        problem, at: SourcePosition(line: mark.line, column: mark.column), in: source)
      if let context, diagnostic.code == .unreadableYAML, let note = note(context, in: source) {
        diagnostic.notes.append(note)
      }
      return diagnostic
    case .reader(_, let offset, _, _):
      return unreadable(offset: offset, in: source)
    case .duplicatedKeysInMapping(_, let context):
      let place = SourcePosition(line: context.mark.line, column: context.mark.column)
      return Diagnostic(
        .duplicateKey, "a key stands twice in this mapping",
        at: SourceScan(source: source).word(at: place), fix: "delete one of the two")
    default:
      return Diagnostic(
        .unreadableYAML, "the file cannot be read as YAML",
        at: SourceRange(line: 1, column: 1, length: 1))
    }
  }

  /// Where the thing began that is not closed.
  private static func note(_ context: YamlError.Context, in source: SourceText) -> Diagnostic.Note?
  {
    let range = SourceRange(line: context.mark.line, column: context.mark.column, length: 1)
    if context.text.contains("flow") { return Diagnostic.Note("begins here", at: range) }
    if context.text.contains("quoted") {
      return Diagnostic.Note("the quote begins here", at: range)
    }
    return nil
  }

  private static func unreadable(offset: Int?, in source: SourceText) -> Diagnostic {
    var place = SourcePosition(line: 1, column: 1)
    for (number, line) in source.lines.enumerated() {
      if let column = line.firstIndex(where: { isForbidden($0) }) {
        place = SourcePosition(line: number + 1, column: column + 1)
        break
      }
    }
    return Diagnostic(
      .unreadableYAML, "a control character stands in the file",
      at: SourceRange(line: place.line, column: place.column, length: 1),
      fix: "delete it; in a quoted text it is written \\u0000 with its number")
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF:
      scalar.value == 0xFEFF
    default: true
    }
  }

  private static func wording(
    _ problem: String, at place: SourcePosition, in source: SourceText
  ) -> Diagnostic {
    let line = source.line(place.line)
    if let end = line.firstIndex(where: { $0 != " " && $0 != "\t" }),
      let tab = line[..<end].firstIndex(of: "\t")
    {
      return Diagnostic(
        .tabIndentation, "a tab in the indentation",
        at: SourceRange(line: place.line, column: tab + 1, length: end - tab), label: "use blanks",
        fix: "replace it by blanks")
    }
    var range = SourceRange(line: place.line, column: place.column, length: 1)
    if place.line > source.lines.count {
      let last = source.lines.count
      range = SourceRange(line: last, column: source.line(last).count + 1, length: 1)
    }
    let found = source.scalar(at: place).map { String(Character($0)) } ?? "the end of the line"
    if problem.contains("undefined alias") {
      return Diagnostic(
        .anchor, "anchors and aliases are refused",
        at: SourceScan(source: source).word(at: place), label: "alias",
        fix: "write out what it stands for; a text that begins with * needs quotes")
    }
    let text: (message: String, fix: String?) =
      if problem.contains("mapping values are not allowed") {
        (
          "a ':' stands where no key can be",
          "put the text into quotes if it holds ': ', or check the indentation"
        )
      } else if problem.contains("expected ',' or ']'") {
        ("a list is not closed before this", "add  ]  or a comma between two entries")
      } else if problem.contains("expected ',' or '}'") {
        ("a mapping is not closed before this", "add  }  or a comma between two entries")
      } else if problem.contains("expected ':'") {
        ("a key without ':'", "write  key: value  with a blank behind the colon")
      } else if problem.contains("expected '-'") || problem.contains("block sequence") {
        ("a list entry does not begin with '- ' at this indentation", "check the indentation")
      } else if problem.contains("expected key") || problem.contains("document start") {
        ("the indentation of this line fits none above it", "indent it like its neighbours")
      } else if problem.contains("end of stream") || problem.contains("document indicator") {
        ("a quoted text is not closed", "add the closing quote")
      } else if problem.contains("cannot start any token") {
        ("a text cannot begin with '\(found)'", "put the text into quotes")
      } else if problem.contains("escape") || problem.contains("hexdecimal") {
        (
          "'\\' begins an escape that YAML does not know",
          "use single quotes, or write the backslash twice"
        )
      } else if problem.contains("esting level") {
        ("brackets are nested too deeply", nil)
      } else if problem.contains("tag") {
        ("tags are refused", "delete it; a text that begins with ! needs quotes")
      } else if problem.contains("anchor") || problem.contains("alias") {
        (
          "anchors and aliases are refused",
          "delete it; a text that begins with & or * needs quotes"
        )
      } else if problem.contains("comment") || problem.contains("line break") {
        ("text stands where the line should end", "put the text into quotes")
      } else {
        ("this cannot be read as YAML", "check quotes, brackets and indentation")
      }
    return Diagnostic(.unreadableYAML, text.message, at: range, fix: text.fix)
  }
}
