import Engine
import Foundation
import Ledger
import Records
import Synchronization
import Testing

/// What retention no longer allows is deleted, and nothing else.
@Suite struct ExpiryTests {
  private static func pipeline(keep: String = "90d", holds: String = "purchase") -> String {
    """
    sparsam: 1
    name: shop
    shop: beispiel
    controller: {name: Beispiel Shop, contact: privacy@shop.example}
    retention:
      short: {starts: event, keep: \(keep)}
    purposes:
      revenue: {why: weekly revenue, basis: legitimate_interest, assessment: LIA-1, retention: short}
    keys:
      shopper: {rotate: month}
    sources:
      orders:
        holds: \(holds)
        raw: {keep: 7d}
        read: {format: csv, files: "orders-{date}*.csv*"}
        clock: ordered_at
        fields:
          number: {type: int, for: revenue}
          buyer:  {from: email, type: email, treat: {pseudonym: shopper}, for: revenue}
    outputs:
      desk: {audience: finance, may_use: [revenue], tables: [orders], format: csv, compression: none}
    """
  }

  private static let days = ["2024-05-01", "2024-05-02", "2024-05-03"]

  private func shop(
    holds: String = "purchase", like other: ShopNight? = nil
  ) async throws -> ShopNight {
    let shop = try ShopNight(Self.pipeline(holds: holds))
    if let other { try shop.takeKeys(of: other) }
    for day in Self.days {
      try shop.put(
        "orders-\(day).csv",
        """
        ordered_at,number,email
        \(day)T09:00:00Z,1,anna@shop.example
        \(day)T09:00:00Z,2,ben@shop.example

        """)
      try await shop.run(day)
    }
    return shop
  }

  private func expiry(
    _ shop: ShopNight, _ cut: Cut? = nil, input: String = "in", output: String = "out"
  ) throws -> Expiry {
    Expiry(
      plan: try shop.plan, input: shop.path(input), output: shop.path(output),
      state: shop.path("state"), pause: { try cut?.pause($0) })
  }

  private func exists(_ shop: ShopNight, _ path: String) -> Bool {
    FileManager.default.fileExists(atPath: shop.path(path))
  }

  private func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

  private func words(_ answer: Expiry.Answer) -> [String] {
    answer.due.map { "\($0.kindName) \($0.subject): \($0.reason)" }
  }

  /// Every file that a data package names is there, with the size it tells.
  private func expectTruePackage(_ shop: ShopNight) throws {
    let package = shop.path("out/desk/orders/datapackage.json")
    guard FileManager.default.fileExists(atPath: package) else { return }
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: package)))
        as? [String: Any])
    for resource in try #require(root["resources"] as? [[String: Any]]) {
      let path = try #require(resource["path"] as? String)
      let file = try Data(contentsOf: shop.folder.appendingPathComponent("out/desk/orders/\(path)"))
      #expect(resource["bytes"] as? Int == file.count)
    }
    for name in try FileManager.default.contentsOfDirectory(
      atPath: shop.path("out/desk/orders/data"))
    {
      #expect(exists(shop, "out/desk/orders/data/\(name)/_SUCCESS"))
      #expect(exists(shop, "out/desk/orders/data/\(name)/part-00000.csv"))
    }
  }

  @Test func partitionsPastTheirTimeGoAndNoOthers() async throws {
    let shop = try await shop()
    let expiry = try expiry(shop)
    let day = try date("2024-07-31")
    let due = [
      "partition desk/orders/data/dt=2024-05-01: delete after 2024-07-30",
      "raw orders-2024-05-01.csv: raw files are kept until 2024-05-08",
      "raw orders-2024-05-02.csv: raw files are kept until 2024-05-09",
      "raw orders-2024-05-03.csv: raw files are kept until 2024-05-10",
    ]
    #expect(words(try expiry.expire(today: day, confirms: false)) == due)
    #expect(
      exists(shop, "out/desk/orders/data/dt=2024-05-01") && exists(shop, "in/orders-2024-05-01.csv")
    )
    #expect(words(try expiry.expire(today: day, confirms: true)) == due)
    #expect(!exists(shop, "out/desk/orders/data/dt=2024-05-01"))
    #expect(exists(shop, "out/desk/orders/data/dt=2024-05-02/part-00000.csv"))
    #expect(!exists(shop, "in/orders-2024-05-01.csv"))
    #expect(!exists(shop, "out/.staging"))
    try expectTruePackage(shop)
    #expect(!(try shop.text("out/desk/orders/datapackage.json").contains("2024-05-01")))
    #expect(try expiry.expire(today: day, confirms: true).due.isEmpty)
    #expect(try expiry.expire(today: try date("2024-07-30"), confirms: false).due.isEmpty)
  }

  @Test func theLastPartitionTakesItsDescriptionAlong() async throws {
    let shop = try await shop()
    _ = try expiry(shop).expire(today: try date("2024-12-31"), confirms: true)
    #expect(!exists(shop, "out/desk/orders/datapackage.json"))
    #expect(!exists(shop, "out/desk/orders/README.md"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: shop.path("out/desk/orders/data")).isEmpty
    )
  }

  @Test func aShorterRetentionCountsFromTheEarliestEvent() async throws {
    let shop = try await shop()
    // The partition of a later day holds an event of an earlier one.
    try shop.put(
      "orders-2024-05-04.csv", "ordered_at,number,email\n2024-05-02T09:00:00Z,9,x@x.example\n")
    try await shop.run("2024-05-04")
    shop.pipeline = Self.pipeline(keep: "30d")
    let due = try expiry(shop).expire(today: try date("2024-06-01"), confirms: false)
    #expect(
      words(due).first
        == "partition desk/orders/data/dt=2024-05-01: the pipeline keeps it until 2024-05-31")
    #expect(due.due.count { $0.kindName == "partition" } == 1)
    let later = try expiry(shop).expire(today: try date("2024-06-02"), confirms: false)
    #expect(
      words(later).filter { $0.hasPrefix("partition") } == [
        "partition desk/orders/data/dt=2024-05-01: the pipeline keeps it until 2024-05-31",
        "partition desk/orders/data/dt=2024-05-02: the pipeline keeps it until 2024-06-01",
        "partition desk/orders/data/dt=2024-05-04: the pipeline keeps it until 2024-06-01",
      ])
  }

  @Test func ofMasterDataOnlyTheNewestCopyStays() async throws {
    let shop = try await shop(holds: "master")
    let due = try expiry(shop).expire(today: try date("2024-05-04"), confirms: true)
    #expect(
      words(due) == [
        "partition desk/orders/data/dt=2024-05-01: a newer copy of the master data is there",
        "partition desk/orders/data/dt=2024-05-02: a newer copy of the master data is there",
      ])
    try expectTruePackage(shop)
  }

  @Test func tablesThatThePipelineDroppedExpireToo() async throws {
    let shop = try await shop()
    shop.pipeline = Self.pipeline().replacingOccurrences(of: "desk:", with: "other:")
    let due = try expiry(shop).expire(today: try date("2024-07-31"), confirms: true)
    #expect(words(due).first == "partition desk/orders/data/dt=2024-05-01: delete after 2024-07-30")
    try expectTruePackage(shop)
    #expect(!(try shop.text("out/desk/orders/datapackage.json").contains("2024-05-01")))
  }

  /// What a pipeline published under a name that it has no more is nobody's, and so it is said.
  @Test func whatIsOverdueOfARenamedPipelineIsNamed() async throws {
    let shop = try await shop()
    shop.pipeline = Self.pipeline().replacing("name: shop\n", with: "name: store\n")
    let before = try expiry(shop).expire(today: try date("2024-07-30"), confirms: false)
    #expect(before.due.isEmpty && before.notes.isEmpty)
    for confirms in [false, true] {
      let answer = try expiry(shop).expire(today: try date("2024-08-01"), confirms: confirms)
      #expect(answer.due.isEmpty)
      #expect(
        answer.notes == [
          "partitions of other pipelines are past their time: 2 of 'shop'; run 'sparsam expire' with "
            + "their files, for one that was renamed with a copy of its old name"
        ])
    }
  }

  /// Two pipelines publish in one folder: each lets go of its own.
  @Test func partitionsOfAnotherPipelineStay() async throws {
    let shop = try await shop()
    let mine = try expiry(shop)
    shop.pipeline = Self.pipeline()
      .replacingOccurrences(of: "name: shop", with: "name: till")
      .replacingOccurrences(of: "desk: {audience: finance", with: "till: {audience: sales")
      .replacingOccurrences(of: "shopper", with: "payer")
    try await shop.run("2024-05-01")
    let day = try date("2024-07-31")
    let due = words(try mine.expire(today: day, confirms: true)).filter {
      $0.hasPrefix("partition")
    }
    #expect(due == ["partition desk/orders/data/dt=2024-05-01: delete after 2024-07-30"])
    #expect(exists(shop, "out/till/orders/data/dt=2024-05-01/part-00000.csv"))
    let its = words(try expiry(shop).expire(today: day, confirms: false))
    #expect(its.first == "partition till/orders/data/dt=2024-05-01: delete after 2024-07-30")
  }

  /// Files that no run has read, that changed since, that a link leads to, or that another pattern
  /// matches stay.
  @Test func onlyRawFilesThatWereIngestedGo() async throws {
    let shop = try await shop()
    try shop.put("orders-2024-05-01-late.csv", "ordered_at,number,email\n")
    try shop.put(
      "orders-2024-05-02.csv", "ordered_at,number,email\n2024-05-02T09:00:00Z,9,x@x.example\n")
    try FileManager.default.moveItem(
      atPath: shop.path("in/orders-2024-05-03.csv"), toPath: shop.path("kept.csv"))
    try FileManager.default.createSymbolicLink(
      atPath: shop.path("in/orders-2024-05-03.csv"), withDestinationPath: shop.path("kept.csv"))
    try shop.put("customers.csv", "a\n")
    let due = try expiry(shop).expire(today: try date("2024-05-31"), confirms: true)
    #expect(words(due) == ["raw orders-2024-05-01.csv: raw files are kept until 2024-05-08"])
    for name in [
      "orders-2024-05-01-late.csv", "orders-2024-05-02.csv", "orders-2024-05-03.csv",
      "customers.csv",
    ] {
      #expect(exists(shop, "in/\(name)"))
    }
    #expect(exists(shop, "kept.csv"))
  }

  /// Runs `body` at one step of the deletion of the first raw file, as logrotate may.
  private func expiry(
    _ shop: ShopNight, at step: String, _ body: @escaping @Sendable () throws -> Void
  ) throws -> Expiry {
    let isFirst = Mutex(true)
    return Expiry(
      plan: try shop.plan, input: shop.path("in"), output: shop.path("out"),
      state: shop.path("state"),
      pause: { taken in
        let isNow = isFirst.withLock { isFirst in
          defer { if taken == step { isFirst = false } }
          return isFirst && taken == step
        }
        if isNow { try body() }
      })
  }

  private static let left =
    "has changed since it was read, or another one has its name by now; it was left: run 'sparsam "
    + "expire' again"

  /// Whoever gives the name of a file that is due to one that no run has read loses nothing.
  @Test(arguments: [(step: "raw intended", day: 1), (step: "raw removed", day: 2)])
  func aRawFileThatTookTheNameStays(_ change: (step: String, day: Int)) async throws {
    let shop = try await shop()
    let day = try date("2024-05-31")
    let name = "orders-2024-05-0\(change.day).csv"
    let path = shop.path("in/\(name)")
    let rotated = path + ".1"
    try Data("not read yet".utf8).write(to: URL(fileURLWithPath: shop.path("new")))
    let new = shop.path("new")
    let answer = try expiry(shop, at: change.step) {
      try FileManager.default.moveItem(atPath: path, toPath: rotated)
      try FileManager.default.moveItem(atPath: new, toPath: path)
    }.expire(today: day, confirms: true)
    #expect(answer.due.count == 2 && answer.notes == ["raw file '\(name)' \(Self.left)"])
    #expect(try shop.text("in/\(name)") == "not read yet")
    // What was read lies under another name and goes the next time.
    let again = try expiry(shop).expire(today: day, confirms: true)
    #expect(again.due.map(\.subject) == [name + ".1"] && again.notes.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: shop.path("in")) == [name])
    let ledger = try Ledger(path: shop.path("state/ledger.sqlite"))
    #expect(try ledger.deletions().allSatisfy(\.isDone))
  }

  /// A file to which something was added after it was read, or that is gone, is no file that was
  /// read.
  @Test func aRawFileThatChangedOrWentIsLeft() async throws {
    let shop = try await shop()
    let day = try date("2024-05-31")
    let first = shop.path("in/orders-2024-05-01.csv")
    let second = shop.path("in/orders-2024-05-02.csv")
    let answer = try expiry(shop, at: "raw intended") {
      try FileManager.default.removeItem(atPath: first)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: second))
      try file.seekToEnd()
      try file.write(contentsOf: Data("2024-05-02T09:00:00Z,9,x@x.example\n".utf8))
      try file.close()
    }.expire(today: day, confirms: true)
    #expect(answer.due.map(\.subject) == ["orders-2024-05-03.csv"])
    #expect(
      answer.notes == [
        "raw file 'orders-2024-05-01.csv' \(Self.left)",
        "raw file 'orders-2024-05-02.csv' \(Self.left)",
      ])
    #expect(try shop.text("in/orders-2024-05-02.csv").hasSuffix("9,x@x.example\n"))
    // It holds what no run has read, so it is not due any more.
    let again = try expiry(shop).expire(today: day, confirms: true)
    #expect(again.due.isEmpty && again.notes.isEmpty)
  }

  /// A file that was set aside when the deletion was cut off is put back, where its name is free.
  @Test func aRawFileThatWasSetAsideIsNotLost() async throws {
    let shop = try await shop()
    let day = try date("2024-05-09")
    #expect(throws: RunFailure.self) {
      try self.expiry(shop, Cut(after: 2)).expire(today: day, confirms: true)
    }
    #expect(!exists(shop, "in/orders-2024-05-01.csv"))
    let aside = try #require(
      FileManager.default.contentsOfDirectory(atPath: shop.path("in"))
        .first { $0.hasPrefix(".sparsam-expire-") })
    try shop.put("orders-2024-05-01.csv", "not read yet")
    let folder = URL(fileURLWithPath: shop.path("in")).resolvingSymlinksInPath().path
    let answer = try expiry(shop).expire(today: day, confirms: true)
    #expect(
      answer.notes == [
        "'\(folder)/\(aside)' is the raw file 'orders-2024-05-01.csv', whose deletion was cut off, and "
          + "another file has its name by now; delete it"
      ])
    #expect(answer.due.isEmpty && exists(shop, "in/\(aside)"))
    try FileManager.default.removeItem(atPath: shop.path("in/orders-2024-05-01.csv"))
    let again = try expiry(shop).expire(today: day, confirms: true)
    #expect(again.due.map(\.subject) == ["orders-2024-05-01.csv"] && again.notes.isEmpty)
    #expect(!exists(shop, "in/\(aside)"))
  }

  @Test func deletionConvergesWhereverItIsCutOff() async throws {
    let whole = try await shop()
    let all = Cut(after: .max)
    let day = try date("2024-07-31")
    _ = try expiry(whole, all).expire(today: day, confirms: true)
    #expect(all.taken.count == 14)
    for count in 1...all.taken.count {
      let shop = try await shop(like: whole)
      #expect(throws: RunFailure.self) {
        try self.expiry(shop, Cut(after: count)).expire(today: day, confirms: true)
      }
      try expectTruePackage(shop)
      // A night in between neither stumbles nor brings anything back.
      try shop.put(
        "orders-2024-05-04.csv", "ordered_at,number,email\n2024-05-04T09:00:00Z,1,x@x.example\n")
      try await shop.run("2024-05-04")
      try expectTruePackage(shop)
      _ = try expiry(shop).expire(today: day, confirms: true)
      try expectTruePackage(shop)
      #expect(!exists(shop, "out/desk/orders/data/dt=2024-05-01"), "\(all.taken[count - 1])")
      #expect(exists(shop, "out/desk/orders/data/dt=2024-05-02"))
      #expect(!exists(shop, "out/.staging"))
      #expect(!exists(shop, "in/orders-2024-05-01.csv"))
      #expect(try expiry(shop).expire(today: day, confirms: true).due.isEmpty)
    }
  }

  /// What was begun in one folder is none of another's, where partitions have the same paths.
  @Test func aDeletionThatWasCutOffConcernsItsFolderAlone() async throws {
    let shop = try await shop()
    shop.pipeline = Self.pipeline(keep: "200d")
    try await shop.run("2024-05-01", output: "other")
    let day = try date("2024-07-31")
    let plan = shop.pipeline
    shop.pipeline = Self.pipeline()
    #expect(throws: RunFailure.self) {
      try self.expiry(shop, Cut(after: 1)).expire(today: day, confirms: true)
    }
    shop.pipeline = plan
    let its = try expiry(shop, output: "other").expire(today: day, confirms: true)
    #expect(words(its).filter { $0.hasPrefix("partition") } == [])
    #expect(exists(shop, "other/desk/orders/data/dt=2024-05-01/part-00000.csv"))
    let mine = try expiry(shop).expire(today: day, confirms: true)
    #expect(
      words(mine).filter { $0.hasPrefix("partition") }
        == ["partition desk/orders/data/dt=2024-05-01: begun before"])
  }

  /// A raw file that is not in this folder may still lie in the one where its deletion was begun.
  @Test func aRawDeletionIsFinishedInItsFolderAlone() async throws {
    let shop = try await shop()
    let day = try date("2024-05-09")
    #expect(throws: RunFailure.self) {
      try self.expiry(shop, Cut(after: 1)).expire(today: day, confirms: true)
    }
    func unfinished() throws -> [String] {
      let folder = URL(fileURLWithPath: shop.path("in")).resolvingSymlinksInPath().path
      return try Ledger(path: shop.path("state/ledger.sqlite"))
        .unfinishedDeletions(.raw, in: folder).map(\.subject)
    }
    #expect(try unfinished() == ["orders-2024-05-01.csv"])
    try FileManager.default.createDirectory(
      atPath: shop.path("elsewhere"), withIntermediateDirectories: false)
    _ = try expiry(shop, input: "elsewhere").expire(today: day, confirms: true)
    #expect(try unfinished() == ["orders-2024-05-01.csv"])
    _ = try expiry(shop).expire(today: day, confirms: true)
    #expect(try unfinished().isEmpty)
  }

  /// A date that cannot be read is never taken for one that is not due.
  @Test(arguments: [
    (column: "delete_after", what: "the end"), (column: "earliest", what: "the earliest day"),
  ])
  func aDateOfTheLedgerThatIsNoneStopsIt(_ damage: (column: String, what: String)) async throws {
    let shop = try await shop()
    try shop.execute("update partitions set \(damage.column) = 'soon' where date = '2024-05-02'")
    #expect(
      throws: RunFailure(
        .inputOutput,
        "the ledger is damaged: \(damage.what) of partition 'desk/orders/data/dt=2024-05-02' of run "
          + "'2024-05-02.shop.1' cannot be read; restore the state folder's ledger from a backup")
    ) { try expiry(shop).expire(today: date("2024-07-31"), confirms: false) }
  }

  /// With the last partition of an epoch that nothing can come for any more go its tombstones.
  @Test func tombstonesGoWithTheLastPartition() async throws {
    let shop = try await shop()
    let rights = PersonRights(
      plan: try shop.plan, pipelineText: shop.pipeline, output: shop.path("out"),
      state: shop.path("state"))
    _ = try await rights.forget(try AskingPerson.all(in: "email anna@shop.example"))
    _ = try expiry(shop).expire(today: try date("2024-07-31"), confirms: true)
    func raw(_ number: Int) -> String {
      "ordered_at,number,email\n2024-05-31T09:00:00Z,\(number),anna@shop.example\n"
    }
    try shop.put("orders-2024-06-01.csv", raw(1))
    #expect(try await shop.run("2024-06-01").manifest?.sources[0].counts.noConsent == 1)
    _ = try expiry(shop).expire(today: try date("2024-12-31"), confirms: true)
    try shop.put("orders-2024-06-02.csv", raw(2))
    #expect(try await shop.run("2024-06-02").manifest?.sources[0].counts.kept == 1)
  }

  @Test func anotherOutputFolderIsNotTakenForAnEmptyOne() async throws {
    let shop = try await shop()
    let expiry = Expiry(
      plan: try shop.plan, input: shop.path("in"), output: shop.path("other"),
      state: shop.path("state"))
    let known = URL(fileURLWithPath: shop.path("out")).resolvingSymlinksInPath().path
    #expect(
      throws: RunFailure(
        .usage,
        "nothing is published in '\(shop.path("other"))' as far as the ledger knows, but in "
          + "'\(known)'; name that folder as '--output'")
    ) { try expiry.expire(today: expiry.day(asked: nil), confirms: false) }
  }
}
