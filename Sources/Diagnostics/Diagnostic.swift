/// One problem of a pipeline file, as a value; how it looks is the renderer's affair.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: String, CaseIterable, Sendable {
    case error, warning
  }

  /// Another place that belongs to the problem.
  package struct Note: Hashable, Sendable {
    package var message: String
    package var range: SourceRange

    package init(_ message: String, at range: SourceRange) {
      self.message = message
      self.range = range
    }
  }

  package var code: DiagnosticCode
  package var severity: Severity
  /// What is wrong: lower case, names in quotes, no full stop.
  package var message: String
  package var range: SourceRange
  /// A few words behind the caret; may be empty.
  package var label: String
  package var notes: [Note]
  /// What to do, or `nil` when the message says it.
  package var fix: String?

  package init(
    _ code: DiagnosticCode, _ message: String, at range: SourceRange, label: String = "",
    notes: [Note] = [], fix: String? = nil
  ) {
    self.code = code
    severity = code.severity
    self.message = message
    self.range = range
    self.label = label
    self.notes = notes
    self.fix = fix
  }
}
