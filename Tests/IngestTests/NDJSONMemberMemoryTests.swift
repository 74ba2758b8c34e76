import Ingest
import Records
import Support
import Testing

/// What keys were called in one record is expected in the next, and must never be taken for
/// granted.
@Suite struct NDJSONMemberMemoryTests {
  /// Each pair: a key, and one that a careless comparison would take for it.
  private static let alike: [(String, String)] = [
    ("a", "b"), ("abc", "abd"), ("abcde", "abcdf"), ("abcdef", "abcdeg"), ("price", "price2"),
    ("anonymous_id", "anonymous_xd"), ("anonymous_id", "anonymous_i"), ("user", "user_id"),
    ("abcdefgh_middle_stuvwx", "abcdefgh_muddle_stuvwx"),
    ("abcdefghijklmnopq", "abcdefghiJklmnopq"),
    ("abcdefghijklmnopqrstu", "abcdefghijklmnopqrstv"),
    ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyZ"),
  ]

  @Test(arguments: NDJSONMemberMemoryTests.alike)
  func keyThatIsAlikeIsAnother(_ wanted: String, _ other: String) throws {
    // Twice each, so that the second of them meets its own key where it is expected.
    let text = [wanted, wanted, other, other, wanted].map { #"{"\#($0)":1,"z":2}"# }
    let batch = try scanned(
      text.joined(separator: "\n") + "\n{}                  \n", [wanted, "z"])
    #expect(batch.faults.isEmpty)
    #expect((0..<5).map { batch.text(0, $0) } == ["1", "1", nil, nil, "1"])
    #expect((0..<5).allSatisfy { batch.text(1, $0) == "2" })
  }

  @Test func blanksAndEscapesAreReadWhereAKeyIsExpected() throws {
    let lines = [
      #"{"key":1,"other":2}"#, #"{"key" : 3 , "other":4}"#, #"{"k\u0065y":5,"other" :6}"#,
      #"{"key": 7,"other":  8}"#, #"{ "key":9, "other":10}"#,
    ]
    let batch = try scanned(lines.joined(separator: "\n") + "\n", ["key", "other"])
    #expect(batch.faults.isEmpty)
    #expect((0..<5).map { batch.text(0, $0) } == ["1", "3", "5", "7", "9"])
    #expect((0..<5).map { batch.text(1, $0) } == ["2", "4", "6", "8", "10"])
  }

  @Test func keyExpectedTwiceIsADuplicate() throws {
    let batch = try scanned(
      "{\"a\":1,\"b\":2}\n{\"a\":1,\"a\":2}\n{\"a\":3,\"b\":4}\n", ["a", "b"])
    #expect(batch.faults.map(\.rule) == [.duplicate])
    #expect(batch.text(0, 1) == "3")
  }

  /// Members of every record in another order, more of them than places to remember them.
  @Test(arguments: [0x5EED as UInt64, 7])
  func anyOrderGivesTheSameCells(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let keys = (0..<70).map { "member\($0 % 3 == 0 ? "_of_a_longer_name" : "")\($0)" }
    let slots = keys.filter { _ in Bool.random(using: &generator) }
    var lines: [String] = []
    for record in 0..<60 {
      let order = record % 4 < 2 ? keys : keys.shuffled(using: &generator)
      let count = Int.random(in: 1...keys.count, using: &generator)
      lines.append(
        "{" + order.prefix(count).map { "\"\($0)\":\"\($0)=\(record)\"" }.joined(separator: ",")
          + "}")
      let batch = try scanned(lines.joined(separator: "\n"), slots)
      #expect(batch.faults.isEmpty)
      for (slot, key) in slots.enumerated() {
        let expected = order.prefix(count).contains(key) ? "\(key)=\(record)" : nil
        #expect(batch.text(slot, record) == expected, "seed \(seed), record \(record), \(key)")
      }
    }
  }
}
