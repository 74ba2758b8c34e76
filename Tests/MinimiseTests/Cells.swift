import Minimise
import Records

/// Texts, numbers and treatments as the tests write them.
enum Cells {
  static func texts(_ texts: [String?]) -> Values {
    // Foreign bytes around the texts: a treatment must look at its cells only.
    var cells = TextCells(bytes: Array("7@:".utf8), cells: [])
    for text in texts {
      cells.append(text)
      cells.bytes += Array("@7a.".utf8)
    }
    return .text(cells)
  }

  static func strings(_ values: Values) -> [String?] {
    guard case .text(let texts) = values else { return ["no texts"] }
    return texts.cells.map { cell in
      cell.isNull ? nil : String(decoding: texts.bytes[cell.lower..<cell.upper], as: UTF8.self)
    }
  }

  static func numbers(_ values: Values) -> [Int64?] {
    guard case .number(let numbers) = values else { return [-1] }
    return numbers.map { $0 == Values.nullNumber ? nil : $0 }
  }

  static func kind(_ name: String) throws -> any TreatmentKind {
    guard let kind = minimiseKinds.first(where: { $0.name == name }) else {
      throw PlanFault("no treatment named '\(name)'")
    }
    return kind
  }

  /// Runs one treatment over the values and returns what leaves and which positions are faulty.
  static func treat(
    _ values: Values, as type: FieldType, form: ValueForm? = nil, with name: String,
    _ settings: SettingValue, zone: Zone = .utc, clock: [Int32] = []
  ) throws -> (values: Values, faults: [ValueFaults.Entry], type: ColumnType) {
    let input = ColumnType(source: type, form: form ?? type.form())
    let kind = try kind(name)
    let output = try kind.output(of: input, with: settings)
    var treatment = try kind.make(
      for: input, with: settings, in: TreatmentEnvironment(zone: zone))
    var values = values
    var faults = ValueFaults()
    treatment.apply(to: &values, clock: clock, faults: &faults)
    return (values, faults.entries, output)
  }

  /// Treats one text; `nil` for null.
  static func treat(
    _ text: String?, as type: FieldType, with name: String, _ settings: SettingValue
  ) throws -> String? {
    let result = try treat(texts([text, text]), as: type, with: name, settings)
    let strings = strings(result.values)
    guard strings.count == 2, strings[0] == strings[1] else { return "two answers" }
    return strings[0]
  }

  static func mapping(_ pairs: [(String, SettingValue)]) -> SettingValue {
    .mapping(pairs.map { .init($0.0, $0.1) })
  }

  static func words(_ words: String...) -> SettingValue { .list(words.map { .text($0) }) }
}
