import Engine
import Foundation
import Support
import Testing

/// Lists of objections take the columns of their persons, and only those.
@Suite struct ObjectionTests {
  private static let pipeline = """
    sparsam: 1
    name: shop
    shop: beispiel
    controller: {name: Beispiel Shop, contact: privacy@shop.example}
    retention:
      season: {starts: event, keep: 14mo}
    purposes:
      revenue: {why: weekly revenue, basis: legitimate_interest, assessment: LIA-1, retention: season}
      browsing: {why: plan the range of goods, basis: consent, retention: season}
    keys:
      shopper: {rotate: quarter}
    sources:
      orders:
        holds: purchase
        read: {format: csv, files: "orders.csv"}
        clock: ordered_at
        consent: {field: agreed, equals: yes}
        objections:
          - {files: "no-*.txt", type: email, purposes: revenue, missing: ok}
        fields:
          number: {type: int, for: [revenue, browsing]}
          buyer:  {from: email, type: email, treat: {pseudonym: shopper}, for: revenue}
          seen:   {type: int, for: browsing}
    outputs:
      desk: {audience: all, may_use: [revenue, browsing], tables: [orders], format: csv, compression: none}
    """

  private static let oneOfTwoAgrees = """
    ordered_at,number,email,agreed,seen
    2026-05-01T09:00:00Z,1,anna@shop.example,yes,3
    2026-05-01T09:00:00Z,2,ben@shop.example,no,4

    """

  /// Many blocks, every spelling of an address, and persons with and without consent.
  @Test(arguments: [1, 4])
  func personsOnTheListLoseWhatIsKeptForThePurpose(threads: Int) async throws {
    let night = try ShopNight(Self.pipeline)
    var generator = SplitMix(seed: 0x0B1E)
    var raw = "ordered_at,number,email,agreed,seen\n"
    var expected: [String] = []
    var noConsent = 0
    let listed = Set((0..<500).map { _ in Int.random(in: 0..<3_000, using: &generator) })
    for number in 0..<40_000 {
      let person = Int.random(in: 0..<3_000, using: &generator)
      let agrees = Bool.random(using: &generator)
      var address = "person-\(person)@shop.example"
      if number % 3 == 0 { address = address.uppercased() }
      if number % 5 == 0 { address = " \(address) " }
      raw += "2026-05-01T09:00:00Z,\(number),\(address),\(agrees ? "yes" : "no"),\(number % 97)\n"
      if listed.contains(person), !agrees {
        noConsent += 1
        continue
      }
      expected.append(
        "\(number),\(listed.contains(person) ? "" : "token"),\(agrees ? String(number % 97) : "")")
    }
    try night.put("orders.csv", raw)
    let half = listed.sorted().prefix(250)
    try night.put(
      "no-1.txt", half.map { "Person-\($0)@Shop.Example" }.joined(separator: "\r\n"))
    try night.put(
      "no-2.txt",
      listed.subtracting(half).sorted().map { "\tperson-\($0)@shop.example" }
        .joined(separator: "\n\n"))
    let report = try await night.run("2026-05-01", threads: threads)
    #expect(report.manifest?.sources[0].counts.noConsent == noConsent)
    #expect(noConsent > 1_000)
    let rows = try night.rows("desk/orders", "2026-05-01").map { row in
      let cells = row.split(separator: ",", omittingEmptySubsequences: false)
      return "\(cells[0]),\(cells[1].isEmpty ? "" : "token"),\(cells[2])"
    }
    #expect(rows == expected)
  }

  @Test func withoutAListNobodyLosesAnything() async throws {
    let night = try ShopNight(Self.pipeline)
    try night.put(
      "orders.csv",
      "ordered_at,number,email,agreed,seen\n2026-05-01T09:00:00Z,1,anna@shop.example,yes,3\n")
    try await night.run("2026-05-01")
    let rows = try night.rows("desk/orders", "2026-05-01")
    #expect(rows.count == 1 && rows[0].hasPrefix("1,t") && rows[0].hasSuffix(",3"))
  }

  /// A column that its audience may use for nothing but what needs the consent rests on it there,
  /// whatever else the shop keeps it for.
  @Test(arguments: [
    ("revenue, browsing", "", ""), ("revenue, fraud, browsing", "4", ""),
    ("revenue, browsing", "", "twice"), ("revenue, fraud, browsing", "8", "twice"),
  ])
  func aColumnIsKeptForWhatItsAudienceMayUse(
    mayUse: String, left: String, derived: String
  ) async throws {
    let night = try ShopNight(
      Self.pipeline.replacingOccurrences(
        of: "may_use: [revenue, browsing]", with: "may_use: [\(mayUse)]"
      )
      .replacingOccurrences(
        of: "seen:   {type: int, for: browsing}",
        with: "seen:   {type: int, for: [fraud, browsing]}"
      )
      .replacingOccurrences(
        of: "outputs:\n",
        with: derived.isEmpty
          ? "outputs:\n"
          : """
              derive:
                twice: {is: seen * 2, for: [fraud, browsing]}
          outputs:

          """
      )
      .replacingOccurrences(
        of: "tables: [orders]",
        with: derived.isEmpty ? "tables: [orders]" : "tables: [{orders: [number, twice]}]"
      )
      .replacingOccurrences(
        of: "keys:\n",
        with: "  fraud: {why: find fraud, basis: contract, retention: season}\nkeys:\n"))
    try night.put("orders.csv", Self.oneOfTwoAgrees)
    try await night.run("2026-05-01")
    let seen = try night.rows("desk/orders", "2026-05-01").map { row in
      row.split(separator: ",", omittingEmptySubsequences: false).last.map(String.init)
    }
    #expect(seen == [derived.isEmpty ? "3" : "6", left])
  }

  /// An export of nobody has a header; a file of no byte is one that failed.
  @Test func anEmptyTableOfObjectionsIsRefused() async throws {
    let night = try ShopNight(
      Self.pipeline.replacingOccurrences(
        of: "purposes: revenue, missing: ok", with: "column: address, purposes: revenue"))
    try night.put("orders.csv", "ordered_at,number,email,agreed,seen\n")
    try night.put("no-1.txt", "")
    await #expect(
      throws: RunFailure(
        .badInput,
        "list of objections 'no-1.txt' of source 'orders' is empty, without even a header; nothing "
          + "was published; where nobody objects, the table has its header")
    ) { try await night.run("2026-05-01") }
    try night.put("no-1.txt", "address\n")
    try await night.run("2026-05-01")
  }

  /// What adds nothing although it lies there is said.
  @Test func filesThatAddNothingAreNamed() async throws {
    let night = try ShopNight(
      Self.pipeline.replacingOccurrences(of: "files: \"orders.csv\"", with: "files: \"*.csv\""))
    let text = "ordered_at,number,email,agreed,seen\n2026-05-01T09:00:00Z,1,a@shop.example,yes,3\n"
    try night.put("a.csv", text)
    try night.put("b.csv", text)
    try night.put("c.csv", "")
    let report = try await night.run("2026-05-01")
    #expect(
      report.warnings == [
        "file 'b.csv' of source 'orders' has the same content as another file of this night; it is "
          + "read once",
        "file 'c.csv' of source 'orders' is empty, without even a header; it adds no record",
      ])
    #expect(try night.rows("desk/orders", "2026-05-01").count == 1)
  }

  /// Who may use only the purpose objected to gets no record of the person at all.
  @Test func recordsLeaveTheTablesOfTheAudienceThatMayUseNothingElse() async throws {
    let night = try ShopNight(
      Self.pipeline.replacingOccurrences(
        of: "may_use: [revenue, browsing], tables: [orders]",
        with: "may_use: [revenue], tables: [{orders: [number, buyer]}]"))
    try night.put("orders.csv", Self.oneOfTwoAgrees)
    try night.put("no-1.txt", "anna@shop.example\n")
    let report = try await night.run("2026-05-01")
    #expect(try night.rows("desk/orders", "2026-05-01").map { $0.prefix(3) } == ["2,t"])
    #expect(report.manifest?.sources[0].counts.kept == 1)
    #expect(report.manifest?.sources[0].counts.noConsent == 1)
  }
}
