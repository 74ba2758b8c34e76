import Diagnostics
import Testing

@Suite struct SourceTextTests {
  @Test(arguments: ["a\nb", "a\r\nb", "a\rb", "a\u{2028}b", "a\nb\n"])
  func linesEndAtEveryLineEnd(text: String) {
    let source = SourceText(name: "x", text: text)
    #expect(source.lines.map { String(String.UnicodeScalarView($0)) } == ["a", "b"])
  }

  @Test func emptyTextHasOneLine() {
    #expect(SourceText(name: "x", text: "").lines.count == 1)
  }

  @Test func scalarsCountOneColumnEach() {
    let source = SourceText(name: "x", text: "ä東🙂z")
    #expect(source.scalar(at: SourcePosition(line: 1, column: 4)) == "z")
    #expect(source.scalar(at: SourcePosition(line: 1, column: 5)) == nil)
    #expect(source.scalar(at: SourcePosition(line: 2, column: 1)) == nil)
    #expect(source.scalar(at: SourcePosition(line: 0, column: 0)) == nil)
  }
}
