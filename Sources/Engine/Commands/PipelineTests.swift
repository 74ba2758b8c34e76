import Aggregate
import Bytes
import Emit
package import PipelineFile
import Pseudonymise
package import Records

/// Runs the tests that a pipeline file carries: with the replay key, in memory, touching no state.
package struct PipelineTests: Sendable {
  /// A table as a test sees it.
  package struct Table: Sendable {
    package var name: String
    package var columns: [TableColumn]
    /// Row by row; `nil` is null.
    package var rows: [[String?]]
    package var suppressed: Int
  }

  /// What one test came to.
  package struct Outcome: Sendable {
    package var name: String
    package var line: Int
    /// What is not as expected, a sentence each; empty when the test passed.
    package var failures: [String]
    /// Whether a text of `never` was found; recording does not make that right.
    package var leaks = false
    /// Every table the test could make, for `--record`.
    package var tables: [Table]
    /// By source what was rejected, for `--record` too.
    var rejected: [String: RuleCounts] = [:]
  }

  private let plan: Plan
  private let digest: String

  package init(plan: Plan, pipelineText: String) {
    self.plan = plan
    digest = pipelineText
  }

  /// Runs all tests in the order of the file.
  package func run() async -> [Outcome] {
    var outcomes: [Outcome] = []
    for test in plan.tests {
      do {
        outcomes.append(try await run(test))
      } catch let failure as RunFailure {
        outcomes.append(
          Outcome(name: test.name, line: test.line, failures: [failure.message], tables: []))
      } catch {
        outcomes.append(
          Outcome(
            name: test.name, line: test.line, failures: ["the run broke off; run 'sparsam check'"],
            tables: []))
      }
    }
    return outcomes
  }

  /// What the sources of one test became.
  private struct Made {
    var tables: [Table] = []
    var reports: [Int: SourceReport] = [:]
    var texts: [String] = []
  }

  private func run(_ test: TestPlan) async throws -> Outcome {
    let date: CivilDate
    if let stated = test.date {
      date = stated
    } else {
      date = try await latestDay(of: test) ?? CivilDate(year: 2026, month: 1, day: 1)
    }
    let made = try await make(test, date: date)
    var failures: [String] = []
    for expected in test.expected { failures += compare(expected, made.tables) }
    for expected in test.suppressed {
      let found = made.tables.first { $0.name == expected.table }?.suppressed ?? 0
      if found != expected.count {
        failures.append(
          "table '\(expected.table)' suppressed \(found) \(found == 1 ? "cell" : "cells"), "
            + "expected \(expected.count)")
      }
    }
    for expected in test.rejected { failures += compare(expected, made) }
    var leaks = false
    for word in test.never where made.texts.contains(where: { $0.contains(word) }) {
      leaks = true
      failures.append("'\(word)' must never leave, and it is in a cell, message or report")
    }
    return Outcome(
      name: test.name, line: test.line, failures: failures, leaks: leaks, tables: made.tables,
      rejected: Dictionary(
        uniqueKeysWithValues: made.reports.map { (plan.sources[$0].name, $1.rejectedByRule) }))
  }

  private func programs(
    for test: TestPlan, date: CivilDate
  ) -> [(given: TestPlan.Given, program: SourceProgram, item: Item)] {
    let run = Run(plan: plan, pipelineText: digest, options: RunOptions(date: date))
    let rings = run.replayRings()
    return test.given.map { given in
      let source = plan.sources[given.source]
      let program = SourceProgram(
        plan: plan, sourceNumber: given.source,
        targets: TableTarget.all(of: plan, from: given.source),
        rings: rings, fingerprints: .random(), rights: .nobody, runDate: date, itemCount: 1,
        rowUse: .captured, isReplay: true)
      let bytes = GivenText.bytes(of: given.content, source: source)
      let item = Item(name: "given.\(source.name)", content: .memory(bytes), byteCount: bytes.count)
      return (given, program, item)
    }
  }

  /// The day of the latest event given, which stands in for the run's date.
  private func latestDay(of test: TestPlan) async throws -> CivilDate? {
    var latest: Int32?
    for (_, program, item) in programs(for: test, date: CivilDate(year: 2026, month: 1, day: 1)) {
      if case .run = program.source.clock { continue }
      let (report, _) = try await sourceRun(program).run([item], into: NoRows())
      if let day = report.latestDay { latest = max(latest ?? day, day) }
    }
    return latest.map { CivilDate(days: Int($0)) }
  }

  private func sourceRun(_ program: SourceProgram) -> SourceRun {
    SourceRun(
      program: program, threads: 1, inputs: InputMemory(), onProgress: { _ in }, onFailure: nil
    )
  }

  private func make(_ test: TestPlan, date: CivilDate) async throws -> Made {
    var made = Made()
    for (given, program, item) in programs(for: test, date: date) {
      let sink = CapturedRows(targetCount: program.targets.count)
      let (report, gathered) = try await sourceRun(program).run([item], into: sink)
      made.reports[given.source] = report
      let tables = try await gathered.finish(threads: 1)
      for (position, target) in program.targets.enumerated() {
        let table: Table
        if let rows = tables[position] {
          guard case .aggregate(let number, _) = target.content else { continue }
          let finished = try rows.whole()
          table = Table(
            name: target.name, columns: plan.aggregates[number].columns,
            rows: self.rows(finished.columns, rowCount: finished.rowCount),
            suppressed: finished.suppressed)
        } else {
          let source = program.source
          table = Table(
            name: target.name,
            columns: source.columns.map { TableColumn(name: $0.name, type: $0.type) },
            rows: sink.batches[position].flatMap { rows($0.columns, rowCount: $0.rowCount) },
            suppressed: 0)
        }
        let leaves = leavingColumns(target, source: given.source)
        for row in table.rows {
          for (position, cell) in row.enumerated() where leaves.contains(position) {
            if let cell, table.columns[position].type.form != .token { made.texts.append(cell) }
          }
        }
        made.tables.append(table)
      }
      made.texts.append(Manifest.Source(report, program).json.pretty)
      made.texts += report.rejects.compactMap(\.column)
    }
    for output in plan.outputs {
      for table in output.tables {
        let description = TableDescription(plan, output: output, table: table, isReplay: true)
        made.texts.append(
          String(
            decoding: DataPackage.json(for: description, partitions: []), as: UTF8.self))
        made.texts.append(AnalystReadme.text(for: description, partitions: []))
      }
    }
    return made
  }

  /// The columns of a table that some output publishes.
  private func leavingColumns(_ target: TableTarget, source: Int) -> Set<Int> {
    var leaving: Set<Int> = []
    for table in plan.outputs.flatMap(\.tables) {
      switch (table.content, target.content) {
      case (.rows(source, let columns), .rows): leaving.formUnion(columns)
      case (.aggregate(let published, let columns), .aggregate(let number, _))
      where published == number:
        leaving.formUnion(columns)
      default: continue
      }
    }
    return leaving
  }

  private func rows(_ columns: [Column], rowCount: Int) -> [[String?]] {
    let cells = columns.map {
      cellTexts($0, rowCount: rowCount, zone: plan.zone, isReplay: true)
    }
    return (0..<rowCount).map { row in cells.map { $0[row] } }
  }

  private func compare(_ expected: TestPlan.ExpectedTable, _ tables: [Table]) -> [String] {
    guard let table = tables.first(where: { $0.name == expected.table }) else {
      return expected.rows.isEmpty
        ? [] : ["table '\(expected.table)' was not made: its source is not given"]
    }
    guard table.rows.count == expected.rows.count else {
      return [
        "table '\(table.name)' has \(table.rows.count) \(table.rows.count == 1 ? "row" : "rows"), "
          + "expected \(expected.rows.count)"
      ]
    }
    var failures: [String] = []
    for (number, (wanted, found)) in zip(expected.rows, table.rows).enumerated() {
      for cell in wanted {
        guard let column = table.columns.firstIndex(where: { $0.name == cell.field }) else {
          failures.append("table '\(table.name)' has no column '\(cell.field)'")
          continue
        }
        if !table.columns[column].type.form.isSame(cell.value, found[column]) {
          failures.append(
            "table '\(table.name)' row \(number + 1) column '\(cell.field)': expected "
              + "\(shown(cell.value)), found \(shown(found[column]))")
        }
      }
    }
    return failures
  }

  private func shown(_ text: String?) -> String { text.map { "'\($0)'" } ?? "null" }

  private func compare(_ expected: TestPlan.ExpectedRejects, _ made: Made) -> [String] {
    let name = plan.sources[expected.source].name
    let found = made.reports[expected.source]?.rejectedByRule ?? RuleCounts()
    return expected.rules.compactMap { rule, count in
      found[rule] == count
        ? nil
        : "source '\(name)' rejected \(found[rule]) records by rule '\(rule.rawValue)', expected \(count)"
    }
  }
}

extension ValueForm {
  /// Whether two cells say the same; decimals may differ in zeros at the end, and null is empty.
  func isSame(_ wanted: String?, _ found: String?) -> Bool {
    guard let wanted, let found else { return (wanted ?? "").isEmpty && (found ?? "").isEmpty }
    guard isNumber else { return wanted == found }
    func trimmed(_ text: String) -> Substring {
      guard text.contains(".") else { return text[...] }
      var rest = text[...]
      while rest.last == "0" { rest.removeLast() }
      if rest.last == "." { rest.removeLast() }
      return rest
    }
    return trimmed(wanted) == trimmed(found)
  }
}
