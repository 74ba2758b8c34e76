import Ingest
import Records
import Testing

/// One record, the paths asked of it, and the cells they must give (`nil` is null).
struct PathCase: Sendable, CustomTestStringConvertible {
  var name: String
  var line: String
  var paths: [String]
  var cells: [String?]
  var testDescription: String { name }

  static let all = [
    PathCase(
      name: "member of a member", line: #"{"user":{"id":"u1"},"id":"x"}"#, paths: ["user.id"],
      cells: ["u1"]),
    PathCase(
      name: "number keeps its text", line: #"{"a":-1.50e+3,"b":0}"#, paths: ["a", "b"],
      cells: ["-1.50e+3", "0"]),
    PathCase(
      name: "number and string give the same cell", line: #"{"a":1,"b":"1"}"#, paths: ["a", "b"],
      cells: ["1", "1"]),
    PathCase(
      name: "words", line: #"{"a":true,"b":false,"c":null}"#, paths: ["a", "b", "c", "d"],
      cells: ["true", "false", nil, nil]),
    PathCase(
      name: "empty text is there", line: #"{"a":"","":"b"}"#, paths: ["a"], cells: [""]),
    PathCase(
      name: "name with a dot", line: #"{"a.b":"1","a":{"b":"2"}}"#, paths: [#""a.b""#, "a.b"],
      cells: ["1", "2"]),
    PathCase(
      name: "element by position", line: #"{"items":[{"sku":"a"},{"sku":"b"}]}"#,
      paths: ["items[0].sku", "items[1].sku", "items[2].sku"], cells: ["a", "b", nil]),
    PathCase(
      name: "element of elements", line: #"{"m":[[1,2],[3,4]]}"#, paths: ["m[1][0]", "m[0][1]"],
      cells: ["3", "2"]),
    PathCase(
      name: "element by key, key first",
      line: #"{"p":[{"key":"a","value":{"s":"1"}},{"key":"b","value":{"s":"2","i":3}}]}"#,
      paths: ["p[key=b].value.s", "p[key=b].value.i", "p[key=c].value.s"], cells: ["2", "3", nil]),
    PathCase(
      name: "element by key, key last",
      line: #"{"p":[{"value":{"s":"1"},"key":"a"},{"value":{"s":"2"},"key":"b"}]}"#,
      paths: ["p[key=b].value.s", "p[key=a].value.s"], cells: ["2", "1"]),
    PathCase(
      name: "elements by different members",
      line: #"{"p":[{"a":"x","b":"y","v":1},{"v":{"b":"z"},"b":"z"}]}"#,
      paths: ["p[a=x].v", "p[b=z].v.b", "p[b=y].a", "p[1].b"], cells: ["1", "z", "x", "z"]),
    PathCase(
      name: "elements in elements by member",
      line: #"{"p":[{"q":[{"v":1,"k":"b"}],"k":"a"},{"k":"c","q":[{"k":"b","v":2}]}]}"#,
      paths: ["p[k=a].q[k=b].v", "p[k=c].q[k=b].v"], cells: ["1", "2"]),
    PathCase(
      name: "element by number", line: #"{"p":[{"id":7,"v":"x"},{"id":77,"v":"y"}]}"#,
      paths: ["p[id=77].v"], cells: ["y"]),
    PathCase(
      name: "element by escaped key and text", line: #"{"p":[{"k\u0065y":"\u0061","v":1}]}"#,
      paths: ["p[key=a].v"], cells: ["1"]),
    PathCase(
      name: "escaped name", line: #"{"\u0061b":"1","\/":"2"}"#, paths: ["ab", #""/""#],
      cells: ["1", "2"]),
    PathCase(
      name: "escapes are decoded",
      line: #"{"a":"\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00|","b":"x"}"#,
      paths: ["a", "b"], cells: ["\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{20AC}\u{1F600}|", "x"]),
    PathCase(
      name: "multibyte text stays", line: #"{"größe":"Müller €"}"#, paths: ["größe"],
      cells: ["Müller €"]),
    PathCase(
      name: "long names that begin alike", line: #"{"abcdefghX":1,"abcdefghY":2,"abcdefgh":3}"#,
      paths: ["abcdefghY", "abcdefgh", "abcdefg"], cells: ["2", "3", nil]),
    PathCase(
      name: "scalar where an object is declared", line: #"{"a":"text"}"#, paths: ["a.b", "a"],
      cells: [nil, "text"]),
    PathCase(
      name: "blanks everywhere", line: "\t { \"a\" : [ 1 , { \"b\" : 2 } ] , \"c\" : { } } \r",
      paths: ["a[1].b", "c.d"], cells: ["2", nil]),
  ]
}

@Suite struct NDJSONScannerTests {
  @Test(arguments: PathCase.all)
  func pathFindsItsValue(_ example: PathCase) throws {
    let batch = try scanned(example.line, example.paths)
    #expect(batch.recordCount == 1)
    #expect(batch.cellFaults.isEmpty)
    for slot in example.paths.indices {
      #expect(batch.text(slot, 0) == example.cells[slot], "path \(example.paths[slot])")
    }
  }

  @Test(arguments: [
    "[1]", "3", "\"a\"", "null", "{", "{}}", "{} {}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":+1}",
    "{\"a\":1.}", "{\"a\":.5}", "{\"a\":tru}", "{\"a\":truex}", "{\"a\" 1}", "{a:1}", "{\"a\":'1'}",
    "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\t\"}", "{\"a\":[1 2]}", "{\"a\":[1}",
    "{\"a\":{\"b\":1]}", "{\"a\":NaN}", "\u{1}{}", "{\"z\":[1,]}", "{\"z\":{\"y\":\"\u{1}\"}}",
    "{\"z\":nul}", "{\"z\":-}", "{\"z\":1e}", "{\"a", "{\"z\":\"\\",
  ])
  func lineThatIsNoObjectIsMalformed(_ line: String) throws {
    let batch = try scanned("{\"a\":1}\n" + line + "\n{\"a\":2}\n", ["a"])
    #expect(batch.faults == [ScanFault(rule: .malformed, ordinal: 1, start: 8)])
    #expect(batch.ordinals == [0, 2])
    #expect(batch.text(0, 0) == "1")
    #expect(batch.text(0, 1) == "2")
  }

  @Test func blankLinesAreNoRecords() throws {
    let batch = try scanned("\n \t\r\n{\"a\":1}\r\n\r\n{\"a\":2}", ["a"])
    #expect(batch.starts == [5, 16])
    #expect(batch.readCount == 2)
    #expect(batch.ordinals.isEmpty)
    #expect(batch.text(0, 1) == "2")
  }

  @Test func emptyBlockHasNoRecords() throws {
    let batch = try scanned("", ["a"])
    #expect(batch.readCount == 0)
    #expect(batch.bytes.isEmpty)
    #expect(batch.slots == [[]])
  }

  @Test func byteOrderMarkAtTheBeginningIsSkipped() throws {
    #expect(try scanned("\u{FEFF}{\"a\":1}", ["a"]).text(0, 0) == "1")
    #expect(try scanned("{}\n\u{FEFF}{\"a\":1}", ["a"]).faults.count == 1)
  }

  @Test(arguments: [
    #"{"a":1,"a":1}"#, #"{"u":{"id":1},"u":{"id":2}}"#, #"{"u":{"id":1,"id":2}}"#,
    #"{"u":{"id":1},"u":7}"#, #"{"a":1,"\u0061":1}"#, #"{"p":[{"key":"x","v":1,"v":2}]}"#,
    #"{"p":[{"key":"x","v":1},{"key":"z"},{"key":"x","v":2}]}"#,
    #"{"p":[{"key":"x"},{"key":"x","v":1}]}"#,
    #"{"p":[{"key":"x","v":1,"key":"y"}]}"#, #"{"p":[{"key":"y","v":1,"key":"x"}]}"#,
  ])
  func declaredPathThatOccursTwiceRejects(_ line: String) throws {
    let batch = try scanned(line, ["a", "u.id", "p[key=x].v"])
    #expect(batch.faults == [ScanFault(rule: .duplicate, ordinal: 0, start: 0)])
    #expect(batch.recordCount == 0)
  }

  @Test func undeclaredNamesMayOccurTwice() throws {
    let line = #"{"z":1,"a":1,"z":2,"u":{"y":1,"y":2},"p":[{"a":1},{"a":2}]}"#
    let batch = try scanned(line, ["a", "u.id"])
    #expect(batch.recordCount == 1)
    #expect(batch.droppedFields == 5)
  }

  /// Elements of an array have the same members, mostly; a thousand of them drop no thousand fields.
  @Test func droppedMembersOfElementsCountOnce() throws {
    let line = #"{"z":1,"p":[{"v":1,"x":1,"y":2},{"v":1,"x":1},{"v":1,"x":2,"y":3}],"w":2}"#
    let batch = try scanned(line, ["p[0].v", "p[1].v", "p[2].v"])
    #expect(batch.recordCount == 1)
    #expect(batch.droppedFields == 4)
  }

  @Test func malformedOutweighsDuplicate() throws {
    #expect(try scanned(#"{"a":1,"a":1,"b"}"#, ["a"]).faults.map(\.rule) == [.malformed])
  }

  @Test(arguments: ["[1]", "{}", "{\"b\":1}"])
  func containerWhereAScalarIsDeclaredIsATypeFault(_ value: String) throws {
    let batch = try scanned("{\"a\":\(value),\"c\":1}\n{\"a\":5}", ["c", "a"])
    #expect(batch.recordCount == 2)
    #expect(batch.cellFaults == [CellFault(rule: .type, slot: 1, record: 0)])
    #expect(batch.text(1, 0) == nil)
    #expect(batch.text(0, 0) == "1")
    #expect(batch.text(1, 1) == "5")
  }

  @Test(arguments: [
    #"\ud800"#, #"\udc00"#, #"\ud83d\u0041"#, #"x\ude00\ud83d"#, #"\ud83d"#, #"\ud83dabcdef"#,
  ])
  func loneSurrogateIsAnEncodingFault(_ text: String) throws {
    let batch = try scanned(#"{"b":"\u0041","a":"\#(text)","c":"\u0042"}"#, ["a", "b", "c"])
    #expect(batch.cellFaults == [CellFault(rule: .encoding, slot: 0, record: 0)])
    #expect(batch.text(0, 0) == nil)
    #expect(batch.text(1, 0) == "A")
    #expect(batch.text(2, 0) == "B")
  }

  @Test func brokenUTF8CountsOnlyWhereItIsDeclared() throws {
    let bytes = Array("{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\",\"b\":1}".utf8)
    let declared = try scan(bytes, Projection(slots: paths(["a", "b"])))
    #expect(declared.cellFaults == [CellFault(rule: .encoding, slot: 0, record: 0)])
    #expect(declared.text(1, 0) == "1")
    let undeclared = try scan(bytes, Projection(slots: paths(["b"])))
    #expect(undeclared.cellFaults.isEmpty)
    #expect(undeclared.recordCount == 1)
  }

  @Test func nestingIsBounded() throws {
    func line(_ depth: Int) -> String {
      "{\"a\":1,\"z\":" + String(repeating: "[", count: depth - 1)
        + String(repeating: "]", count: depth - 1) + "}"
    }
    #expect(try scanned(line(512), ["a"]).recordCount == 1)
    #expect(try scanned(line(513), ["a"]).faults.map(\.rule) == [.limit])
    #expect(try scanned(line(512), ["z"]).cellFaults.map(\.rule) == [.type])
    #expect(try scanned(line(513), ["z[0][0].x"]).faults.map(\.rule) == [.limit])
    let open = "{\"a\":" + String(repeating: "[{\"b\":", count: 1_000_000)
    let batch = try scanned(open + "\n{\"a\":1}", ["a", "a[0].b[0].b"])
    #expect(batch.faults.map(\.rule) == [.limit])
    #expect(batch.text(0, 0) == "1")
  }

  @Test func deepMixedNestingIsFollowed() throws {
    var open = ""
    var close = ""
    for level in 0..<300 {
      open += level % 3 == 0 ? "[" : "{\"k\":"
      close = (level % 3 == 0 ? "]" : "}") + close
    }
    #expect(try scanned("{\"z\":" + open + "1" + close + ",\"a\":1}", ["a"]).text(0, 0) == "1")
    let wrong = String(close.dropLast()) + "}"
    #expect(try scanned("{\"z\":" + open + "1" + wrong + "}", ["a"]).faults.count == 1)
    #expect(
      try scanned("{\"z\":" + open + "1" + "]" + close.dropFirst() + "}", ["a"]).faults.count == 1)
  }

  /// Wherever a block ends, nothing is read behind it.
  @Test func everyBeginningOfARecordIsMalformed() throws {
    let line = Array(
      #"{"p":[{"k":"a","v":"\u00e9\ud83d\ude00"},{"k":-1.5e+3}],"z":{"y":[true,null]}}"#.utf8)
    let projection = Projection(slots: paths(["p[k=a].v", "z.x", "p[1].k"]))
    for count in 1..<line.count {
      let batch = try scan(Array(line[..<count]), projection)
      #expect(batch.faults.map(\.rule) == [.malformed], "first \(count) bytes")
    }
    #expect(try scan(line, projection).text(0, 0) == "\u{E9}\u{1F600}")
  }

  @Test func scannerCanBeUsedAgain() throws {
    var scanner = NDJSONScanner(
      projection: Projection(
        slots: paths(["a"]),
        nested: [.init(array: try #require(RawPath(parsing: "i")), elements: paths(["p"]))]))
    var batch = RawBatch()
    scanner.scan(Array("{\"a\":\"\\u0041\",\"i\":[{\"p\":1}]}\n{".utf8), into: &batch)
    #expect(batch.faults.count == 1)
    scanner.scan(Array("{\"a\":\"\\u0042\",\"i\":[{\"p\":2},{}]}".utf8), into: &batch)
    #expect(batch.faults.isEmpty)
    #expect(batch.text(0, 0) == "B")
    #expect(batch.nested[0].offsets == [0, 2])
    #expect(batch.element(0, 0, 0) == "2")
  }
}

/// Returns the paths of the texts; a text that is none makes the test fail by its absence.
func paths(_ texts: [String]) -> [RawPath] { texts.compactMap { RawPath(parsing: $0) } }

func scanned(_ text: String, _ slots: [String]) throws -> RawBatch {
  try scan(Array(text.utf8), Projection(slots: paths(slots)))
}

func scan(_ bytes: [UInt8], _ projection: Projection) throws -> RawBatch {
  var scanner = NDJSONScanner(projection: projection)
  var batch = RawBatch()
  scanner.scan(bytes, into: &batch)
  try #require(batch.bytes.starts(with: bytes))
  return batch
}

extension RawBatch {
  /// The text of a slot's cell, or `nil` when it is null.
  func text(_ slot: Int, _ record: Int) -> String? { text(slots[slot][record]) }

  /// The text of a nested cell, or `nil` when it is null.
  func element(_ group: Int, _ column: Int, _ element: Int) -> String? {
    text(nested[group].cells[column][element])
  }

  private func text(_ cell: TextCell) -> String? {
    cell.isNull ? nil : String(decoding: bytes[cell.lower..<cell.upper], as: UTF8.self)
  }
}
