import Diagnostics
import PipelineFile
import Records
import Testing

/// What the compiler makes of a sound file.
@Suite struct PlanTests {
  private func example() throws -> Plan { try #require(Examples.compile(Examples.whole).plan) }

  @Test func rawPathsAreReadOnce() throws {
    let clicks = try example().sources[1]
    #expect(
      clicks.projection.slots.map(\.text) == [
        "consent.statistics", "ts", "user.email", "product.category",
      ])
    #expect(clicks.consent == SourcePlan.Consent(slot: 0, equals: "true"))
    #expect(clicks.clock == .slot(1, .iso8601))
    #expect(clicks.badRecordLimit == .share(1000))
  }

  @Test func clockIsReadAsItsFieldIs() throws {
    let plan = try example()
    #expect(plan.sources[0].clock == .slot(0, .accessLog))
    let format = try #require(TimeFormat("dd.MM.yyyy HH:mm"))
    #expect(plan.sources[2].clock == .slot(0, format))
    #expect(plan.sources[2].columns[0].format == format)
  }

  @Test func joinedFieldsKeepTheirTypes() throws {
    let visitor = try #require(try example().sources[0].columns.last)
    guard case .all(let slots, let types) = visitor.origin else {
      Issue.record("not joined")
      return
    }
    #expect(slots.count == 2)
    #expect(types == [.ip, .userAgent])
    #expect(visitor.key == 1)
    #expect(visitor.steps.isEmpty)
    #expect(visitor.treatment == "pseudonym visitor (day)")
  }

  @Test func treatmentsAreSaidInWords() throws {
    let columns = try example().sources.flatMap(\.columns)
    let words = Dictionary(columns.map { ($0.name, $0.treatment) }, uniquingKeysWith: { $1 })
    #expect(words["network"] == "subnet {v4: 24, v6: 48}")
    #expect(words["page"] == "url {keep: [path]}")
    #expect(words["buyer"] == "pseudonym shopper (quarter)")
    #expect(words["category"] == "one_of [shoes, bags, coats]")
    #expect(words["quantity"] == "as it is")
    #expect(words["total"] == "derived: quantity * price")
  }

  /// What a row of money can meet: a decimal point, digits on both sides, two places, 64 bits.
  @Test(arguments: [
    ("0.5", true), ("-0.50", true), ("+1.500", true), ("7", true), ("007.10", true), ("-0", true),
    ("92233720368547758.07", true), ("-92233720368547758.07", true),
    ("92233720368547758.08", false), ("-92233720368547758.08", false), ("0.125", false),
    ("1.", false), (".5", false), ("\"1,50\"", false), ("1e2", false), ("1.5.0", false),
    ("-", false),
    ("\"\"", false), ("--1", false), ("many", false),
  ])
  func conditionOfMoneyIsANumber(_ text: String, isLegal: Bool) throws {
    let whole = Examples.whole.replacing(
      "  regions:\n    from: orders\n",
      with: "  regions:\n    from: orders\n    where: {price: \(text)}\n")
    #expect(whole != Examples.whole)
    let (plan, diagnostics) = Examples.compile(whole)
    #expect((plan != nil) == isLegal)
    let value = text.filter { $0 != "\"" }
    #expect(
      diagnostics.filter { $0.severity == .error }.map(\.message)
        == (isLegal ? [] : ["column 'price' is never '\(value)'"]))
  }

  @Test func csvDialectIsBound() throws {
    let reading = try example().sources[2].reading
    guard case .csv(let csv) = reading.format else {
      Issue.record("not csv")
      return
    }
    #expect(csv.delimiter == [UInt8(ascii: ";")])
    #expect(csv.encoding == .windows1252)
    #expect(csv.nulls == [[]])
    #expect(reading.numbers.decimal == UInt8(ascii: ","))
  }

  @Test func aggregatesKnowTheirColumns() throws {
    let plan = try example()
    let regions = plan.aggregates[1]
    #expect(
      regions.columns.map(\.name) == [
        "day", "region", "lines", "orders", "buyers", "units", "revenue",
      ])
    #expect(regions.columns.last?.type.form == .decimal(scale: 2, keepsPlaces: true))
    #expect(regions.purposes == [[Int]](repeating: [2], count: 7))
    #expect(
      regions.definition.protection
        == .least(AggregateDefinition.KRule(least: 10, of: 1, below: .suppress)))
    guard case .per = plan.aggregates[2].definition.shape else {
      Issue.record("not a table of persons")
      return
    }
  }

  @Test func retentionIsTheShortestThatMayBeUsed() throws {
    let controlling = try example().outputs[1]
    #expect(controlling.tables.map(\.name) == ["regions", "access"])
    // The output's keep caps both.
    for table in controlling.tables { #expect(table.retention.map(\.name) == ["short"]) }
    #expect(controlling.format == .parquet && controlling.compression == .zstd)
    #expect(controlling.tables[1].content == .rows(source: 0, columns: [0, 1, 3, 6]))
    let crm = try example().outputs[2]
    #expect(crm.tables[0].retention.map(\.name) == ["season"])
    #expect(crm.compression == .gzip)
  }

  @Test func consentAloneIsKnown() throws {
    let plan = try example()
    #expect(plan.sources[1].columns.map(\.restsOnConsentAlone) == [true, true, true])
    #expect(!plan.sources[2].columns.map(\.restsOnConsentAlone).contains(true))
  }

  @Test func testRowsAreCountedFromOne() throws {
    let tests = try example().tests
    guard case .rows(let rows) = tests[1].given[0].content else {
      Issue.record("no rows")
      return
    }
    #expect(rows.count == 9)
    #expect(rows[8].first { $0.field == "email" }?.value == "b9@x.example")
    #expect(rows[0].first { $0.field == "zip" }?.value == "01067")
    #expect(tests[0].never.count == 4)
    #expect(tests[0].expected[0].rows[0].map(\.field) == ["hour", "page", "status"])
  }

  @Test func rowsOfSeveralEntriesAreCountedOn() throws {
    var text = PipelineText()
    text.tests = """
      - name: counts on
        given:
          orders:
            - {times: 2, row: {email: "b{n}@x.example"}}
            - {email: "c{n}@x.example", unit_price: null}
        expect: {orders: []}
      """
    #expect(text.problems == [])
    let test = try #require(Examples.compile(text.text).plan?.tests.first)
    guard case .rows(let rows) = test.given[0].content else {
      Issue.record("no rows")
      return
    }
    #expect(rows.map { $0[0].value } == ["b1@x.example", "b2@x.example", "c3@x.example"])
    #expect(rows[2][1].value == nil)
  }

  @Test func nestedRowsBecomePaths() throws {
    var text = PipelineText()
    text.read = "{format: ndjson, files: orders.ndjson}"
    text.tests = """
      - name: nested
        given:
          orders: [{user: {id: a}, items: [{price: "1.00"}, {price: "2.00"}]}]
        expect: {orders: []}
      """
    #expect(text.problems == [])
    let test = try #require(Examples.compile(text.text).plan?.tests.first)
    guard case .rows(let rows) = test.given[0].content else {
      Issue.record("no rows")
      return
    }
    #expect(rows[0].map(\.field) == ["user.id", "items[0].price", "items[1].price"])
  }

  @Test func listUnderANestedPathIsSpreadOverTheElements() throws {
    var text = PipelineText()
    text.read = "{format: ndjson, files: orders.ndjson}"
    text.tests = """
      - name: nested
        given: {orders: [{"items[].price": ["1.00", "2.00"], "items[].tags": [[a, b]]}]}
        expect: {orders: []}
      """
    #expect(text.problems == [])
    let test = try #require(Examples.compile(text.text).plan?.tests.first)
    guard case .rows(let rows) = test.given[0].content else {
      Issue.record("no rows")
      return
    }
    #expect(
      rows[0].map(\.field)
        == ["items[0].price", "items[1].price", "items[0].tags[0]", "items[0].tags[1]"])
  }

  @Test(arguments: [
    "expect: {orders: [], suppressed: {regions: 2}, rejected: {orders: {clock: 3}}}",
    "expect: {orders: []}\n  suppressed: {regions: 2}\n  rejected: {orders: {clock: 3}}",
    "expect: {orders: [], suppressed: {regions: 2}}\n  rejected: {orders: {clock: 3}}",
  ])
  func countsStandInsideOrBesideExpect(_ expectation: String) throws {
    var text = PipelineText()
    text.aggregates = """
      regions: {from: orders, group: [day], measure: {lines: count}, k: {none: the rows leave}}
      """
    text.tables = "[orders, regions]"
    text.tests = "- name: counts\n  given: {orders: x}\n  " + expectation
    #expect(text.problems == [])
    let test = try #require(Examples.compile(text.text).plan?.tests.first)
    #expect(test.expected.map(\.table) == ["orders"])
    #expect(test.suppressed.map(\.count) == [2])
    #expect(test.rejected.first?.rules.map(\.count) == [3])
  }

  @Test func openTextIsLimited() throws {
    var text = PipelineText()
    text.fields += """

      channel:  {type: text, for: revenue}
      campaign: {type: text, distinct: 5000, for: revenue}
      size:     {type: text, treat: {one_of: [S, M]}, for: revenue}
      """
    #expect(text.problems == [])
    let columns = try #require(Examples.compile(text.text).plan?.sources[0].columns)
    let limits = Dictionary(columns.map { ($0.name, $0.distinctLimit) }, uniquingKeysWith: { $1 })
    #expect(limits["channel"] == 1000)
    #expect(limits["campaign"] == 5000)
    #expect(limits["size"] == .some(nil))
    #expect(limits["quantity"] == .some(nil))
  }

  @Test func crlfFilesCompileLikeOthers() throws {
    let text = Examples.whole.split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\r\n")
    #expect(Examples.compile(text).plan != nil)
  }
}
