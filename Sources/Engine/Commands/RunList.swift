import Bytes
import Foundation
import Ledger
import Pseudonymise
package import Records

/// What `sparsam runs` answers: the runs of a state folder, or one of them.
package struct RunList: Sendable {
  private let state: StateFolder
  private let ledger: Ledger?

  /// Opens the ledger of a state folder; one that is not there knows no runs.
  package init(state path: String) throws(RunFailure) {
    let state = StateFolder(path: path)
    self.state = state
    ledger = try RunFailure.explaining {
      guard try FileFacts.exists(path) else {
        throw RunFailure(.inputMissing, "there is no state folder '\(path)'")
      }
      return try state.hasLedger ? Ledger(path: state.ledgerPath, mustExist: true) : nil
    }
  }

  // MARK: All runs

  /// All runs, oldest first: date, pipeline, state, rows, when, name.
  package func all() throws(RunFailure) -> (text: String, json: JSONText) {
    try RunFailure.explaining {
      let entries = try entries()
      var rows = [["date", "pipeline", "state", "rows", "when", "run"]]
      for (run, partitions) in entries {
        rows.append([
          run.date, run.pipeline, RunList.state(run),
          String(partitions.reduce(0) { $0 + $1.rowCount }), run.ended ?? run.prepared ?? run.begun,
          run.name,
        ])
      }
      let json = entries.map { run, partitions in
        JSONText.object(
          RunList.members(run)
            + [.init("rows", .integer(partitions.reduce(0) { $0 + $1.rowCount }))])
      }
      return (TextTable.aligned(rows), .array(json))
    }
  }

  private func entries() throws -> [(LedgerRun, [LedgerPartition])] {
    guard let ledger else { return [] }
    return try ledger.runs().map { ($0, try ledger.partitions(of: $0.name)) }
  }

  private static func state(_ run: LedgerRun) -> String {
    run.replacedBy == nil ? run.state.rawValue : "replaced"
  }

  private static func members(_ run: LedgerRun) -> [JSONText.Member] {
    [
      .init("run", .string(run.name)), .init("kind", .string(run.kind.rawValue)),
      .init("date", .string(run.date)),
      .init(
        "pipeline",
        .members(["name": .string(run.pipeline), "sha256": .string(run.pipelineDigest)])),
      .init("state", .string(run.state.rawValue)), .init("output", .string(run.folder)),
      .init("begun", .string(run.begun)),
      .init("prepared", run.prepared.map { .string($0) } ?? .null),
      .init("ended", run.ended.map { .string($0) } ?? .null),
      .init("replaced_by", run.replacedBy.map { .string($0) } ?? .null),
    ]
  }

  // MARK: One run

  /// One run: its files, its counts, its partitions, its keys.
  package func one(_ name: String) throws(RunFailure) -> (text: String, json: JSONText) {
    try RunFailure.explaining {
      guard let ledger, let run = try ledger.run(named: name) else {
        throw RunFailure(
          .inputMissing, "the ledger of '\(state.path)' knows no run '\(name)'; see 'sparsam runs'")
      }
      let partitions = try ledger.partitions(of: name)
      let inputs = try ledger.inputs(of: name)
      let released = ReleasedTables(try ledger.releases(by: name))
      let path = state.manifest(name)
      let evidence = try FileFacts.exists(path) ? PastEvidence(reading: path) : nil
      var text = RunList.text(run)
      text += RunList.text(inputs: inputs)
      if let evidence { text += "\n" + evidence.text }
      text += RunList.text(partitions: partitions)
      text += released.text
      let json = JSONText.object(
        RunList.members(run) + [
          .init("inputs", .array(inputs.map(RunList.json))),
          .init("partitions", .array(partitions.map(RunList.json))),
          .init("releases", released.json),
          .init("records", evidence?.counts ?? .null), .init("keys", evidence?.keys ?? .null),
        ])
      return (text, json)
    }
  }

  private static func text(_ run: LedgerRun) -> String {
    var lines = [
      "run       \(run.name)", "date      \(run.date)",
      "pipeline  \(run.pipeline), sha256 \(run.pipelineDigest)",
      "state     \(run.state.rawValue)" + (run.replacedBy.map { ", replaced by \($0)" } ?? ""),
      "output    \(run.folder)", "begun     \(run.begun)",
    ]
    if let prepared = run.prepared { lines.append("prepared  \(prepared)") }
    if let ended = run.ended { lines.append("ended     \(ended)") }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func text(inputs: [LedgerInput]) -> String {
    if inputs.isEmpty { return "" }
    return "\n"
      + TextTable.aligned(
        [["source", "file", "bytes", "records"]]
          + inputs.map {
            [$0.source, $0.name, String($0.byteCount), String($0.recordCount)]
          })
  }

  private static func text(partitions: [LedgerPartition]) -> String {
    if partitions.isEmpty { return "" }
    return "\n"
      + TextTable.aligned(
        [["partition", "rows", "delete after", "is"]]
          + partitions.map {
            [
              $0.path, String($0.rowCount), $0.deleteAfter ?? "-",
              $0.removed.map { "removed \($0)" } ?? $0.replacedBy.map { "replaced by \($0)" }
                ?? "live",
            ]
          })
  }

  private static func json(_ input: LedgerInput) -> JSONText {
    .members([
      "source": .string(input.source), "name": .string(input.name),
      "sha256": .string(input.sha256), "bytes": .integer(input.byteCount),
      "records": .integer(input.recordCount), "content": .string(input.content.id),
    ])
  }

  private static func json(_ partition: LedgerPartition) -> JSONText {
    .members([
      "output": .string(partition.output), "table": .string(partition.table),
      "date": .string(partition.date), "path": .string(partition.path),
      "rows": .integer(partition.rowCount),
      "delete_after": partition.deleteAfter.map { .string($0) } ?? .null,
      "replaced_by": partition.replacedBy.map { .string($0) } ?? .null,
      "removed": partition.removed.map { .string($0) } ?? .null,
      "files": .array(
        partition.files.map {
          .members([
            "name": .string($0.name), "sha256": .string($0.sha256),
            "bytes": .integer($0.byteCount), "rows": .integer($0.rowCount),
          ])
        }),
    ])
  }
}

/// What only the manifest of a run tells: counts and keys.
private struct PastEvidence {
  private var sources: [(name: String, counts: [String: Int])] = []
  private var keyList: [(name: String, epoch: String, check: String)]
  private static let fates = [
    "read", "kept", "rejected", "no_consent", "filtered", "late", "expired",
  ]

  init(reading path: String) throws {
    keyList = try PastRun(reading: path).keys.map { ($0.name, $0.epoch.description, $0.check) }
    let bytes = try WholeFile(path: path).bytes
    let root = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let all = root?["sources"] as? [String: [String: Any]] ?? [:]
    for (name, source) in all.sorted(by: { $0.key < $1.key }) {
      sources.append((name, source["records"] as? [String: Int] ?? [:]))
    }
  }

  var text: String {
    var text = TextTable.aligned(
      [["source"] + PastEvidence.fates.map { $0.replacingOccurrences(of: "_", with: " ") }]
        + sources.map { source in
          [source.name] + PastEvidence.fates.map { String(source.counts[$0] ?? 0) }
        })
    if !keyList.isEmpty {
      text +=
        "\n"
        + TextTable.aligned(
          [["key", "epoch", "check"]] + keyList.map { [$0.name, $0.epoch, $0.check] })
    }
    return text
  }

  var counts: JSONText {
    .object(
      sources.map { source in
        .init(
          source.name,
          .object(PastEvidence.fates.map { .init($0, .integer(source.counts[$0] ?? 0)) }))
      })
  }

  var keys: JSONText {
    .array(
      keyList.map {
        .members([
          "name": .string($0.name), "epoch": .string($0.epoch), "check": .string($0.check),
        ])
      })
  }
}
