import Engine
import Foundation
import Records
import Support
import Testing

extension RealData {
  /// Order lines as real shops export them.
  @Suite struct Orders {
    static let retailFolder = "orders/uci_online_retail"

    static func retail() throws -> RealDataNight {
      let shared = try #require(SharedData.folder).appendingPathComponent(retailFolder).path
      let names = try FileManager.default.contentsOfDirectory(atPath: shared)
        .filter { $0.hasSuffix(".csv") }
      return try RealDataNight(
        "online-retail",
        links: Dictionary(uniqueKeysWithValues: names.map { ($0, "\(retailFolder)/\($0)") }))
    }

    /// Figures of the 42 files from another program:
    ///
    /// ```python
    /// for r in csv.DictReader(open(f, encoding='utf-8', newline='')):
    ///   t = totals[r['InvoiceDate'][:7], bool(r['CustomerID'])]
    ///   t.lines += 1; t.buyers.add(r['CustomerID']); t.invoices.add(r['InvoiceNo'])
    ///   t.units += int(r['Quantity']); t.net += Decimal(r['Quantity']) * Decimal(r['UnitPrice'])
    /// ```
    ///
    /// with Decimal of Python's `decimal`; buyers in bands by calendar quarter.
    @Test func retailAddsUpToThePenny() async throws {
      let night = try Self.retail()
      let report = try await night.run("2011-01-31")
      let counts = try report.counts("orders")
      #expect(counts.read == 77_628)
      #expect(counts.kept == 77_628)
      #expect(try report.nulled("orders") == [])

      let months = try night.table("controlling", "months")
      #expect(
        months.lines("month", "known", "lines", "buyers", "invoices", "units", "net") == [
          "2010-12-01 false 15631 0 317 45866 194353.00",
          "2010-12-01 true 26850 948 1708 296362 554604.02",
          "2011-01-01 false 13235 0 240 39587 84925.88",
          "2011-01-01 true 21912 783 1236 269379 475074.38",
        ])
      #expect(months.sum("net") == Decimal(string: "1308957.28"))
      let withoutCustomer = months.rows.filter { $0[1] == "false" }
      #expect(withoutCustomer.reduce(0) { $0 + (Int($1[2]) ?? 0) } == 28_866)

      let countries = try night.table("board", "countries")
      // Spain (4 and 8 buyers), Portugal, Switzerland, EIRE, Netherlands: too few; what is left out
      // holds 17 persons in December and 19 in January, enough to hide them.
      #expect(
        countries.lines("month", "country", "lines", "buyers", "net") == [
          "2010-12-01 France 439 15 9575.36",
          "2010-12-01 Germany 565 21 14562.84",
          "2010-12-01 United Kingdom 40125 871 676742.62",
          "2010-12-01 other 633 24 24733.00",
          "2011-01-01 France 675 25 17503.07",
          "2011-01-01 Germany 826 29 16451.43",
          "2011-01-01 United Kingdom 31900 684 434308.30",
          "2011-01-01 other 661 26 28061.90",
        ])

      var classes: [String: Int] = [:]
      for line in try night.table("loyalty", "buyers").lines("invoices", "net") {
        classes[line, default: 0] += 1
      }
      #expect(
        classes == [
          "1 200–999": 619, "2–4 200–999": 372, "1 0–199": 351, "1 <0": 100, "2–4 1000+": 99,
          "2–4 0–199": 69, "1 1000+": 51, "5+ 1000+": 36, "5+ 200–999": 23, "2–4 <0": 11,
        ])

      let rows = try night.table("crm", "orders")
      #expect(rows.rows.count == 77_628)
      #expect(rows.sum("total") == Decimal(string: "1308957.28"))
      #expect(rows.values("buyer").filter(\.isEmpty).count == 28_866)
      #expect(Set(rows.values("invoice")).count == 3_501)
      try expectTokens(rows, ["buyer", "invoice"])
      // A buyer of both quarters has another token in each.
      #expect(Set(rows.values("buyer").filter { !$0.isEmpty }).count == 1_731)
    }

    /// Days of the same files that a run of another date takes for wrong clocks or for too old.
    @Test(
      arguments: [
        // More than a day after the run's date.
        ("2010-12-15", "late"),
        // Fourteen months were over before the run's date.
        ("2012-02-15", "expired"),
      ])
    func retailOutsideItsTimeIsCounted(_ date: String, _ fate: String) async throws {
      let night = try Self.retail()
      let counts = try (try await night.run(date)).counts("orders")
      #expect(counts.read == 77_628)
      #expect(counts.late == (fate == "late" ? 43_387 : 0))
      #expect(counts.expired == (fate == "expired" ? 31_102 : 0))
      #expect(counts.kept == 77_628 - counts.late - counts.expired)
      #expect(try night.table("crm", "orders").rows.count == counts.kept)
    }

    @Test func retailHoldsNoCustomerAndNoInvoice() async throws {
      let night = try Self.retail()
      let report = try await night.run("2011-01-31")
      var identities = RealDataIdentities()
      for file in try FileManager.default.contentsOfDirectory(atPath: night.input) {
        identities.insert(
          try RealDataTable(csv: SharedData.bytes("\(Self.retailFolder)/\(file)")),
          ["CustomerID", "InvoiceNo"])
      }
      #expect(identities.values["CustomerID"]?.count == 1_369)
      #expect(identities.values["InvoiceNo"]?.count == 3_501)
      try expectNothingLeaks(identities, night, report)
    }

    /// `sum(Decimal(p['price']) * p['quantity'] for p in r['products'])`, and by category.
    @Test func nestedProductsAddUpBothWays() async throws {
      let night = try Self.nested()
      let report = try await night.run("2016-12-31")
      let baskets = try report.counts("baskets")
      #expect(baskets.read == 2_000)
      #expect(baskets.kept == 2_000)
      let lines = try report.counts("lines")
      #expect(lines.read == 4_342)
      #expect(lines.kept == 4_342)
      #expect(try report.nulled("baskets") == [])
      #expect(try report.nulled("lines") == [])

      #expect(
        try night.table("board", "months").lines("month", "orders", "buyers", "units")
          == ["2016-12-01 2000 1719 4346"])
      #expect(
        try night.table("board", "months").sum("value") == Decimal(string: "154920.452"))
      let categories = try night.table("board", "categories")
      #expect(
        categories.lines("category", "lines", "orders", "buyers", "units") == [
          "Men's Accessories 263 243 237 263", "Men's Clothing 1431 878 790 1435",
          "Men's Shoes 490 404 385 490", "Women's Accessories 381 347 332 381",
          "Women's Clothing 1201 802 675 1201", "Women's Shoes 576 463 414 576",
        ])
      #expect(categories.sum("value") == Decimal(string: "154920.452"))
      let rows = try night.table("controlling", "lines")
      #expect(rows.rows.count == 4_342)
      #expect(rows.sum("total") == Decimal(string: "154920.452"))
      try expectTokens(rows, ["buyer", "order"])
      let orders = try night.table("controlling", "baskets")
      #expect(orders.sum("value") == Decimal(string: "154920.452"))
      try expectTokens(orders, ["buyer", "person", "order"])
      // One key, one domain, one audience: both tables name a buyer alike.
      #expect(Set(orders.values("buyer")) == Set(rows.values("buyer")))
    }

    @Test func nestedOrdersHoldNoPerson() async throws {
      let night = try Self.nested()
      let report = try await night.run("2016-12-31")
      let shared = try #require(SharedData.folder)
      let text = try RealDataNight.gunzip(shared.appendingPathComponent(Self.nestedFile))
      var identities = RealDataIdentities()
      identities.insert(
        try RealDataTable(ndjson: text),
        [
          "customer_first_name", "customer_full_name", "customer_id", "customer_last_name",
          "customer_phone", "email", "order_id", "user",
        ])
      #expect(identities.values["email"]?.count == 1_719)
      #expect(identities.values["order_id"]?.count == 2_000)
      try expectNothingLeaks(identities, night, report)
    }

    static let nestedFile = "orders/eland_ecommerce/ecommerce_first2000.json.gz"

    static func nested() throws -> RealDataNight {
      try RealDataNight("nested-orders", links: ["orders.json.gz": nestedFile])
    }

    static let germanFile = "orders/german_style/bestellungen_dach_cp1252.csv"

    static func german() throws -> RealDataNight {
      try RealDataNight("german-orders", links: ["bestellungen.csv": germanFile])
    }

    /// `csv.DictReader(open(f, encoding='cp1252', newline=''), delimiter=';')`, `,` read as point.
    @Test func germanOrdersAddUpToTheCent() async throws {
      let night = try Self.german()
      let report = try await night.run("2011-12-31")
      let counts = try report.counts("orders")
      #expect(counts.read == 11_898)
      #expect(counts.kept == 11_898)
      #expect(try report.nulled("orders") == [])
      #expect(
        try night.table("board", "months").lines("month", "lines", "buyers", "orders", "net")
          == [
            "2010-12-01 623 25 47 16124.80", "2011-01-01 986 32 43 20682.66",
            "2011-02-01 474 27 39 12130.27", "2011-03-01 680 29 47 17748.37",
            "2011-04-01 571 27 40 14466.34", "2011-05-01 991 32 58 30387.99",
            "2011-06-01 808 30 39 20939.02", "2011-07-01 1022 35 53 20690.22",
            "2011-08-01 1185 42 58 25421.92", "2011-09-01 1006 39 68 25975.27",
            "2011-10-01 1761 50 84 39692.03", "2011-11-01 1444 51 97 35491.09",
            "2011-12-01 347 17 23 8487.90",
          ])
      var lines: [String: Int] = [:]
      var net: [String: Decimal] = [:]
      for row in try night.table("controlling", "countries").rows {
        lines[row[1], default: 0] += Int(row[2]) ?? 0
        net[row[1], default: 0] += Decimal(string: row[3]) ?? 0
      }
      #expect(lines == ["DE": 9_495, "AT": 401, "CH": 2_002])
      #expect(
        net == [
          "DE": Decimal(string: "221698.21"), "AT": Decimal(string: "10154.32"),
          "CH": Decimal(string: "56385.35"),
        ])
      let rows = try night.table("controlling", "orders")
      #expect(rows.sum("total") == Decimal(string: "288237.88"))
      #expect(rows.values("known").filter { $0 == "false" }.count == 125)
      try expectTokens(rows, ["buyer", "order"])
    }

    @Test func germanOrdersHoldNoCustomerAndNoOrder() async throws {
      let night = try Self.german()
      let report = try await night.run("2011-12-31")
      var identities = RealDataIdentities()
      identities.insert(
        try RealDataTable(
          csv: SharedData.bytes(Self.germanFile), delimiter: UInt8(ascii: ";"),
          isWindows1252: true),
        ["Kundennummer", "Bestellnummer"])
      #expect(identities.values["Bestellnummer"]?.count == 696)
      try expectNothingLeaks(identities, night, report)
    }
  }
}

/// Expects tokens of a real key, or nothing, in the columns.
func expectTokens(_ table: RealDataTable, _ columns: [String]) throws {
  for column in columns {
    let values = table.values(column)
    #expect(values.contains { !$0.isEmpty }, "column '\(column)' is empty")
    let others = values.filter { value in
      !value.isEmpty && value.wholeMatch(of: #/t[a-z2-7]{26}/#) == nil
    }
    #expect(others.isEmpty, "column '\(column)' has \(others.count) values that are no tokens")
  }
}

/// Expects no identifying value of the input anywhere below the night's outputs and state, nor in
/// a warning or what the command would print.
///
/// Of the values at most `publicCount` may be left out because the pipeline or `publicText` says
/// them.
func expectNothingLeaks(
  _ identities: RealDataIdentities, _ night: RealDataNight, _ report: Run.Report,
  publicText: String = "", publicCount: Int = 0
) throws {
  let manifest = try #require(report.manifest)
  let search = RealDataLeakSearch(
    identities, publicText: night.pipelineText + "\n" + publicText)
  #expect(search.valueCount > 0)
  #expect(search.publicCount <= publicCount)
  let findings = try search.findings(
    in: night, manifest,
    messages: report.warnings + [RunSummary(manifest).text, manifest.json.pretty])
  #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "; "))")
}
