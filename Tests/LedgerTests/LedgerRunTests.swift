import Ledger
import Testing

@Suite struct LedgerRunTests {
  private let file: LedgerFile
  private let ledger: Ledger
  private static let later = "2026-05-01T00:31:00Z"

  init() throws {
    file = try LedgerFile()
    ledger = try file.open()
  }

  /// Begins, prepares and publishes.
  private func publish(_ run: LedgerRun, _ preparation: LedgerPreparation) throws {
    try ledger.begin(run)
    try ledger.prepare(run.name, preparation, at: Self.later)
    try ledger.publish(run.name, at: Self.later)
  }

  @Test func runGoesFromIntentToPublished() throws {
    var run = LedgerRun.example("a.1")
    try ledger.begin(run)
    #expect(try ledger.unfinishedRuns() == [run])
    try ledger.prepare(
      "a.1", LedgerPreparation(partitions: [.example("a.1")]), at: "2026-05-01T00:31:00Z")
    run.state = .prepared
    run.prepared = "2026-05-01T00:31:00Z"
    #expect(try ledger.unfinishedRuns() == [run])
    #expect(try ledger.livePartitions().isEmpty)
    try ledger.publish("a.1", at: "2026-05-01T00:32:00Z")
    run.state = .published
    run.ended = "2026-05-01T00:32:00Z"
    #expect(try ledger.run(named: "a.1") == run)
    #expect(try ledger.unfinishedRuns().isEmpty)
    #expect(try ledger.livePartitions() == [.example("a.1")])
    #expect(try ledger.partitions(of: "a.1") == [.example("a.1")])
    #expect(try ledger.run(named: "b.1") == nil)
  }

  @Test func stateNeverGoesBack() throws {
    try ledger.begin(.example("a.1"))
    let refusal = LedgerFault(.contradiction("run 'a.1' cannot become 'published'"), file.path)
    #expect(throws: refusal) { try ledger.publish("a.1", at: Self.later) }
    try ledger.drop("a.1", at: Self.later)
    #expect(throws: refusal) { try ledger.publish("a.1", at: Self.later) }
    #expect(throws: LedgerFault.self) {
      try ledger.prepare("a.1", LedgerPreparation(partitions: []), at: Self.later)
    }
    #expect(throws: LedgerFault.self) { try ledger.drop("unknown", at: Self.later) }
  }

  @Test func nameIsTakenOnce() throws {
    try ledger.begin(.example("a.1"))
    #expect(throws: LedgerFault(.contradiction("an entry breaks a rule of its table"), file.path)) {
      try ledger.begin(.example("a.1"))
    }
  }

  @Test func refusedPreparationLeavesNothing() throws {
    try ledger.begin(.example("a.1"))
    #expect(throws: LedgerFault.self) {
      try ledger.prepare(
        "a.1",
        LedgerPreparation(
          partitions: [.example("a.1"), .example("a.1")], inputs: [.example("a.1")]),
        at: Self.later)
    }
    #expect(try ledger.run(named: "a.1")?.state == .intent)
    #expect(try ledger.partitions(of: "a.1").isEmpty)
    #expect(try ledger.inputs(of: "a.1").isEmpty)
  }

  @Test func secondRunOfNightReplacesFirst() throws {
    try publish(.example("a.1"), LedgerPreparation(partitions: [.example("a.1")]))
    try publish(
      .example("a.2"), LedgerPreparation(partitions: [.example("a.2", sha256: "9999")]))
    #expect(try ledger.run(named: "a.1")?.replacedBy == "a.2")
    #expect(try ledger.livePartitions() == [.example("a.2", sha256: "9999")])
    #expect(try ledger.partitions(of: "a.1").map(\.replacedBy) == ["a.2"])
  }

  @Test func otherNightAndOtherFolderStay() throws {
    try publish(.example("a.1"), LedgerPreparation(partitions: [.example("a.1")]))
    try publish(
      .example("b.1", date: "2026-05-01"),
      LedgerPreparation(partitions: [.example("b.1", date: "2026-05-01")]))
    try publish(
      .example("a.2", folder: "/elsewhere"), LedgerPreparation(partitions: [.example("a.2")]))
    #expect(try ledger.run(named: "a.1")?.replacedBy == nil)
    #expect(try ledger.livePartitions().count == 3)
    #expect(try ledger.livePartitions(folder: "/out").map(\.run) == ["a.1", "b.1"])
    #expect(try ledger.livePartitions(date: "2026-05-01").map(\.run) == ["b.1"])
    #expect(try ledger.livePartitions(output: "planners").isEmpty)
    #expect(try ledger.livePartitions(table: "regions").isEmpty)
  }

  @Test func nightIsTheRunThatCounts() throws {
    func night(_ date: String = "2026-04-30", _ folder: String = "/out") throws -> String? {
      try ledger.night(pipeline: "shop-nightly", date: date, folder: folder)?.name
    }
    try ledger.begin(.example("a.0"))
    #expect(try night() == nil)
    try publish(.example("a.1"), LedgerPreparation(partitions: [.example("a.1")]))
    try publish(.example("r.1", kind: .rewrite), LedgerPreparation(partitions: [.example("r.1")]))
    #expect(try night() == "a.1")
    try publish(.example("a.2"), LedgerPreparation(partitions: [.example("a.2")]))
    #expect(try night() == "a.2")
    #expect(try night("2026-05-01") == nil)
    #expect(try night("2026-04-30", "/elsewhere") == nil)
    try ledger.moveFolder(from: "/out", to: "/elsewhere")
    #expect(try night("2026-04-30", "/elsewhere") == "a.2")
  }

  @Test func rewriteReplacesPartitionAndNotTheNight() throws {
    try publish(
      .example("a.1"),
      LedgerPreparation(partitions: [.example("a.1")], inputs: [.example("a.1")]))
    try publish(
      .example("r.1", kind: .rewrite),
      LedgerPreparation(partitions: [.example("r.1", sha256: "77")]))
    #expect(try ledger.run(named: "a.1")?.replacedBy == nil)
    #expect(try ledger.livePartitions().map(\.run) == ["r.1"])
    #expect(
      try ledger.ingested(pipeline: "shop-nightly", source: "orders", head: "aa1").map(\.run)
        == ["a.1"])
  }

  @Test func removedPartitionIsLiveNoMore() throws {
    try publish(.example("a.1"), LedgerPreparation(partitions: [.example("a.1")]))
    try ledger.markRemoved(.example("a.1"), at: Self.later)
    #expect(try ledger.livePartitions().isEmpty)
    #expect(try ledger.partitions(of: "a.1").map(\.removed) == [Self.later])
  }

  @Test func adoptedRunIsPublished() throws {
    try ledger.adopt(
      .example("a.1", kind: .adopted),
      LedgerPreparation(partitions: [.example("a.1")], inputs: [.example("a.1")]))
    #expect(try ledger.run(named: "a.1")?.state == .published)
    #expect(try ledger.livePartitions() == [.example("a.1")])
    #expect(try ledger.inputs(of: "a.1") == [.example("a.1")])
  }

  @Test func runsComeOldestFirst() throws {
    try ledger.begin(.example("b", begun: "2026-05-02T00:00:00Z"))
    try ledger.begin(.example("a", begun: "2026-05-02T00:00:00Z"))
    try ledger.begin(.example("c", begun: "2026-05-01T00:00:00Z"))
    #expect(try ledger.runs().map(\.name) == ["c", "b", "a"])
  }
}
