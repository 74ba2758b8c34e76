import Ingest
import Records
import Testing

@Suite struct NDJSONNestedTests {
  private func projection(
    slots: [String] = [], arrays: [(String, [String])] = [], each: String? = nil
  ) throws -> Projection {
    Projection(
      slots: paths(slots),
      nested: try arrays.map {
        .init(array: try #require(RawPath(parsing: $0.0)), elements: paths($0.1))
      },
      each: try each.map { try #require(RawPath(parsing: $0)) })
  }

  @Test func elementsBelongToTheirRecords() throws {
    let text = """
      {"items":[{"price":1,"quantity":2},{"quantity":3}],"id":"a"}
      {"id":"b"}
      {"id":"c","items":[]}
      {"id":"d","items":null}
      {"id":"e","items":[null,7,{"price":"8","x":[{"price":9}]}]}
      """
    let batch = try scan(
      Array(text.utf8),
      projection(slots: ["id"], arrays: [("items", ["price", "quantity"])]))
    #expect(batch.recordCount == 5)
    #expect(batch.nested[0].offsets == [0, 2, 2, 2, 2, 5])
    #expect((0..<5).map { batch.element(0, 0, $0) } == ["1", nil, nil, nil, "8"])
    #expect((0..<5).map { batch.element(0, 1, $0) } == ["2", "3", nil, nil, nil])
  }

  @Test func faultyRecordLeavesNoElements() throws {
    let text = """
      {"items":[{"price":1}]}
      {"items":[{"price":2},{"price":3}],}
      {"items":[{"price":4}]}
      """
    let batch = try scan(Array(text.utf8), projection(arrays: [("items", ["price"])]))
    #expect(batch.nested[0].offsets == [0, 1, 2])
    #expect((0..<2).map { batch.element(0, 0, $0) } == ["1", "4"])
  }

  @Test(arguments: ["5", "\"\"", "{\"price\":1}", "true"])
  func whatIsNoArrayIsOneUnreadableElement(_ value: String) throws {
    let batch = try scan(
      Array("{\"items\":\(value)}".utf8), projection(arrays: [("items", ["price"])]))
    #expect(batch.nested[0].offsets == [0, 1])
    #expect(batch.element(0, 0, 0) == "?")
  }

  @Test func arraysInArraysAreOneList() throws {
    let batch = try scan(
      Array(#"{"o":[{"i":[{"p":1},{"p":2}]},{},{"i":[{"p":3}]}]}"#.utf8),
      projection(arrays: [("o[].i", ["p"])]))
    #expect(batch.nested[0].offsets == [0, 3])
    #expect((0..<3).map { batch.element(0, 0, $0) } == ["1", "2", "3"])
  }

  @Test func samePathTwiceGivesTheSameCells() throws {
    let batch = try scan(
      Array(#"{"i":[{"p":1,"q":2}]}"#.utf8),
      projection(arrays: [("i", ["p", "p", "q"]), ("i", ["q"])]))
    #expect((0..<3).map { batch.element(0, $0, 0) } == ["1", "1", "2"])
    #expect(batch.element(1, 0, 0) == "2")
  }

  @Test func eachElementIsARecord() throws {
    let text = """
      {"order":"A","items":[{"sku":"x","n":1},{"sku":"y"}],"zip":"01067"}
      {"order":"B"}
      {"order":"C","items":[]}
      {"order":"D","items":null}
      {"order":"E","items":"none"}
      {"order":"F","items":[{"sku":"z","n":2}]}
      """
    let batch = try scan(
      Array(text.utf8),
      projection(slots: ["order", "items[].sku", "zip", "items[].n"], each: "items"))
    #expect(batch.recordCount == 3)
    #expect(batch.emptyParents == 4)
    #expect(batch.readCount == 7)
    #expect(batch.ordinals == [0, 1, 6])
    #expect(batch.starts == [0, 0, UInt32(text.utf8.count - 41)])
    #expect((0..<3).map { batch.text(0, $0) } == ["A", "A", "F"])
    #expect((0..<3).map { batch.text(1, $0) } == ["x", "y", "z"])
    #expect((0..<3).map { batch.text(2, $0) } == ["01067", "01067", nil])
    #expect((0..<3).map { batch.text(3, $0) } == ["1", nil, "2"])
  }

  @Test func faultsOfAParentCountForEachElement() throws {
    let text = """
      {"o":[],"i":[{"s":1},{"s":{}},{"s":3}]}
      {"o":1,"i":[{"s":[]}]}
      {"o":1,"i":[{"s":1},{"s":1,"s":1}]}
      """
    let batch = try scan(
      Array(text.utf8), projection(slots: ["o", "i[].s"], each: "i"))
    #expect(batch.recordCount == 4)
    #expect(
      Set(batch.cellFaults) == [
        CellFault(rule: .type, slot: 0, record: 0), CellFault(rule: .type, slot: 0, record: 1),
        CellFault(rule: .type, slot: 0, record: 2), CellFault(rule: .type, slot: 1, record: 1),
        CellFault(rule: .type, slot: 1, record: 3),
      ])
    #expect(batch.faults.map(\.rule) == [.duplicate, .duplicate])
    #expect(batch.faults.map(\.ordinal) == [4, 5])
  }

  /// Records are elements, so a line that is refused counts for all that can be told of it.
  @Test(arguments: [
    (#"{"o":1,"o":2,"i":[{"s":1},{},{"s":3}]}"#, Rule.duplicate, 3),
    (#"{"o":1,"i":[{"s":1},{"s":1,"s":2},{}]}"#, .duplicate, 3),
    (#"{"i":[{},{}],"i":[{},{},{}]}"#, .duplicate, 2), (#"{"o":1,"o":2,"i":[]}"#, .duplicate, 1),
    (#"{"o":1,"i":[{"s":1},{"s":2},{"s"}]}"#, .malformed, 1),
  ])
  func refusedLineCountsItsElements(_ line: String, rule: Rule, count: Int) throws {
    let batch = try scan(
      Array("{\"i\":[{\"s\":5}]}\n\(line)\n{\"i\":[{\"s\":6}]}\n".utf8),
      projection(slots: ["o", "i[].s"], each: "i"))
    #expect(
      batch.faults
        == (0..<count).map { ScanFault(rule: rule, ordinal: UInt32($0) + 1, start: 16) })
    #expect(batch.ordinals == [0, UInt32(count) + 1])
    #expect(batch.readCount == count + 2)
    #expect((0..<2).map { batch.text(1, $0) } == ["5", "6"])
  }

  @Test func arraysInsideAndBesideTheElements() throws {
    let text = """
      {"t":[{"a":1},{"a":2}],"i":[{"s":"x","u":[{"b":3}]},{"s":"y"},{"s":"z","u":[{"b":4},{"b":5}]}]}
      {"t":[{"a":9}],"i":[]}
      {"t":[{"a":6}],"i":[{"s":"w","u":[{"b":7}]}]}
      """
    let batch = try scan(
      Array(text.utf8),
      projection(slots: ["i[].s"], arrays: [("t", ["a"]), ("i[].u", ["b"])], each: "i"))
    #expect((0..<4).map { batch.text(0, $0) } == ["x", "y", "z", "w"])
    #expect(batch.nested[0].offsets == [0, 2, 4, 6, 7])
    #expect((0..<7).map { batch.element(0, 0, $0) } == ["1", "2", "1", "2", "1", "2", "6"])
    #expect(batch.nested[1].offsets == [0, 1, 1, 3, 4])
    #expect((0..<4).map { batch.element(1, 0, $0) } == ["3", "4", "5", "7"])
  }

  @Test func arraysSideBySideDoNotMultiplyWithoutBound() throws {
    let many = Array(repeating: "{}", count: 3000).joined(separator: ",")
    let some = Array(repeating: "{}", count: 12).joined(separator: ",")
    let projection = try projection(slots: ["i[].s"], arrays: [("t", ["a"])], each: "i")
    for (elements, count) in [(many, 0), (some, 12)] {
      let batch = try scan(
        Array("{\"t\":[\(elements)],\"i\":[\(elements)]}".utf8), projection)
      #expect(batch.recordCount == count)
      #expect(batch.faults.map(\.rule) == (count == 0 ? Array(repeating: .limit, count: 3000) : []))
    }
  }

  @Test func eachElementMayBeAScalar() throws {
    let batch = try scan(
      Array(#"{"tags":["a","b",null]}"#.utf8), projection(slots: ["tags[]"], each: "tags"))
    #expect((0..<3).map { batch.text(0, $0) } == ["a", "b", nil])
  }
}
