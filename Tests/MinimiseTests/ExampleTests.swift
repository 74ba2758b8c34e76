import Foundation
import Minimise
import Records
import Testing

/// Every example of every kind holds: the reference page is made of them.
@Suite struct ExampleTests {
  struct Named: Sendable, CustomTestStringConvertible {
    var kind: any TreatmentKind
    var example: TreatmentExample
    var testDescription: String { "\(kind.name) of \(example.type.rawValue)" }
  }

  static let all = minimiseKinds.flatMap { kind in
    kind.examples.map { Named(kind: kind, example: $0) }
  }

  @Test(arguments: all)
  func gives(_ named: Named) throws {
    let example = named.example
    let input = ColumnType(source: example.type, form: example.type.form())
    let output = try named.kind.output(of: input, with: example.settings)
    var treatment = try named.kind.make(
      for: input, with: example.settings, in: TreatmentEnvironment(zone: .utc))
    var values = value(example.input, form: input.form)
    var faults = ValueFaults()
    let clock = treatment.needsClock ? [Int32(CivilDate(year: 2026, month: 5, day: 1).days)] : []
    treatment.apply(to: &values, clock: clock, faults: &faults)
    #expect(values.count == 1)
    #expect(printed(values, form: output.form) == example.output)
  }

  @Test func everyKindHasExamplesAndADistinctName() {
    #expect(Set(minimiseKinds.map(\.name)).count == minimiseKinds.count)
    for kind in minimiseKinds {
      #expect(!kind.examples.isEmpty, "\(kind.name)")
      #expect(kind.summary.hasSuffix("."), "\(kind.name)")
    }
    #expect(
      Set(minimiseKinds.map(\.name)) == [
        "floor", "bands", "round", "clamp", "prefix", "subnet", "agent", "url", "query", "host",
        "age", "one_of", "map", "present", "redact", "lower", "trim", "keep",
      ])
  }

  private func value(_ text: String?, form: ValueForm) -> Values {
    guard form != .text else { return Cells.texts([text]) }
    guard let text else { return .number([Values.nullNumber]) }
    switch form {
    case .integer: return .number([Int64(text) ?? 0])
    case .decimal(let scale, _):
      let parts = text.split(separator: ".")
      let places = String((String(parts.count > 1 ? parts[1] : "") + "000000000").prefix(scale))
      return .number([Int64(parts[0] + places) ?? 0])
    case .date: return .number([Int64(CivilDate(text)?.days ?? 0)])
    case .timestamp:
      let date = ISO8601DateFormatter().date(from: text) ?? .distantPast
      return .number([Int64(date.timeIntervalSince1970) * 1_000_000])
    default: return .number([0])
    }
  }

  private func printed(_ values: Values, form: ValueForm) -> String? {
    guard form != .text else { return Cells.strings(values)[0] }
    guard let number = Cells.numbers(values)[0] else { return nil }
    switch form {
    case .boolean: return number == 1 ? "true" : "false"
    case .date: return CivilDate(days: Int(number)).description
    case .timestamp:
      return ISO8601DateFormatter().string(
        from: Date(timeIntervalSince1970: Double(number) / 1_000_000))
    case .decimal(let scale, let keepsPlaces):
      var digits = String(number.magnitude)
      while digits.count <= scale { digits = "0" + digits }
      var places = String(digits.suffix(scale))
      if !keepsPlaces { while places.hasSuffix("0") { places.removeLast() } }
      let whole = (number < 0 ? "-" : "") + digits.dropLast(scale)
      return places.isEmpty ? whole : "\(whole).\(places)"
    default: return String(number)
    }
  }
}
