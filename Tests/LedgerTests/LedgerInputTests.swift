import Ledger
import Testing

@Suite struct LedgerInputTests {
  private let file: LedgerFile
  private let ledger: Ledger
  private static let time = "2026-05-01T00:31:00Z"

  init() throws {
    file = try LedgerFile()
    ledger = try file.open()
  }

  private func prepare(_ name: String, _ preparation: LedgerPreparation) throws {
    try ledger.begin(.example(name))
    try ledger.prepare(name, preparation, at: Self.time)
  }

  private func ingested(_ number: Int = 1, source: String = "orders") throws -> [LedgerInput] {
    try ledger.ingested(pipeline: "shop-nightly", source: source, head: "aa\(number)")
  }

  @Test func inputIsKnownByItsContentOncePrepared() throws {
    try ledger.begin(.example("a.1"))
    #expect(try ingested().isEmpty)
    try ledger.prepare(
      "a.1", LedgerPreparation(partitions: [], inputs: [.example("a.1")]), at: Self.time)
    #expect(try ingested() == [.example("a.1")])
    try ledger.publish("a.1", at: Self.time)
    #expect(try ingested() == [.example("a.1")])
    #expect(try ingested(2).isEmpty)
    #expect(try ingested(source: "clicks").isEmpty)
    #expect(
      try ledger.ingested(pipeline: "another", source: "orders", head: "aa1").isEmpty)
    #expect(try ledger.inputs(with: .example(1)) == [.example("a.1")])
    #expect(try ledger.inputs(with: .example(2)).isEmpty)
  }

  @Test func inputsOfDroppedAndReplacedRunsDoNotCount() throws {
    try prepare("a.1", LedgerPreparation(partitions: [], inputs: [.example("a.1")]))
    try ledger.drop("a.1", at: Self.time)
    #expect(try ingested().isEmpty)
    try prepare("a.2", LedgerPreparation(partitions: [], inputs: [.example("a.2")]))
    try ledger.publish("a.2", at: Self.time)
    try prepare("a.3", LedgerPreparation(partitions: [], inputs: [.example("a.3", 2)]))
    try ledger.publish("a.3", at: Self.time)
    #expect(try ingested().isEmpty)
    #expect(try ingested(2).map(\.run) == ["a.3"])
    #expect(try ledger.inputs(of: "a.2") == [.example("a.2")])
  }

  @Test func contentHasOneText() {
    let content = InputContent(length: 7, crc32: 0xAB, head: "12", tail: "34")
    #expect(content.id == "7-000000ab-12-34")
    #expect(InputContent(id: content.id) == content)
    #expect(InputContent(id: "7-ab-12") == nil)
    #expect(InputContent(id: "x-ab-12-34") == nil)
  }

  @Test func inputsOfTheSameDateAreReadAgain() throws {
    try prepare("a.1", LedgerPreparation(partitions: [], inputs: [.example("a.1")]))
    #expect(
      try ledger.ingested(
        pipeline: "shop-nightly", source: "orders", head: "aa1", besides: "2026-04-30"
      ).isEmpty)
    #expect(
      try ledger.ingested(
        pipeline: "shop-nightly", source: "orders", head: "aa1", besides: "2026-05-01"
      ).count == 1)
  }

  @Test func deferredFileIsKnownUntilItIsResolved() throws {
    try prepare(
      "a.1",
      LedgerPreparation(
        partitions: [],
        deferred: [
          .example("x.gz", firstSeen: "2026-04-30"), .example("y.gz", firstSeen: "2026-04-30"),
        ]))
    func left(on date: String, of pipeline: String = "shop-nightly") throws -> [String] {
      try ledger.deferredFiles(pipeline: pipeline, date: date).map(\.name)
    }
    #expect(try left(on: "2026-05-01") == ["x.gz", "y.gz"])
    #expect(try left(on: "2026-05-01", of: "another").isEmpty)
    try prepare(
      "b.1", LedgerPreparation(partitions: [], resolved: [.example("x.gz", firstSeen: "")]))
    #expect(try left(on: "2026-05-02") == ["y.gz"])
    // The date whose run has ingested it finds it again, for that run may be made anew.
    let date = try #require(ledger.runs().first { $0.name == "b.1" }?.date)
    #expect(try left(on: date) == ["x.gz", "y.gz"])
    try ledger.drop("b.1", at: Self.time)
    #expect(try left(on: "2026-05-02") == ["x.gz", "y.gz"])
  }

  @Test func releasesOutliveTheirPartitionsAndNotTheirDroppedRun() throws {
    let release = Release(
      audience: "finance", input: InputContent.example().id, definitionDigest: "11",
      definition: "rows", output: "controlling", table: "orders", run: "a.1", kind: .row)
    try prepare(
      "a.1", LedgerPreparation(partitions: [.example("a.1")], releases: [release]))
    #expect(try ledger.releases(to: "finance", of: release.input) == [release])
    #expect(try ledger.releases(to: "planners", of: release.input).isEmpty)
    #expect(try ledger.releases(to: "finance", of: InputContent.example(2).id).isEmpty)
    try ledger.publish("a.1", at: Self.time)
    try ledger.markRemoved(.example("a.1"), at: Self.time)
    #expect(try ledger.releases(by: "a.1") == [release])

    var other = release
    other.run = "a.2"
    try prepare("a.2", LedgerPreparation(partitions: [], releases: [other]))
    try ledger.drop("a.2", at: Self.time)
    #expect(try ledger.releases(by: "a.2").isEmpty)
  }
}
