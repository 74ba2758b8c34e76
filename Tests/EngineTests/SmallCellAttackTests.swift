import Engine
import Foundation
import Testing

/// The attacker of many nights: he holds everything below the output folder, and the books' totals.
///
/// `SPARSAM_TORTURE=1` runs the long form: ninety nights, five shops.
@Suite struct SmallCellAttackTests {
  private static let least = 10
  private static let isLong = ProcessInfo.processInfo.environment["SPARSAM_TORTURE"] == "1"

  // MARK: Honest nights

  /// Tables that one audience may have of one source: two over the same cells, one of other
  /// records.
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
        measure: {lines: count, buyers: {distinct: buyer, bands: [0, 10, 20, 40]}}
        k: {least: 10, of: buyer, below: other}
      """, tables: "[shoes, revenue, others]")

  private static func categories(_ table: String) -> [Int] { table == "others" ? [1, 2] : [0] }

  /// The total of one table and one night, as the books have it.
  private static func total(_ shop: NightlyShop, _ night: Int, _ table: String) -> CellAttacker.Cell
  {
    let pieces = (0..<NightlyShop.regions).flatMap {
      NightlyShop.pieces(night...night, categories: categories(table), region: $0)
    }.sorted()
    let buyers = shop.buyers(in: Set(pieces))
    let persons = Set(buyers).count
    return CellAttacker.Cell(
      pieces: pieces, lines: buyers.count...buyers.count, persons: persons...persons,
      name: "total of \(table), night \(night)")
  }

  /// A published cell as the attacker reads it; a table of a night has at most `most` lines.
  private static func cell(
    _ row: [String: String], _ table: String, _ night: Int, among published: [[String: String]],
    most: Int
  ) throws -> CellAttacker.Cell {
    let day = try #require((night - 3...night).first { NightlyShop.date($0) == row["day"] })
    let category =
      table == "others"
      ? try #require(NightlyShop.categories.firstIndex { $0 == row["category"] }) : 0
    let count = try #require(Int(row["lines"] ?? ""))
    let text = try #require(row["buyers"])
    // An exact number, a band "10–19", or "40+".
    let bounds = text.split(separator: "–").compactMap { Int($0) }
    var lines = count...count
    var persons =
      text.hasSuffix("+") ? 40...count : try #require(bounds.first)...(try #require(bounds.last))
    var regions = (0..<NightlyShop.regions).filter { "r\($0)" == row["region"] }
    if row["region"] == "other" {
      // It is among those that stand in no row of their own; another one of them may be suppressed.
      let others = published.filter { $0["day"] == row["day"] && $0["category"] == row["category"] }
      regions = (0..<NightlyShop.regions).filter { region in
        !others.contains { $0["region"] == "r\(region)" }
      }
      lines = count...most
      persons = persons.lowerBound...most
    }
    return CellAttacker.Cell(
      pieces: regions.flatMap {
        NightlyShop.pieces(night...night, day: day, categories: [category], region: $0)
      }.sorted(), lines: lines, persons: persons, name: "\(table), night \(night)")
  }

  /// What he has reckoned is true; else his finding nothing would mean nothing.
  private static func check(_ attacker: CellAttacker, _ shop: NightlyShop) {
    for cell in attacker.cells {
      let buyers = shop.buyers(in: Set(cell.pieces))
      #expect(cell.lines.contains(buyers.count), "\(cell.name)")
      #expect(cell.persons.contains(Set(buyers).count), "\(cell.name)")
    }
  }

  @Test(arguments: isLong ? [1, 2, 3, 4, 5] as [UInt64] : [1])
  func honestNightsShowNobody(seed: UInt64) async throws {
    let shop = NightlyShop(nights: Self.isLong ? 93 : 13, seed: seed)
    let runs = NightlyRuns()
    var attacker = CellAttacker(least: Self.least)
    var published: [String: String] = [:]
    var cells = 0
    var late = 0
    for night in 3..<shop.nights {
      let date = NightlyShop.date(night)
      try runs.write(shop.csv(of: night), to: "orders-\(date).csv")
      // Every night ends well, with late records or without.
      let report = try await runs.run(Self.tables, date)
      #expect(report.manifest?.sources.first?.counts.kept == shop.lines(of: night))
      late += shop.orders.count { $0.night == night && $0.day < night }
      for table in ["shoes", "others"] {
        let rows = try runs.rows(table, date)
        cells += rows.count
        let total = Self.total(shop, night, table)
        attacker.learn(total)
        for row in rows {
          attacker.learn(
            try Self.cell(row, table, night, among: rows, most: total.lines.upperBound))
        }
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
    // He has a lot to reckon with, and late records are among it.
    #expect(cells > 4 * (shop.nights - 3) && late > shop.nights)
    attacker.reckon()
    #expect(attacker.findings.isEmpty, "seed \(seed): \(attacker.findings.prefix(3))")
    Self.check(attacker, shop)
    Attachment.record(
      "seed \(seed): \(shop.nights - 3) nights, \(late) late records, \(cells) cells, "
        + "\(attacker.cells.count) sets reckoned, \(attacker.findings.count) found",
      named: "honest-nights-\(seed).txt")
  }

  // MARK: Dishonest publications

  /// What else is published of the same nights, each a way to take cells off others.
  enum Attempt: String, CaseIterable, Sendable {
    /// The nights so far, as one table.
    case monthToDate
    /// Cells of more categories beside the cells of one.
    case wider
    /// Each day anew as its late records come in.
    case dayToDate

    func nightly() -> String {
      switch self {
      case .monthToDate, .dayToDate: NightlyShop.cells("nightly", group: "[region]")
      case .wider:
        NightlyShop.cells("nightly", group: "[region]", filter: "where: {category: shoes}")
      }
    }

    func other() -> String {
      switch self {
      case .monthToDate: NightlyShop.cells("other", group: "[region]", files: "orders-*.csv")
      case .wider:
        NightlyShop.cells("other", group: "[region]", filter: "where: {category: [shoes, bags]}")
      case .dayToDate: nightly()
      }
    }
  }

  /// What the rows of a table by region tell of some nights.
  private static func cells(
    _ rows: [[String: String]], nights: ClosedRange<Int>, day: Int? = nil, categories: [Int],
    _ name: String
  ) throws -> [CellAttacker.Cell] {
    try rows.map { row in
      let region = try #require((0..<NightlyShop.regions).first { "r\($0)" == row["region"] })
      let lines = try #require(Int(row["lines"] ?? ""))
      let persons = try #require(Int(row["buyers"] ?? ""))
      return CellAttacker.Cell(
        pieces: NightlyShop.pieces(nights, day: day, categories: categories, region: region),
        lines: lines...lines, persons: persons...persons, name: name)
    }
  }

  /// A publisher without memory shows persons, and the guard lets none of it be published.
  ///
  /// The first is the negative control of the attacker: it gives every publication a state folder
  /// of its own, so that no ledger knows of another.
  @Test(arguments: Attempt.allCases)
  func dishonestNightsAreRefusedAndWouldShowPersons(attempt: Attempt) async throws {
    let shop = NightlyShop(nights: Self.isLong ? 33 : 9, seed: 3)
    let runs = NightlyRuns()
    var attacker = CellAttacker(least: Self.least)
    var refusals = 0
    func refused(_ text: String, _ date: String, replaces: Bool = false) async throws {
      let output = replaces ? "out" : "refused"
      do {
        try await runs.run(text, date, output: output, replaces: replaces)
        Issue.record("published \(attempt) of \(date)")
      } catch let failure as RunFailure {
        #expect(failure.code == (replaces ? .usage : .badInput))
        refusals += 1
      }
    }
    for night in 3..<shop.nights {
      let date = NightlyShop.date(night)
      let file = "orders-\(date).csv"
      // Of a day to date: first what happened on the day itself.
      try runs.write(
        attempt == .dayToDate
          ? shop.csv { $0.night == night && $0.day == night }
          : shop.csv(of: night), to: file)
      try await runs.run(attempt.nightly(), date)
      let own = try runs.rows("cells", date)
      func forgetful(_ text: String, _ date: String) async throws -> [[String: String]] {
        let name = "\(night)-\(date)"
        try await runs.run(text, date, output: "out-\(name)", state: "state-\(name)")
        return try runs.rows("cells", date, output: "out-\(name)")
      }
      switch attempt {
      case .monthToDate:
        let cells = try Self.cells(
          own, nights: night...night, categories: [0, 1, 2], "night \(night)")
        for cell in cells { attacker.learn(cell) }
        if night > 3 { try await refused(attempt.other(), date) }
        let more = try Self.cells(
          try await forgetful(attempt.other(), date), nights: 3...night, categories: [0, 1, 2],
          "nights to \(night)")
        for cell in more { attacker.learn(cell) }
      case .wider:
        let cells = try Self.cells(own, nights: night...night, categories: [0], "night \(night)")
        for cell in cells { attacker.learn(cell) }
        try await refused(attempt.other(), date)
        let more = try Self.cells(
          try await forgetful(attempt.other(), date), nights: night...night, categories: [0, 1],
          "more of night \(night)")
        for cell in more { attacker.learn(cell) }
      case .dayToDate:
        for day in max(3, night - 3)...night {
          let date = NightlyShop.date(day)
          if day < night {
            try runs.write(
              shop.csv { $0.day == day && $0.night <= night }, to: "orders-\(date).csv")
            try await refused(attempt.other(), date, replaces: true)
          }
          let cells = try Self.cells(
            day < night ? try await forgetful(attempt.other(), date) : own, nights: day...night,
            day: day, categories: [0, 1, 2], "day \(day) as of night \(night)")
          for cell in cells { attacker.learn(cell) }
        }
      }
    }
    #expect(refusals >= shop.nights - 4)
    attacker.reckon()
    let findings = attacker.findings
    #expect(!findings.isEmpty)
    Self.check(attacker, shop)
    Attachment.record(
      "\(attempt): \(shop.nights - 3) nights, \(refusals) refused; published, "
        + "\(attacker.cells.count) sets reckoned, \(findings.count) found: \(findings.prefix(3).map(\.description))",
      named: "\(attempt).txt")
  }

  /// The negative control of the suppression: cells of a day are left out only where they are too
  /// small, and so what is left of the night's total are its few late records.
  @Test func withoutComplementarySuppressionHeFindsPersons() {
    let shop = NightlyShop(nights: 93, seed: 1)
    var attacker = CellAttacker(least: Self.least)
    func learn(_ orders: [NightlyShop.Order], _ pieces: (Int) -> [Int], _ name: String) {
      let persons = Set(orders.map(\.buyer)).count
      guard persons >= Self.least else { return }
      attacker.learn(
        CellAttacker.Cell(
          pieces: (0..<NightlyShop.regions).flatMap(pieces).sorted(),
          lines: orders.count...orders.count, persons: persons...persons, name: name))
    }
    for night in 3..<shop.nights {
      let orders = shop.orders.filter { $0.night == night }
      for (day, cell) in Dictionary(grouping: orders, by: \.day) {
        learn(
          cell, { NightlyShop.pieces(night...night, day: day, region: $0) }, "day of night \(night)"
        )
      }
      learn(orders, { NightlyShop.pieces(night...night, region: $0) }, "night \(night)")
    }
    attacker.reckon()
    #expect(!attacker.findings.isEmpty)
    Self.check(attacker, shop)
    Attachment.record("\(attacker.findings.count) found in 90 nights", named: "unsuppressed.txt")
  }
}
