import Aggregate
import Records
import Testing

/// What is measured in a cell, and what becomes of the finished value.
@Suite struct MeasureTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var measure: AggregateDefinition.Measure
    var numbers: [Int64?]
    var result: String?

    var testDescription: String { name }

    /// A measure over `column`, which holds `numbers` in minor units.
    init(
      _ name: String, _ operation: AggregateDefinition.Measure.Operation,
      of column: Int = Shop.quantity, _ numbers: [Int64?], clamp: ClosedRange<Int64>? = nil,
      round: Int64? = nil, bands: [Int64]? = nil, gives result: String?
    ) {
      self.name = name
      measure = AggregateDefinition.Measure(
        name: "it", operation: operation, column: operation == .count ? nil : column, clamp: clamp,
        round: round, bands: bands)
      self.numbers = numbers
      self.result = result
    }

    var lines: [Line] {
      numbers.map { number in
        var line = Line(quantity: nil, total: nil, weight: nil)
        switch measure.column {
        case Shop.day: line.day = number
        case Shop.total: line.total = number
        case Shop.weight: line.weight = number
        default: line.quantity = number
        }
        return line
      }
    }
  }

  @Test(arguments: [
    Case("count counts nulls", .count, [1, nil, 3], gives: "3"),
    Case("sum passes over nulls", .sum, [1, nil, 3], gives: "4"),
    Case("sum of nulls is null", .sum, [nil, nil], gives: nil),
    Case("sum of zeros is zero", .sum, [0, 0], gives: "0"),
    Case("sum of signs", .sum, [-5, 3], gives: "-2"),
    Case("distinct counts no null", .distinct, [1, nil, 3, 1], gives: "2"),
    Case("distinct of nulls is zero", .distinct, [nil], gives: "0"),
    Case("min", .min, [3, nil, -1], gives: "-1"),
    Case("max", .max, [3, nil, -1], gives: "3"),
    Case("min of nulls is null", .min, [nil], gives: nil),
    Case("max of nulls is null", .max, [nil], gives: nil),
    Case("max of a date", .max, of: Shop.day, [20_000, 20_001], gives: "20001"),
    Case("the greatest sum", .sum, [Int64.max - 1, 1], gives: "9223372036854775807"),
    Case(
      "a sum that leaves 64 bits on its way", .sum, [Int64.max, Int64.max, -Int64.max],
      gives: "9223372036854775807"),
  ])
  func measures(test: Case) throws { try check(test) }

  @Test(arguments: [
    Case("of integers has two places", .mean, [1, 2], gives: "150"),
    Case("of integers a third", .mean, [0, 0, 1], gives: "33"),
    Case("passes over nulls", .mean, [4, nil, 2], gives: "300"),
    Case("of nulls is null", .mean, [nil], gives: nil),
    Case("tie goes to even below", .mean, of: Shop.total, [0, 1], gives: "0"),
    Case("tie goes to even above", .mean, of: Shop.total, [1, 2], gives: "2"),
    Case("negative tie goes to even", .mean, of: Shop.total, [-1, -2], gives: "-2"),
    Case("negative tie goes to zero", .mean, of: Shop.total, [0, -1], gives: "0"),
    Case("of integers tie goes to even", .mean, [1, 0, 0, 0, 0, 0, 0, 0], gives: "12"),
    Case("keeps the column's places", .mean, of: Shop.weight, [1, 4], gives: "2"),
    Case(
      "in bands", .mean, of: Shop.total, [4999, 5000], bands: [0, 50], gives: "50+"),
  ])
  func means(test: Case) throws { try check(test) }

  @Test(arguments: [
    Case("below the first", .sum, [-1], bands: [0, 50, 200], gives: "<0"),
    Case("at the first", .sum, [0], bands: [0, 50, 200], gives: "0–49"),
    Case("last of a band", .sum, [49], bands: [0, 50, 200], gives: "0–49"),
    Case(
      "49.50 is below 50", .sum, of: Shop.total, [4950], bands: [0, 50, 200], gives: "0–49"),
    Case("49.99 is below 50", .sum, of: Shop.total, [4999], bands: [0, 50], gives: "0–49"),
    Case("50.00 is not", .sum, of: Shop.total, [5000], bands: [0, 50, 200], gives: "50–199"),
    Case("-0.01 is below 0", .sum, of: Shop.total, [-1], bands: [0, 50], gives: "<0"),
    Case("the last is open", .sum, [200], bands: [0, 50, 200], gives: "200+"),
    Case("a band of one integer", .count, [1], bands: [1, 2, 5], gives: "1"),
    Case("a band of several", .count, [1, 1], bands: [1, 2, 5], gives: "2–4"),
    Case("negative bounds", .sum, [-7], bands: [-10, -5], gives: "-10–-6"),
    Case("one bound", .sum, [7], bands: [5], gives: "5+"),
    Case("null has no band", .sum, [nil], bands: [0, 50], gives: nil),
    Case(
      "beyond 64 bits", .sum, [Int64.max, Int64.max], bands: [0, 50], gives: "50+"),
  ])
  func bands(test: Case) throws { try check(test) }

  @Test(arguments: [
    Case("up", .sum, [47], round: 10, gives: "50"),
    Case("down", .sum, [44], round: 10, gives: "40"),
    Case("tie to even below", .sum, [45], round: 10, gives: "40"),
    Case("tie to even above", .sum, [55], round: 10, gives: "60"),
    Case("negative tie", .sum, [-45], round: 10, gives: "-40"),
    Case("negative", .sum, [-46], round: 10, gives: "-50"),
    Case("money in whole units", .sum, of: Shop.total, [1251], round: 5, gives: "1500"),
    Case("of a count", .count, [1, 1, 1], round: 2, gives: "4"),
    Case("clamp above", .sum, [250], clamp: 0...100, gives: "100"),
    Case("clamp below", .sum, [-3], clamp: 0...100, gives: "0"),
    Case("clamp of money", .sum, of: Shop.total, [10_001], clamp: 0...100, gives: "10000"),
    Case("clamp comes before round", .sum, [57], clamp: 0...54, round: 10, gives: "50"),
    Case(
      "round comes before bands", .sum, [46], round: 10, bands: [0, 50], gives: "50+"),
    Case(
      "clamp saves from overflow", .sum, [Int64.max, Int64.max], clamp: 0...9, gives: "9"),
  ])
  func roundsAndClamps(test: Case) throws { try check(test) }

  private func check(_ test: Case) throws {
    let cells = try Shop.table(.cells([], [test.measure]), test.lines)
    #expect(cells.texts == [[test.result]])
    let persons = try Shop.table(.persons([test.measure]), test.lines)
    #expect(persons.texts.map { $0[1] } == [test.result])
  }

  @Test func sumBeyond64BitsIsAFault() throws {
    let fault = #expect(throws: AggregateFault.self) {
      try Shop.table(
        .cells([], [.units]), [Line(quantity: Int64.max), Line(quantity: 1)])
    }
    #expect(
      fault?.description
        == "measure 'units' of table 'cells' has more than 18 digits in a cell; "
        + "give it 'clamp' or 'bands', or give its column a smaller 'scale'")
  }

  /// A decimal has a digit less than 64 bits may hold.
  @Test func sumOfDecimalsOf19DigitsIsAFault() throws {
    let greatest: Int64 = 999_999_999_999_999_999
    let total = AggregateDefinition.Measure(name: "total", operation: .sum, column: Shop.total)
    let whole = try Shop.table(
      .cells([], [total]), [Line(total: greatest - 1), Line(total: 1)])
    #expect(whole.texts == [["\(greatest)"]])
    for sign: Int64 in [1, -1] {
      let fault = #expect(throws: AggregateFault.self) {
        try Shop.table(
          .cells([], [total]), [Line(total: sign * greatest), Line(total: sign)])
      }
      #expect(fault?.measure == "total")
    }
  }

  @Test func meanOfIntegersBeyond64BitsIsAFault() {
    let mean = AggregateDefinition.Measure(name: "mean", operation: .mean, column: Shop.quantity)
    let fault = #expect(throws: AggregateFault.self) {
      try Shop.table(.cells([], [mean]), [Line(quantity: Int64.max)])
    }
    #expect(fault?.measure == "mean")
  }

  @Test func smallestNumberIsNoSum() {
    // It would be read as null.
    #expect(throws: AggregateFault.self) {
      try Shop.table(
        .cells([], [.units]), [Line(quantity: -Int64.max), Line(quantity: -1)])
    }
  }

  @Test func overflowOfASuppressedCellIsNoFault() throws {
    let lines = [Line(quantity: Int64.max, buyer: 1), Line(quantity: 1, buyer: 1)]
    #expect(try Shop.table(.cells([], [.units], least: 5), lines).rowCount == 0)
  }

  @Test func columnsHaveTheDefinitionsTypes() throws {
    let definition = AggregateDefinition.cells(
      [Shop.category],
      [
        .units, .revenue, .init(name: "mean", operation: .mean, column: Shop.quantity),
        .init(name: "band", operation: .count, bands: [1]),
      ])
    let table = try Shop.table(definition, [Line()])
    #expect(
      table.columns.map(\.type)
        == definition.output(source: Shop.columns.map { ($0.name, $0.type) }).map(\.type))
    #expect(table.columns.map(\.rowCount) == [1, 1, 1, 1, 1])
  }
}
