import Engine
import Foundation
import Testing

/// The attacker of ninety nights: he holds everything below the output folder, and the books' totals.
///
/// `SPARSAM_TORTURE=1` runs the long form.
@Suite(.serialized) struct SmallCellAttackTests {
  private static let least = 10
  private static let isLong = ProcessInfo.processInfo.environment["SPARSAM_TORTURE"] == "1"

  /// Tables that one audience may have of one source: two over the same cells, one of other records.
  private static let tables = NightlyShop.pipeline(
    "nightly", files: "orders-{date}.csv",
    aggregates: """
      shoes:
        from: orders
        where: {category: shoes}
        group: [day, region]
        measure: {lines: count, buyers: {distinct: buyer}}
        k: {least: 10, of: buyer, below: suppress}
      revenue:
        from: orders
        where: {category: shoes}
        group: [day, region]
        measure: {orders: {distinct: order}, amount: {sum: amount}}
        k: {least: 10, of: buyer, below: suppress}
      others:
        from: orders
        where: {category: [bags, coats]}
        group: [day, category, region]
        measure: {lines: {count: true, round: 5}, buyers: {distinct: buyer, bands: [0, 10, 20, 40]}}
        k: {least: 10, of: buyer, below: other}
      """, tables: "[shoes, revenue, others]")

  private static func categories(_ table: String) -> [Int] { table == "others" ? [1, 2] : [0] }

  /// The total of one table and one night, as the books have it.
  private func total(_ shop: NightlyShop, _ night: Int, _ table: String) -> CellAttacker.Cell {
    let categories = Self.categories(table)
    let orders = shop.orders.filter { $0.night == night && categories.contains($0.category) }
    let atoms = (night - 3...night).flatMap { day in
      categories.flatMap { category in
        (0..<NightlyShop.regions).map {
          NightlyShop.atom(night: night, day: day, category: category, region: $0)
        }
      }
    }.sorted()
    let persons = Set(orders.map(\.buyer)).count
    return CellAttacker.Cell(
      atoms: atoms, lines: orders.count...orders.count, persons: persons...persons,
      name: "total of \(table), night \(night)")
  }

  /// A published cell as the attacker reads it.
  private func cell(
    _ row: [String: String], _ table: String, _ night: Int, published: [[String: String]]
  ) throws -> CellAttacker.Cell {
    let day = try #require((night - 3...night).first { NightlyShop.date($0) == row["day"] })
    let category =
      table == "others"
      ? try #require(NightlyShop.categories.firstIndex { $0 == row["category"] }) : 0
    var regions = (0..<NightlyShop.regions).filter { "r\($0)" == row["region"] }
    if row["region"] == "other" {
      // All that stand in no row of their own.
      let others = published.filter { $0["day"] == row["day"] && $0["category"] == row["category"] }
      regions = (0..<NightlyShop.regions).filter { region in
        !others.contains { $0["region"] == "r\(region)" }
      }
    }
    let atoms = regions.map {
      NightlyShop.atom(night: night, day: day, category: category, region: $0)
    }.sorted()
    let lines = try #require(Int(row["lines"] ?? ""))
    if table == "others" {
      let bounds = try #require(row["buyers"]).split(separator: "–").compactMap { Int($0) }
      return CellAttacker.Cell(
        atoms: atoms, lines: max(0, lines - 3)...lines + 3,
        persons: (bounds.first ?? 40)...(bounds.count == 2 ? bounds[1] : lines + 3),
        name: "\(table), night \(night)")
    }
    let persons = try #require(Int(row["buyers"] ?? ""))
    return CellAttacker.Cell(
      atoms: atoms, lines: lines...lines, persons: persons...persons,
      name: "\(table), night \(night)")
  }

  @Test(arguments: isLong ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [1])
  func ninetyNightsShowNobody(seed: UInt64) async throws {
    let shop = NightlyShop(nights: 90, seed: seed)
    let runs = NightlyRuns()
    var attacker = CellAttacker(least: Self.least)
    var published: [String: String] = [:]
    var count = 0
    for night in 3..<shop.nights {
      let date = NightlyShop.date(night)
      try runs.write(shop.csv(of: night), to: "orders-\(date).csv")
      // Every night ends well, late records or not.
      let report = try await runs.run(Self.tables, date)
      #expect(report.manifest?.sources.first?.counts.late == 0)
      for table in ["shoes", "others"] {
        let rows = try runs.rows(table, date)
        count += rows.count
        for row in rows {
          let cell = try cell(row, table, night, published: rows)
          attacker.learn(cell)
        }
        attacker.learn(total(shop, night, table))
      }
      // Suppressed together: both tables have the very same cells.
      #expect(
        try runs.rows("shoes", date).map { [$0["day"], $0["region"]] }
          == runs.rows("revenue", date).map { [$0["day"], $0["region"]] })
      // What was published never changes.
      let texts = try runs.texts().filter { $0.key.contains("/dt=") }
      for (path, text) in published { #expect(texts[path] == text, "\(path) of another night") }
      published = texts
    }
    #expect(count > 100)
    let findings = attacker.findings()
    #expect(findings.isEmpty, "seed \(seed): \(findings.prefix(3))")
  }

  /// The negative control: cells are only left out where they are too small.
  @Test func withoutComplementarySuppressionHeFindsPersons() {
    let shop = NightlyShop(nights: 90, seed: 1)
    var attacker = CellAttacker(least: Self.least)
    for night in 3..<shop.nights {
      let orders = shop.orders.filter { $0.night == night && $0.category == 0 }
      for (key, cell) in Dictionary(grouping: orders, by: { [$0.day, $0.region] }) {
        let persons = Set(cell.map(\.buyer)).count
        guard persons >= Self.least else { continue }
        attacker.learn(
          CellAttacker.Cell(
            atoms: [NightlyShop.atom(night: night, day: key[0], category: 0, region: key[1])],
            lines: cell.count...cell.count, persons: persons...persons, name: "night \(night)"))
      }
      attacker.learn(total(shop, night, "shoes"))
    }
    #expect(!attacker.findings().isEmpty)
  }

  private static func regions(_ name: String, files: String) -> String {
    NightlyShop.pipeline(
      name, files: files,
      aggregates: """
        cells:
          from: orders
          group: [region]
          measure: {lines: count, buyers: {distinct: buyer}}
          k: {least: 10, of: buyer}
        """, tables: "[cells]")
  }

  /// The negative control of the release guard: a table of the month to date, made where no ledger
  /// knows of the nights, is subtracted from itself and from them.
  @Test func monthToDateTablesShowPersonsWhereNothingRefusesThem() async throws {
    let shop = NightlyShop(nights: 8, seed: 3)
    let runs = NightlyRuns()
    var attacker = CellAttacker(least: Self.least)
    func learn(_ rows: [[String: String]], nights: ClosedRange<Int>) throws {
      for row in rows {
        let region = try #require((0..<NightlyShop.regions).first { "r\($0)" == row["region"] })
        let atoms = nights.flatMap { night in
          (night - 3...night).flatMap { day in
            NightlyShop.categories.indices.map {
              NightlyShop.atom(night: night, day: day, category: $0, region: region)
            }
          }
        }.sorted()
        let lines = try #require(Int(row["lines"] ?? ""))
        let persons = try #require(Int(row["buyers"] ?? ""))
        attacker.learn(
          CellAttacker.Cell(
            atoms: atoms, lines: lines...lines, persons: persons...persons, name: "\(nights)"))
      }
    }
    let nightly = Self.regions("nightly", files: "orders-{date}.csv")
    let toDate = Self.regions("month", files: "orders-*.csv")
    for night in 3..<shop.nights {
      let date = NightlyShop.date(night)
      try runs.write(shop.csv(of: night), to: "orders-\(date).csv")
      try await runs.run(nightly, date, output: "nights")
      try learn(try runs.rows("cells", date, output: "nights"), nights: night...night)
      try await runs.run(toDate, date, output: "month-\(night)", state: "forgetful-\(night)")
      try learn(try runs.rows("cells", date, output: "month-\(night)"), nights: 3...night)
    }
    #expect(!attacker.findings().isEmpty)
  }
}
