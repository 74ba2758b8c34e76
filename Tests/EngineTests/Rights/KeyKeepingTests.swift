import Engine
import Foundation
import Records
import Synchronization
import Testing

/// Thrown by a test in the place of a kill.
struct CutOff: Error {}

/// Cuts a command off at its `n`-th step, once.
final class Cut: Sendable {
  private let left: Mutex<Int>
  private let steps = Mutex<[String]>([])

  init(after count: Int) { left = Mutex(count) }

  var taken: [String] { steps.withLock { $0 } }

  @Sendable func pause(_ step: String) throws {
    steps.withLock { $0.append(step) }
    let isLast = left.withLock { left in
      left -= 1
      return left == 0
    }
    if isLast { throw CutOff() }
  }
}

/// Secrets are listed, checked, and destroyed when they are due.
@Suite struct KeyKeepingTests {
  static let pipeline = """
    sparsam: 1
    name: shop
    shop: beispiel
    controller: {name: Beispiel Shop, contact: privacy@shop.example}
    timezone: Europe/Berlin
    retention:
      short: {starts: event, keep: 90d}
      long: {starts: year_end, keep: 1y}
    purposes:
      revenue: {why: weekly revenue, basis: legitimate_interest, assessment: LIA-1, retention: short}
      books: {why: bookkeeping, basis: legal_obligation, law: § 147 AO, retention: long}
    keys:
      shopper: {rotate: month}
      clerk: {rotate: quarter, keep: 2mo}
      visitor: {rotate: day}
    sources:
      orders:
        holds: purchase
        read: {format: csv, files: "orders-{date}.csv"}
        clock: ordered_at
        fields:
          number: {type: int, for: revenue}
          buyer:  {from: email, type: email, treat: {pseudonym: shopper}, for: [revenue, books]}
          clerk:  {from: staff, type: account, treat: {pseudonym: clerk}, for: revenue}
          visit:  {from: cookie, type: cookie, treat: {pseudonym: visitor}, for: revenue}
    outputs:
      desk: {audience: finance, may_use: [revenue], tables: [{orders: [number, buyer, clerk]}], format: csv, compression: none}
    """

  static func raw(_ day: String, _ names: String...) -> String {
    "ordered_at,number,email,staff,cookie\n"
      + names.enumerated().map { number, name in
        "\(day)T09:00:00Z,\(number + 1),\(name)@shop.example,k-1,\(name)\n"
      }.joined()
  }

  private func shop() async throws -> ShopNight {
    let shop = try ShopNight(Self.pipeline)
    for day in ["2024-01-31", "2024-02-01"] {
      try shop.put("orders-\(day).csv", Self.raw(day, "anna", "ben"))
      try await shop.run(day)
    }
    return shop
  }

  private func keeping(_ shop: ShopNight, _ cut: Cut? = nil) throws -> KeyKeeping {
    KeyKeeping(
      state: shop.path("state"), plans: [try shop.plan], pause: { try cut?.pause($0) })
  }

  @Test func listTellsUntilWhenEachSecretIsNeeded() async throws {
    let shop = try await shop()
    let lines = try keeping(shop).list().map { entry in
      "\(entry.name) \(entry.standing.rawValue) \(entry.dueAfter?.description ?? "-") "
        + "\(entry.tables.joined(separator: ","))"
    }
    #expect(
      lines == [
        // The quarter ends on 31 March; two months are stated.
        "clerk/q2024-1 live 2024-05-31 desk/orders",
        // The output may use 'revenue' only: 90 days after the month's last day.
        "shopper/m2024-01 live 2024-04-30 desk/orders",
        "shopper/m2024-02 live 2024-05-29 desk/orders",
      ])
  }

  /// Who has said how long a key lives wants its tokens to be nobody's before the tables go.
  @Test func aStatedKeepOutweighsWhatLiesThere() async throws {
    let shop = try await shop()
    shop.pipeline = Self.pipeline.replacing("keep: 2mo", with: "keep: 1d")
    let clerk = try #require(try keeping(shop).list().first { $0.key == "clerk" })
    #expect(clerk.dueAfter == CivilDate("2024-04-01"))
  }

  /// What lies there may be of a table that the pipeline has no more, or of a key that it has not.
  @Test(arguments: [
    (of: "[number, buyer, clerk]", with: "[number, clerk]"),
    (of: "shopper", with: "customer"),
  ])
  func aSecretIsNeededAsLongAsItsTokensLieThere(
    _ change: (of: String, with: String)
  ) async throws {
    let shop = try await shop()
    shop.pipeline = Self.pipeline.replacing(change.of, with: change.with)
    func due(_ day: String) throws -> [String] {
      try keeping(shop).expire(today: #require(CivilDate(day)), confirms: false)
        .map { "\($0.name) \($0.tables)" }.filter { $0.hasPrefix("shopper") }
    }
    // Kept for 90 days after the event of 31 January.
    #expect(try due("2024-04-30").isEmpty)
    #expect(try due("2024-05-01") == ["shopper/m2024-01 [\"desk/orders\"]"])
    _ = try Expiry(
      plan: try shop.plan, input: shop.path("in"), output: shop.path("out"),
      state: shop.path("state")
    ).expire(today: #require(CivilDate("2024-05-01")), confirms: true)
    #expect(try keeping(shop).list().first { $0.name == "shopper/m2024-01" }?.tables == [])
  }

  @Test func aSecretIsNeededAsLongAsTheTableThatStaysLongest() async throws {
    let shop = try await shop()
    shop.pipeline = Self.pipeline
      .replacing("for: [revenue, books]}", with: "for: revenue}")
      .replacing("may_use: [revenue]", with: "may_use: [revenue, books]")
      .replacing("[number, buyer, clerk]}]", with: "[number, buyer, clerk]}, accounts]")
      .replacing(
        "outputs:\n",
        with: """
            accounts:
              holds: purchase
              read: {format: csv, files: "accounts-{date}.csv"}
              clock: ordered_at
              fields:
                holder: {from: email, type: email, treat: {pseudonym: shopper}, for: books}
          outputs:

          """)
    let entry = try #require(
      try keeping(shop).list().first { $0.name == "shopper/m2024-01" })
    #expect(entry.dueAfter == CivilDate("2025-12-31"))
    #expect(entry.tables == ["desk/orders", "desk/accounts"])
  }

  @Test func withoutPipelinesNothingIsDue() async throws {
    let shop = try await shop()
    let entries = try KeyKeeping(state: shop.path("state"), plans: []).list()
    #expect(
      entries.count == 3
        && entries.allSatisfy { $0.dueAfter == nil && $0.tables == ["desk/orders"] })
  }

  @Test func expireListsAndDestroysWhatIsDueAndNothingElse() async throws {
    let shop = try await shop()
    let keeping = try keeping(shop)
    let last = try #require(CivilDate("2024-04-30"))
    #expect(try keeping.expire(today: last, confirms: false).isEmpty)
    let day = try #require(CivilDate("2024-05-01"))
    #expect(try keeping.expire(today: day, confirms: false).map(\.name) == ["shopper/m2024-01"])
    #expect(FileManager.default.fileExists(atPath: shop.path("state/keys/shopper/m2024-01.key")))
    _ = try keeping.expire(today: day, confirms: true)
    #expect(!FileManager.default.fileExists(atPath: shop.path("state/keys/shopper/m2024-01.key")))
    #expect(FileManager.default.fileExists(atPath: shop.path("state/keys/shopper/m2024-02.key")))
    #expect(try keeping.list().map(\.standing.rawValue) == ["live", "destroyed", "live"])
    #expect(try keeping.expire(today: day, confirms: true).isEmpty)
    #expect(try keeping.check().allSatisfy { $0.fault == nil })
  }

  /// Records of a destroyed epoch are late: no token of theirs is made under any key.
  @Test func recordsOfADestroyedEpochAreLate() async throws {
    let shop = try await shop()
    let keeping = try keeping(shop)
    _ = try keeping.expire(today: try #require(CivilDate("2024-05-01")), confirms: true)
    try shop.put(
      "orders-2024-02-02.csv",
      Self.raw("2024-01-31", "anna") + "2024-02-02T09:00:00Z,9,anna@shop.example,k-1,anna\n")
    let report = try await shop.run("2024-02-02")
    let counts = try #require(report.manifest?.sources[0].counts)
    #expect(counts.read == 2 && counts.late == 1 && counts.kept == 1 && counts.isConserved)
    #expect(try shop.rows("desk/orders", "2024-02-02").count == 1)
    #expect(!FileManager.default.fileExists(atPath: shop.path("state/keys/shopper/m2024-01.key")))
  }

  /// A part of a night is gone, and without its key the night is another one.
  @Test func aNightThatIsMadeOtherwiseIsNotMixedWithWhatIsLeft() async throws {
    let shop = try ShopNight(
      Self.pipeline.replacingOccurrences(
        of: "outputs:\n",
        with: """
          aggregates:
            days: {from: orders, group: [number], measure: {lines: count}, k: {none: a test}}
          outputs:
            books: {audience: books, may_use: [revenue], tables: [days], format: csv, compression: none}

          """))
    try shop.put("orders-2024-01-31.csv", Self.raw("2024-01-31", "anna"))
    try await shop.run("2024-01-31")
    _ = try keeping(shop).destroy("shopper", "m2024-01", confirms: true)
    try FileManager.default.removeItem(atPath: shop.path("out/books/days/data/dt=2024-01-31"))
    await #expect(
      throws: RunFailure(
        .cannotCreate,
        "a part of 2024-01-31 is gone from '\(shop.path("out"))', and what is made of the same inputs "
          + "now differs from the rest that lies there: somebody was forgotten or objected, a key was "
          + "destroyed, or the program is another version; nothing was changed; restore the part from a backup, or let '--replace' "
          + "publish what is left to be made")
    ) { try await shop.run("2024-01-31") }
    #expect(try shop.rows("desk/orders", "2024-01-31").count == 1)
  }

  /// Cut off between any two steps, a destruction is finished by the next; a run in between
  /// counts its records as late.
  @Test func destructionConvergesWhereverItIsCutOff() async throws {
    var steps: [String] = []
    for count in 1...3 {
      let shop = try await shop()
      let day = try #require(CivilDate("2024-05-01"))
      let cut = Cut(after: count)
      #expect(throws: RunFailure.self) {
        try self.keeping(shop, cut).expire(today: day, confirms: true)
      }
      steps = cut.taken
      let path = shop.path("state/keys/shopper/m2024-01.key")
      // The ledger first: nothing goes that it does not know to go.
      #expect(FileManager.default.fileExists(atPath: path) == (count == 1))
      #expect(try keeping(shop).list()[1].standing == .ending)
      #expect(try keeping(shop).check()[1].fault?.hasPrefix("the destruction of key") == true)
      try shop.put("orders-2024-02-02.csv", Self.raw("2024-01-31", "anna"))
      let report = try await shop.run("2024-02-02")
      #expect(report.manifest?.sources[0].counts.late == 1, "cut off after '\(steps)'")
      let again = try keeping(shop).expire(today: day, confirms: true)
      #expect(again.map(\.name) == ["shopper/m2024-01"])
      // What the first one has removed, the second did not overwrite.
      #expect((again.first?.standing == .missing) == (count > 1))
      #expect(try keeping(shop).list()[1].standing == .destroyed)
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(try keeping(shop).expire(today: day, confirms: true).isEmpty)
    }
    #expect(steps == ["intended", "destroyed", "marked"])
  }

  /// An epoch that cannot be read is neither left out nor called destroyed.
  @Test func anEpochOfTheLedgerThatIsNoneStopsIt() async throws {
    let shop = try await shop()
    try shop.execute("update epochs set epoch = 'm2024-13' where epoch = 'm2024-01'")
    let damage = RunFailure(
      .inputOutput,
      "the ledger is damaged: an epoch of key 'shopper' cannot be read; restore the state folder's "
        + "ledger from a backup")
    #expect(throws: damage) { try keeping(shop).list() }
    #expect(throws: damage) { try keeping(shop).destroy("shopper", "m2024-13", confirms: true) }
    let rights = PersonRights(
      plan: try shop.plan, pipelineText: shop.pipeline, output: shop.path("out"),
      state: shop.path("state"))
    #expect(throws: damage) { try rights.locate(AskingPerson.all(in: "email anna@shop.example")) }
  }

  @Test func anotherPipelineOfTheSameKeysMustBeNamed() async throws {
    let shop = try await shop()
    let text = Self.pipeline.replacingOccurrences(of: "name: shop\n", with: "name: other\n")
    let other = try ShopNight(text)
    let keeping = KeyKeeping(state: shop.path("state"), plans: [try other.plan])
    #expect(
      throws: RunFailure(
        .usage,
        "pipeline 'shop' has published with the keys of '\(shop.path("state"))' too; name its file "
          + "as well, because it may need them for longer")
    ) { try keeping.expire(today: keeping.today, confirms: true) }
  }

  @Test func checkTellsEveryFileThatCannotBeTrusted() async throws {
    let shop = try await shop()
    let clerk = shop.path("state/keys/clerk/q2024-1.key")
    let first = shop.path("state/keys/shopper/m2024-01.key")
    let second = shop.path("state/keys/shopper/m2024-02.key")
    let files = FileManager.default
    try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: clerk)
    // Swapped epochs.
    try files.moveItem(atPath: first, toPath: first + ".x")
    try files.moveItem(atPath: second, toPath: first)
    try files.moveItem(atPath: first + ".x", toPath: second)
    let checks = try keeping(shop).list().map { $0.check ?? "" }
    let faults = try keeping(shop).check().map { $0.fault ?? "" }
    #expect(
      faults[0].hasPrefix(
        "key 'clerk' of epoch 'q2024-1' is not kept safe: '\(clerk)' has mode 0644"))
    #expect(
      faults[1]
        == "key 'shopper' of epoch 'm2024-01' is another one than before: '\(first)' has check "
        + "\(faults[1].components(separatedBy: "has check ")[1].prefix(16)), and the ledger knows "
        + "\(checks[1]); restore the right file")
    #expect(faults[2].contains("is another one than before"))
  }

  @Test func aSecretThatCameBackIsFoundAndGoesAgain() async throws {
    let shop = try await shop()
    let file = shop.path("state/keys/shopper/m2024-01.key")
    let backup = try Data(contentsOf: URL(fileURLWithPath: file))
    let keeping = try keeping(shop)
    #expect(try keeping.destroy("shopper", "m2024-01", confirms: false).standing == .live)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == backup)
    #expect(try keeping.destroy("shopper", "m2024-01", confirms: true).standing == .live)
    // There is nothing left to overwrite, and nobody is told that there was.
    #expect(try keeping.destroy("shopper", "m2024-01", confirms: true).standing == .missing)
    try backup.write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: file)
    let date = try #require(keeping.list()[1].destroyed?.prefix(10))
    #expect(
      try keeping.check()[1].fault
        == "key 'shopper' of epoch 'm2024-01' was destroyed on \(date), and '\(file)' is there "
        + "again; find out which backup still holds it, then run 'sparsam keys destroy shopper "
        + "m2024-01 --yes'")
    _ = try keeping.destroy("shopper", "m2024-01", confirms: true)
    #expect(try keeping.check().allSatisfy { $0.fault == nil })
  }

  @Test func unknownEpochsAndDaysToComeAreRefused() async throws {
    let shop = try await shop()
    let keeping = try keeping(shop)
    #expect(
      throws: RunFailure(
        .usage,
        "no key 'shopper' of epoch 'm2023-01' is known in '\(shop.path("state"))'; 'sparsam keys "
          + "list' shows all")
    ) { try keeping.destroy("shopper", "m2023-01", confirms: true) }
    #expect(
      throws: RunFailure(
        .usage, "'--date 2999-01-01' is still to come; nothing is deleted before its time")
    ) { try keeping.day(asked: CivilDate("2999-01-01")) }
  }
}
