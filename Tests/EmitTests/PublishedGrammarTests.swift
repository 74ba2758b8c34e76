import Emit
import Records
import Testing

/// What a data package says of a column's cells is what was said to it.
@Suite struct PublishedGrammarTests {
  static let all: [(ValueForm, CellGrammar)] = [
    (.text, .text(most: nil)), (.text, .text(most: 64)), (.text, .words(["a", "other"])),
    (.text, .versions(of: ["Chrome"])), (.text, .subnet(v4: 24, v6: 48)),
    (.text, .url(host: true, path: nil)), (.text, .url(host: true, path: .masked)),
    (.text, .url(host: false, path: .any)), (.text, .url(host: false, path: .listed(["/p/:id"]))),
    (.token, .token(isReplay: true)), (.token, .token(isReplay: false)),
    (.integer, .number(least: 0, greatest: nil, multiple: nil)),
    (.decimal(scale: 2, keepsPlaces: true), .number(least: -100, greatest: 500, multiple: 100)),
    (.decimal(scale: 6, keepsPlaces: false), .number(least: nil, greatest: nil, multiple: nil)),
    (.boolean, .boolean), (.date, .time(floor: .month)), (.timestamp, .time(floor: nil)),
    (.text, .orOther(.words(["a"]))), (.text, .kept(.text(most: 64))),
    (.text, .orOther(.kept(.text(most: nil)))),
  ]

  private func table(_ smallCells: TableDescription.Persons?) -> TableDescription {
    var table = TableDescription.example()
    table.smallCells = smallCells
    table.columns = Self.all.enumerated().map { index, column in
      .init(
        column: TableColumn(
          name: "c\(index)", type: ColumnType(source: nil, form: column.0)),
        purposes: ["revenue"], treatment: "", cells: column.1)
    }
    return table
  }

  @Test func grammarsAreReadBack() throws {
    let json = DataPackage.json(for: table(nil), partitions: [.example("2026-05-01")])
    let read = try DataPackage.partitions(readingFrom: json)
    let fields = try #require(read.first?.fields)
    #expect(fields.compactMap(\.cells?.grammar) == Self.all.map(\.1))
    #expect(fields.compactMap(\.cells?.form) == Self.all.map(\.0))
    #expect(read.first?.smallCells == nil)
    #expect(try DataPackage.timezone(readingFrom: json) == "Europe/Berlin")
  }

  @Test func leastPersonsBelongToThePartition() throws {
    let old = TableDescription.Persons(least: 10, columns: ["c11"], areRows: false)
    let first = DataPackage.json(for: table(old), partitions: [.example("2026-05-01")])
    let read = try DataPackage.partitions(readingFrom: first)
    #expect(read.first?.smallCells == old)
    // A later pipeline asks for other numbers; what was published keeps its own.
    let later = TableDescription.Persons(least: 50, columns: [], areRows: true)
    let second = DataPackage.json(for: table(later), partitions: read + [.example("2026-05-02")])
    #expect(
      try DataPackage.partitions(readingFrom: second).map(\.smallCells) == [old, later])
  }

  @Test func constraintsAreThoseOfTableSchema() {
    let json = String(
      decoding: DataPackage.json(for: table(nil), partitions: [.example("2026-05-01")]),
      as: UTF8.self)
    let lines = Set(json.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } })
    #expect(lines.contains("\"pattern\": \"r[a-z2-7]{26}\""))
    #expect(lines.contains("\"pattern\": \"[0-9.]+/24|[0-9a-f:]+/48\""))
    #expect(lines.contains("\"maxLength\": 64"))
    #expect(lines.contains("\"minimum\": -1,"))
    #expect(lines.contains("\"maximum\": 5"))
  }
}
