import Diagnostics
import PipelineFile
import Records
import Testing

/// What an output may show, and how long.
@Suite struct OutputTests {
  private func plan(_ purposes: String, table: String = "[orders]") throws -> Plan {
    var text = PipelineText()
    text.purposes = purposes
    text.fields = text.fields.split(separator: "\n").prefix(4).joined(separator: "\n")
    text.tables = table
    return try #require(Examples.compile(text.text).plan, "\(Examples.rendered(text.text))")
  }

  @Test func shorterClassAloneDecides() throws {
    let plan = try plan(
      """
      revenue: {why: weekly revenue, basis: contract, retention: season}
      stock: {why: plan the stock, basis: contract, retention: short}
      """)
    #expect(plan.outputs[0].tables[0].retention.map(\.name) == ["season"])
  }

  @Test func classesThatCannotBeComparedBothHold() throws {
    var text = PipelineText()
    text.fields = """
      day:   {from: ordered_at, type: timestamp, treat: {floor: day}, for: revenue}
      price: {from: unit_price, type: money, for: revenue}
      fee:   {type: money, for: tax}
      """
    text.derive = "total: price * 2"
    text.purposes = """
      revenue: {why: weekly revenue, basis: contract, retention: season}
      tax: {why: bookkeeping, basis: contract, retention: years}
      """
    let base = text.text
    // One year from the year's end ends now before, now after 14 months from the event.
    let whole = base.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.contains("season: {starts")
        ? "  season: {starts: event, keep: 14mo}\n  years: {starts: year_end, keep: 1y}"
        : line.contains("may_use") ? "    may_use: [revenue, tax]" : String(line)
    }.joined(separator: "\n")
    let plan = try #require(Examples.compile(whole).plan, "\(Examples.rendered(whole))")
    let table = plan.outputs[0].tables[0]
    #expect(Set(table.retention.map(\.name)) == ["season", "years"])
    #expect(table.end(for: CivilDate(year: 2026, month: 1, day: 5)).description == "2027-03-05")
    #expect(table.end(for: CivilDate(year: 2026, month: 12, day: 5)).description == "2027-12-31")
  }

  @Test func spellingDoesNotMakeASecondAudience() {
    let crm = """
        crm:
          audience: "  FINANCE "
          may_use: [revenue]
          tables: [customers]
          format: csv
      """
    var text = PipelineText()
    text.aggregates = """
      customers:
        from: orders
        per: buyer
        measure: {lines: count}
        k: {none: the rows leave}
      """
    func problems(_ output: String) -> [String] {
      let whole = text.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line == "tests:" ? output + "\ntests:" : String(line)
      }.joined(separator: "\n")
      return Examples.compile(whole).diagnostics.filter { $0.severity == .error }.map(\.message)
    }
    #expect(problems(crm) == [])
    #expect(
      problems(crm.split(separator: "FINANCE").joined(separator: "marketing"))
        == ["tokens of key 'shopper' reach a second audience"])
  }
}
