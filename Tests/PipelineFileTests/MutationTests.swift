import Diagnostics
import PipelineFile
import Support
import Testing

/// No text makes the compiler trap, and what it says points into the text.
@Suite struct MutationTests {
  private static let spice: [Unicode.Scalar] = [
    "\t", "\n", "\r", " ", ":", "-", "[", "]", "{", "}", "\"", "'", "&", "*", "!", "|", ">", "%",
    "#", ",", "?", "@", "\\", "0", "9", "ä", "🙂", "\u{0}", "\u{FEFF}", "\u{2028}", "\u{E000}", "<",
  ]

  private func mutant(_ text: String, _ generator: inout SplitMix) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !scalars.isEmpty {
      let index = Int.random(in: 0..<scalars.count, using: &generator)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: scalars.remove(at: index)
      case 1: scalars.insert(scalars[index], at: index)
      case 2: scalars[index] = Self.spice.randomElement(using: &generator) ?? " "
      case 3: scalars.insert(Self.spice.randomElement(using: &generator) ?? " ", at: index)
      case 4:
        let end = min(scalars.count, index + Int.random(in: 1...30, using: &generator))
        scalars.removeSubrange(index..<end)
      default:
        var lines = scalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        let line = Int.random(in: 0..<lines.count, using: &generator)
        let other = Int.random(in: 0..<lines.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: lines.remove(at: line)
        case 1: lines.insert(lines[line], at: line)
        case 2: lines.insert(lines[other], at: line)
        default: lines[line] = Array(lines[line].dropFirst(2))
        }
        scalars = Array(lines.joined(separator: ["\n"]))
      }
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  @Test(arguments: [0x5EED as UInt64, 1, 42, 2026])
  func mutantsNeverTrap(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    for number in 0..<250 {
      let text = mutant(Examples.whole, &generator)
      let source = SourceText(name: "mutant.yaml", text: text)
      let (plan, diagnostics) = Examples.compiler.compile(source)
      let isSound = !diagnostics.contains { $0.severity == .error }
      #expect((plan != nil) == isSound, "seed \(seed), mutant \(number)")
      for diagnostic in diagnostics {
        let line = diagnostic.range.start.line
        #expect(
          line >= 1 && line <= source.lines.count,
          "seed \(seed), mutant \(number): \(diagnostic.code) points to line \(line)")
      }
      _ = DiagnosticRenderer(source: source).render(diagnostics)
    }
  }

  @Test(arguments: [
    "", "\n", "# only a comment", "---", "...", "[", "]", "{", "- - - -", "a: &a [*a]", "? [a]: b",
    "!<x> a", "%YAML 9.9\n---\na", "\u{FEFF}sparsam: 1", "sparsam", "[]", "{}", "null", "\u{0}",
    "sparsam: 1\nsources: {a: {fields: {b: {from: {first: []}}}}}",
    "sparsam: 1\nsources: []\noutputs: x\nkeys: [a]\npurposes: ~\nretention: 7",
  ])
  func oddFilesAreRefusedWithAPlace(text: String) {
    let (plan, diagnostics) = Examples.compile(text)
    #expect(plan == nil)
    #expect(!diagnostics.isEmpty)
  }

  @Test func deepNestingIsRefused() {
    let text = "sparsam: " + String(repeating: "[", count: 20_000)
    #expect(Examples.compile(text).diagnostics.first?.code == .unreadableYAML)
    let closed = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(Examples.compile("sparsam: " + closed).plan == nil)
  }

  @Test func longFormulasAreRefused() {
    var text = PipelineText()
    text.derive = "total: " + [String](repeating: "price", count: 300).joined(separator: " + ")
    #expect(
      text.problems == ["S501 the expression cannot be read: the expression is too long"])
    text.derive =
      "total: " + String(repeating: "(", count: 60) + "price" + String(repeating: ")", count: 60)
    #expect(
      text.problems == ["S501 the expression cannot be read: brackets are nested too deeply"])
  }

  @Test func aliasesThatMultiplyAreRefused() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let names = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(names)]\n"
    }
    let (plan, diagnostics) = Examples.compile(text)
    #expect(plan == nil)
    #expect(diagnostics.contains { $0.code == .anchor })
  }
}
