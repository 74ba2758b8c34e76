import Diagnostics
import PipelineFile
import Testing

/// A text with one problem and where it must be shown.
struct PlaceCase: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var code: DiagnosticCode
  /// The text under the caret.
  var marked: String
  var testDescription: String { name }

  static let all = [
    PlaceCase(
      name: "letters beyond ASCII count one column each",
      text: "controller: {name: \"Käse 🧀 東\", x: 1}",
      code: .unknownKey, marked: "x"),
    PlaceCase(
      name: "byte order mark", text: "\u{FEFF}sparsam: 7", code: .unsupportedVersion, marked: "7"),
    PlaceCase(
      name: "single quotes", text: "sparsam: 'it''s'", code: .unsupportedVersion,
      marked: "'it''s'"),
    PlaceCase(
      name: "escapes in double quotes", text: #"sparsam: "a\"b""#, code: .unsupportedVersion,
      marked: #""a\"b""#),
    PlaceCase(
      name: "second key in the same block",
      text: "keys:\n  a: {rotate: day}\n  b: {rotate: day}\n  a: {rotate: day}",
      code: .duplicateKey, marked: "a"),
    PlaceCase(
      name: "second key in quotes", text: "name: x\nshop: y\n\"name\": z", code: .duplicateKey,
      marked: "\"name\""),
    PlaceCase(
      name: "second key on the next line of braces",
      text: "controller: {name: x, # {name: y}\n  contact: \"name: z\",\n  name: z}",
      code: .duplicateKey, marked: "name"),
    PlaceCase(
      name: "anchor in front of a block", text: "keys: &all\n  a: {rotate: day}", code: .anchor,
      marked: "&all"),
    PlaceCase(
      name: "anchor on a key", text: "&k keys: {a: {rotate: day}}", code: .anchor, marked: "&k"),
    PlaceCase(name: "local tag", text: "name: !shop x", code: .tag, marked: "!shop"),
    PlaceCase(
      name: "tag in front of a list", text: "tests: !!seq []", code: .tag, marked: "!!seq"),
    PlaceCase(
      name: "second document", text: "sparsam: 1\n---\nname: x", code: .severalDocuments,
      marked: "---"),
    PlaceCase(
      name: "tab before a comment is no indentation, before a key it is",
      text: "controller:\n  {name: x,\n\t# only a comment\n\tcontact: y}", code: .tabIndentation,
      marked: "\t"),
    PlaceCase(
      name: "key that is a list", text: "[a, b]: c", code: .wrongShape, marked: "[a, b]"),
  ]
}

/// What YAML allows and the language refuses, and where that is shown.
@Suite struct YAMLRulesTests {
  @Test(arguments: PlaceCase.all)
  func isShownInItsPlace(_ example: PlaceCase) throws {
    let source = SourceText(name: "x.yaml", text: example.text)
    let found = Examples.compiler.compile(source).diagnostics.filter { $0.code == example.code }
    #expect(found.count == 1)
    let range = try #require(found.first).range
    let line = source.line(range.start.line)
    let end = min(line.count, range.end.column - 1)
    let marked = String(String.UnicodeScalarView(line[(range.start.column - 1)..<end]))
    #expect(marked == example.marked)
  }

  @Test func blockTextsMayHoldAnything() {
    var text = PipelineText()
    text.tests = """
      - name: a text with tabs, &anchors, *aliases and !tags in it
        given:
          orders: |
            ordered_at,email
            \t&a,*b
            !c,{d: [e
            --- f
        expect: {orders: []}
      """
    #expect(text.problems == [])
  }

  @Test func plainScalarsAreTexts() throws {
    var text = PipelineText()
    text.source = "where: {status: [no, 010, 1.50, true, ~x]}"
    let plan = try #require(Examples.compile(text.text).plan)
    #expect(plan.sources[0].conditions[0].values == ["no", "010", "1.50", "true", "~x"])
  }

  @Test func everyDuplicateIsReported() {
    let text = "name: a\nname: b\nshop: c\nshop: d\ncontroller: {name: e, name: f}"
    let codes = Examples.compile(text).diagnostics.filter { $0.code == .duplicateKey }
    #expect(codes.map(\.range.start.line) == [2, 4, 5])
  }

  /// The file is read again behind each one that is told: the eleventh ends it.
  @Test func manyDuplicatesEndTheReading() {
    let text = "name: a\n" + (1...30).map { "name: \($0)\n" }.joined()
    let found = Examples.compile(text).diagnostics
    #expect(found.map(\.code) == Array(repeating: .duplicateKey, count: 11))
    #expect(found.count { $0.message == "key 'name' stands twice" } == 10)
    #expect(found.count { $0.message == "a key stands twice in this mapping" } == 1)
  }

  @Test func oddKeysAreUnknownToo() {
    for key in ["\u{E000}", "''", "\u{200B}name", "9"] {
      let found = Examples.compile("sparsam: 1\n\(key): x").diagnostics
      #expect(found.contains { $0.code == .unknownKey && $0.range.start.line == 2 }, "\(key)")
    }
  }

  @Test func problemsComeInTheOrderOfTheFile() {
    let lines = Examples.compile("outputs: 1\nname: A\nkeys: 2\nshop: B").diagnostics.map {
      $0.range.start
    }
    #expect(lines == lines.sorted())
    #expect(lines.count > 4)
  }

  @Test func foreignWordsAreNeverShown() {
    let words = ["libyaml", "scanner", "parser", "token", "flow sequence", "block mapping"]
    for text in ["a: [1, 2", "a: \"x", "a: @x", "a: b: c", "- a\nb: c", "a: %x", "\"a\\q\": 1"] {
      let rendered = Examples.rendered(text)
      #expect(rendered.contains("error[S101]"))
      for word in words { #expect(!rendered.contains(word), "\(rendered)") }
    }
  }
}
