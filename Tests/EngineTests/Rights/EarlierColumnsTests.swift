import Engine
import Foundation
import Records
import Testing

/// Persons leave partitions that were published under other columns than the pipeline has today.
@Suite struct EarlierColumnsTests {
  private static let first = "2026-05-01"
  private static let second = "2026-05-02"

  /// The pipeline as it became: the table of orders holds other columns, the persons of customers
  /// have another name, and fewer of them must look alike.
  private static func later(_ pipeline: String, orders: String) -> String {
    pipeline
      .replacing("person: {from", with: "member: {from").replacing(
        "per: person", with: "per: member"
      )
      .replacing("least: 7", with: "least: 5")
      .replacing("orders: [number, buyer, note, visit]", with: "orders: \(orders)")
      .replacing(
        "note:   {type: text, for: revenue}",
        with: "note:   {type: text, for: revenue}\n"
          + "      mark:   {from: note, type: text, treat: {one_of: [plain]}, for: revenue}")
  }

  /// With Anna seven have three lines.
  private static let others = [(name: "more-0", lines: 3), (name: "more-1", lines: 3)]

  /// One night under the first pipeline and one under the later.
  private func shop(
    _ pipeline: String = CustomerNights.pipeline(), orders: String = "[mark, buyer]",
    without persons: [String] = [], like other: ShopNight? = nil
  ) async throws -> ShopNight {
    let pipeline = pipeline.replacing("least: 5", with: "least: 7")
    let shop = try await CustomerNights.shop(
      pipeline, days: [Self.first], without: persons, others: Self.others, like: other)
    shop.pipeline = Self.later(pipeline, orders: orders)
    try shop.put(
      "orders-\(Self.second).csv",
      CustomerNights.raw(Self.second, without: persons, others: Self.others))
    try await shop.run(Self.second)
    return shop
  }

  /// Partitions, data package and page are those of nights that have not known the person.
  private func expectSame(_ shop: ShopNight, _ other: ShopNight) throws {
    for table in ["desk/orders", "crm/customers"] {
      for day in [Self.first, Self.second] {
        let data = try shop.data(table, day)
        let expected = try other.data(table, day)
        #expect(data == expected, "\(table) \(day)")
      }
      for name in ["datapackage.json", "README.md"] {
        let text = try shop.text("out/\(table)/\(name)")
        let expected = try other.text("out/\(table)/\(name)")
        #expect(text == expected, "\(table) \(name)")
      }
    }
  }

  /// What the data package says of a partition: its columns, each with what its cells may look
  /// like, and how many persons look alike.
  private func said(_ shop: ShopNight, _ table: String, _ day: String) throws -> [String] {
    let root = try JSONSerialization.jsonObject(
      with: Data(shop.text("out/\(table)/datapackage.json").utf8))
    let resources = try #require((root as? [String: Any])?["resources"] as? [[String: Any]])
    let resource = try #require(
      resources.first { ($0["sparsam"] as? [String: Any])?["partition"] as? String == day })
    let schema = try #require(resource["schema"] as? [String: Any])
    let fields = try #require(schema["fields"] as? [[String: Any]])
    let small = (resource["sparsam"] as? [String: Any])?["small_cells"] as? [String: Any]
    return fields.map { field in
      let cells = (field["sparsam"] as? [String: Any])?["cells"] as? [String: Any]
      return "\(field["name"] ?? "") \(cells?["is"] ?? "")"
    } + (small.map { ["least \($0["least"] ?? "")"] } ?? [])
  }

  @Test(arguments: [["csv", "none"], ["ndjson", "none"], ["parquet", "zstd"]])
  func partitionsKeepTheColumnsOfTheirNight(_ format: [String]) async throws {
    let pipeline = CustomerNights.pipeline(format[0], format[1])
    let shop = try await shop(pipeline)
    let other = try await self.shop(pipeline, without: ["anna"], like: shop)
    let before = try ["desk/orders", "crm/customers"].map { try said(shop, $0, Self.first) }
    #expect(before.map { $0.count } == [4, 3], "\(before)")
    let persons = try AskingPerson.all(in: CustomerNights.anna)
    let answer = try await shop.rights().forget(persons)
    #expect(
      answer.places.map { "\($0.output)/\($0.table) \($0.date) \($0.rows.count) \($0.companions)" }
        == [
          "desk/orders \(Self.first) 3 0", "desk/orders \(Self.second) 3 0",
          // Of the first night seven had to look alike, of the second five.
          "crm/customers \(Self.first) 1 26", "crm/customers \(Self.second) 1 0",
        ])
    try expectSame(shop, other)
    let after = try ["desk/orders", "crm/customers"].map { try said(shop, $0, Self.first) }
    #expect(after == before)
    let date = try #require(CivilDate(Self.second))
    let report = try await PublishedCheck(folder: shop.path("out"), date: date, threads: 1).report()
    #expect(report.findings.isEmpty && report.notes.isEmpty, "\(report.findings)")
  }

  /// The evidence of the rewriting says what was rewritten, not what the table is today.
  @Test func theManifestNamesTheColumnsOfTheNight() async throws {
    let shop = try await shop()
    func columns(_ run: String) throws -> [String] {
      let root = try JSONSerialization.jsonObject(
        with: Data(shop.text("state/runs/\(run)/manifest.json").utf8))
      let outputs = (root as? [String: Any])?["outputs"] as? [String: [String: [String: Any]]]
      let found = outputs?["desk"]?["orders"]?["columns"] as? [[String: Any]]
      return try #require(found).map { column in
        ["name", "type", "treatment"].map { "\(column[$0] ?? "")" }.joined(separator: ", ")
      }
    }
    _ = try await shop.rights().forget(try AskingPerson.all(in: CustomerNights.anna))
    let night = try columns("\(Self.first).shop.1")
    let rewriting = try columns("\(Self.first).shop.2")
    #expect(night.count == 4 && night == rewriting)
  }

  /// The table has lost its tokens since, and the person is still in what was published before.
  @Test func tokensOfColumnsThatAreGoneAreFound() async throws {
    let shop = try await shop(orders: "[mark]")
    let other = try await self.shop(orders: "[mark]", without: ["anna"], like: shop)
    let persons = try AskingPerson.all(in: CustomerNights.anna)
    let located = try shop.rights().locate(persons)
    #expect(
      located.places.first.map { "\($0.table) \($0.date) \($0.rows)" }
        == "orders \(Self.first) [11, 12, 13]")
    #expect(
      located.limits == [
        "no column of 'desk/orders' holds a pseudonym of what was given: in it the person cannot be "
          + "identified (Art. 11(2) GDPR)",
        "'desk/days' holds cells of many persons: what is published of them cannot be undone",
      ])
    _ = try await shop.rights().forget(persons)
    for table in ["desk/orders", "crm/customers"] {
      let data = try shop.data(table, Self.first)
      let expected = try other.data(table, Self.first)
      #expect(data == expected, "\(table)")
    }
  }

  /// Tokens are looked for under every key that lives, whatever the pipeline calls it now, and
  /// columns that it has under another type or not at all are searched too.
  @Test(arguments: [
    (of: "shopper", with: "customer"), (of: "type: email", with: "type: account"),
    (of: "number, buyer, note", with: "number, note"),
  ])
  func anEarlierKeyOrTypeIsSearched(_ change: (of: String, with: String)) async throws {
    let shop = try await CustomerNights.shop(days: [Self.first])
    shop.pipeline = shop.pipeline.replacing(change.of, with: change.with)
    try shop.put("orders-\(Self.second).csv", CustomerNights.raw(Self.second))
    try await shop.run(Self.second)
    let persons = try AskingPerson.all(in: CustomerNights.anna)
    let found = try await shop.rights().forget(persons).places.filter { $0.date == Self.first }
    #expect(
      Set(found.map { "\($0.table) \($0.rows.count)" }) == ["orders 3", "customers 1"])
    #expect(try !shop.rights().locate(persons).places.contains { $0.date == Self.first })
  }

  /// What is written anew is read back by what its own cells may look like.
  @Test func aPartitionThatBreaksItsPromiseIsNotWrittenAnew() async throws {
    let shop = try await shop()
    let package = "out/desk/orders/datapackage.json"
    let promised = try shop.text(package)
    let narrowed = promised.replacing("\"plain\"", with: "\"plane\"")
    #expect(narrowed != promised)
    try Data(narrowed.utf8).write(to: URL(fileURLWithPath: shop.path(package)))
    let file = "out/desk/orders/data/dt=\(Self.second)/part-00000.csv"
    let before = try shop.text(file)
    let persons = try AskingPerson.all(in: CustomerNights.anna)
    await #expect(
      throws: RunFailure(
        .badInput,
        "verification stopped the rewriting of output 'desk', table 'orders', dt=\(Self.second), row 1, "
          + "column 'mark': a value is none that the column's treatment gives (26 rows); nothing of that date was changed; see "
          + "'sparsam verify', restore the partition or publish it again with '--replace', then ask "
          + "again")
    ) { _ = try await shop.rights().forget(persons) }
    #expect(try shop.text(file) == before)
  }
}
