import Aggregate
import Emit
import PipelineFile
import Records

/// What a run made of one table at one place of the outputs.
struct TableOutcome {
  var name: String
  var rowCount: Int
  var cells: (published: Int, suppressed: Int, smallestK: Int?)?
  var earliest: Int32?
  /// Rounded share of the records read that row tables hold; `nil` for aggregates.
  var sharePublished: Int?
  /// The finished rows of an aggregate, with all its columns.
  var rows: FinishedRows?

  /// Finishes all tables of a source, in the order of its targets and their places.
  static func all(
    _ program: SourceProgram, _ report: SourceReport, _ gathered: Gathered, threads: Int
  ) async throws -> [(TableTarget.Place, TableOutcome)] {
    let tables = try await gathered.finish(threads: threads)
    var outcomes: [(TableTarget.Place, TableOutcome)] = []
    for (position, target) in program.targets.enumerated() {
      var outcome = TableOutcome(
        name: target.name, rowCount: report.entered[position], cells: nil,
        earliest: report.earliest[position],
        sharePublished: report.counts.read == 0
          ? nil : (200 * report.entered[position] / report.counts.read + 1) / 2,
        rows: tables[position])
      if let table = tables[position] {
        outcome.rowCount = table.rowCount
        outcome.cells = (table.rowCount, table.suppressed, table.smallestK)
        outcome.sharePublished = nil
      }
      for place in target.places { outcomes.append((place, outcome)) }
    }
    return outcomes
  }
}

extension Manifest.Table {
  init(
    _ outcome: TableOutcome, _ plan: Plan, _ place: TableTarget.Place, date: CivilDate,
    files: [StagedFile.Finished], path: String, isReplay: Bool
  ) {
    let output = plan.outputs[place.output]
    let table = output.tables[place.table]
    self.init(
      name: outcome.name, rowCount: outcome.rowCount,
      columns: Manifest.Column.all(of: table, of: output, in: plan, isReplay: isReplay),
      files: files.map { (name: $0.name, sha256: $0.sha256, byteCount: $0.byteCount) },
      cells: outcome.cells,
      deleteAfter: outcome.earliest.map { table.end(for: CivilDate(days: Int($0))) }, path: path)
  }
}

extension SourcePlan {
  /// The fields of an access log's layout that nothing reads; `nil` for formats without a layout.
  fileprivate var undeclaredLogFields: Int? {
    guard case .accessLog(let layout) = reading.format else { return nil }
    let all = AccessLogField.allCases.count
    let inLayout =
      switch layout {
      case .common: all - 3
      case .combined: all - 1
      case .vhostCombined: all
      }
    return inLayout - projection.slots.count
  }
}

extension Manifest.Source {
  init(_ report: SourceReport, _ program: SourceProgram) {
    let source = program.source
    let raw = Set(source.columns.flatMap(\.rawPaths))
    self.init(
      name: source.name,
      files: report.items.map {
        Manifest.File(
          name: $0.name, sha256: $0.sha256, byteCount: $0.byteCount, records: $0.records,
          content: $0.content, beginning: $0.first?.text)
      },
      already: report.already.count, deferred: report.deferred.map(\.name), skipped: report.skipped,
      counts: report.counts,
      rejects: report.rejectedByRule,
      nulled: zip(source.columns, report.nulled).map { (column: $0.name, rules: $1) },
      declared: raw.count, dropped: source.undeclaredLogFields ?? report.dropped)
  }
}
