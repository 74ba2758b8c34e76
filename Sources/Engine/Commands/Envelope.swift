package import Diagnostics
package import Records

/// What a command answers with `--json`: version, command, exit code, and its own members.
package struct Envelope: Sendable {
  package var command: String
  package var exit: RunFailure.Code
  package var message: String?
  package var diagnostics: [Diagnostic]
  package var source: SourceText?
  package var members: [JSONText.Member]

  package init(
    _ command: String, exit: RunFailure.Code, message: String? = nil,
    diagnostics: [Diagnostic] = [], source: SourceText? = nil, members: [JSONText.Member] = []
  ) {
    self.command = command
    self.exit = exit
    self.message = message
    self.diagnostics = diagnostics
    self.source = source
    self.members = members
  }

  package var text: String {
    var all: [JSONText.Member] = [
      .init("sparsam", .integer(1)), .init("command", .string(command)),
      .init("exit", .integer(Int(exit.rawValue))),
    ]
    if let message { all.append(.init("message", .string(message))) }
    if let source {
      all.append(.init("diagnostics", .array(diagnostics.map { $0.json(in: source) })))
    }
    return JSONText.object(all + members).pretty
  }
}

extension Diagnostic {
  /// The diagnostic as an object; positions count from 1, the end is exclusive.
  package func json(in source: SourceText) -> JSONText {
    .members([
      "code": .string(code.rawValue),
      "severity": .string(severity.rawValue),
      "file": .string(source.name),
      "line": .integer(range.start.line),
      "column": .integer(range.start.column),
      "end_line": .integer(range.end.line),
      "end_column": .integer(range.end.column),
      "message": .string(message),
      "label": .string(label),
      "notes": .array(
        notes.map { note in
          .members([
            "line": .integer(note.range.start.line), "column": .integer(note.range.start.column),
            "message": .string(note.message),
          ])
        }),
      "fix": fix.map { .string($0) } ?? .null,
    ])
  }
}
