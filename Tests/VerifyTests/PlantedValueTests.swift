import Bytes
import Emit
import Records
import Support
import Testing
import Verify

/// A value that must not be in a published file, and what is said of it.
struct PlantedValue: Sendable, CustomTestStringConvertible {
  var column: String
  var cell: String
  var flaw: Flaw
  var testDescription: String { "\(column): \(flaw)" }

  static let all: [PlantedValue] = [
    .init(column: "month", cell: "2026-05-02", flaw: .grammar),
    .init(column: "month", cell: "2026-02-30", flaw: .type),
    .init(column: "month", cell: "2026-5-01", flaw: .type),
    .init(column: "hour", cell: "2026-05-01T10:00:01+02:00", flaw: .grammar),
    .init(column: "hour", cell: "2026-05-01T10:00:00+01:00", flaw: .type),
    .init(column: "hour", cell: "2026-05-01T10:00:00Z", flaw: .type),
    .init(column: "page", cell: "/u/4711", flaw: .grammar),
    .init(column: "page", cell: "/u/x?mail=y", flaw: .grammar),
    .init(column: "page", cell: "/u/x#y", flaw: .grammar),
    .init(column: "page", cell: "/u/x;v=1", flaw: .grammar),
    .init(column: "page", cell: "/u\\x", flaw: .grammar),
    .init(column: "page", cell: "/4711/cart", flaw: .grammar),
    .init(column: "page", cell: "u/x", flaw: .grammar),
    .init(column: "page", cell: "/u/203.0.113.77 and more", flaw: .looksPersonal("ip")),
    .init(column: "host", cell: "Shop.example", flaw: .grammar),
    .init(column: "host", cell: "203.0.113.77", flaw: .grammar),
    .init(column: "host", cell: "shop.example/p", flaw: .grammar),
    .init(column: "route", cell: "/c/shoes", flaw: .grammar),
    .init(column: "note", cell: "call +49 151 23456789 now", flaw: .looksPersonal("phone")),
    .init(column: "note", cell: "anna@shop.example", flaw: .looksPersonal("email")),
    .init(column: "note", cell: "from 203.0.113.77", flaw: .looksPersonal("ip")),
    .init(
      column: "note", cell: "d41d8cd98f00b204e9800998ecf8427e", flaw: .looksPersonal("hex")),
    .init(column: "note", cell: String(repeating: "long ", count: 13), flaw: .length),
    .init(column: "region", cell: "010", flaw: .grammar),
    .init(column: "kind", cell: "boots", flaw: .grammar),
    .init(column: "browser", cell: "Chrome 1245", flaw: .grammar),
    .init(column: "browser", cell: "Firefox 124", flaw: .grammar),
    .init(column: "network", cell: "203.0.113.77/24", flaw: .grammar),
    .init(column: "network", cell: "203.0.113.0/25", flaw: .grammar),
    .init(column: "network", cell: "203.0.113.77", flaw: .grammar),
    .init(column: "visitor", cell: "raaaaaaaaaaaaaaaaaaaaaaaaaa", flaw: .grammar),
    .init(column: "visitor", cell: "taaaaaaaaaaaaaaaaaaaaaaaaa1", flaw: .grammar),
    .init(column: "visitor", cell: "taaaaaaaaaaaaaaaaaaaaaaaaab", flaw: .grammar),
    .init(column: "visitor", cell: "taaaaaaaaaaaaaaaaaaaaaaaaa", flaw: .grammar),
    .init(column: "units", cell: "101", flaw: .grammar),
    .init(column: "units", cell: "105", flaw: .grammar),
    .init(column: "units", cell: "12", flaw: .grammar),
    .init(column: "units", cell: "015", flaw: .type),
    .init(column: "units", cell: "99999999999999999999", flaw: .type),
    .init(column: "price", cell: "12.5", flaw: .type),
    .init(column: "price", cell: "-0.00", flaw: .type),
    .init(column: "weight", cell: "0.50", flaw: .type),
    .init(column: "weight", cell: "0.1234567", flaw: .type),
    .init(column: "new", cell: "True", flaw: .type),
    .init(column: "buyers", cell: "9", flaw: .smallCell),
  ]
}

@Suite struct PlantedValueTests {
  @Test(arguments: [OutputFormat.csv, .ndjson], [Compression.none, .gzip, .small, .zstd])
  func cleanFilesPass(format: OutputFormat, compression: Compression) throws {
    var file = PlantedFile(format: format, compression: compression)
    for column in PlantedFile.columns { file.plant(nil, in: column.name) }
    file.plant("other", in: "kind")
    file.plant("Chrome", in: "browser")
    file.plant("2001:db8:1::/48", in: "network")
    file.plant(":ip", in: "host")
    file.plant("*", in: "page")
    file.plant("-3", in: "weight")
    #expect(try file.findings() == [])
  }

  @Test(arguments: PlantedValue.all, [OutputFormat.csv, .ndjson])
  func plantedValueIsFound(_ planted: PlantedValue, format: OutputFormat) throws {
    // A word of JSON that is none ends the row: its reader knows no such value.
    if format == .ndjson, planted.cell == "True" { return }
    var file = PlantedFile(format: format, compression: .gzip)
    file.plant(nil, in: "note")
    file.plant(planted.cell, in: planted.column)
    let expected = [Finding(planted.flaw, column: planted.column, row: 2).description]
    #expect(try file.findings() == expected)
    file.plant("spring", in: "note")
    #expect(try file.findings() == expected)
  }

  /// Tokens are texts in the file; numbers, dates and times are numbers.
  private static let plantedInParquet = PlantedValue.all.filter { planted in
    let column = PlantedFile.columns.first { $0.name == planted.column }
    return planted.flaw != .type && [.text, .integer, nil].contains(column?.form)
  }

  /// The same faults in Parquet, where values of another type cannot even be written.
  @Test(arguments: plantedInParquet)
  func plantedValueIsFoundInParquet(_ planted: PlantedValue) throws {
    let index = try #require(PlantedFile.columns.firstIndex { $0.name == planted.column })
    let declared = PlantedFile.columns[index]
    let number = declared.form == .integer ? try #require(Int64(planted.cell)) : 0
    var values = Values.number([Values.nullNumber, number, number])
    if declared.form == .text {
      var texts = TextCells()
      for text in [nil, planted.cell, planted.cell] { texts.append(text) }
      values = .text(texts)
    }
    let type = ColumnType(source: nil, form: declared.form)
    let encoder = ParquetEncoder(
      columns: [TableColumn(name: declared.name, type: type)], compression: .zstd,
      isReplay: false)
    let group = encoder.encode([
      ParquetEncoder.Rows(columns: [Column(type: type, values: values)], rowCount: 3)
    ])
    let bytes = encoder.opening() + group.bytes + encoder.closing([group.summary], keyValues: [])
    let contract = TableContract(
      output: "o", table: "t", columns: [declared], format: .parquet, zone: .utc)
    #expect(
      try PlantedFile.findings(of: bytes, contract).findings
        == [Finding(planted.flaw, column: planted.column, row: 2, rowCount: 2).description])
  }

  /// The guarded text passes and is remembered long before the bare one comes.
  @Test func formulaIsFoundBehindItsGuardedTwin() throws {
    var file = PlantedFile(format: .csv)
    for _ in 0..<4_000 { file.plant("'=1+1", in: "note") }
    file.plant("=1+1", in: "note")
    #expect(
      try file.findings() == [
        "row 4001, column 'note': a text begins as a formula of a spreadsheet"
      ])
  }

  @Test func formulasAreFoundInCSV() throws {
    var file = PlantedFile(format: .csv)
    file.plant("=1+1", in: "note")
    #expect(
      try file.findings() == ["row 1, column 'note': a text begins as a formula of a spreadsheet"])
    var guarded = PlantedFile(format: .csv)
    guarded.plant("'=1+1", in: "note")
    #expect(try guarded.findings() == [])
  }

  /// What is held to a list is the text behind the apostrophe, which CSV alone has.
  @Test(arguments: [OutputFormat.csv, .ndjson])
  func disarmedTextIsHeldToItsList(format: OutputFormat) throws {
    let contract = TableContract(
      output: "o", table: "t",
      columns: [.init(name: "kind", form: .text, grammar: .words(["-none", "shoes"]))],
      format: format, zone: .utc)
    func findings(_ cells: [String]) throws -> [String] {
      let rows = cells.map { format == .csv ? $0 : "{\"kind\":\"\($0)\"}" }
      let text = ((format == .csv ? ["kind"] : []) + rows).joined(separator: "\n") + "\n"
      return try PlantedFile.findings(of: Array(text.utf8), contract).findings
    }
    let rule = "a value is none that the column's treatment gives"
    let isCSV = format == .csv
    #expect(
      try findings(["shoes", "'-none"]) == (isCSV ? [] : ["row 2, column 'kind': \(rule)"]))
    #expect(try findings(["shoes", "'shoes"]) == ["row 2, column 'kind': \(rule)"])
    #expect(
      try findings(["shoes", "-none"])
        == (isCSV ? ["row 2, column 'kind': a text begins as a formula of a spreadsheet"] : []))
  }

  /// Where no bit is kept there is one network of each version.
  @Test func networkOfNoBitsIsOne() throws {
    let contract = TableContract(
      output: "o", table: "t",
      columns: [.init(name: "network", form: .text, grammar: .subnet(v4: 0, v6: 0))],
      format: .csv, zone: .utc)
    #expect(
      try PlantedFile.findings(of: Array("network\n0.0.0.0/0\n::/0\n".utf8), contract).findings
        == [])
    #expect(
      try PlantedFile.findings(of: Array("network\n203.0.113.0/0\n".utf8), contract).findings
        == ["row 1, column 'network': a value is none that the column's treatment gives"])
  }

  @Test(arguments: [OutputFormat.csv, .ndjson])
  func rowsAndColumnsAreCounted(format: OutputFormat) throws {
    var file = PlantedFile(format: format)
    file.plant(nil, in: "note")
    let good = file.bytes
    #expect(
      try file.findings(of: good + Array("torn\n".utf8))
        == ["row 2: a row is not made of one value for each column"])
    let text = String(decoding: good, as: UTF8.self).replacing("month", with: "moment")
    let found = try file.findings(of: Array(text.utf8))
    #expect(
      found == [
        format == .csv
          ? "the columns of the file are not the declared ones"
          : "row 1: a row is not made of one value for each column"
      ])
  }

  @Test func parquetOfOtherColumnsIsFound() throws {
    let encoder = ParquetEncoder(columns: [], compression: .zstd, isReplay: false)
    let bytes = encoder.opening() + encoder.closing([], keyValues: [])
    #expect(
      try PlantedFile.findings(of: bytes, PlantedFile.contract(.parquet)).findings
        == ["the columns of the file are not the declared ones"])
  }

  @Test(arguments: [OutputFormat.csv, .ndjson])
  func identifiersThatWereReadAreFound(format: OutputFormat) throws {
    var filter = KeyedFilter(key: .random())
    let names = ["anna.mueller", "Jürgen"].map { Array($0.utf8) }
    for name in names {
      filter.insert(filter.hasher.mark(of: name.span, from: 0, count: name.count))
    }
    var file = PlantedFile(format: format)
    file.plant("anna.mueller", in: "note")
    file.plant("/u/anna.mueller/cart", in: "page")
    file.plant("/u/J%C3%BCrgen", in: "page")
    file.plant("spring sale", in: "note")
    let sentence = "a text is an identifier of a person that was read in the same run"
    #expect(
      try file.findings(filter: filter, settled: nil) == [
        "row 1, column 'note': \(sentence)", "row 3, column 'page': \(sentence)",
      ])
    #expect(
      try file.findings(filter: filter, settled: [names[1]])
        == ["row 3, column 'page': \(sentence)"])
    #expect(try file.findings(filter: filter, settled: []) == [])
    #expect(try file.findings(filter: nil, settled: nil) == [])
  }

  /// A suspect is one wherever it stands, whoever met it first: what was refused is never
  /// remembered as passed, or the row that is told would depend on which thread was faster.
  @Test func identifiersAreFoundInEveryPart() throws {
    var filter = KeyedFilter(key: .random())
    let name = Array("anna.mueller".utf8)
    filter.insert(filter.hasher.mark(of: name.span, from: 0, count: name.count))
    var file = PlantedFile(format: .csv)
    file.plant("anna.mueller", in: "note")
    let contract = PlantedFile.contract(.csv)
    let check = TableCheck(contract, filter: filter)
    for _ in 0..<2 {
      let found = try PlantedFile.findings(of: file.bytes, check, settled: nil).findings
      #expect(
        found == [
          "row 1, column 'note': a text is an identifier of a person that was read in the same run"
        ])
    }
  }

  @Test func personsWhoLookLikeFewOthersAreFound() throws {
    let columns: [TableContract.Column] = [
      .init(name: "buyer", form: .token, grammar: .token(isReplay: false)),
      .init(name: "band", form: .text, grammar: .words(["0–49", "50+"])),
    ]
    let contract = TableContract(
      output: "o", table: "t", columns: columns, format: .csv, zone: .utc, leastAlike: 2)
    let tokens = ["a", "e", "i"].map { "t" + String(repeating: $0, count: 26) }
    let bytes = Array(
      ("buyer,band\n\(tokens[0]),0–49\n\(tokens[1]),50+\n\(tokens[2]),0–49\n").utf8)
    #expect(
      try PlantedFile.findings(of: bytes, contract).findings
        == ["row 2: a cell stands for fewer persons than it must"])
  }

  @Test func flawsAreSentences() {
    #expect(
      Finding(.looksPersonal("ip"), column: "page", row: 17, rowCount: 3).description
        == "row 17, column 'page': a text looks like an IP address (3 rows)")
    let flaws: [Flaw] = [
      .columns, .row, .type, .grammar, .length, .formula, .looksPersonal("card"), .identifier,
      .smallCell, .damaged("why"),
    ]
    #expect(
      flaws.map(\.description) == [
        "the columns of the file are not the declared ones",
        "a row is not made of one value for each column",
        "a value is not of the column's type",
        "a value is none that the column's treatment gives",
        "a text is longer than 64 characters",
        "a text begins as a formula of a spreadsheet",
        "a text looks like a card number",
        "a text is an identifier of a person that was read in the same run",
        "a cell stands for fewer persons than it must",
        "why",
      ])
  }
}
