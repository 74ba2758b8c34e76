import Engine
import Foundation
import Testing

/// Partials carry the identifiers of their items where published texts are looked up among them.
@Suite struct PartialIdentifierTests {
  /// Returns the frames of a partial but for those of one kind; nine bytes of magic and version, then
  /// kind (1), number (4), length (8), checksum (4) and payload of each.
  private func without(_ kind: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var left = Array(bytes.prefix(9))
    var start = 9
    while start < bytes.count {
      let length = (0..<8).reduce(0) { $0 | Int(bytes[start + 5 + $1]) << (8 * $1) }
      let end = start + 17 + length
      if bytes[start] != kind { left += bytes[start..<end] }
      start = end
    }
    return left
  }

  @Test func aPartialWithoutItsIdentifiersIsDamaged() async throws {
    let shop = NightlyShop(nights: 4, seed: 1)
    let runs = NightlyRuns()
    let date = NightlyShop.date(3)
    try runs.write(shop.csv(of: 3), to: "orders-\(date).csv")
    // An open text is published.
    let text = NightlyShop.pipeline(
      "nightly", files: "orders-{date}.csv", aggregates: "", tables: "[{orders: [day, category]}]"
    ).replacing("aggregates:\n\n", with: "")
      .replacing("treat: {one_of: [shoes, bags, coats]}, ", with: "")
    let night = try runs.prepared(text, date)
    let planned = try await night.planItems()
    let item = try #require(planned.plan.items.first)
    let partials = runs.folder.appendingPathComponent("partials").path
    let done = try await night.executeItem(
      item.name, planFile: nil, partials: partials, onProgress: { _ in })
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: done.path)))
    let cut = without(8, whole)
    #expect(cut.count < whole.count && without(99, whole) == whole)
    try Data(cut).write(to: URL(fileURLWithPath: done.path))
    await #expect(
      throws: RunFailure(
        .badInput,
        "the partial '\(done.path)' is damaged; nothing was published: delete it and run its item "
          + "again")
    ) {
      _ = try await night.mergeItems(partials: [partials])
    }
    try Data(whole).write(to: URL(fileURLWithPath: done.path))
    let report = try await night.mergeItems(partials: [partials])
    #expect(report.manifest?.sources.first?.counts.kept == shop.lines(of: 3))
  }
}
