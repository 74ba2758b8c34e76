import Diagnostics
import PipelineFile
import Records
import Testing

/// Tables of one audience from one source: which may stand side by side.
struct ReleaseCase: Sendable, CustomTestStringConvertible {
  var name: String
  /// What a table has besides its source and its measure.
  var first: String
  var second: String
  /// The codes reported.
  var codes: [DiagnosticCode]
  var testDescription: String { name }

  init(_ name: String, _ first: String, _ second: String, _ codes: DiagnosticCode...) {
    self.name = name
    self.first = first
    self.second = second
    self.codes = codes
  }

  private static let k = "k: {least: 10, of: buyer}"

  static let all = [
    ReleaseCase("the same cells", "group: [day], \(k)", "group: [day], \(k)"),
    ReleaseCase(
      "another group", "group: [day], \(k)", "group: [day, country], \(k)", .tablesSubtract),
    ReleaseCase(
      "the same columns in another order", "group: [country, day], \(k)",
      "group: [day, country], \(k)", .tablesSubtract),
    ReleaseCase(
      "another number of persons", "group: [day], \(k)", "group: [day], k: {least: 12, of: buyer}",
      .tablesSubtract),
    ReleaseCase(
      "k and no k", "group: [day], \(k)", "group: [day], k: {none: why}", .tablesSubtract),
    ReleaseCase("no k at all", "group: [day], k: {none: why}", "group: [country], k: {none: why}"),
    ReleaseCase(
      "all and a part", "group: [day], \(k)", "where: {country: DE}, group: [day], \(k)",
      .tablesSubtract),
    ReleaseCase(
      "the same part, said otherwise", "where: {country: [DE, AT]}, group: [day], \(k)",
      "where: {country: [AT, DE]}, group: [day], \(k)"),
    ReleaseCase(
      "parts with nothing in common", "where: {country: DE}, group: [day], \(k)",
      "where: {country: [AT, CH]}, group: [day, quantity], \(k)"),
    ReleaseCase(
      "parts with a value in common", "where: {country: [DE, AT]}, group: [day], \(k)",
      "where: {country: [AT, CH]}, group: [day], \(k)", .tablesSubtract),
    ReleaseCase(
      "one number written in two ways", "where: {quantity: [1]}, group: [day], \(k)",
      "where: {quantity: [01, 2]}, group: [day, country], \(k)", .tablesSubtract),
    ReleaseCase(
      "one decimal written in two ways", "where: {rate: [0.10]}, group: [day], \(k)",
      "where: {rate: [\"+0.1\"]}, group: [day, country], \(k)", .tablesSubtract),
    ReleaseCase(
      "decimals that differ", "where: {rate: [0.10]}, group: [day], \(k)",
      "where: {rate: [-0.1]}, group: [day, country], \(k)"),
    ReleaseCase(
      "times are never told apart", "where: {hour: [\"2026-05-01T10:00\"]}, group: [day], \(k)",
      "where: {hour: [\"2026-05-01T11:00\"]}, group: [day], \(k)", .tablesSubtract),
    ReleaseCase(
      "parts on different columns", "where: {country: DE}, group: [day], \(k)",
      "where: {quantity: 1}, group: [day], \(k)", .tablesSubtract),
    ReleaseCase(
      "persons beside protected cells", "per: buyer, k: {least: 10}", "group: [day], \(k)",
      .cellsBesideRows),
    ReleaseCase(
      "persons beside cells without protection", "per: buyer, k: {least: 10}",
      "group: [day], k: {none: why}"),
    ReleaseCase(
      "persons twice", "per: buyer, k: {least: 10}", "per: buyer, k: {none: why}", .tablesSubtract),
    ReleaseCase(
      "other persons", "where: {country: DE}, per: buyer, k: {least: 10}",
      "where: {country: AT}, per: buyer, k: {least: 10}"),
  ]

  /// The pipeline; both tables are one output's.
  var text: String {
    var text = PipelineText()
    text.fields += """

      hour:     {from: ordered_at, type: timestamp, treat: {floor: hour}, for: revenue}
      country:  {type: text, treat: {one_of: [DE, AT, CH]}, for: revenue}
      """
    text.aggregates = """
      one: {from: orders, \(first), measure: {lines: {count: true, bands: [0, 10]}}}
      two: {from: orders, \(second), measure: {units: {sum: quantity, bands: [0, 10]}}}
      """
    text.tables = "[one, two]"
    return text.text
  }
}

@Suite struct ReleaseTests {
  @Test(arguments: ReleaseCase.all)
  func tellsWhatCanBeSubtracted(_ example: ReleaseCase) {
    let codes = Examples.compile(example.text).diagnostics.filter { $0.severity == .error }.map(
      \.code)
    #expect(codes == example.codes, "\(Examples.rendered(example.text))")
  }

  @Test(arguments: [("  Finance ", "FINANCE"), ("Straße", "STRASSE"), ("web\tops", "Web  Ops")])
  func spellingMakesNoOtherAudience(_ one: String, _ other: String) {
    #expect(OutputPlan.folded(audience: one) == OutputPlan.folded(audience: other))
    #expect(OutputPlan.folded(audience: one) != OutputPlan.folded(audience: one + "s"))
  }

  /// Two outputs of one audience: what they may use, and how long they keep.
  private func problems(_ second: String, source: String = "") -> [String] {
    var text = PipelineText()
    text.source = source
    text.purposes += "\npanel: {why: a panel, basis: consent, retention: short}"
    text.source += "\nconsent: {field: agreed, equals: yes}"
    text.fields +=
      "\ncountry: {type: text, for: [revenue, panel]}\n"
      + "when: {from: ordered_at, type: timestamp, treat: {floor: day}, for: [revenue, panel]}"
    text.fields = text.fields.split(separator: "\n").map { line in
      line.hasPrefix("buyer") ? line.replacing("for: revenue", with: "for: [revenue, panel]") : line
    }.joined(separator: "\n")
    text.aggregates = """
      cells:
        from: orders
        group: [when, country]
        measure: {lines: count}
        k: {least: 10, of: buyer}
      """
    text.tables = "[cells]"
    let whole = text.text.replacing(
      "tests:\n",
      with: "  board:\n    audience: finance\n    tables: [cells]\n    format: csv\n"
        + second.split(separator: "\n").map { "    \($0)\n" }.joined() + "tests:\n")
    return Examples.compile(whole).diagnostics.filter { $0.severity == .error }
      .map { "\($0.code.rawValue) \($0.label)" }
  }

  @Test func oneTableMayStandInTwoOutputs() {
    #expect(problems("may_use: [revenue]") == [])
    #expect(problems("may_use: [revenue, panel]") == [])
    #expect(problems("may_use: [revenue]\nkeep: short") == [])
  }

  @Test func otherRecordsMakeAnotherTable() {
    let refused = ["S217 lets other records in: another 'keep' or 'may_use'"]
    // Those who agreed, and all: the difference are those who did not.
    #expect(problems("may_use: [panel]") == refused)
    // Records of a year ago enter one of them.
    #expect(problems("may_use: [revenue]\nkeep: short", source: "window: 300d") == refused)
  }

  @Test func tablesOverTheSameCellsJudgeAllTheirSums() throws {
    var text = PipelineText()
    text.aggregates = """
      units:    {from: orders, group: [day], measure: {units: {sum: quantity}}, k: {least: 10, of: buyer, dominance: 50%}}
      revenue:  {from: orders, group: [day], measure: {revenue: {sum: total}}, k: {least: 10, of: buyer, dominance: 50%}}
      lines:    {from: orders, group: [day], measure: {lines: count, top: {sum: price}}, k: {least: 10, of: buyer, dominance: 40%}}
      """
    text.tables = "[units, revenue]"
    let plan = try #require(Examples.compile(text.text).plan)
    let names = plan.aggregates.map { aggregate in
      aggregate.definition.judged.map { plan.sources[0].columns[$0].name }
    }
    #expect(names == [["quantity", "total"], ["quantity", "total"], ["price"]])
    #expect(plan.aggregates[0].definition.columns.count == 3)
    #expect(plan.aggregates[0].definition.readColumns.count == 4)
  }

  @Test func snapshotsAreSaidOfFiles() throws {
    var text = PipelineText()
    #expect(Examples.compile(text.text).plan?.sources[0].delivery == .increments)
    text.source = "delivers: snapshots"
    #expect(text.problems == [])
    #expect(Examples.compile(text.text).plan?.sources[0].delivery == .snapshots)
    text.source = "delivers: everything"
    #expect(text.problems.map { $0.prefix(4) } == ["S110"])
  }
}
