import Diagnostics
import Foundation
import PipelineFile
import Records
import Testing

@Suite struct PipelineCompilerTests {
  @Test func wholeExampleCompilesWithoutProblem() throws {
    #expect(Examples.rendered(Examples.whole) == "")
    let plan = try #require(Examples.compile(Examples.whole).plan)
    #expect(plan.name == "shop-nightly")
    #expect(plan.shop == "beispiel")
    #expect(plan.zone.name == "Europe/Berlin")
    #expect(plan.sources.map(\.name) == ["access", "clicks", "orders"])
    #expect(plan.aggregates.map(\.definition.name) == ["interest", "regions", "customers"])
    #expect(plan.outputs.map(\.name) == ["planners", "controlling", "crm"])
    #expect(plan.tests.count == 2)
  }

  @Test(.enabled(if: Examples.shared != nil, "the shared folder is absent"))
  func wholeExampleIsThatOfTheLanguage() throws {
    let file = try #require(Examples.shared).appendingPathComponent("LANGUAGE.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let block = text.components(separatedBy: "```yaml\n")[1].components(separatedBy: "\n```")[0]
    #expect(Examples.whole == block)
  }

  @Test(
    .enabled(if: Examples.shared != nil, "the shared folder is absent"),
    arguments: ["j1", "j2", "j3"])
  func benchmarkPipelinesCompile(name: String) throws {
    let file = try #require(Examples.shared).appendingPathComponent("bench/pipelines/\(name).yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(Examples.rendered(text, name: "\(name).yaml") == "")
    #expect(Examples.compile(text).plan != nil)
  }
}
