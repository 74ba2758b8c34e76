import Minimise
import Records
import Testing
import Verify

/// What a treatment gives obeys what the treatment says of it.
@Suite struct GrammarOfTreatmentsTests {
  struct Named: Sendable, CustomTestStringConvertible {
    var kind: any TreatmentKind
    var example: TreatmentExample
    var testDescription: String { "\(kind.name) of \(example.type.rawValue)" }

    static let all = minimiseKinds.flatMap { kind in
      kind.examples.filter { $0.output != nil }.map { Named(kind: kind, example: $0) }
    }

    /// Those whose treatment gives texts of a closed list only.
    static let closed = all.filter { named in
      (try? named.output).map { $0.form == .text && !$0.isGuarded } ?? true
    }

    var input: ColumnType { ColumnType(source: example.type, form: example.type.form()) }
    var output: ColumnType { get throws { try kind.output(of: input, with: example.settings) } }
  }

  private func column(_ named: Named) throws -> TableContract.Column {
    let cells = named.kind.grammar(
      after: CellGrammar(of: named.input.form), of: named.input, with: named.example.settings)
    return TableContract.Column(name: "c", form: try named.output.form, grammar: cells)
  }

  private func findings(_ column: TableContract.Column, _ cell: String) throws -> [String] {
    let contract = TableContract(
      output: "o", table: "t", columns: [column], format: .csv, zone: .utc)
    return try PlantedFile.findings(of: Array("c\n\(cell)\n".utf8), contract).findings
  }

  @Test(arguments: Named.all)
  func exampleObeysIt(_ named: Named) throws {
    #expect(try findings(column(named), named.example.output ?? "") == [])
  }

  /// A closed list admits nothing else, so a treatment that forgot to say its grammar is noticed.
  @Test(arguments: Named.closed)
  func closedColumnsAdmitNothingElse(_ named: Named) throws {
    #expect(try findings(column(named), "quite another text") != [])
  }

  @Test func numbersKeepTheirBoundsThroughSeveralTreatments() {
    let any = CellGrammar(of: .integer)
    #expect(
      any.rounded(to: 10).clamped(to: 0...95)
        == .number(least: 0, greatest: 95, multiple: nil))
    #expect(
      any.clamped(to: -3...95).rounded(to: 10)
        == .number(least: -10, greatest: 100, multiple: 10))
    #expect(
      any.clamped(to: 0...50).clamped(to: 100...200)
        == .number(least: 100, greatest: 100, multiple: nil))
  }
}
