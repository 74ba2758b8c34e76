import Aggregate
import Bytes
import Records
import Support
import Testing

/// Random lines through random batches, merge trees and serialisations, against the slow table.
@Suite struct RandomTableTests {
  static let shapes: [(name: String, definition: AggregateDefinition)] = [
    ("suppress", .cells([Shop.day, Shop.category], everything, least: 5)),
    (
      "other", .cells([Shop.day, Shop.category, Shop.country], everything, least: 5, below: .other)
    ),
    ("other, last key no text", .cells([Shop.category, Shop.quantity], least: 4, below: .other)),
    ("none", .cells([Shop.day, Shop.category, Shop.isGift], everything)),
    ("no key", .cells([], [.lines, .buyers], least: 5)),
    (
      "dominance",
      .cells([Shop.category], [.lines, .units, .revenue], least: 3, dominance: 300_000)
    ),
    (
      "dominance, other",
      .cells(
        [Shop.day, Shop.category], [.lines, .units, .revenue], least: 3, below: .other,
        dominance: 400_000)
    ),
    (
      "wide keys",
      .cells(
        [Shop.day, Shop.category, Shop.country, Shop.quantity, Shop.isGift, Shop.total],
        [.lines, .orders])
    ),
    ("persons", .persons(everything)),
    (
      "persons alike",
      .persons([banded(.orders, [1, 2, 5]), banded(.revenue, [0, 50])], least: 5)
    ),
  ]

  private static let everything: [AggregateDefinition.Measure] = [
    .lines, .orders, .buyers, .units, .revenue,
    .init(name: "least", operation: .min, column: Shop.total),
    .init(name: "greatest", operation: .max, column: Shop.total),
    .init(name: "mean", operation: .mean, column: Shop.total),
    .init(name: "mean_units", operation: .mean, column: Shop.quantity, round: 2),
    .init(name: "colours", operation: .distinct, column: Shop.country),
    .init(name: "prices", operation: .distinct, column: Shop.total),
    .init(name: "band", operation: .sum, column: Shop.total, clamp: -20...90, bands: [0, 1, 50]),
  ]

  private static func banded(
    _ measure: AggregateDefinition.Measure, _ bands: [Int64]
  ) -> AggregateDefinition.Measure {
    var measure = measure
    measure.bands = bands
    return measure
  }

  @Test(arguments: shapes.map(\.name), 0..<40)
  func agreesWithTheSlowTable(shape: String, seed: Int) throws {
    let definition = try #require(Self.shapes.first { $0.name == shape }).definition
    var dice = SplitMix(seed: UInt64(seed) &* 977)
    let lines = Self.randomLines(&dice)
    let table = try merged(definition, lines, &dice)
    let slow = SlowTable(definition, lines)
    let note = Comment(rawValue: "seed \(seed)")
    #expect(Set(table.texts) == Set(slow.rows), note)
    #expect(table.rowCount == slow.rows.count, note)
    if case .group = definition.shape { #expect(table.texts == slow.rows, note) }
    #expect(table.suppressed == slow.suppressed, note)
    #expect(table.smallestK == slow.smallest, note)
    #expect(table.published == table.rowCount, note)
  }

  @Test(arguments: 0..<30)
  func anyOrderAndTreeGivesTheSameTable(seed: Int) throws {
    for (name, definition) in Self.shapes {
      var dice = SplitMix(seed: UInt64(seed))
      var lines = Self.randomLines(&dice)
      let first = try merged(definition, lines, &dice).texts
      lines.shuffle(using: &dice)
      let second = try merged(definition, lines, &dice).texts
      #expect(first == second, "\(name), seed \(seed)")
    }
  }

  @Test(arguments: [AggregateDefinition.KRule.Below.suppress, .other], 0..<150)
  func noCellAndNoDifferenceHoldsFewerThanLeast(
    below: AggregateDefinition.KRule.Below, seed: Int
  ) throws {
    var dice = SplitMix(seed: UInt64(seed) &+ 5000)
    let lines = Self.randomLines(&dice)
    let least = 5 + Int(dice.next() % 6)
    let definition = AggregateDefinition.cells(
      [Shop.day, Shop.category], [.buyers], least: least, below: below)
    let texts = try merged(definition, lines, &dice).texts
    let note = Comment(rawValue: "seed \(seed), least \(least)")
    for row in texts {
      let buyers = try #require(row[2].flatMap { Int($0) })
      #expect(buyers >= least, note)
    }
    // Whoever knows all lines subtracts those he finds in a published cell.
    let keys = Set(texts.map { Array($0[0..<2]) })
    let hidden = lines.filter { line in
      let day = line.day.map { String($0) }
      return !keys.contains([day, line.category])
        && !(below == .other && keys.contains([day, "other"]))
    }
    let persons = Set(hidden.compactMap(\.buyer))
    #expect(persons.isEmpty || persons.count >= least || texts.isEmpty, note)
  }

  /// Sets of many members: lists that grow, lists that become tables, tables that grow and meet.
  @Test(arguments: 0..<12)
  func largeSetsAgreeWithTheSlowTable(seed: Int) throws {
    var dice = SplitMix(seed: UInt64(seed) &+ 900)
    let people = 40 << UInt64(seed % 6)
    let definition = AggregateDefinition.cells(
      [Shop.category], [.orders, .buyers], least: people / 4,
      below: seed % 2 == 0 ? .other : .suppress)
    let lines = (0..<4000).map { number in
      Line(
        category: "c\(dice.next() % UInt64(1 + seed % 5))",
        buyer: Int(dice.next() % UInt64(people)), order: number / 3)
    }
    let table = try merged(definition, lines, &dice)
    let slow = SlowTable(definition, lines)
    #expect(table.texts == slow.rows, "seed \(seed)")
    #expect(table.suppressed == slow.suppressed, "seed \(seed)")
    #expect(table.smallestK == slow.smallest, "seed \(seed)")
    var roll = dice
    let persons = AggregateDefinition.persons([.orders, .lines])
    #expect(try Set(merged(persons, lines, &roll).texts) == Set(SlowTable(persons, lines).rows))
  }

  // MARK: - Random

  static func randomLines(_ dice: inout SplitMix) -> [Line] {
    func pick<Value>(_ values: [Value]) -> Value { values[Int(dice.next() % UInt64(values.count))] }
    let count = pick([0, 1, 7, 30, 80, 200])
    let people = pick([3, 8, 20, 60])
    let categories: [String?] = pick([
      ["shoes", "bags"], ["shoes", "bags", "coats", "hats", "other", nil, "", "Ä", "z"],
    ])
    return (0..<count).map { _ in
      // Squares make few buyers frequent and many rare.
      let roll = Int(dice.next() % UInt64(people))
      return Line(
        day: pick([20_000, 20_001, 19_999, nil]), category: pick(categories),
        country: pick(["DE", "AT", "CH", nil, "other"]), quantity: pick([1, 2, 3, -1, nil]),
        total: pick([0, 1, 995, 1000, 4999, 5000, -700, nil]),
        buyer: pick([roll, roll, roll * roll / people, nil]),
        order: pick([roll, roll + 1, Int(dice.next() % 500), nil]),
        isGift: pick([true, false, nil])
      )
    }
  }

  /// Cuts the lines into batches, gives them to several partials and merges these in a random tree.
  private func merged(
    _ definition: AggregateDefinition, _ lines: [Line], _ dice: inout SplitMix
  ) throws -> FinishedTable {
    var partials = (0...Int(dice.next() % 4)).map { _ in Shop.partial(definition) }
    var rest = lines[...]
    while !rest.isEmpty {
      let count = 1 + Int(dice.next() % 40)
      let part = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      var roll: SplitMix? = SplitMix(seed: dice.next())
      let target = Int(dice.next() % UInt64(partials.count))
      if dice.next() % 3 == 0 {
        // A batch with rows that do not enter.
        var noise = part
        var rows: [UInt32] = []
        for index in part.indices.reversed() {
          noise.insert(Line(category: "noise", buyer: 9999, order: 9999), at: index)
        }
        for index in part.indices { rows.append(UInt32(2 * index + 1)) }
        Shop.add(Shop.batch(noise, dice: &roll), rows: rows, to: &partials[target])
      } else {
        Shop.add(Shop.batch(part, dice: &roll), to: &partials[target])
      }
    }
    while partials.count > 1 {
      let other = partials.remove(at: Int(dice.next() % UInt64(partials.count)))
      let target = Int(dice.next() % UInt64(partials.count))
      if dice.next() % 2 == 0 {
        let read = try Partial(
          deserialising: other.serialised(), definition: definition, columns: Shop.columns,
          zone: Shop.zone, fingerprints: Shop.key)
        try partials[target].merge(read)
      } else {
        try partials[target].merge(other)
      }
    }
    return try partials[0].finish()
  }
}
