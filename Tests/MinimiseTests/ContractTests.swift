import Minimise
import Records
import Support
import Testing

/// What every treatment must hold to, whatever it does.
@Suite struct ContractTests {
  /// A kind, a type and settings it accepts.
  struct Setup: Sendable, CustomTestStringConvertible {
    var kind: any TreatmentKind
    var type: FieldType
    var settings: SettingValue
    var testDescription: String { "\(kind.name) of \(type.rawValue)" }
  }

  static let all: [Setup] = minimiseKinds.flatMap { kind in
    kind.examples.map { Setup(kind: kind, type: $0.type, settings: $0.settings) }
  }

  private static let pieces = [
    "anna@shop.example", "203.0.113.7", "/p/4711", "https://shop.example/", "2001:db8::1", "%40",
    ";",
    "Chrome/124.0", "Mozilla/5.0 (", "+49 30 23125123", "ä", "\u{0}", " ", "?utm_source=", "shoes",
    "-",
    "//", ":", "\\", "[", "bot", "DE89370400440532013000", "x",
  ]

  /// Counts stay, nulls stay null, faults name nulls, and no two equal texts are treated apart.
  @Test(arguments: all, [1 as UInt64, 0x5EED])
  func keepsCountsNullsAndOrder(_ setup: Setup, seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let input = ColumnType(source: setup.type, form: setup.type.form())
    var values: Values
    if input.form == .text {
      values = Cells.texts(
        (0..<200).map { _ in
          guard generator.next() % 8 != 0 else { return nil }
          return (0..<(generator.next() % 5)).map { _ in
            ContractTests.pieces[Int(generator.next() % UInt64(ContractTests.pieces.count))]
          }.joined()
        })
    } else {
      values = .number(
        (0..<200).map { _ in
          switch generator.next() % 8 {
          case 0: Values.nullNumber
          case 1: Int64.max - Int64(generator.next() % 3)
          case 2: Int64.min + 1 + Int64(generator.next() % 3)
          default: Int64(generator.next() % 40_000) - 10_000
          }
        })
      // Days and microseconds beyond the calendar are refused by the readers.
      if input.form == .date || input.form == .timestamp {
        values = .number(
          Cells.numbers(values).map { number in
            number.map { $0 % 40_000 } ?? Values.nullNumber
          })
      }
    }
    let before = nulls(values)
    let inputTexts = input.form == .text ? Cells.strings(values) : []
    var treatment = try setup.kind.make(
      for: input, with: setup.settings, in: TreatmentEnvironment(zone: .utc))
    var faults = ValueFaults()
    let clock = treatment.needsClock ? [Int32](repeating: 20_574, count: 200) : []
    treatment.apply(to: &values, clock: clock, faults: &faults)
    let after = nulls(values)
    #expect(after.count == 200, "seed \(seed)")
    if setup.kind.name != "present" {
      for position in 0..<200 where before[position] { #expect(after[position], "seed \(seed)") }
    }
    for fault in faults.entries {
      #expect(after[Int(fault.position)] && !before[Int(fault.position)], "seed \(seed)")
    }
    if case .text = values, input.form == .text {
      var known: [String: String?] = [:]
      for (text, result) in zip(inputTexts, Cells.strings(values)) {
        guard let text else { continue }
        if let earlier = known[text] { #expect(earlier == result, "seed \(seed)") }
        known[text] = .some(result)
      }
    }
  }

  /// No column comes through empty input changed in form.
  @Test(arguments: all)
  func acceptsNoRows(_ setup: Setup) throws {
    let input = ColumnType(source: setup.type, form: setup.type.form())
    var treatment = try setup.kind.make(
      for: input, with: setup.settings, in: TreatmentEnvironment(zone: .utc))
    var values = input.form == .text ? Cells.texts([]) : Values.number([])
    var faults = ValueFaults()
    treatment.apply(to: &values, clock: [], faults: &faults)
    #expect(values.count == 0 && faults.isEmpty)
  }

  /// Direct identifiers leave by `present`, and addresses by `subnet`, and by nothing else here.
  @Test func directIdentifiersHaveNoOtherWayOut() {
    for type in FieldType.allCases where type.identifierClass == .direct {
      for setup in ContractTests.all {
        let input = ColumnType(source: type, form: type.form())
        let isAllowed = (try? setup.kind.output(of: input, with: setup.settings)) != nil
        let isKnown = setup.kind.name == "present" || setup.kind.name == "subnet" && type == .ip
        #expect(isAllowed == isKnown, "\(setup.kind.name) of \(type.rawValue)")
      }
    }
  }

  /// Nothing but a treatment that says so follows a pseudonym or a subnet.
  @Test func pseudonymsStayAsTheyAre() {
    for setup in ContractTests.all {
      for form in [ValueForm.token, .text] {
        let input = ColumnType(source: setup.type, form: form, state: .pseudonym(key: "shopper"))
        #expect(throws: PlanFault.self, "\(setup.kind.name)") {
          _ = try setup.kind.output(of: input, with: setup.settings)
        }
      }
    }
  }

  /// Quasi-identifiers never come out as raw as they went in, but by `keep`, `lower` or `trim`.
  @Test func treatmentsMarkWhatTheyTreat() throws {
    for setup in ContractTests.all where !["keep", "lower", "trim"].contains(setup.kind.name) {
      let input = ColumnType(source: setup.type, form: setup.type.form())
      let output = try setup.kind.output(of: input, with: setup.settings)
      #expect(output.state != .raw, "\(setup.kind.name)")
      #expect(output.source == setup.type)
    }
  }

  private func nulls(_ values: Values) -> [Bool] {
    switch values {
    case .text(let texts): texts.cells.map(\.isNull)
    case .number(let numbers): numbers.map { $0 == Values.nullNumber }
    case .identity: []
    }
  }
}
