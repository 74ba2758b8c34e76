import Engine
import Foundation
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
}
