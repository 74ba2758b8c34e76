import Ledger
import Testing

@Suite struct LedgerKeyTests {
  private let file: LedgerFile
  private let ledger: Ledger
  private let shopper = KeyFacts(name: "shopper", rotation: "month", timezone: "Europe/Berlin")
  private static let time = "2026-05-01T00:31:00Z"

  init() throws {
    file = try LedgerFile()
    ledger = try file.open()
  }

  @Test func firstUseFixesShopRotationAndZone() throws {
    #expect(try ledger.shop == nil)
    #expect(try ledger.keys().isEmpty)
    try ledger.use(shopper, epoch: "m2026-04", check: "0011", shop: "beispiel", at: Self.time)
    try ledger.use(shopper, epoch: "m2026-05", check: "2233", shop: "beispiel", at: Self.time)
    try ledger.use(shopper, epoch: "m2026-05", check: "2233", shop: "beispiel", at: "later")
    #expect(try ledger.shop == "beispiel")
    #expect(try ledger.keys() == [shopper])
    #expect(
      try ledger.epochs(of: "shopper") == [
        KeyEpoch(key: "shopper", epoch: "m2026-04", check: "0011", created: Self.time),
        KeyEpoch(key: "shopper", epoch: "m2026-05", check: "2233", created: Self.time),
      ])
    #expect(try ledger.epochs().count == 2)
    #expect(try ledger.epochs(of: "visitor").isEmpty)
  }

  @Test func firstAudienceOfAKeyStays() throws {
    try ledger.use(shopper, epoch: "m2026-04", check: "0011", shop: "beispiel", at: Self.time)
    let nights: [(String, String?)] = [("a.1", nil), ("a.2", "finance"), ("a.3", "board")]
    for (run, audience) in nights {
      try ledger.begin(.example(run))
      try ledger.prepare(
        run,
        LedgerPreparation(
          partitions: [], audiences: audience.map { ["shopper": $0, "unused": $0] } ?? [:]),
        at: Self.time)
      #expect(try ledger.keys().map(\.audience) == [audience == nil ? nil : "finance"])
    }
  }

  @Test(arguments: [
    (KeyFacts(name: "shopper", rotation: "year", timezone: "Europe/Berlin"), "0011", "beispiel"),
    (KeyFacts(name: "shopper", rotation: "month", timezone: "UTC"), "0011", "beispiel"),
    (KeyFacts(name: "shopper", rotation: "month", timezone: "Europe/Berlin"), "4455", "beispiel"),
    (KeyFacts(name: "shopper", rotation: "month", timezone: "Europe/Berlin"), "0011", "another"),
  ])
  func contradictionIsRefused(_ facts: KeyFacts, _ check: String, _ shop: String) throws {
    try ledger.use(shopper, epoch: "m2026-04", check: "0011", shop: "beispiel", at: Self.time)
    #expect(
      throws: LedgerFault(
        .contradiction("key 'shopper' of epoch 'm2026-04' is known with other facts"), file.path)
    ) {
      try ledger.use(facts, epoch: "m2026-04", check: check, shop: shop, at: Self.time)
    }
  }

  @Test func destroyedEpochTakesItsTombstonesAlongAndNeverReturns() throws {
    try ledger.use(shopper, epoch: "m2026-04", check: "0011", shop: "beispiel", at: Self.time)
    try ledger.use(shopper, epoch: "m2026-05", check: "2233", shop: "beispiel", at: Self.time)
    let stones = ["m2026-04", "m2026-05"].map {
      Tombstone(
        key: "shopper", epoch: $0, token: [UInt8](repeating: 7, count: 16), date: "2026-05-09")
    }
    try ledger.bury(stones)
    try ledger.bury(stones)
    #expect(try ledger.tombstones() == stones)
    try ledger.markDestroyed(key: "shopper", epoch: "m2026-04", at: "2026-08-01T00:00:00Z")
    #expect(
      try ledger.epochs(of: "shopper").map(\.destroyed) == ["2026-08-01T00:00:00Z", nil])
    #expect(try ledger.tombstones(of: "shopper") == [stones[1]])
    #expect(throws: LedgerFault.self) {
      try ledger.markDestroyed(key: "shopper", epoch: "m2026-04", at: Self.time)
    }
    #expect(throws: LedgerFault.self) {
      try ledger.use(shopper, epoch: "m2026-04", check: "0011", shop: "beispiel", at: Self.time)
    }
    try ledger.forgetTombstones(key: "shopper", epoch: "m2026-05")
    #expect(try ledger.tombstones().isEmpty)
  }

  @Test func deletionIsIntendedThenDone() throws {
    let id = try intend(.raw, "orders.csv", in: "/in")
    var deletion = Deletion(
      id: id, kind: .raw, subject: "orders.csv", folder: "/in", reason: "a test",
      command: "expire", intended: Self.time)
    #expect(try ledger.unfinishedDeletions(.raw, in: "/in") == [deletion])
    try ledger.markDeleted(id, at: "2026-05-01T00:32:00Z")
    deletion.done = "2026-05-01T00:32:00Z"
    #expect(try ledger.unfinishedDeletions(.raw, in: "/in").isEmpty)
    #expect(try ledger.deletions() == [deletion])
    #expect(throws: LedgerFault(.contradiction("deletion \(id) is not intended"), file.path)) {
      try ledger.markDeleted(id, at: Self.time)
    }
  }

  private func intend(
    _ kind: Deletion.Kind, _ subject: String, in folder: String?
  ) throws -> Int64 {
    try ledger.intendDeletion(
      kind, of: subject, in: folder, because: "a test", by: "expire", at: Self.time)
  }

  /// Two folders have partitions of one path, and a key lies in neither.
  @Test func deletionBelongsToItsFolder() throws {
    let one = try intend(.partition, "desk/orders/data/dt=2024-05-01", in: "/one")
    #expect(try ledger.unfinishedDeletions(.partition, in: "/one").map(\.id) == [one])
    #expect(try ledger.unfinishedDeletions(.partition, in: "/two").isEmpty)
    #expect(try ledger.unfinishedDeletions(.raw, in: "/one").isEmpty)
    #expect(try intend(.partition, "desk/orders/data/dt=2024-05-01", in: "/two") != one)
    #expect(try intend(.partition, "desk/orders/data/dt=2024-05-01", in: "/one") == one)
    let key = try intend(.key, "shopper/m2024-05", in: nil)
    #expect(try ledger.unfinishedDeletions(.key, in: nil).map(\.id) == [key])
    #expect(try intend(.key, "shopper/m2024-05", in: nil) == key)
    // Each request of a person is one of its own.
    let first = try intend(.person, "desk/orders dt=2024-05-01", in: "/one")
    #expect(try intend(.person, "desk/orders dt=2024-05-01", in: "/one") != first)
    try ledger.moveFolder(from: "/one", to: "/three")
    #expect(try ledger.unfinishedDeletions(.partition, in: "/three").map(\.id) == [one])
  }

  /// An older version has not written down where: it is nobody's until somebody finds it due.
  @Test func deletionWithoutAFolderIsGoneOnWithWhereItIsDue() throws {
    let old = try intend(.partition, "desk/orders/data/dt=2024-05-01", in: nil)
    #expect(try ledger.unfinishedDeletions(.partition, in: "/one").isEmpty)
    #expect(try intend(.partition, "desk/orders/data/dt=2024-05-01", in: "/one") == old)
    #expect(try ledger.unfinishedDeletions(.partition, in: "/one").map(\.id) == [old])
    #expect(try intend(.partition, "desk/orders/data/dt=2024-05-01", in: "/two") != old)
  }
}
