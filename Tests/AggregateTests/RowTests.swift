import Aggregate
import Records
import Testing

/// Which rows enter a table, and under which key.
@Suite struct RowTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var column: Int
    var values: [String]
    /// Orders of the lines that enter.
    var orders: [Int]

    var testDescription: String { name }

    init(_ name: String, _ column: Int, _ values: [String], enter orders: [Int]) {
      self.name = name
      self.column = column
      self.values = values
      self.orders = orders
    }
  }

  private static let lines = [
    Line(
      day: 20_574, category: "shoes", quantity: 2, total: 4990, order: 1, isGift: true,
      hour: 1_777_622_400_000_000, weight: 1_500_000),
    Line(
      day: 20_575, category: "Shoes", quantity: -2, total: 5000, order: 2, isGift: false,
      hour: 1_777_626_000_000_000, weight: 0),
    Line(
      day: nil, category: nil, quantity: nil, total: nil, order: 3, isGift: nil, hour: nil,
      weight: nil),
    Line(
      day: 0, category: "", quantity: 0, total: 0, order: 4, isGift: nil, hour: 0, weight: -1),
  ]

  @Test(arguments: [
    Case("text", Shop.category, ["shoes"], enter: [1]),
    Case("one of several texts", Shop.category, ["Shoes", "shoes", "bags"], enter: [1, 2]),
    Case("empty text", Shop.category, [""], enter: [4]),
    Case("integer", Shop.quantity, ["2"], enter: [1]),
    Case("negative integer", Shop.quantity, ["-2"], enter: [2]),
    Case("zero is not null", Shop.quantity, ["0"], enter: [4]),
    Case("the number that stands for null", Shop.quantity, ["-9223372036854775808"], enter: []),
    Case("no integer", Shop.quantity, ["2.5", "two", "", "2 "], enter: []),
    Case("money with its places", Shop.total, ["49.90"], enter: [1]),
    Case("money in shortest form", Shop.total, ["49.9", "50"], enter: [1, 2]),
    Case("money with more zeros", Shop.total, ["49.9000"], enter: [1]),
    Case("money with too many places", Shop.total, ["49.901"], enter: []),
    Case("decimal", Shop.weight, ["1.5", "-0.000001"], enter: [1, 4]),
    Case("yes", Shop.isGift, ["true"], enter: [1]),
    Case("no", Shop.isGift, ["false"], enter: [2]),
    Case("no boolean", Shop.isGift, ["yes", "1"], enter: []),
    Case("date", Shop.day, ["2026-05-01", "1970-01-01"], enter: [1, 4]),
    Case("no date", Shop.day, ["2026-5-1", "2026-02-30"], enter: []),
    Case("time with offset", Shop.hour, ["2026-05-01T10:00:00+02:00"], enter: [1]),
    Case("time in UTC", Shop.hour, ["2026-05-01T08:00:00Z"], enter: [1]),
    Case(
      "time of the pipeline's zone", Shop.hour, ["2026-05-01T10:00", "2026-05-01 11:00:00"],
      enter: [1, 2]),
    Case(
      "no time", Shop.hour, ["2026-05-01", "2026-05-01T25:00", "2026-05-01T10:00+2"], enter: []),
    Case("no value", Shop.category, [], enter: []),
    Case("a pseudonym meets no text", Shop.order, ["1"], enter: []),
  ])
  func conditionsChooseRows(test: Case) throws {
    let definition = AggregateDefinition.cells(
      [Shop.category], [.lines], where: [.init(column: test.column, values: test.values)])
    let expected = SlowTable(
      .cells([Shop.category], [.lines]),
      Self.lines.filter { test.orders.contains($0.order ?? 0) })
    #expect(try Shop.table(definition, Self.lines).texts == expected.rows)
  }

  @Test func allConditionsMustHold() throws {
    let table = try Shop.table(
      .cells(
        [], [.lines],
        where: [
          .init(column: Shop.quantity, values: ["2", "-2"]),
          .init(column: Shop.isGift, values: ["true", "false"]),
          .init(column: Shop.category, values: ["shoes"]),
        ]), Self.lines)
    #expect(table.texts == [["1"]])
  }

  @Test func conditionsApplyAfterTheGivenRows() throws {
    let definition = AggregateDefinition.cells(
      [Shop.category], [.lines], where: [.init(column: Shop.quantity, values: ["2", "0"])])
    var partial = Shop.partial(definition)
    partial.add(Shop.batch(Self.lines), rows: [1, 3])
    partial.add(Shop.batch(Self.lines), rows: [])
    #expect(try partial.finish().texts == [["", "1"]])
  }

  @Test func keysAreSortedNullFirst() throws {
    let lines = [
      Line(category: "b", quantity: 10), Line(category: "b", quantity: -3),
      Line(category: nil, quantity: 5), Line(category: "", quantity: 0),
      Line(category: "b", quantity: nil), Line(category: "B", quantity: 2),
      Line(category: "Ä", quantity: 2), Line(category: "ba", quantity: 9),
    ]
    let table = try Shop.table(.cells([Shop.category, Shop.quantity], [.lines]), lines)
    #expect(
      table.texts == [
        [nil, "5", "1"], ["", "0", "1"], ["B", "2", "1"], ["b", nil, "1"], ["b", "-3", "1"],
        ["b", "10", "1"], ["ba", "9", "1"], ["Ä", "2", "1"],
      ])
  }

  /// A text may hold the byte that ends a key.
  @Test func textsWithZerosAreKeysOfTheirOwn() throws {
    let texts = ["a\0", "a\0\0b", "a", "a\0b", "\0", ""]
    let table = try Shop.table(
      .cells([Shop.category, Shop.country], [.lines]),
      texts.map { Line(category: $0, country: "x\0") })
    #expect(
      table.texts
        == ["", "\0", "a", "a\0", "a\0\0b", "a\0b"].map { [$0, "x\0", "1"] })
  }

  @Test func textsThatAreOneInUnicodeButNotInBytesAreTwoKeys() throws {
    let table = try Shop.table(
      .cells([Shop.category], [.lines]),
      [Line(category: "caf\u{E9}"), Line(category: "cafe\u{301}")])
    #expect(table.rowCount == 2)
  }

  @Test func noKeysGiveOneCell() throws {
    #expect(try Shop.table(.cells([], [.lines]), [Line(), Line()]).texts == [["2"]])
    #expect(try Shop.table(.cells([], [.lines]), []).texts.isEmpty)
  }

  @Test func moreKeysThanThePlainTableHolds() throws {
    let lines = (0..<20_000).map { number in
      Line(category: "\(number % 700)", country: "\(number % 900)", quantity: Int64(number % 11))
    }
    let group = [Shop.category, Shop.country, Shop.quantity]
    var partial = Shop.partial(.cells(group, [.lines]))
    for start in stride(from: 0, to: lines.count, by: 500) {
      partial.add(Shop.batch(Array(lines[start..<(start + 500)])))
    }
    #expect(partial.cellCount > 10_000)
    let slow = SlowTable(.cells(group, [.lines]), lines)
    #expect(try partial.finish().texts == slow.rows)
  }
}
