import Aggregate
import Records
import Testing

/// Tables of one row a person.
@Suite struct PersonTableTests {
  private struct Refusal: Error {}

  @Test func onePersonIsOneRowInTheOrderOfPrintedTokens() throws {
    let lines = (0..<200).map { Line(buyer: $0 % 50, order: $0) }
    let table = try Shop.table(.persons([.orders]), lines)
    #expect(table.rowCount == 50)
    guard case .identity(let identities) = table.columns[0].values else {
      Issue.record("the person column holds no identities")
      return
    }
    let printed = identities.tokens.map(base32)
    #expect(printed == printed.sorted { $0.lexicographicallyPrecedes($1) })
    #expect(
      Set(identities.tokens)
        == Set((0..<50).map { Shop.token(Shop.fingerprint("buyer", $0)) }))
    #expect(table.texts.allSatisfy { $0[1] == "4" })
    #expect(table.smallestK == nil)
  }

  /// The token as CSV prints it, without its tag: 26 letters of five bits, highest first.
  private func base32(_ token: UInt128) -> [UInt8] {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    let bits = (0..<128).map { token >> (127 - $0) & 1 == 1 } + [false, false]
    return stride(from: 0, to: 130, by: 5).map { start in
      alphabet[bits[start..<(start + 5)].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }]
    }
  }

  @Test func rowsWithoutPersonDoNotEnter() throws {
    let lines = [Line(buyer: nil, order: 1), Line(buyer: 7, order: 2), Line(buyer: nil, order: 3)]
    let table = try Shop.table(.persons([.lines]), lines)
    #expect(table.texts.map { $0[1] } == ["1"])
    #expect(try Shop.table(.persons([.lines]), [Line(buyer: nil)]).rowCount == 0)
  }

  @Test func tokenIsAskedOnceForEachPerson() throws {
    var partial = Shop.partial(.persons([.lines]))
    var asked: [UInt128] = []
    for _ in 0..<3 {
      let batch = Shop.batch((0..<20).map { Line(buyer: $0 % 6) })
      partial.add(batch) { positions, cells in
        asked += positions.map { cells.fingerprints[Int($0)] }
        return positions.map { Shop.token(cells.fingerprints[Int($0)]) }
      }
    }
    #expect(asked.count == 6)
    #expect(Set(asked) == Set((0..<6).map { Shop.fingerprint("buyer", $0) }))
  }

  @Test func tokenIsNotAskedForRowsThatDoNotEnter() {
    var partial = Shop.partial(
      .persons([.lines], where: [.init(column: Shop.category, values: ["bags"])]))
    var asked = 0
    let batch = Shop.batch([Line(category: "shoes", buyer: 1), Line(category: "bags", buyer: 2)])
    partial.add(batch) { positions, _ in
      asked += positions.count
      return positions.map { _ in 1 }
    }
    #expect(asked == 1)
  }

  @Test func tokensOfTheBatchAreTaken() throws {
    var batch = Shop.batch([Line(buyer: 3)])
    batch.columns[Shop.buyer].values = .identity(
      IdentityCells(fingerprints: [Shop.fingerprint("buyer", 3)], tokens: [0xABC]))
    var partial = Shop.partial(.persons([.lines]))
    partial.add(batch) { _, _ in
      Issue.record("the token was asked for")
      return []
    }
    #expect(try partial.finish().texts == [["abc", "1"]])
  }

  @Test func faultOfTheTokenIsPassedOn() {
    var partial = Shop.partial(.persons([.lines]))
    #expect(throws: Refusal.self) {
      try partial.add(Shop.batch([Line()])) { _, _ throws(Refusal) in throw Refusal() }
    }
  }

  struct Case: CustomTestStringConvertible {
    var name: String
    /// For each class the persons and their orders, at most 9.
    var classes: [(persons: Int, orders: Int)]
    /// Orders of the published persons' classes.
    var published: [Int]
    var smallest: Int?

    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(
      name: "small classes go", classes: [(6, 1), (3, 2), (2, 3)], published: [1], smallest: 6),
    Case(
      name: "the next smallest class goes too", classes: [(9, 1), (6, 2), (2, 3)],
      published: [1], smallest: 9),
    Case(
      name: "of two of a size the one of lesser values", classes: [(9, 1), (6, 3), (6, 2), (2, 4)],
      published: [1, 3], smallest: 6),
    Case(
      name: "a class of exactly least stays", classes: [(5, 1), (5, 2)], published: [1, 2],
      smallest: 5),
    Case(name: "where none is left", classes: [(4, 1), (2, 2)], published: [], smallest: nil),
    Case(name: "nobody", classes: [], published: [], smallest: nil),
  ])
  func classesOfPersonsWhoLookTheSame(test: Case) throws {
    var lines: [Line] = []
    var buyer = 0
    for look in test.classes {
      for _ in 0..<look.persons {
        buyer += 1
        for order in 0..<look.orders { lines.append(Line(buyer: buyer, order: 10 * buyer + order)) }
      }
    }
    let table = try Shop.table(.persons([.orders], least: 5), lines)
    #expect(Set(table.texts.compactMap { $0[1].flatMap { Int($0) } }) == Set(test.published))
    #expect(table.smallestK == test.smallest)
    #expect(table.rowCount + table.suppressed == buyer)
    #expect(table.published == table.rowCount)
  }

  @Test func bandsMakePersonsAlike() throws {
    let lines = (1...6).flatMap { buyer in
      (0..<(2 + buyer % 3)).map { Line(buyer: buyer, order: 10 * buyer + $0) }
    }
    var orders = AggregateDefinition.Measure.orders
    #expect(try Shop.table(.persons([orders], least: 5), lines).rowCount == 0)
    orders.bands = [1, 2, 5]
    let table = try Shop.table(.persons([orders], least: 5), lines)
    #expect(table.texts.map { $0[1] } == [String?](repeating: "2–4", count: 6))
  }

  @Test func withoutMeasuresAllLookTheSame() throws {
    let lines = Line.of("a", buyers: 1...5)
    #expect(try Shop.table(.persons([], least: 5), lines).smallestK == 5)
    #expect(try Shop.table(.persons([], least: 6), lines).rowCount == 0)
  }
}
