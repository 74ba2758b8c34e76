import Engine
import Testing

/// Persons leave a table whose night held others back already.
@Suite struct HeldBackTests {
  private static let day = "2026-05-01"

  /// Three, five and seven lines look different.
  private static let pipeline = CustomerNights.pipeline()
    .replacing("bands: [1, 3]", with: "bands: [1, 3, 5, 7, 9]")

  /// Four with five lines and four with seven are too few to be shown; five with nine are not.
  private static let others =
    [("five", 4, 5), ("seven", 4, 7), ("nine", 5, 9)].flatMap { name, count, lines in
      (0..<count).map { (name: "\(name)-\($0)", lines: lines) }
    }

  private func shop(
    without persons: [String] = [], like other: ShopNight? = nil
  ) async throws -> ShopNight {
    try await CustomerNights.shop(
      Self.pipeline, days: [Self.day], without: persons, others: Self.others, like: other)
  }

  /// Whoever looked like the person is hidden among those of the night, and nobody else has to go.
  @Test func whoIsHeldBackAlreadyHidesTheFew() async throws {
    let shop = try await shop()
    let all = try shop.rows("crm/customers", Self.day).count
    #expect(all == 30, "twenty with one line, five with three, five with nine")
    let other = try await self.shop(without: ["anna"], like: shop)
    let answer = try await shop.rights().forget(try AskingPerson.all(in: CustomerNights.anna))
    #expect(answer.places.map(\.companions) == [0, 4])
    let data = try shop.data("crm/customers", Self.day)
    let expected = try other.data("crm/customers", Self.day)
    #expect(data == expected)
  }

  /// The second request counts those whom the night and the first request hold back.
  @Test func oneAfterTheOtherLeavesWhatANightWithoutBothHad() async throws {
    let shop = try await shop()
    let other = try await self.shop(without: ["anna", "nine-2"], like: shop)
    _ = try await shop.rights().forget(try AskingPerson.all(in: CustomerNights.anna))
    let answer = try await shop.rights().forget(
      try AskingPerson.all(in: "email nine-2@shop.example"))
    #expect(answer.places.map(\.companions) == [0, 4])
    let data = try shop.data("crm/customers", Self.day)
    let expected = try other.data("crm/customers", Self.day)
    #expect(data == expected)
  }
}
