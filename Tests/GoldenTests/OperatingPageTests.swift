import Foundation
import Support
import Testing

/// The page for the data protection officer tells the truth: its commands run.
@Suite struct OperatingPageTests {
  @Test func everyCommandRuns() throws {
    let scratch = try Scratch()
    try scratch.copyFromPackage(["Pipelines", "SampleData"])
    let page = Program.root.appendingPathComponent(
      "Sources/Engine/Engine.docc/OperatingSparsam.md")
    let blocks = Readme(text: try String(contentsOf: page, encoding: .utf8)).commands
    #expect(blocks.joined().count >= 10)
    for block in blocks {
      let ending = try Program.shell(block.joined(separator: "\n"), in: scratch.folder)
      #expect(ending.status == 0, "\(block.joined(separator: "; ")): \(ending.errors)")
    }
  }
}
