import Engine
import Foundation
import Records
import Testing

/// Each line once: nights of logrotate lose nothing and double nothing.
///
/// `SPARSAM_NIGHTS` makes it longer than the fifty nights of the short form.
@Suite struct LogrotateTests {
  private static let nights =
    ProcessInfo.processInfo.environment["SPARSAM_NIGHTS"].flatMap { Int($0) } ?? 50

  private static func pipeline(_ name: String) -> String {
    """
    sparsam: 1
    name: \(name)
    shop: beispiel
    controller: {name: Beispiel Shop, contact: privacy@shop.example}
    retention: {season: {starts: event, keep: 5y}}
    purposes:
      ops: {why: see that it works, basis: legitimate_interest, assessment: LIA-1, retention: season}
    sources:
      log:
        holds: tracking
        read: {format: ndjson, files: "app.log[.-]*", missing: ok}
        clock: at
        window: 10y
        fields:
          n: {type: int, for: ops}
    outputs:
      ops: {audience: admins of \(name), may_use: [ops], tables: [log], format: csv, compression: none}
    """
  }

  /// Runs the nights; returns what was closed and what was published, of every line how often.
  private func simulate(
    seed: UInt64, nights: Int, pipeline: (Int) -> String
  ) async throws -> (closed: Set<Int>, published: [Int: Int], ways: Set<String>) {
    let shop = try ShopNight(pipeline(0))
    let logs = LogrotateNights(in: shop.folder.appendingPathComponent("in"), seed: seed)
    let start = CivilDate(year: 2026, month: 1, day: 1)
    var published: [Int: Int] = [:]
    for night in 0..<nights {
      let date = CivilDate(days: start.days + night)
      try logs.pass(date, lastNight: night == nights - 1)
      // Cron misses a night now and then, never so many that logrotate throws a file away.
      if night % 7 == 3, night != nights - 1 { continue }
      shop.pipeline = pipeline(night)
      try await shop.run(date.description)
      if night % 5 == 0 {
        #expect(
          try await shop.run(date.description).manifest == nil, "night \(night), seed \(seed)")
      }
      for row in try shop.rows("ops/log", date.description) {
        published[Int(row) ?? -1, default: 0] += 1
      }
    }
    return (logs.closed, published, logs.tried)
  }

  @Test(arguments: [1, 2] as [UInt64])
  func nightsLoseNothingAndDoubleNothing(_ seed: UInt64) async throws {
    let (closed, published, ways) = try await simulate(
      seed: seed, nights: Self.nights, pipeline: { _ in Self.pipeline("logs") })
    #expect(ways.count == 7)
    #expect(closed.subtracting(published.keys).isEmpty, "lost, seed \(seed)")
    #expect(published.filter { $0.value != 1 }.isEmpty, "doubled, seed \(seed)")
    #expect(Set(published.keys) == closed)
  }

  /// The negative control: what no run of the same pipeline has ingested is read again.
  @Test func forgettingDoubles() async throws {
    let (_, published, _) = try await simulate(
      seed: 1, nights: 6, pipeline: { Self.pipeline("logs-\($0 % 2)") })
    #expect(published.contains { $0.value > 1 })
  }
}
