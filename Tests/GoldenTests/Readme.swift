import Foundation
import Support

/// The parts of README.md that tests can run or compare.
struct Readme {
  /// A fenced block: its language and its lines.
  struct Block {
    var language: String
    var lines: [String]
  }

  static let file = Program.root.appendingPathComponent("README.md")
  static let outputBegins = "<!-- output of make run: begin"
  static let outputEnds = "<!-- output of make run: end -->"

  var text: String
  var blocks: [Block] = []

  init() throws { self.init(text: try String(contentsOf: Self.file, encoding: .utf8)) }

  init(text: String) {
    self.text = text
    var open: Block?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(block)
          open = nil
        } else {
          open = Block(language: String(line.dropFirst(3)), lines: [])
        }
      } else {
        open?.lines.append(String(line))
      }
    }
  }

  /// The commands a reader is told to type, block by block.
  var commands: [[String]] {
    blocks.filter { $0.language == "sh" }.map { block in block.lines.filter { !$0.isEmpty } }
  }

  /// The lines between the two marks, without the fence.
  var runOutput: String {
    guard let begin = text.range(of: Self.outputBegins),
      let end = text.range(of: Self.outputEnds), begin.upperBound < end.lowerBound
    else { return "" }
    let lines = text[begin.upperBound..<end.lowerBound]
      .split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
    return lines.filter { !$0.hasPrefix("```") }.joined(separator: "\n")
      .trimmingCharacters(in: .newlines)
  }

  /// Returns the text with `output` between the marks.
  func replacingRunOutput(with output: String) -> String {
    guard let begin = text.range(of: Self.outputBegins),
      let line = text[begin.upperBound...].firstIndex(of: "\n"),
      let end = text.range(of: Self.outputEnds)
    else { return text }
    return text[...line] + "```text\n\(output)\n```\n" + text[end.lowerBound...]
  }

  /// The numbers in the first column of the table of exit codes.
  var exitCodes: [Int32] {
    guard let table = text.range(of: "| exit |") else { return [] }
    return text[table.lowerBound...].split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0.hasPrefix("|") }
      .compactMap { row in
        row.split(separator: "|").first.flatMap { Int32($0.trimmingCharacters(in: .whitespaces)) }
      }
  }
}
