import Engine
import Foundation
import Ledger
import Records
import Testing

/// What the manifests of earlier runs tell, to keys, to persons and to a ledger that was lost.
@Suite struct PastRunTests {
  private static let day = "2026-05-01"
  private static let manifest = "state/runs/2026-05-01.shop.1/manifest.json"

  private func keys(_ shop: ShopNight) throws -> [String] {
    try KeyKeeping(state: shop.path("state"), plans: []).list()
      .map { "\($0.name) \($0.tables.joined(separator: " "))" }
  }

  /// Whose tokens a column holds is a member of its own, not a part of a sentence.
  @Test func aColumnNamesItsKey() async throws {
    let shop = try await CustomerNights.shop(days: [Self.day])
    let expected = [
      "crm/m2026-05 crm/customers", "shopper/m2026-05 desk/orders", "visitor/never desk/orders",
    ]
    #expect(try keys(shop) == expected)
    try shop.change(Self.manifest, "pseudonym ", to: "a token of ")
    #expect(try keys(shop) == expected)
    // What was written anew keeps them.
    _ = try await shop.rights().forget(try AskingPerson.all(in: CustomerNights.anna))
    #expect(
      try shop.text("state/runs/2026-05-01.shop.2/manifest.json").contains("\"key\": \"shopper\""))
    #expect(try keys(shop) == expected)
  }

  /// An older version tells it in words.
  @Test func aColumnOfAnOlderVersionIsUnderstood() async throws {
    let shop = try await CustomerNights.shop(days: [Self.day])
    let expected = try keys(shop)
    for key in ["shopper", "crm", "visitor"] {
      let text = try shop.text(Self.manifest)
      let older = text.replacing(#/,\s*"key": "[a-z]+"/#, with: "")
      #expect(older != text || key != "shopper")
      try Data(older.utf8).write(to: URL(fileURLWithPath: shop.path(Self.manifest)))
    }
    #expect(try keys(shop) == expected)
  }

  /// Nothing that a manifest must tell is taken for nothing.
  @Test(arguments: [
    ["\"columns\":", "\"fields\":"], ["\"suppressed\": 0", "\"suppressed\": \"none\""],
    ["\"epoch\": \"never\"", "\"epoch\": \"ever\""], ["\"treatment\":", "\"treated\":"],
    ["\"delete_after\": \"2056", "\"delete_after\": \"in 2056"],
  ])
  func aManifestThatDoesNotTellIsRefused(_ change: [String]) async throws {
    let shop = try await CustomerNights.shop(days: [Self.day])
    try shop.change(Self.manifest, change[0], to: change[1])
    let damage = RunFailure(
      .inputOutput,
      "cannot read the manifest '\(shop.path(Self.manifest))'; restore it from a backup or move its "
        + "folder away")
    #expect(throws: damage) { try keys(shop) }
    await #expect(throws: damage) {
      _ = try await shop.rights().forget(AskingPerson.all(in: CustomerNights.anna))
    }
  }

  // MARK: A lost ledger

  /// Partitions that were written anew are still those of their night, which has read its inputs.
  @Test func aNightIsAdoptedWithWhatWasWrittenAnew() async throws {
    let pipeline = CustomerNights.pipeline().replacing("visit]}, days]", with: "visit]}]")
    let shop = try await CustomerNights.shop(pipeline, days: [Self.day])
    for name in ["anna", "often-0", "often-1"] {
      _ = try await shop.rights().forget(try AskingPerson.all(in: "email \(name)@shop.example"))
    }
    try shop.removeLedger()
    try shop.put("orders-2026-05-02.csv", CustomerNights.raw("2026-05-02"))
    let warnings = try await shop.run("2026-05-02", adopts: true).warnings
    #expect(warnings.count == 1 + 4 && !warnings.contains { $0.contains("only its keys") })
    let ledger = try Ledger(path: shop.path("state/ledger.sqlite"))
    let night = try #require(try ledger.run(named: "2026-05-01.shop.1"))
    #expect(night.state == .published && night.kind == .adopted && night.replacedBy == nil)
    #expect(try ledger.inputs(of: night.name).map(\.name) == ["orders-2026-05-01.csv"])
    #expect(try await shop.run(Self.day).manifest == nil)
  }

  /// What was adopted stays so, and is told of once: also where the night then fails.
  @Test func whatWasAdoptedIsToldThoughTheNightFails() async throws {
    let shop = try await CustomerNights.shop(days: [Self.day])
    try shop.removeLedger()
    let failure = await #expect(throws: RunFailure.self) {
      try await shop.run("2026-05-02", adopts: true)
    }
    #expect(failure?.code == .inputMissing)
    #expect(
      failure?.warnings == [
        "run '2026-05-01.shop.1' was unknown to the ledger; it is adopted from its manifest",
        "whom a lost ledger had forgotten stands nowhere else: run 'sparsam forget' again for these "
          + "persons, or later runs bring their records back",
      ])
    let again = await #expect(throws: RunFailure.self) { try await shop.run("2026-05-02") }
    #expect(again?.message == failure?.message && again?.warnings == [])
  }

  /// A folder that names no day is not written down as a partition of one.
  @Test func aFolderOfNoDateIsNotAdopted() async throws {
    let shop = try await CustomerNights.shop(days: [Self.day])
    let folder = shop.path("out/desk/orders/data/dt=someday")
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
    try Data("number\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/part-00000.csv"))
    try shop.removeLedger()
    await #expect(
      throws: RunFailure(
        .inputOutput,
        "'\(folder)' is no partition of a date that can be read; take it away, then start again")
    ) { try await shop.run(Self.day, adopts: true) }
  }

  /// What was published once and is gone by its time was read and released all the same.
  @Test func aNightWhosePartitionsExpiredIsAdopted() async throws {
    let old = "2024-05-01"
    let pipeline = CustomerNights.pipeline().replacing("keep: 30y", with: "keep: 90d")
    let shop = try await CustomerNights.shop(pipeline, days: [old])
    func ledger() throws -> Ledger { try Ledger(path: shop.path("state/ledger.sqlite")) }
    let name = "\(old).shop.1"
    _ = try Expiry(
      plan: try shop.plan, input: shop.path("in"), output: shop.path("out"),
      state: shop.path("state")
    ).expire(today: #require(CivilDate("2024-08-01")), confirms: true)
    let inputs = try ledger().inputs(of: name).map(\.content)
    let releases = try ledger().releases(by: name)
    #expect(inputs.count == 1 && !releases.isEmpty)
    try shop.removeLedger()
    try shop.put("orders-2024-05-02.csv", CustomerNights.raw("2024-05-02"))
    let warnings = try await shop.run("2024-05-02", adopts: true).warnings
    #expect(
      warnings == [
        "run '\(name)' was unknown to the ledger; it is adopted from its manifest",
        "whom a lost ledger had forgotten stands nowhere else: run 'sparsam forget' again for these "
          + "persons, or later runs bring their records back",
      ])
    #expect(try ledger().inputs(of: name).map(\.content) == inputs)
    #expect(try ledger().releases(by: name) == releases)
    #expect(try ledger().partitions(of: name).allSatisfy { $0.removed != nil })
    #expect(try ledger().livePartitions(date: old).isEmpty)
  }
}
