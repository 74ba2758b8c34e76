import Bytes
import Emit
import Records
import Testing
import Verify

/// Rows are counted from the first of the file, whichever of its parts they lie in.
@Suite struct LaterPartTests {
  @Test(arguments: [OutputFormat.csv, .ndjson])
  func rowsOfLaterBlocksAreCountedFromTheFirst(format: OutputFormat) throws {
    var filter = KeyedFilter(key: .random())
    let name = Array("anna.mueller".utf8)
    filter.insert(filter.hasher.mark(of: name.span, from: 0, count: name.count))
    var file = PlantedFile(format: format)
    for row in 1...6000 {
      switch row {
      case 2500, 5500: file.plant("boots", in: "kind")
      case 5000: file.plant("anna.mueller", in: "note")
      case 5900: file.plant("9", in: "buyers")
      default: file.plant(nil, in: "note")
      }
    }
    let found = try PlantedFile.findings(
      of: file.bytes, PlantedFile.contract(format), filter: filter, settled: [name])
    #expect(found.partCount >= 3 && found.rowCount == 6000)
    #expect(
      found.findings == [
        "row 2500, column 'kind': a value is none that the column's treatment gives (2 rows)",
        "row 5000, column 'note': a text is an identifier of a person that was read in the same run",
        "row 5900, column 'buyers': a cell stands for fewer persons than it must",
      ])
  }

  /// Two of the last block look like nobody before them.
  @Test func personsOfLaterBlocksAreCountedFromTheFirst() throws {
    let contract = TableContract(
      output: "o", table: "t",
      columns: [
        .init(name: "buyer", form: .token, grammar: .token(isReplay: false)),
        .init(name: "band", form: .text, grammar: .words(["0–49", "50+"])),
      ], format: .csv, zone: .utc, leastAlike: 3)
    let token = "t" + String(repeating: "a", count: 26)
    var text = "buyer,band\n"
    for row in 1...10_000 {
      text += "\(token),\(row == 9000 || row == 9500 ? "50+" : "0–49")\n"
    }
    let found = try PlantedFile.findings(of: Array(text.utf8), contract)
    #expect(found.partCount >= 2 && found.rowCount == 10_000)
    #expect(
      found.findings == ["row 9000: a cell stands for fewer persons than it must (2 rows)"])
  }

  @Test func rowsOfLaterGroupsAreCountedFromTheFirst() throws {
    let declared = try #require(PlantedFile.columns.first { $0.name == "kind" })
    let type = ColumnType(source: nil, form: declared.form)
    let encoder = ParquetEncoder(
      columns: [TableColumn(name: declared.name, type: type)], compression: .zstd, isReplay: false)
    var bytes = encoder.opening()
    var groups: [ParquetGroup.Summary] = []
    for cells in [["shoes", "shoes"], ["shoes", "0–49", "shoes"], ["shoes", "boots"], ["boots"]] {
      var texts = TextCells()
      for cell in cells { texts.append(cell) }
      let group = encoder.encode([
        ParquetEncoder.Rows(
          columns: [Column(type: type, values: .text(texts))], rowCount: cells.count)
      ])
      bytes += group.bytes
      groups.append(group.summary)
    }
    bytes += encoder.closing(groups, keyValues: [])
    let contract = TableContract(
      output: "o", table: "t", columns: [declared], format: .parquet, zone: .utc)
    let found = try PlantedFile.findings(of: bytes, contract)
    #expect(found.partCount == 4 && found.rowCount == 8)
    #expect(
      found.findings == [
        "row 7, column 'kind': a value is none that the column's treatment gives (2 rows)"
      ])
  }
}
