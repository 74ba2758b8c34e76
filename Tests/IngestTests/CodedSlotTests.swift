import Bytes
import Ingest
import Records
import Support
import Testing

@Suite struct CodedSlotTests {
  private static let names = ["ip", "method", "target", "user_agent", "referrer"]

  /// Lines whose texts repeat themselves, some of them escaped, null or not to be read.
  private static func log(seed: UInt64, lineCount: Int) -> [UInt8] {
    var generator = SplitMix(seed: seed)
    func any(_ texts: [String]) -> String { texts.randomElement(using: &generator) ?? "" }
    var log = ""
    for _ in 0..<lineCount {
      let address = any(["192.0.2.1", "192.0.2.2", "2001:db8::1", "-"])
      let method = any(["GET", "POST", "BREW", "G\\x45T", ""])
      let target = any(["/", "/p/\(Int.random(in: 0..<400, using: &generator))", "/a\\\"b", "/ä"])
      let agent = any(["-", "Mozilla/5.0", "a \\\"b\\\" c", "\\xff", "curl/8", ""])
      let line =
        "\(address) - - [01/May/2026:10:00:00 +0000] \"\(method) \(target) HTTP/1.1\" 200 5 "
        + "\"https://shop.example/\(Int.random(in: 0..<9, using: &generator))\" \"\(agent)\""
      log += any([line, line, line, line, line, "no line of a log", ""]) + "\n"
    }
    return Array(log.utf8)
  }

  /// Blocks of fewer, as many and more records than are coded at once, scanned one after another.
  @Test(arguments: [1 as UInt64, 2, 3])
  func codesStandForTheTexts(seed: UInt64) throws {
    let projection = Projection(slots: Self.names.map { RawPath(name: $0) })
    var scanner = try makeScanner(
      reading: Reading(format: .accessLog(.combined)), projection: projection,
      codedSlots: [0, 1, 2, 3])
    var batch = RawBatch()
    for (round, lineCount) in [3, 1200, 0, 290, 2000, 1].enumerated() {
      scanner.scan(Self.log(seed: seed &+ UInt64(round), lineCount: lineCount), into: &batch)
      #expect(batch.coded.count == Self.names.count)
      for slot in 0..<4 {
        let coded = batch.coded[slot]
        #expect(coded.codes.count == batch.recordCount)
        let texts = coded.entries.map { text($0, in: batch) }
        #expect(coded.codes.map { texts[Int($0)] } == batch.slots[slot].map { text($0, in: batch) })
        #expect(Set(texts).count == texts.count)
        #expect(texts.first == .some(nil))
      }
      #expect(batch.coded[4].codes.isEmpty)
    }
  }

  private static func table(seed: UInt64, lineCount: Int) -> [UInt8] {
    var generator = SplitMix(seed: seed)
    func any(_ texts: [String]) -> String { texts.randomElement(using: &generator) ?? "" }
    var table = ""
    for line in 0..<lineCount {
      let order = any(["R-\(line / 2)", "\"S-\"\"\(line)\"", "S-\(line)", "T-\(line)"])
      let name = any(["Ada", "\"Ada\"", "\"A \"\"d\"\"\"", "Änn", "\"x, y\"", ""])
      let row = "\(order),\(name),\(name),1"
      let rows = [String](repeating: row, count: 30)
      table += any(rows + ["\(order),\(name)", "a\"b,,c,2"]) + "\n"
    }
    return Array(table.utf8)
  }

  /// Quotes that are doubled are decoded, so that texts lie in two places.
  @Test(arguments: [4 as UInt64, 5])
  func codesStandForTheTextsOfATable(seed: UInt64) throws {
    let names = ["order", "name", "other", "count"]
    var scanner = try makeScanner(
      reading: Reading(format: .csv(Reading.CSV())),
      projection: Projection(slots: names.map { RawPath(name: $0) }), header: names,
      codedSlots: [0, 1])
    var batch = RawBatch()
    for (round, lineCount) in [3, 2400, 0, 290, 3000, 1].enumerated() {
      scanner.scan(Self.table(seed: seed &+ UInt64(round), lineCount: lineCount), into: &batch)
      for slot in 0..<2 {
        let coded = batch.coded[slot]
        let texts = coded.entries.map { text($0, in: batch) }
        #expect(coded.codes.map { texts[Int($0)] } == batch.slots[slot].map { text($0, in: batch) })
        // Hardly an order comes again, but for `a"b`, so that the search for it ends.
        #expect((Set(texts).count == texts.count) == (slot == 1 || lineCount < 512))
      }
      #expect(batch.coded[2].codes.isEmpty)
    }
  }

  private func text(_ cell: TextCell, in batch: RawBatch) -> String? {
    cell.isNull ? nil : String(decoding: batch.bytes[cell.lower..<cell.upper], as: UTF8.self)
  }
}
