import Ingest
import Records
import Support
import Testing

/// A CSV file and the cells of its columns `a` and `b`, or the rules its records broke.
struct CSVCase: Sendable, CustomTestStringConvertible {
  var name: String
  var file: [UInt8]
  var rows: [[String?]]
  var faults: [Rule] = []
  var spoiled = 0
  var csv = Reading.CSV()
  var testDescription: String { name }

  init(
    _ name: String, _ file: String, _ rows: [[String?]], faults: [Rule] = [],
    _ change: (inout Reading.CSV) -> Void = { _ in }
  ) {
    self.init(name, bytes: Array(file.utf8), rows, faults: faults, change)
  }

  init(
    _ name: String, bytes: [UInt8], _ rows: [[String?]], faults: [Rule] = [], spoiled: Int = 0,
    _ change: (inout Reading.CSV) -> Void = { _ in }
  ) {
    self.name = name
    file = bytes
    self.rows = rows
    self.faults = faults
    self.spoiled = spoiled
    change(&csv)
  }

  static let all: [CSVCase] = forms + dialects + encodings

  static let forms: [CSVCase] = [
    CSVCase("plain", "a,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
    CSVCase("no final newline", "a,b\n1,2\n3,4", [["1", "2"], ["3", "4"]]),
    CSVCase("header alone", "a,b\n", []),
    CSVCase("CRLF", "a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]),
    CSVCase("CR at the end of the file", "a,b\r\n1,2\r", [["1", "2"]]),
    CSVCase("CR inside a field stays", "a,b\n1\r1,2\n", [["1\r1", "2"]]),
    CSVCase("only one CR belongs to the line end", "a,b\n1,2\r\r\n", [["1", "2\r"]]),
    CSVCase("blank lines", "\n\r\na,b\n\n1,2\n\r\n\n3,4\n\n", [["1", "2"], ["3", "4"]]),
    CSVCase("quoted delimiter", "a,b\n\"1,1\",2\n", [["1,1", "2"]]),
    CSVCase("quoted newline", "a,b\n\"1\n1\",\"2\r\n2\"\n", [["1\n1", "2\r\n2"]]),
    CSVCase("doubled quotes", "a,b\n\"say \"\"1\"\"\",\"\"\"\"\n", [["say \"1\"", "\""]]),
    CSVCase("quote inside a bare field", "a,b\n5\" tall,2\"\n", [["5\" tall", "2\""]]),
    CSVCase("quoted last field with CRLF", "a,b\r\n1,\"2\"\r\n", [["1", "2"]]),
    CSVCase("empty is null", "a,b\n,\"\"\n", [[nil, nil]]),
    CSVCase("apostrophe stays", "a,b\n'01067,'+49\n", [["'01067", "'+49"]]),
    CSVCase("NUL stays", "a,b\n\u{0},x\u{0}y\n", [["\u{0}", "x\u{0}y"]]),
    CSVCase("too few fields", "a,b\n1\n3,4\n", [["3", "4"]], faults: [.fieldCount]),
    CSVCase("too many fields", "a,b\n1,2,3\n3,4\n", [["3", "4"]], faults: [.fieldCount]),
    CSVCase("one delimiter too many", "a,b\n1,2,\n", [], faults: [.fieldCount]),
    CSVCase("text after the quote", "a,b\n\"1\"x,2\n3,4\n", [["3", "4"]], faults: [.malformed]),
    CSVCase("blank after the quote", "a,b\n\"1\" ,2\n", [], faults: [.malformed]),
    CSVCase(
      "newline in the field after broken quotes", "a,b\n\"1\"x,\"2\n2\"\n3,4\n", [["3", "4"]],
      faults: [.malformed]),
    CSVCase(
      "stray quote costs its line", "a,b\n1,2\n\"3,4\n5,6\n", [["1", "2"], ["5", "6"]],
      faults: [.limit]),
  ]

  static let dialects: [CSVCase] = [
    CSVCase("semicolon", "a;b\n1,1;2\n", [["1,1", "2"]]) { $0.delimiter = [0x3B] },
    CSVCase("tab", "a\tb\n1 1\t\n", [["1 1", nil]]) { $0.delimiter = [0x09] },
    CSVCase("two bytes", "a||b\n1|1||2|\n\"3||\"||4\n", [["1|1", "2|"], ["3||", "4"]]) {
      $0.delimiter = [0x7C, 0x7C]
    },
    CSVCase("three bytes of one sign", "a→b\n1→2\n", [["1", "2"]]) {
      $0.delimiter = Array("→".utf8)
    },
    CSVCase("other quote", "a,b\n'1,''1',\"2\"\n", [["1,'1", "\"2\""]]) { $0.quote = 0x27 },
    CSVCase(
      "no quotes", "a\tb\n\"x\t24\"\n\"y\"\t\"\"\n\t\"\r\n",
      [["\"x", "24\""], ["\"y\"", "\"\""], [nil, "\""]]
    ) {
      $0.quote = nil
      $0.delimiter = [0x09]
    },
    CSVCase(
      "no quotes, two bytes", "a||b\n\"1||2|\"\n\"||\"\n||x\n|y|||\n",
      [["\"1", "2|\""], ["\"", "\""], [nil, "x"], ["|y", "|"]]
    ) {
      $0.quote = nil
      $0.delimiter = [0x7C, 0x7C]
    },
    CSVCase("no quotes, two bytes, trim", "a||b\n |1| || 2\n", [["|1|", "2"]]) {
      $0.quote = nil
      $0.delimiter = [0x7C, 0x7C]
      $0.trims = true
    },
    CSVCase("no quotes, trim", "a,b\n \"1\" ,\"\"2\n", [["\"1\"", "\"\"2"]]) {
      $0.quote = nil
      $0.trims = true
    },
    CSVCase(
      "no quotes is no doubled quote",
      bytes: Array("a,b\n\"\"x".utf8) + [0xE4] + Array(",\"\n".utf8),
      [["\"\"xä", "\""]]
    ) {
      $0.quote = nil
      $0.encoding = .windows1252
    },
    CSVCase(
      "null texts", "a,b\nNULL,null\n,\"NULL\"\nNULLS,n/a\n",
      [[nil, "null"], ["", nil], ["NULLS", nil]]
    ) { $0.nulls = [Array("NULL".utf8), Array("n/a".utf8)] },
    CSVCase("null text with quotes inside", "a,b\n\"\"\"\",1\n", [[nil, "1"]]) {
      $0.nulls = [Array("\"".utf8)]
    },
    CSVCase(
      "trim", "a , b\n 1\t, 2 2 \n\" 3 \" , \"4\"\n5, \"say \"\"6\"\"\"\n ,\" \"\n",
      [["1", "2 2"], ["3", "4"], ["5", "say \"6\""], [nil, nil]]
    ) { $0.trims = true },
    CSVCase("no trim", "a,b\n 1 , \"2\"\n", [[" 1 ", " \"2\""]]),
    CSVCase("names instead of a header", "1,2\n3,4\n", [["1", "2"], ["3", "4"]]) {
      $0.names = ["a", "b"]
    },
  ]

  static let encodings: [CSVCase] = [
    CSVCase("UTF-8", "a,b\nGröße,ʤ\n", [["Größe", "ʤ"]]),
    CSVCase(
      "broken UTF-8", bytes: Array("a,b\n1,Gr".utf8) + [0xF6] + Array("\n3,4\n".utf8),
      [["1", nil], ["3", "4"]], spoiled: 1),
    CSVCase(
      "broken UTF-8 between doubled quotes",
      bytes: Array("a,b\n\"\"\"".utf8) + [0xC3] + Array("\"\"\",2\n".utf8),
      [[nil, "2"]], spoiled: 1),
    CSVCase(
      "windows-1252",
      bytes: Array("a,b\nGr".utf8) + [0xF6, 0xDF] + Array("e,".utf8) + [0x80, 0x0A],
      [["Größe", "€"]]
    ) { $0.encoding = .windows1252 },
    CSVCase(
      "no sign in windows-1252", bytes: Array("a,b\n".utf8) + [0x81, 0x2C, 0x34, 0x0A],
      [[nil, "4"]], spoiled: 1
    ) { $0.encoding = .windows1252 },
    CSVCase(
      "windows-1252 between doubled quotes",
      bytes: Array("a,b\n\"\"\"".utf8) + [0x84] + Array("\"\"\",2\n".utf8), [["\"„\"", "2"]]
    ) { $0.encoding = .windows1252 },
    CSVCase(
      "ISO-8859-1", bytes: Array("a,b\n".utf8) + [0xE4, 0x2C, 0x80, 0x0A], [["ä", "\u{80}"]]
    ) { $0.encoding = .latin1 },
    CSVCase(
      "null text in windows-1252", bytes: Array("a,b\n".utf8) + [0x96, 0x2C, 0x31, 0x0A],
      [[nil, "1"]]
    ) {
      $0.encoding = .windows1252
      $0.nulls = [Array("–".utf8)]
    },
  ]
}

@Suite struct CSVScannerTests {
  @Test(arguments: CSVCase.all)
  func readsRecords(_ example: CSVCase) throws {
    for blockSize in [1, 7, 16, 1 << 20] {
      let found = try Scanned.read(
        example.file, Reading(format: .csv(example.csv)), slots: ["a", "b"], blockSize: blockSize)
      #expect(found.rows == example.rows)
      #expect(found.faults.map(\.rule) == example.faults)
      #expect(found.spoiled.count == example.spoiled)
      #expect(found.spoiled.allSatisfy { $0.rule == .encoding })
    }
  }

  @Test func emptyBlockHasNoRecords() throws {
    let found = try Scanned.scan([], csvReading(), slots: ["a"], header: ["a"])
    #expect(found == Scanned())
  }

  @Test func skipsAndCountsUndeclaredColumns() throws {
    let file = Array("w,b,x,a,y\nsecret,2,\"se\"\"cret\",\"1\"\"\",\u{FFFD}\n".utf8)
    let found = try Scanned.read(file, csvReading(), slots: ["a", "b"])
    #expect(found.rows == [["1\"", "2"]])
    #expect(found.droppedFields == 3)
    #expect(found.tail == "1\"", "only declared fields are decoded")
  }

  @Test func undeclaredBytesNeedNoEncoding() throws {
    let file = Array("a,x\n1,".utf8) + [0xFF, 0x0A]
    let found = try Scanned.read(file, csvReading(), slots: ["a"])
    #expect(found.rows == [["1"]])
    #expect(found.spoiled.isEmpty)
  }

  @Test func faultsHavePlaces() throws {
    let file = Array("a,b\n1,2\n3\n\"4\"4,4\n5,6\n".utf8)
    for blockSize in [1, 9, 1 << 20] {
      let found = try Scanned.read(file, csvReading(), slots: ["b"], blockSize: blockSize)
      #expect(
        found.faults == [
          Scanned.Fault(rule: .fieldCount, byte: 8, record: 1),
          Scanned.Fault(rule: .malformed, byte: 10, record: 2),
        ])
      #expect(found.rows == [["2"], ["6"]])
      #expect(found.bytes == [4, 17])
      #expect(found.records == [0, 3])
    }
  }

  @Test func rejectedRecordLeavesNothingDecoded() throws {
    let file = Array("a,b\n\"1\"\"\"\n\"".utf8) + [0xFF] + Array("\"\"\"\n3,4\n".utf8)
    let found = try Scanned.read(file, csvReading(), slots: ["a", "b"])
    #expect(found.tail.isEmpty)
    #expect(found.spoiled.isEmpty)
    #expect(found.faults.map(\.rule) == [.fieldCount, .fieldCount])
    #expect(found.rows == [["3", "4"]])
  }

  @Test func fieldsBeyondTheLimitAreFaults() throws {
    let long = [UInt8](repeating: 0x78, count: CSVScanner.bytesPerField)
    let file = Array("a,b\n".utf8) + long + Array(",1\nx".utf8) + long + Array(",2\n".utf8)
    let found = try Scanned.read(file, csvReading(), slots: ["b"])
    #expect(found.rows == [["1"]])
    #expect(found.faults.map(\.rule) == [.limit])
  }

  /// Of several faults of a record the worst is told; a field in quotes has the same limit.
  @Test func theWorstFaultOfARecordIsTold() throws {
    let long = [UInt8](repeating: 0x78, count: CSVScanner.bytesPerField)
    let quoted = Array("\"".utf8) + long + Array("\"".utf8)
    let longer = Array("\"x".utf8) + long + Array("\"".utf8)
    let file =
      Array("a,b\n".utf8) + quoted + Array(",1\n".utf8) + longer + Array(",2\n".utf8)
      + longer + Array(",2,3\n".utf8) + longer + Array(",\"a\"b,3\n".utf8) + Array("4\n5,6\n".utf8)
    let found = try Scanned.read(file, csvReading(), slots: ["b"])
    #expect(found.rows == [["1"], ["6"]])
    #expect(found.faults.map(\.rule) == [.limit, .limit, .malformed, .fieldCount])
  }

  @Test func recordsWithTooManyFieldsAreFaults() throws {
    let commas = [UInt8](repeating: 0x2C, count: CSVScanner.fieldsPerRecord)
    let file = Array("a\n1\n".utf8) + commas + Array("\n2\n".utf8)
    let found = try Scanned.read(file, csvReading(), slots: ["a"])
    #expect(found.rows == [["1"], ["2"]])
    #expect(found.faults.map(\.rule) == [.limit])
  }

  /// Rows are handed over in portions; none may be lost or doubled at their borders.
  @Test(arguments: [255, 256, 257, 1000])
  func manyRecordsKeepTheirOrder(_ count: Int) throws {
    let lines = (0..<count).map { $0 % 100 == 99 ? "\($0)\n" : "\($0),\"\"\"\($0)\"\n" }
    let file = Array(("a,b\n" + lines.joined()).utf8)
    let found = try Scanned.read(file, csvReading(), slots: ["b", "a"])
    let good = (0..<count).filter { $0 % 100 != 99 }
    #expect(found.rows == good.map { ["\"\($0)", "\($0)"] })
    #expect(found.records == good)
    #expect(found.faults.map(\.record) == (0..<count).filter { $0 % 100 == 99 })
  }

  @Test func storageIsUsedAgainWithoutTraces() throws {
    let projection = Projection(slots: [RawPath(name: "a")])
    var scanner = try makeScanner(
      reading: csvReading(), projection: projection, header: ["a", "b"])
    var batch = RawBatch()
    scanner.scan(Array("\"1\"\"\",2\n3\n\"".utf8) + [0xFF] + Array("\"\"\",4\n".utf8), into: &batch)
    #expect(batch.faults.count == 1)
    #expect(batch.cellFaults.count == 1)
    scanner.scan(Array("5,6\n".utf8), into: &batch)
    #expect(batch.bytes == Array("5,6\n".utf8))
    #expect(batch.slots == [[TextCell(start: 0, count: 1)]])
    #expect(batch.starts == [0])
    #expect(batch.ordinals.isEmpty)
    #expect(batch.faults.isEmpty)
    #expect(batch.cellFaults.isEmpty)
  }
}
