import Pseudonymise
import Records
import Testing

@Suite struct PseudonymKindTests {
  private let kind = PseudonymKind()

  @Test(arguments: FieldType.allCases)
  func identifiersTextAndIntegersAreTaken(_ type: FieldType) throws {
    let input = ColumnType(source: type, form: type.form())
    if type.identifierClass == .direct || type == .text || type == .int {
      let output = try kind.output(of: input, with: .text("orders"))
      #expect(output.form == .token)
      #expect(output.state == .pseudonym(key: "orders"))
      #expect(output.source == type)
    } else {
      let fault = #expect(throws: PlanFault.self) {
        try kind.output(of: input, with: .text("orders"))
      }
      #expect(
        fault?.message
          == "type '\(type.rawValue)' is no identifier, and 'pseudonym' takes direct identifiers, "
          + "text and int")
      #expect(
        fault?.fix
          == "declare the type of identifier it is, or join it to one with {all: [...]}")
    }
  }

  @Test func tupleIsTaken() throws {
    let output = try kind.output(of: ColumnType(source: nil, form: .text), with: .text("visitor"))
    #expect(output.state == .pseudonym(key: "visitor"))
  }

  @Test func pseudonymOfAPseudonymIsRefused() {
    let fault = #expect(throws: PlanFault.self) {
      try kind.output(
        of: ColumnType(source: .email, form: .token, state: .pseudonym(key: "a")), with: .text("b"))
    }
    #expect(fault?.message == "the values are pseudonyms already and cannot become others")
    #expect(fault?.fix == "delete one of the two 'pseudonym'")
  }

  @Test func pseudonymOfASubnetIsRefused() {
    let fault = #expect(throws: PlanFault.self) {
      try kind.output(
        of: ColumnType(source: .ip, form: .text, state: .subnet), with: .text("b"))
    }
    #expect(fault?.message == "a subnet is no identifier that 'pseudonym' could read")
    #expect(fault?.fix == "delete 'subnet' or delete 'pseudonym'")
  }

  @Test func pseudonymOfWhetherThereIsAValueIsRefused() {
    let fault = #expect(throws: PlanFault.self) {
      try kind.output(
        of: ColumnType(source: .email, form: .boolean, state: .closed), with: .text("b"))
    }
    #expect(
      fault?.message == "whether there is a value is no identifier that 'pseudonym' could read")
    #expect(fault?.fix == "delete 'present' or delete 'pseudonym'")
  }

  @Test func keyNameIsDemanded() {
    let fault = #expect(throws: PlanFault.self) {
      try kind.output(of: ColumnType(source: .email, form: .text), with: .text(""))
    }
    #expect(fault?.message == "'pseudonym' needs the name of a key")
  }

  @Test func kindAloneMakesNothing() {
    let fault = #expect(throws: PlanFault.self) {
      _ = try kind.make(
        for: ColumnType(source: .email, form: .text), with: .text("orders"),
        in: TreatmentEnvironment(zone: .utc))
    }
    #expect(
      fault?.message == "'pseudonym' is made with the run's keys, not from its settings alone")
  }

  @Test(arguments: PseudonymKind().examples.indices)
  func exampleIsTrue(_ index: Int) throws {
    let example = kind.examples[index]
    let ring = KeyRing(
      replayOf: "shop-1", name: example.settings.text ?? "", rotation: .quarter, days: autumnDays)
    var worker = Pseudonymiser(ring: ring, type: example.type, fingerprints: testFingerprints)
    var text = TextCells()
    text.append(example.input)
    var faults = ValueFaults()
    let column = try worker.column(
      of: [Column(type: ColumnType(source: example.type, form: .text), values: .text(text))],
      epochs: [1], faults: &faults)
    guard case .identity(var cells) = column.values else {
      Issue.record("no identities")
      return
    }
    cells.tokens = try worker.tokens(of: cells)
    var output: [UInt8] = []
    if cells.tokens[0] != 0 { appendTokenText(cells.tokens[0], replay: true, to: &output) }
    #expect(String(decoding: output, as: UTF8.self) == example.output ?? "")
  }
}
