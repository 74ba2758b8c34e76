import Bytes
import Emit
import Foundation
import Ledger
package import PipelineFile
package import Records

/// Deletes what a pipeline's retention no longer allows: partitions and raw files.
///
/// Every deletion is written down before anything goes and again when it is gone. A partition first
/// leaves the data package, then, whole, its place; so the package never names an absent file, and
/// what lies at a partition's place is complete. What was broken off is finished by the next one.
package struct Expiry: Sendable {
  let plan: Plan
  let input: String
  let layout: OutputLayout
  let state: StateFolder
  /// Called between the steps of a deletion, by tests that break it off there.
  let pause: @Sendable (String) throws -> Void

  /// The folder of partitions on their way out, below the staging folder.
  static let leavingPrefix = "expire-"

  package init(
    plan: Plan, input: String, output: String, state: String,
    pause: @escaping @Sendable (String) throws -> Void = { _ in }
  ) {
    self.plan = plan
    self.input = input
    layout = OutputLayout(output: output)
    self.state = StateFolder(path: state)
    self.pause = pause
  }

  /// Something that must go.
  package struct Due: Sendable {
    /// `partition` or `raw`.
    var kind: Deletion.Kind
    package var kindName: String { kind.rawValue }
    /// The path below the output or the input folder.
    package var subject: String
    /// Why, in words.
    package var reason: String
    var partition: LedgerPartition?
    /// Of a raw file what lay there when it was judged.
    var facts: FileFacts?
  }

  /// What must go, or is gone, and what is to be told besides, in sentences.
  package struct Answer: Sendable {
    package var due: [Due]
    package var notes: [String]
  }

  /// Returns the day to judge by: as asked, never one that is still to come.
  package func day(asked: CivilDate?) throws(RunFailure) -> CivilDate {
    try Today.judging(asked: asked, in: plan.zone)
  }

  /// Returns what must be gone on `today`, and deletes it if `confirms`.
  package func expire(today: CivilDate, confirms: Bool) throws(RunFailure) -> Answer {
    try RunFailure.explaining {
      let ledger: Ledger
      if confirms {
        let lock = try state.lock()
        defer { withExtendedLifetime(lock) {} }
        ledger = try state.existingLedger()
        return try deleteDue(today, ledger)
      }
      ledger = try state.existingLedger()
      try refuseUnknown(ledger, publisher(on: today))
      return try Answer(
        due: duePartitions(today, ledger) + dueRawFiles(today, ledger),
        notes: overdueElsewhere(today, ledger))
    }
  }

  private func deleteDue(_ today: CivilDate, _ ledger: Ledger) throws -> Answer {
    let outputLock = try FileFacts.exists(layout.output) ? OutputLock(layout.output) : nil
    defer { withExtendedLifetime(outputLock) {} }
    let publisher = publisher(on: today)
    _ = try RunRecovery(ledger: ledger, state: state, publisher: publisher).recover()
    try refuseUnknown(ledger, publisher)
    let partitions = try duePartitions(today, ledger)
    var tables: [String] = []
    for item in partitions {
      guard let partition = item.partition else { continue }
      if try FileFacts.exists("\(layout.output)/\(partition.path)") {
        try PublishedFiles.requireFolder(partition, in: layout.output)
      }
      let table = "\(partition.output)/\(partition.table)"
      if !tables.contains(table) { tables.append(table) }
    }
    for table in tables {
      try delete(
        partitions.filter { item in
          item.partition.map { "\($0.output)/\($0.table)" } == table
        }, publisher, ledger)
    }
    var notes = try putBackRawFiles(ledger)
    var files: [Due] = []
    for file in try dueRawFiles(today, ledger) {
      if try deleteRaw(file, ledger) {
        files.append(file)
      } else {
        notes.append(
          "raw file '\(file.subject)' has changed since it was read, or another one has its name by "
            + "now; it was left: run 'sparsam expire' again")
      }
    }
    try finishRawDeletions(ledger)
    try forgetTombstones(today, ledger)
    return Answer(due: partitions + files, notes: notes + (try overdueElsewhere(today, ledger)))
  }

  /// Says what other pipelines of the state folder have published and should have deleted: one that
  /// was renamed is another one, and nobody asks for it any more.
  private func overdueElsewhere(_ today: CivilDate, _ ledger: Ledger) throws -> [String] {
    let runs = try ledger.runs()
    var counts: [String: Int] = [:]
    for partition in try ledger.livePartitions() {
      guard let run = runs.first(where: { $0.name == partition.run }), run.pipeline != plan.name,
        let end = try partition.lastDay, end < today
      else { continue }
      counts[run.pipeline, default: 0] += 1
    }
    if counts.isEmpty { return [] }
    let named = counts.sorted { $0.key < $1.key }.map { "\($0.value) of '\($0.key)'" }
    return [
      "partitions of other pipelines are past their time: \(named.joined(separator: ", ")); run "
        + "'sparsam expire' with their files, for one that was renamed with a copy of its old name"
    ]
  }

  private func publisher(on date: CivilDate) -> Publisher {
    Publisher(
      plan: plan, layout: layout, date: date, isReplay: false, folder: Run.canonical(layout.output))
  }

  /// What the ledger does not know would never be due.
  private func refuseUnknown(_ ledger: Ledger, _ publisher: Publisher) throws {
    try UnknownToLedger(ledger: ledger, state: state, publisher: publisher).refuseToAnswer()
  }

  // MARK: - Partitions

  /// Partitions whose time is over, by their table and date.
  private func duePartitions(_ today: CivilDate, _ ledger: Ledger) throws -> [Due] {
    let begun = Set(
      try ledger.unfinishedDeletions(.partition, in: Run.canonical(layout.output)).map(\.subject))
    let mine = Set(try ledger.runs().filter { $0.pipeline == plan.name }.map(\.name))
    let live = try ledger.publishedPartitions(in: layout.output)
      .filter { mine.contains($0.run) }
      .sorted { ($0.output, $0.table, $0.date) < ($1.output, $1.table, $1.date) }
    return try live.compactMap { partition in
      guard
        let reason = try begun.contains(partition.path)
          ? "begun before" : reason(partition, today, among: live)
      else { return nil }
      return Due(
        kind: .partition, subject: partition.path, reason: reason, partition: partition)
    }
  }

  /// Why a partition must go on `today`, or `nil` when it may stay.
  private func reason(
    _ partition: LedgerPartition, _ today: CivilDate, among live: [LedgerPartition]
  ) throws -> String? {
    if let end = try partition.lastDay, end < today {
      return "delete after \(end)"
    }
    guard
      let table = plan.outputs.first(where: { $0.name == partition.output })?.tables
        .first(where: { $0.name == partition.table })
    else { return nil }
    if source(of: table).holding == .master,
      live.contains(where: {
        $0.output == partition.output && $0.table == partition.table && $0.date > partition.date
      })
    {
      return "a newer copy of the master data is there"
    }
    // The retention may have been shortened since. A partition of before the ledger kept its
    // earliest event is judged by its date, which is later or the same.
    let end = table.end(for: try partition.firstDay ?? partition.day)
    return end < today ? "the pipeline keeps it until \(end)" : nil
  }

  private func source(of table: OutputPlan.Table) -> SourcePlan {
    switch table.content {
    case .rows(let source, _): plan.sources[source]
    case .aggregate(let number, _): plan.sources[plan.aggregates[number].source]
    }
  }

  /// Deletes partitions of one table: ledger, description, place, ledger.
  private func delete(_ items: [Due], _ publisher: Publisher, _ ledger: Ledger) throws {
    var numbers: [Int64] = []
    for item in items {
      numbers.append(
        try ledger.intendDeletion(
          .partition, of: item.subject, in: Run.canonical(layout.output), because: item.reason,
          by: "expire", at: Timestamp.now))
    }
    try pause("intended")
    guard let first = items.first?.partition else { return }
    try TableDescribing(publisher: publisher, output: first.output, table: first.table)
      .leaveOut(dates: Set(items.compactMap { $0.partition?.date }))
    try pause("described")
    for (item, number) in zip(items, numbers) {
      guard let partition = item.partition else { continue }
      let place = "\(layout.output)/\(partition.path)"
      let leaving = "\(layout.stagingRoot)/\(Expiry.leavingPrefix)\(number)"
      if try FileFacts.exists(place) {
        try Folder.make(leaving, mode: 0o700, intermediate: true)
        try Folder.rename(place, to: "\(leaving)/partition")
        try Folder.sync(around: place)
      }
      try pause("moved")
      try Folder.removeTree(leaving)
      try pause("removed")
      try ledger.markRemoved(partition, at: Timestamp.now)
      try pause("marked")
      try ledger.markDeleted(number, at: Timestamp.now)
    }
    if try FileFacts.exists(layout.stagingRoot), try Folder.names(in: layout.stagingRoot).isEmpty {
      try Folder.removeTree(layout.stagingRoot)
    }
  }
}
