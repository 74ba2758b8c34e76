import Ingest
import Records
import Support
import Testing

@Suite struct AccessLogMutationTests {
  private static let slots = AccessLogScannerTests.fields(of: .combined).map(\.rawValue)
  private static let reading = Reading(format: .accessLog(.combined))

  /// Returns well-formed and odd lines with some bytes changed, added, taken away or doubled.
  private static func lines(seed: UInt64) -> [[UInt8]] {
    var generator = SplitMix(seed: seed)
    let lines = LogLineCase.all.filter { $0.layout == .combined }.map(\.line)
    let alphabet = Array("\"\\ []-x9/\r".utf8) + [0, 0xC3, 0xFF]
    return (0..<200).map { _ in
      var line = lines[Int.random(in: 0..<lines.count, using: &generator)]
      for _ in 0..<Int.random(in: 0...4, using: &generator) where !line.isEmpty {
        let place = Int.random(in: 0..<line.count, using: &generator)
        let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
        switch Int.random(in: 0...3, using: &generator) {
        case 0: line[place] = byte
        case 1: line.insert(byte, at: place)
        case 2: line.remove(at: place)
        default: line.removeSubrange(place...)
        }
      }
      return line
    }
  }

  private static func isBlank(_ line: [UInt8]) -> Bool {
    let trimmed = line.drop { $0 == 0x20 || $0 == 0x09 }
    return trimmed.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      || Array(trimmed.prefix(2)) == [0x22, 0x22] && trimmed.dropFirst(2).allSatisfy { $0 <= 0x20 }
  }

  /// No line disappears, none is read as two, and each reads alone as it does among the others.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func everyLineIsRecordFaultOrBlank(seed: UInt64) throws {
    let lines = Self.lines(seed: seed)
    let whole = try Scanned.scan(
      Array(lines.joined(separator: [0x0A])), Self.reading, slots: Self.slots)
    let blank = lines.filter(Self.isBlank).count
    #expect(whole.rows.count + whole.faults.count + blank == lines.count, "seed \(seed)")
    var rows: [[String?]] = []
    for line in lines {
      let alone = try Scanned.scan(line, Self.reading, slots: Self.slots)
      #expect(alone.rows.count + alone.faults.count <= 1)
      rows += alone.rows
    }
    #expect(whole.rows == rows, "seed \(seed)")
  }

  @Test(arguments: 100..<110 as Range<UInt64>)
  func blockSizeDoesNotMatter(seed: UInt64) throws {
    let file = Array(Self.lines(seed: seed).joined(separator: [0x0A]))
    let slots = ["user_agent", "target", "user", "bytes"]
    let whole = try Scanned.read(file, Self.reading, slots: slots)
    for blockSize in [1, 100, 1000] {
      let cut = try Scanned.read(file, Self.reading, slots: slots, blockSize: blockSize)
      #expect(cut == whole, "seed \(seed), block size \(blockSize)")
    }
  }
}
