import Diagnostics
import Foundation
import Testing

@Suite struct DiagnosticJSONTests {
  @Test func objectHasEveryMember() throws {
    let source = SourceText(name: "p\"q.yaml", text: "a: 1\nb: 2\n")
    let diagnostic = Diagnostic(
      .duplicateKey, "key 'ä\u{1}' stands twice", at: SourceRange(line: 2, column: 1, length: 1),
      label: "again",
      notes: [Diagnostic.Note("first here", at: SourceRange(line: 1, column: 1, length: 1))],
      fix: "delete one")
    let text = DiagnosticJSON.render([diagnostic], in: source)
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
    let object = try #require(parsed?.first)
    #expect(object["code"] as? String == "S103")
    #expect(object["severity"] as? String == "error")
    #expect(object["file"] as? String == "p\"q.yaml")
    #expect(object["line"] as? Int == 2)
    #expect(object["column"] as? Int == 1)
    #expect(object["endLine"] as? Int == 2)
    #expect(object["endColumn"] as? Int == 2)
    #expect(object["message"] as? String == "key 'ä\u{1}' stands twice")
    #expect(object["fix"] as? String == "delete one")
    let notes = try #require(object["notes"] as? [[String: Any]])
    #expect(notes.first?["line"] as? Int == 1)
    #expect(notes.first?["message"] as? String == "first here")
  }

  @Test func missingFixIsNull() {
    let source = SourceText(name: "a", text: "")
    let diagnostic = Diagnostic(.tag, "tag", at: SourceRange(line: 1, column: 1, length: 1))
    #expect(DiagnosticJSON.render([diagnostic], in: source).contains("\"fix\":null"))
    #expect(DiagnosticJSON.render([], in: source) == "[]")
  }
}
