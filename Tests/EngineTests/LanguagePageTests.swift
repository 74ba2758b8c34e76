import Engine
import Foundation
import PipelineFile
import Testing

/// The reference page in the documentation is what the compiler's own tables say.
@Suite struct LanguagePageTests {
  private let page = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/Engine/Engine.docc/Language.md")

  @Test func pageIsMadeFromTheTables() throws {
    let made = PipelineReference(kinds: treatmentKinds).markdown
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try Data(made.utf8).write(to: page)
      Issue.record("recorded the page; review the difference like code")
      return
    }
    #expect(try String(contentsOf: page, encoding: .utf8) == made)
  }

  @Test(arguments: [
    "run", "check", "test", "explain", "draft", "verify", "keys", "expire", "locate", "forget",
  ])
  func everyCommandIsInTheReadme(_ command: String) throws {
    let readme = try String(
      contentsOf: page.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("README.md"), encoding: .utf8)
    #expect(readme.contains("sparsam \(command) "))
  }
}
