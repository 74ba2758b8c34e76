import Bytes
import Foundation
import PipelineFile

extension PipelineTests {
  /// Writes what the tests saw into the pipeline file as what they expect.
  ///
  /// `expect`, `suppressed` and `rejected` are recorded, everything else stays byte for byte. What
  /// a test forbids by `never`, and a test whose run broke off, are left as they are.
  package func record(_ outcomes: [Outcome], into path: String, text: String) throws {
    let recorded = try PipelineTests.recorded(outcomes, in: text, name: path)
    if recorded == text { return }
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let present: WholeFile
    do {
      present = try WholeFile(path: target)
    } catch {
      throw RunFailure(error)
    }
    guard present.bytes == Array(text.utf8) else {
      throw RunFailure(
        .inputOutput, "pipeline '\(path)' has changed since it was read; record again")
    }
    do {
      try DurableFile.write(Array(recorded.utf8), to: target, mode: present.facts.mode & 0o777)
    } catch {
      throw RunFailure(.cannotCreate, error.description)
    }
  }

  /// Returns the text of a pipeline file with the outcomes of its tests as their expectations.
  static func recorded(
    _ outcomes: [Outcome], in text: String, name: String
  ) throws(RunFailure) -> String {
    let failure = RunFailure(
      .pipeline,
      "the tests of pipeline '\(name)' stand in a form that cannot be edited; write them in block "
        + "style")
    guard let plan = Pipeline(text: text, name: name).plan else {
      throw RunFailure(.pipeline, "pipeline '\(name)' is invalid; run 'sparsam check'")
    }
    if plan.tests.isEmpty { return text }
    guard let root = YAMLOutline(text), let nodes = root["tests"]?.value.items,
      nodes.count == plan.tests.count, outcomes.count == nodes.count
    else { throw failure }
    var bytes = Array(text.utf8)
    var edits: [RecordedTest.Edit] = []
    for (index, node) in nodes.enumerated() {
      let outcome = outcomes[index]
      if outcome.tables.isEmpty, !outcome.failures.isEmpty { continue }
      let seen = outcome.tables.compactMap { published($0, plan) }
      edits +=
        RecordedTest(
          bytes: bytes, node: node, plan: plan.tests[index], seen: seen,
          rejected: outcome.rejected
        ).edits
    }
    for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      bytes.replaceSubrange(edit.range, with: edit.text.utf8)
    }
    let recorded = String(decoding: bytes, as: UTF8.self)
    // A file that the compiler refuses is never written.
    guard let check = Pipeline(text: recorded, name: name).plan,
      check.tests.count == plan.tests.count
    else { throw failure }
    return recorded
  }

  /// Returns the table with the columns in which it leaves, or `nil` where it leaves nowhere.
  private static func published(_ table: Table, _ plan: Plan) -> RecordedTest.Seen? {
    var columns: Set<Int> = []
    for published in plan.outputs.flatMap(\.tables) where published.name == table.name {
      switch published.content {
      case .rows(_, let positions), .aggregate(_, let positions): columns.formUnion(positions)
      }
    }
    if columns.isEmpty { return nil }
    let order = columns.sorted().filter { $0 < table.columns.count }
    return RecordedTest.Seen(
      name: table.name, columns: order.map { table.columns[$0] },
      rows: table.rows.map { row in order.map { row[$0] } }, suppressed: table.suppressed)
  }
}
