import Diagnostics
import Testing

@Suite struct DiagnosticRendererTests {
  private func source(_ line: String, at number: Int) -> SourceText {
    SourceText(
      name: "Pipelines/shop-nightly.yaml",
      text: String(repeating: "#\n", count: number - 1) + line + "\n")
  }

  @Test func showsLineCaretLabelAndFix() {
    let source = source("      buyer: {from: email, type: email, for: revenue}", at: 34)
    let diagnostic = Diagnostic(
      .unprotectedIdentifier, "'email' would leave the shop unprotected",
      at: SourceRange(line: 34, column: 7, length: 5), label: "direct identifier, no 'treat'",
      fix: "add  treat: {pseudonym: shopper}  or delete the line; undeclared fields are dropped")
    #expect(
      DiagnosticRenderer(source: source).render(diagnostic) == """
        error[S204]: 'email' would leave the shop unprotected
          --> Pipelines/shop-nightly.yaml:34:7
        34 |       buyer: {from: email, type: email, for: revenue}
           |       ^^^^^ direct identifier, no 'treat'
           = fix: add  treat: {pseudonym: shopper}  or delete the line; undeclared fields are dropped

        """)
  }

  /// A line of a megabyte is shown around its place, and the caret still stands below it.
  @Test(arguments: [1, 50, 5_000, 999_990])
  func longLinesAreShownInPart(column: Int) throws {
    let line = Array(repeating: "abcdefghij", count: 100_000).joined()
    let diagnostic = Diagnostic(
      .duplicateKey, "key 'one' stands twice",
      at: SourceRange(line: 1, column: column, length: 3), label: "here")
    let text = DiagnosticRenderer(source: source(line, at: 1)).render(diagnostic)
    let lines = text.split(separator: "\n")
    #expect(text.utf8.count < 1_000)
    let caret = try #require(lines[3].firstIndex(of: "^"))
    let offset = lines[3].distance(from: lines[3].startIndex, to: caret)
    let marked = lines[2][lines[2].index(lines[2].startIndex, offsetBy: offset)]
    #expect(marked == Array("jabcdefghi")[column % 10])
    #expect(lines[2].contains("\u{2026}"))
    #expect(lines[3].hasSuffix("^^^ here"))
  }

  @Test func showsTheOtherPlaceInTheSameGutter() {
    let source = SourceText(
      name: "a.yaml", text: "one: 1\n" + String(repeating: "#\n", count: 9) + "one: 2")
    let diagnostic = Diagnostic(
      .duplicateKey, "key 'one' stands twice", at: SourceRange(line: 11, column: 1, length: 3),
      label: "again",
      notes: [Diagnostic.Note("first here", at: SourceRange(line: 1, column: 1, length: 3))])
    #expect(
      DiagnosticRenderer(source: source).render(diagnostic) == """
        error[S103]: key 'one' stands twice
          --> a.yaml:11:1
        11 | one: 2
           | ^^^ again
          ::: a.yaml:1:1
         1 | one: 1
           | --- first here

        """)
  }

  @Test func warningsSayWarning() {
    let diagnostic = Diagnostic(
      .unused, "key 'a' is not used", at: SourceRange(line: 1, column: 1, length: 1))
    let text = DiagnosticRenderer(source: source("a: 1", at: 1)).render(diagnostic)
    #expect(text.hasPrefix("warning[S310]: key 'a' is not used\n"))
  }

  @Test func tabsAndWideLettersKeepTheCaretInPlace() {
    let diagnostic = Diagnostic(
      .unknownKey, "unknown", at: SourceRange(line: 1, column: 7, length: 2), label: "here")
    let text = DiagnosticRenderer(source: source("\tä東e\u{301}: xy", at: 1)).render(diagnostic)
    // Tab, one cell, two cells, one cell, none, colon.
    #expect(text.contains("\n  | \t     ^^ here\n"), "\(text)")
  }

  @Test func controlCharactersNeverReachTheTerminal() {
    let diagnostic = Diagnostic(
      .unknownKey, "unknown key '\u{1B}[2J'", at: SourceRange(line: 1, column: 1, length: 3),
      label: "\u{7}\u{202E}")
    let text = DiagnosticRenderer(source: source("\u{1B}[2J: \u{9B}", at: 1)).render(diagnostic)
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 7 || $0.value == 0x9B })
    #expect(!text.unicodeScalars.contains("\u{202E}"))
  }

  @Test func coloursOnlyWhenAsked() {
    let diagnostic = Diagnostic(
      .unknownKey, "unknown", at: SourceRange(line: 1, column: 1, length: 1), fix: "x")
    let source = source("a: 1", at: 1)
    #expect(!DiagnosticRenderer(source: source).render(diagnostic).contains("\u{1B}"))
    let coloured = DiagnosticRenderer(source: source, style: .colour).render(diagnostic)
    #expect(coloured.hasPrefix("\u{1B}[1;31merror[S102]\u{1B}[0m"))
  }

  @Test(arguments: [
    SourceRange(line: 0, column: 0, length: 0), SourceRange(line: -3, column: -9, length: 4),
    SourceRange(line: 99, column: 99, length: 99), SourceRange(line: 1, column: 900, length: 2),
    SourceRange(line: 1, column: 2, length: Int(Int32.max)),
    SourceRange(
      from: SourcePosition(line: 5, column: 1), to: SourcePosition(line: 1, column: 1)),
  ])
  func oddRangesNeverTrap(range: SourceRange) {
    let diagnostic = Diagnostic(
      .unknownKey, "unknown", at: range, notes: [Diagnostic.Note("there", at: range)])
    for text in ["", "a", "ä\tb: 1\r\n\r\n"] {
      let source = SourceText(name: "x", text: text)
      #expect(DiagnosticRenderer(source: source).render(diagnostic).contains("unknown"))
    }
  }
}
