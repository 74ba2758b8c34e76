/// Renders diagnostics for programs.
package enum DiagnosticJSON {
  /// Returns an array of objects: code, severity, file, line, column, endLine, endColumn, message,
  /// label, notes, fix; positions count from 1, the end is exclusive.
  package static func render(_ diagnostics: [Diagnostic], in source: SourceText) -> String {
    let objects = diagnostics.map { diagnostic in
      var members = [
        "\"code\":" + quoted(diagnostic.code.rawValue),
        "\"severity\":" + quoted(diagnostic.severity.rawValue),
      ]
      members += place(diagnostic.range, in: source)
      members.append("\"message\":" + quoted(diagnostic.message))
      members.append("\"label\":" + quoted(diagnostic.label))
      let notes = diagnostic.notes.map { note in
        "{"
          + (place(note.range, in: source) + ["\"message\":" + quoted(note.message)])
          .joined(separator: ",") + "}"
      }
      members.append("\"notes\":[" + notes.joined(separator: ",") + "]")
      members.append("\"fix\":" + (diagnostic.fix.map(quoted) ?? "null"))
      return "{" + members.joined(separator: ",") + "}"
    }
    return "[" + objects.joined(separator: ",") + "]"
  }

  private static func place(_ range: SourceRange, in source: SourceText) -> [String] {
    [
      "\"file\":" + quoted(source.name), "\"line\":\(range.start.line)",
      "\"column\":\(range.start.column)", "\"endLine\":\(range.end.line)",
      "\"endColumn\":\(range.end.column)",
    ]
  }

  /// Returns the text as a JSON string (RFC 8259 §7).
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
