import Aggregate
import Records
import Testing

/// Which cells of a group table are published, rule by rule.
@Suite struct SmallCellTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var definition: AggregateDefinition
    var lines: [Line]
    /// The texts of each row.
    var rows: [[String?]]
    var suppressed: Int
    var smallest: Int?

    var testDescription: String { name }

    init(
      _ name: String, _ definition: AggregateDefinition, _ lines: [Line], gives rows: [[String?]],
      suppressed: Int = 0, smallest: Int? = nil
    ) {
      self.name = name
      self.definition = definition
      self.lines = lines
      self.rows = rows
      self.suppressed = suppressed
      self.smallest = smallest
    }
  }

  private func check(_ test: Case) throws {
    let table = try Shop.table(test.definition, test.lines)
    #expect(table.texts == test.rows)
    #expect(table.suppressed == test.suppressed)
    #expect(table.smallestK == test.smallest)
    #expect(table.published == test.rows.count)
  }

  @Test(arguments: [
    Case(
      "a cell of exactly least persons stays", .cells(least: 5),
      Line.of("shoes", buyers: 1...5), gives: [["shoes", "5", "5"]], smallest: 5),
    Case(
      "a cell of one person less goes", .cells(least: 5), Line.of("shoes", buyers: 1...4),
      gives: [], suppressed: 1),
    Case(
      "many lines of few persons are few persons", .cells(least: 5),
      Line.of("shoes", buyers: (0..<100).map { $0 % 4 }), gives: [], suppressed: 1),
    Case(
      "nobody is no person", .cells(least: 5),
      Line.of("shoes", buyers: 1...5)
        + [Line](repeating: Line(category: "bags", buyer: nil), count: 9),
      gives: [["shoes", "5", "5"]], suppressed: 1, smallest: 5),
    Case(
      "an empty table", .cells(least: 5), [], gives: []),
    Case(
      "without a rule single persons are shown", .cells(), Line.of("shoes", buyers: 1...1),
      gives: [["shoes", "1", "1"]]),
  ])
  func suppressesCellsOfTooFewPersons(test: Case) throws { try check(test) }

  @Test(arguments: [
    Case(
      "the next smallest cell goes too", .cells(least: 5),
      Line.of("a", buyers: 1...2) + Line.of("b", buyers: 1...9) + Line.of("c", buyers: 1...6),
      gives: [["b", "9", "9"]], suppressed: 2, smallest: 9),
    Case(
      "of two of a size the first by its key", .cells(least: 5),
      Line.of("a", buyers: 1...2) + Line.of("c", buyers: 1...6) + Line.of("b", buyers: 1...6),
      gives: [["c", "6", "6"]], suppressed: 2, smallest: 6),
    Case(
      "null stands before all keys", .cells(least: 5),
      Line.of("a", buyers: 1...2) + Line.of(nil, buyers: 1...6) + Line.of("", buyers: 1...6),
      gives: [["", "6", "6"]], suppressed: 2, smallest: 6),
    Case(
      "enough persons together need no further cell", .cells(least: 5),
      Line.of("a", buyers: 1...3) + Line.of("b", buyers: 4...6) + Line.of("c", buyers: 1...9),
      gives: [["c", "9", "9"]], suppressed: 2, smallest: 9),
    Case(
      "the same persons in two cells are counted once", .cells(least: 5),
      Line.of("a", buyers: 1...3) + Line.of("b", buyers: 1...3) + Line.of("c", buyers: 1...9)
        + Line.of("d", buyers: 1...8),
      gives: [["c", "9", "9"]], suppressed: 3, smallest: 9),
    Case(
      "a cell of nobody needs no company", .cells(least: 5),
      Line.of("a", buyers: 1...5) + [Line(category: "b", buyer: nil)],
      gives: [["a", "5", "5"]], suppressed: 1, smallest: 5),
    Case(
      "where no cell is left the table is empty", .cells(least: 5),
      Line.of("a", buyers: 1...2) + Line.of("b", buyers: 1...3), gives: [], suppressed: 2),
  ])
  func coversTheRemainder(test: Case) throws { try check(test) }

  @Test(arguments: [
    Case(
      "small cells become other", .cells(least: 5, below: .other),
      Line.of("a", buyers: 1...3) + Line.of("b", buyers: 4...6) + Line.of("c", buyers: 1...9),
      gives: [["c", "9", "9"], ["other", "6", "6"]], smallest: 6),
    Case(
      "persons of merged cells are counted once", .cells(least: 5, below: .other),
      Line.of("a", buyers: 1...4) + Line.of("b", buyers: 2...5) + Line.of("c", buyers: 1...9),
      gives: [["c", "9", "9"], ["other", "8", "5"]], smallest: 5),
    Case(
      "a genuine other takes them in", .cells(least: 5, below: .other),
      Line.of("a", buyers: 1...2) + Line.of("other", buyers: 2...8),
      gives: [["other", "9", "8"]], smallest: 8),
    Case(
      "a genuine other stays where nothing is small", .cells(least: 5, below: .other),
      Line.of("a", buyers: 1...5) + Line.of("other", buyers: 2...8),
      gives: [["a", "5", "5"], ["other", "7", "7"]], smallest: 5),
    Case(
      "below least it takes in the smallest cell", .cells(least: 5, below: .other),
      Line.of("a", buyers: 1...2) + Line.of("b", buyers: 1...9) + Line.of("c", buyers: 11...16),
      gives: [["b", "9", "9"], ["other", "8", "8"]], smallest: 8),
    Case(
      "of two of a size the first by its key", .cells(least: 5, below: .other),
      Line.of("a", buyers: 1...2) + Line.of("c", buyers: 11...16) + Line.of("b", buyers: 21...26),
      gives: [["c", "6", "6"], ["other", "8", "8"]], smallest: 6),
    Case(
      "a small genuine other takes in the smallest cell", .cells(least: 5, below: .other),
      Line.of("other", buyers: 1...2) + Line.of("b", buyers: 1...9),
      gives: [["other", "11", "9"]], smallest: 9),
    Case(
      "where no cell is left it is suppressed", .cells(least: 5, below: .other),
      Line.of("a", buyers: 1...2) + Line.of("b", buyers: 2...4), gives: [], suppressed: 1),
    Case(
      "a small null becomes other", .cells(least: 5, below: .other),
      Line.of(nil, buyers: 1...2) + Line.of("b", buyers: 2...4) + Line.of("c", buyers: 5...9)
        + Line.of("a", buyers: 1...4),
      gives: [["other", "14", "9"]], smallest: 9),
    Case(
      "each combination of the other keys has its own",
      .cells([Shop.country, Shop.category], least: 5, below: .other),
      Line.of("a", "DE", buyers: 1...3) + Line.of("b", "DE", buyers: 4...6)
        + Line.of("a", "AT", buyers: 1...6) + Line.of("b", "AT", buyers: 1...3)
        + Line.of("c", "AT", buyers: 1...7),
      gives: [["AT", "c", "7", "7"], ["AT", "other", "9", "6"], ["DE", "other", "6", "6"]],
      smallest: 6),
    Case(
      "other is written in the last text key",
      .cells([Shop.category, Shop.country, Shop.quantity], least: 5, below: .other),
      Line.of("a", "DE", buyers: 1...3) + Line.of("a", "AT", buyers: 4...6),
      gives: [["a", "other", "1", "6", "6"]], smallest: 6),
    Case(
      "a suppressed other draws the next smallest cell",
      .cells([Shop.country, Shop.category], least: 5, below: .other),
      Line.of("a", "DE", buyers: 1...3) + Line.of("a", "AT", buyers: 1...6)
        + Line.of("a", "CH", buyers: 1...7),
      gives: [["CH", "a", "7", "7"]], suppressed: 2, smallest: 7),
  ])
  func mergesIntoOther(test: Case) throws { try check(test) }

  private static func spender(_ cents: Int64, _ category: String = "a") -> [Line] {
    [Line(category: category, total: cents, buyer: 100)]
  }

  @Test(arguments: [
    Case(
      "more than the share goes", .revenue(least: 5, dominance: 500_000),
      Line.of("a", buyers: 1...5) + spender(5001), gives: [], suppressed: 1),
    Case(
      "exactly the share stays", .revenue(least: 5, dominance: 500_000),
      Line.of("a", buyers: 1...5) + spender(5000), gives: [["a", "10000"]], smallest: 6),
    Case(
      "several lines of one person are one share", .revenue(least: 5, dominance: 500_000),
      Line.of("a", buyers: 1...5) + spender(2501) + spender(2500), gives: [], suppressed: 1),
    Case(
      "a refund weighs as much", .revenue(least: 5, dominance: 500_000),
      Line.of("a", buyers: 1...5) + spender(-5001), gives: [], suppressed: 1),
    Case(
      "a refund of the same person is taken off",
      .revenue(least: 5, dominance: 500_000),
      Line.of("a", buyers: 1...5) + spender(9000) + spender(-9000), gives: [["a", "5000"]],
      smallest: 6),
    Case(
      "lines of nobody hide nobody", .revenue(least: 5, dominance: 500_000),
      Line.of("a", buyers: 1...5) + spender(5001)
        + [Line(category: "a", total: 90_000, buyer: nil)], gives: [], suppressed: 1),
    Case(
      "a dominated cell becomes other",
      .revenue(least: 5, below: .other, dominance: 500_000),
      Line.of("a", buyers: 1...5) + spender(6000) + Line.of("b", buyers: 1...8),
      gives: [["other", "19000"]], smallest: 9),
    Case(
      "a dominated other is suppressed where no cell is left",
      .revenue(least: 5, below: .other, dominance: 500_000),
      Line.of("a", buyers: 1...5) + spender(60_000) + Line.of("b", buyers: 1...8),
      gives: [], suppressed: 1),
    Case(
      "sums of nothing dominate nothing", .revenue(least: 5, dominance: 500_000),
      Line.of("a", buyers: 1...5).map { line in
        var line = line
        line.total = nil
        return line
      }, gives: [["a", nil]], smallest: 5),
  ])
  func suppressesDominatedCells(test: Case) throws { try check(test) }
}

extension AggregateDefinition {
  /// Revenue by category, judged for dominance.
  fileprivate static func revenue(
    least: Int, below: KRule.Below = .suppress, dominance: Int
  ) -> AggregateDefinition {
    .cells([Shop.category], [.revenue], least: least, below: below, dominance: dominance)
  }
}
