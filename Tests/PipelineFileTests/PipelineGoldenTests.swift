import Diagnostics
import Foundation
import PipelineFile
import Testing

/// One pipeline with a mistake; the expected rendering stands in comments on top of the file.
///
/// The whole file is compiled, comments included, so that places are those of the file itself.
struct PipelineGolden: Sendable, CustomTestStringConvertible {
  var name: String
  var file: URL
  var testDescription: String { name }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("GoldenTests/Pipelines")

  static let all: [PipelineGolden] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map {
      PipelineGolden(name: $0, file: folder.appendingPathComponent($0))
    }
  }()

  static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

  /// The lines of the expectation and those below it.
  func parts() throws -> (expectation: [String], body: [String]) {
    let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    guard lines.first == "# expect:" else { return ([], lines) }
    let end = lines.firstIndex { !$0.hasPrefix("#") } ?? lines.count
    return (Array(lines[..<end]), Array(lines[end...]))
  }

  /// What the compiler says of the text, as comment lines.
  func rendered(_ lines: [String]) -> [String] {
    let text = Examples.rendered(lines.joined(separator: "\n"), name: name)
    var result = ["# expect:"]
    for line in text.components(separatedBy: "\n").dropLast() {
      result.append(line.isEmpty ? "#" : "# " + line)
    }
    return result
  }

  /// Writes the expectation anew; its length moves the places it speaks of, so it settles in turns.
  func record() throws {
    let body = try parts().body
    var head = ["# expect:"]
    for _ in 0..<5 {
      let next = rendered(head + body)
      if next == head { break }
      head = next
    }
    try (head + body).joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
  }
}

@Suite struct PipelineGoldenTests {
  @Test(arguments: PipelineGolden.all)
  func saysWhatTheFileExpects(golden: PipelineGolden) throws {
    let (expectation, body) = try golden.parts()
    let actual = golden.rendered(expectation + body)
    if PipelineGolden.isRecording {
      try golden.record()
      if actual != expectation { Issue.record("recorded \(golden.name): review it like code") }
      return
    }
    #expect(
      actual == expectation,
      "\(golden.name) says:\n\(actual.joined(separator: "\n"))\nRECORD_GOLDEN=1 rewrites it")
  }

  /// The codes that all goldens show together.
  private func shownCodes() throws -> Set<String> {
    var codes: Set<String> = []
    for golden in PipelineGolden.all {
      for line in try golden.parts().expectation {
        guard line.hasPrefix("# error[") || line.hasPrefix("# warning["),
          let open = line.firstIndex(of: "["), let close = line.firstIndex(of: "]")
        else { continue }
        codes.insert(String(line[line.index(after: open)..<close]))
      }
    }
    return codes
  }

  @Test(arguments: DiagnosticCode.allCases)
  func everyCodeHasAGolden(code: DiagnosticCode) throws {
    #expect(try shownCodes().contains(code.rawValue))
  }

  @Test func everyGoldenShowsKnownCodes() throws {
    for code in try shownCodes() { #expect(DiagnosticCode(rawValue: code) != nil) }
    for golden in PipelineGolden.all {
      #expect(try golden.parts().expectation.count > 1, "\(golden.name) expects nothing")
    }
  }

  @Test func twentyMistakesAreSaidInOneGo() throws {
    let golden = try #require(PipelineGolden.all.first { $0.name == "twenty-mistakes.yaml" })
    let text = try golden.parts().body.joined(separator: "\n")
    #expect(Examples.compile(text).diagnostics.count >= 20)
  }
}
