/// Renders diagnostics for people: source line, caret, label, the other place, the fix.
///
/// ```
/// error[S204]: 'email' would leave the shop unprotected
///   --> Pipelines/shop-nightly.yaml:34:7
/// 34 |       buyer: {from: email, type: email, for: revenue}
///    |       ^^^^^ direct identifier, no 'treat'
///    = fix: add  treat: {pseudonym: shopper}  or delete the line
/// ```
package struct DiagnosticRenderer: Sendable {
  package enum Style: Sendable {
    case plain
    /// With ANSI colours, for terminals.
    case colour
  }

  package var source: SourceText
  package var style: Style

  package init(source: SourceText, style: Style = .plain) {
    self.source = source
    self.style = style
  }

  /// Returns all diagnostics, an empty line between two; ends with a newline unless empty.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { render($0) }.joined(separator: "\n")
  }

  /// Returns one diagnostic; every line ends with a newline.
  package func render(_ diagnostic: Diagnostic) -> String {
    let places = [diagnostic.range] + diagnostic.notes.map(\.range)
    let width = places.map { String($0.start.line).count }.max() ?? 1
    let blank = String(repeating: " ", count: width)
    let strength: Paint = diagnostic.severity == .error ? .red : .yellow
    var text = paint("\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]", strength)
    text += paint(": " + clean(diagnostic.message), .bold) + "\n"
    text += snippet(
      diagnostic.range, arrow: "-->", mark: "^", label: diagnostic.label, width: width,
      colour: strength)
    for note in diagnostic.notes {
      text += snippet(
        note.range, arrow: ":::", mark: "-", label: note.message, width: width, colour: .blue)
    }
    if let fix = diagnostic.fix {
      text += paint("\(blank) = ", .blue) + paint("fix:", .bold) + " " + clean(fix) + "\n"
    }
    return text
  }

  /// Returns the place, its source line and the line with the caret.
  private func snippet(
    _ range: SourceRange, arrow: String, mark: Character, label: String, width: Int, colour: Paint
  ) -> String {
    let blank = String(repeating: " ", count: width)
    let number = String(range.start.line)
    let padding = String(repeating: " ", count: max(0, width - number.count))
    let place = "\(clean(source.name)):\(range.start.line):\(range.start.column)"
    let whole = source.line(range.start.line)
    let wholeColumn = min(max(1, range.start.column), whole.count + 1)
    let wholeEnd =
      range.end.line == range.start.line ? min(range.end.column, whole.count + 1) : whole.count + 1
    let (line, shift) = DiagnosticRenderer.part(of: whole, around: wholeColumn)
    let column = wholeColumn - shift
    let end = min(wholeEnd - shift, line.count + 1)
    var text = blank + paint(arrow, .blue) + " " + place + "\n"
    let shown = clean(line).trimmedAtEnd
    text += paint("\(padding)\(number) |", .blue) + (shown.isEmpty ? "" : " " + shown) + "\n"
    var pointer = ""
    for scalar in line[..<(column - 1)] {
      // A tab stays a tab, so that the caret stands right at every tab width.
      pointer += scalar == "\t" ? "\t" : String(repeating: " ", count: DisplayWidth.of(scalar))
    }
    var cells = 0
    if end > column {
      for scalar in line[(column - 1)..<(end - 1)] { cells += DisplayWidth.of(scalar) }
    }
    let carets = String(repeating: mark, count: max(1, cells))
    text += paint("\(blank) |", .blue) + " " + pointer + paint(carets, colour)
    text += label.isEmpty ? "\n" : " " + paint(clean(label), colour) + "\n"
    return text
  }

  /// Characters of a source line that are shown at most.
  private static let lineLimit = 400

  /// Returns a long line's part around a column, with marks where something was left out, and by how
  /// much columns are less in it.
  private static func part(
    of line: [Unicode.Scalar], around column: Int
  ) -> (line: [Unicode.Scalar], shift: Int) {
    guard line.count > lineLimit else { return (line, 0) }
    let start = max(0, column - 1 - lineLimit / 4)
    let stop = min(line.count, start + lineLimit)
    let part =
      (start > 0 ? ["\u{2026}"] : []) + line[start..<stop] + (stop < line.count ? ["\u{2026}"] : [])
    return (part, start > 0 ? start - 1 : 0)
  }

  // MARK: - Colour

  private enum Paint: String {
    case red = "1;31"
    case yellow = "1;33"
    case blue = "1;34"
    case bold = "1"
  }

  private func paint(_ text: String, _ paint: Paint) -> String {
    style == .colour ? "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Returns the text with control characters replaced: a file must not steer the terminal.
  private func clean(_ text: String) -> String { clean(Array(text.unicodeScalars)) }

  private func clean(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    for scalar in scalars {
      let isControl = scalar.value < 0x20 && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
      let isOverride =
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      view.append(isControl || isOverride ? "\u{FFFD}" : scalar)
    }
    return String(view)
  }
}

extension String {
  /// The text without blanks at its end.
  fileprivate var trimmedAtEnd: String {
    var view = self[...]
    while let last = view.last, last == " " || last == "\t" { view.removeLast() }
    return String(view)
  }
}
