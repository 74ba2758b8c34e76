import Engine
import Foundation
import Records
import Testing

/// What `sparsam verify` tells of published datasets, beyond what a reader of the files would see.
@Suite struct PublishedCheckTests {
  private func shop() async throws -> ShopNight {
    let shop = try ShopNight(
      """
      sparsam: 1
      name: shop
      shop: beispiel
      controller: {name: Beispiel Shop, contact: privacy@shop.example}
      retention: {short: {starts: event, keep: 90d}}
      purposes:
        revenue: {why: weekly revenue, basis: legitimate_interest, assessment: LIA-1, retention: short}
      sources:
        orders:
          holds: purchase
          read: {format: csv, files: "orders-{date}.csv"}
          clock: ordered_at
          fields:
            number: {type: int, for: revenue}
      outputs:
        desk: {audience: finance, may_use: [revenue], tables: [orders], format: csv, compression: none}
      """)
    try shop.put("orders-2024-05-01.csv", "ordered_at,number\n2024-05-01T09:00:00Z,417\n")
    try await shop.run("2024-05-01")
    return shop
  }

  private func findings(in shop: ShopNight, on day: String) async throws -> [String] {
    let date = try #require(CivilDate(day))
    return try await PublishedCheck(folder: shop.path("out"), date: date, threads: 1)
      .report().findings.map { "\($0.path): \($0.message)" }
  }

  @Test func aPartitionIsOverdueFromTheDayAfterItsLast() async throws {
    let shop = try await shop()
    #expect(try await findings(in: shop, on: "2024-07-30").isEmpty)
    #expect(
      try await findings(in: shop, on: "2024-07-31") == [
        "desk/orders/data/dt=2024-05-01: the partition was to be deleted after 2024-07-30, which is past"
      ])
  }

  /// As long as before, and as legal.
  @Test func aChangedValueIsToldByTheDigestAlone() async throws {
    let shop = try await shop()
    let name = "out/desk/orders/data/dt=2024-05-01/part-00000.csv"
    let text = try shop.text(name).replacing("417", with: "418")
    let handle = try #require(FileHandle(forWritingAtPath: shop.path(name)))
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
    #expect(
      try await findings(in: shop, on: "2024-05-02") == [
        "desk/orders/data/dt=2024-05-01/part-00000.csv: its bytes are not those that were written"
      ])
  }
}
