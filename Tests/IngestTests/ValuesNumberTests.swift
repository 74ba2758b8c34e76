import Ingest
import Records
import Support
import Testing

/// One text, how it is declared, and the minor units it must give (`nil`: a `type` fault).
struct NumberCase: Sendable, CustomTestStringConvertible {
  var text: String
  var type = FieldType.decimal
  var scale: Int?
  var decimal = "."
  var thousands = ""
  var units: Int64?
  var testDescription: String { "\(type) \(text)" }

  static let integers: [NumberCase] = [
    ("0", 0), ("-0", 0), ("+7", 7), ("007", 7), (" 42\t", 42), ("1e3", 1000), ("2.0", 2),
    ("1.50e1", 15), ("12300e-2", 123), ("0.00e99999999999999999999", 0),
    ("1e18", 1_000_000_000_000_000_000),
    ("9223372036854775807", Int64.max), ("-9223372036854775807", -Int64.max),
    ("00000000000000000000000000000000000001", 1),
    ("1000000000000000000000000000e-27", 1), ("9223372036854775.807e3", Int64.max),
    ("-9223372036854775808", nil), ("9223372036854775808", nil), ("1e19", nil), ("1.5", nil),
    ("1e-1", nil), ("99999999999999999999", nil), ("1,000", nil), ("1 000", nil), ("--1", nil),
    ("1-", nil),
    ("+", nil), (".", nil), ("5.", nil), ("1e", nil), ("1e+", nil), ("0x10", nil), ("NaN", nil),
    ("Infinity", nil), ("1_000", nil), ("१२", nil), ("12 ?", nil),
    ("1e999999999999999999999999", nil),
  ].map { NumberCase(text: $0.0, type: .int, units: $0.1) }

  static let decimals: [NumberCase] = [
    NumberCase(text: "49.90", type: .money, units: 4990),
    NumberCase(text: "49.9", type: .money, units: 4990),
    NumberCase(text: "-0.05", type: .money, units: -5),
    NumberCase(text: "49.900", type: .money, units: 4990),
    NumberCase(text: "49.901", type: .money, units: nil),
    NumberCase(text: ".5", type: .money, units: 50),
    NumberCase(text: "9999999999999999.99", type: .money, units: 999_999_999_999_999_999),
    NumberCase(text: "-9999999999999999.99", type: .money, units: -999_999_999_999_999_999),
    NumberCase(text: "10000000000000000.00", type: .money, units: nil),
    NumberCase(text: "-10000000000000000", type: .money, units: nil),
    NumberCase(text: "1e16", type: .money, units: nil),
    NumberCase(text: "92233720368547758.07", type: .money, units: nil),
    NumberCase(text: "€ 5", type: .money, units: nil),
    NumberCase(text: "5,00", type: .money, units: nil),
    NumberCase(text: "0.1", units: 100_000),
    NumberCase(text: "0.30000000000000004", units: nil),
    NumberCase(text: "1e-6", units: 1),
    NumberCase(text: "1e-7", units: nil),
    NumberCase(text: "1.10E+1", units: 11_000_000),
    NumberCase(text: "0.123456789", scale: 9, units: 123_456_789),
    NumberCase(text: "999999999.999999999", scale: 9, units: 999_999_999_999_999_999),
    NumberCase(text: "1000000000.000000000", scale: 9, units: nil),
    NumberCase(text: "1000000000000", units: nil),
    NumberCase(text: "0.000000000000000000000000000000", units: 0),
    NumberCase(text: "0.0000000000000000000000000001e28", units: 1_000_000),
    NumberCase(text: "12", scale: 0, units: 12),
  ]

  static let styled: [NumberCase] = [
    ("1.234,56", ",", ".", 123_456), ("1234,56", ",", ".", 123_456), ("12,5", ",", ".", 1250),
    ("-1.234.567,00", ",", ".", -123_456_700), ("1.23", ",", ".", nil),
    ("1234.567,00", ",", ".", nil), ("0.750", ",", ".", nil), ("000.123", ",", ".", nil),
    ("-0.001,5", ",", ".", nil), ("0,75", ",", ".", 75),
    ("1.2345", ",", ".", nil), (".123", ",", ".", nil), ("1..234", ",", ".", nil),
    ("1.234.", ",", ".", nil),
    ("1,234.5", ",", ".", nil), ("12,00-", ",", ".", nil), ("1,2,3", ",", ".", nil),
    ("1'234.50", ".", "'", 123_450), ("1’234.50", ".", "’", 123_450), ("1'234.50", ".", "’", nil),
    ("1\u{A0}234,50", ",", "\u{A0}", 123_450), ("1\u{202F}234,50", ",", "\u{202F}", 123_450),
    ("1\u{2009}234\u{2009}567,00", ",", "\u{2009}", 123_456_700), ("1 234,50", ",", " ", 123_450),
    ("1,234.50", ".", ",", 123_450), ("1\u{A0}23", ",", "\u{A0}", nil), ("1,5e2", ",", ".", 15_000),
  ].map { NumberCase(text: $0.0, type: .money, decimal: $0.1, thousands: $0.2, units: $0.3) }
}

@Suite struct ValuesNumberTests {
  @Test(arguments: NumberCase.integers + NumberCase.decimals + NumberCase.styled)
  func numberIsReadExactlyOrRefused(_ example: NumberCase) {
    var style = NumberStyle()
    style.decimal = example.decimal.utf8.first ?? 0
    style.thousands = Array(example.thousands.utf8)
    var reader = ValueReader(
      type: example.type, format: nil, numbers: style, scale: example.scale, zone: .utc)
    var faults = ValueFaults()
    let values = read(&reader, [example.text], &faults)
    #expect(values == [example.units])
    #expect(faults.entries.map(\.rule) == (example.units == nil ? [.type] : []))
  }

  @Test func emptyAndNullAreNoValuesAndNoFaults() {
    for type in [FieldType.int, .decimal, .money, .bool, .date, .birthDate, .timestamp] {
      var reader = ValueReader(
        type: type, format: nil, numbers: NumberStyle(), scale: nil, zone: .utc)
      var faults = ValueFaults()
      #expect(read(&reader, ["", nil, " \t "], &faults) == [nil, nil, nil])
      #expect(faults.isEmpty)
    }
  }

  @Test func faultsNameTheirPositions() {
    var reader = ValueReader(
      type: .int, format: nil, numbers: NumberStyle(), scale: nil, zone: .utc)
    var faults = ValueFaults()
    #expect(read(&reader, ["1", "x", nil, "4", "5 5"], &faults) == [1, nil, nil, 4, nil])
    #expect(faults.entries.map(\.position) == [1, 4])
  }

  @Test func textTypesAreTakenAsTheyAre() throws {
    for type in FieldType.allCases where type.form() == .text {
      var reader = ValueReader(
        type: type, format: nil, numbers: NumberStyle(), scale: nil, zone: .utc)
      var cells = TextCells()
      for text in [" a ", "", nil, "ß"] as [String?] { cells.append(text) }
      var faults = ValueFaults()
      guard case .text(let texts) = reader.read(cells, faults: &faults) else {
        Issue.record("\(type) is no text")
        continue
      }
      #expect(texts.cells == cells.cells)
      #expect(faults.isEmpty)
    }
  }

  @Test(
    arguments: [
      (["true", "TRUE", "t", "1", "yes", "Y", "Ja", "wahr", "WAHR", " true "], 1 as Int64?),
      (["false", "F", "0", "no", "n", "Nein", "falsch"], 0 as Int64?),
      (
        ["tru", "2", "-1", "01", "on", "oui", "truetrue", "ja!", "\u{0}", "nein\u{0}"],
        nil as Int64?
      ),
    ] as [([String], Int64?)])
  func truthValues(_ words: [String], _ value: Int64?) {
    var reader = ValueReader(
      type: .bool, format: nil, numbers: NumberStyle(), scale: nil, zone: .utc)
    for word in words {
      var faults = ValueFaults()
      #expect(read(&reader, [word], &faults) == [value], "\(word)")
      #expect(faults.isEmpty == (value != nil), "\(word)")
    }
  }

  @Test func pipelineTextIsReadLikeAValue() {
    var reader = ValueReader(
      type: .money, format: nil, numbers: NumberStyle(), scale: nil, zone: .utc)
    #expect(reader.number("1.5") == 150)
    #expect(reader.number("x") == nil)
    #expect(reader.number("") == nil)
  }

  /// Short texts are read eight bytes at once; blanks behind them make them long.
  @Test(arguments: [1, 2, 0xC0FFEE as UInt64], [0, 2, 7, 12])
  func shortTextsAreReadLikeLongOnes(seed: UInt64, scale: Int) {
    var dice = SplitMix(seed: seed)
    let rare = Array(".,-+e /:\0".utf8) + [0x80, 0xB0, 0xFF]
    var style = NumberStyle()
    style.decimal = seed == 2 ? UInt8(ascii: ",") : UInt8(ascii: ".")
    var reader = ValueReader(
      type: .decimal, format: nil, numbers: style, scale: scale, zone: .utc)
    var readable = 0
    for _ in 0..<4000 {
      var text: [UInt8] = (0..<(1 + Int(dice.next() % 8))).map { _ in
        UInt8(ascii: "0") + UInt8(dice.next() % 10)
      }
      for _ in 0..<(dice.next() % 3) {
        let sign = dice.next() % 2 == 0 ? style.decimal : rare[Int(dice.next() % 8)]
        text[Int(dice.next() % UInt64(text.count))] = sign
      }
      if dice.next() % 8 == 0 { text[0] = rare[Int(dice.next() % UInt64(rare.count))] }
      let long = text + [UInt8](repeating: 0x20, count: 9)
      let cells = TextCells(
        bytes: text + long,
        cells: [
          TextCell(start: 0, count: text.count), TextCell(start: text.count, count: long.count),
        ])
      var faults = ValueFaults()
      guard case .number(let numbers) = reader.read(cells, faults: &faults) else {
        Issue.record("no numbers")
        return
      }
      #expect(numbers[0] == numbers[1], "\(text) scale \(scale)")
      if numbers[0] != Values.nullNumber { readable += 1 }
    }
    #expect(readable > 500)
  }

  /// Writes integers in many ways and reads them back.
  @Test(arguments: [1, 2, 0xC0FFEE as UInt64])
  func writtenNumbersComeBack(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var style = NumberStyle()
    style.decimal = UInt8(ascii: ",")
    style.thousands = [UInt8(ascii: ".")]
    for _ in 0..<3000 {
      let scale = Int.random(in: 0...9, using: &random)
      let bits = Int.random(in: 0...62, using: &random)
      let units = Int64.random(in: -(1 << bits)...(1 << bits), using: &random)
      var digits = String(units.magnitude)
      while digits.count <= scale { digits = "0" + digits }
      var whole = String(digits.dropLast(scale))
      var places = String(digits.suffix(scale))
      places += String(repeating: "0", count: Int.random(in: 0...3, using: &random))
      if Bool.random(using: &random) {
        var grouped = ""
        for (index, digit) in whole.reversed().enumerated() {
          if index > 0, index % 3 == 0 { grouped = "." + grouped }
          grouped = String(digit) + grouped
        }
        whole = grouped
      }
      var text = (units < 0 ? "-" : "") + whole + (places.isEmpty ? "" : "," + places)
      let exponent = Int.random(in: -3...3, using: &random)
      var expected: Int64? = units
      if exponent != 0 {
        text += "e\(exponent)"
        var moved = units
        for _ in 0..<abs(exponent) {
          let (product, overflow) = moved.multipliedReportingOverflow(by: 10)
          if exponent > 0 { moved = overflow ? 0 : product }
          if exponent > 0, overflow { expected = nil }
          if exponent < 0 {
            if moved % 10 != 0 { expected = nil }
            moved /= 10
          }
        }
        if expected != nil { expected = moved }
      }
      // More than 18 digits are no decimal's.
      if let number = expected, number.magnitude >= 1_000_000_000_000_000_000 { expected = nil }
      var reader = ValueReader(
        type: .decimal, format: nil, numbers: style, scale: scale, zone: .utc)
      var faults = ValueFaults()
      #expect(read(&reader, [text], &faults) == [expected], "seed \(seed) scale \(scale) \(text)")
    }
  }
}

/// Returns the numbers that the reader makes of the texts; null is `nil`.
func read(
  _ reader: inout ValueReader, _ texts: [String?], _ faults: inout ValueFaults
) -> [Int64?] {
  var cells = TextCells()
  for text in texts { cells.append(text) }
  guard case .number(let numbers) = reader.read(cells, faults: &faults) else {
    Issue.record("no numbers")
    return []
  }
  return numbers.map { $0 == Values.nullNumber ? nil : $0 }
}
