/// A text that diagnostics point into, cut into lines.
///
/// Lines end at LF, CRLF or CR, and at the separators that YAML 1.1 takes for line ends as well.
/// Columns count Unicode scalars from 1, as YAML parsers do.
package struct SourceText: Sendable {
  /// The name under which messages show it: the path as the user wrote it.
  package let name: String
  package let text: String
  /// The scalars of each line, without its end.
  package let lines: [[Unicode.Scalar]]

  package init(name: String, text: String) {
    self.name = name
    // A byte order mark belongs to the encoding, not to the text (YAML 1.2.2 § 5.2).
    let text =
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    self.text = text
    var lines: [[Unicode.Scalar]] = []
    var line: [Unicode.Scalar] = []
    var afterReturn = false
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        if !afterReturn { lines.append(line) }
        line = []
        afterReturn = false
      } else if ["\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) {
        lines.append(line)
        line = []
        afterReturn = scalar == "\r"
      } else {
        line.append(scalar)
        afterReturn = false
      }
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    self.lines = lines
  }

  /// Returns the scalars of line `number`, counted from 1; empty beyond the text.
  package func line(_ number: Int) -> [Unicode.Scalar] {
    number >= 1 && number <= lines.count ? lines[number - 1] : []
  }

  /// Returns the scalar at a position, or `nil` at the end of a line and beyond.
  package func scalar(at position: SourcePosition) -> Unicode.Scalar? {
    let line = line(position.line)
    return position.column >= 1 && position.column <= line.count ? line[position.column - 1] : nil
  }
}
