import Bytes
import Support
import Testing

@Suite struct RowStopsTests {
  /// The stops and quotes of a text, found byte by byte.
  private func expected(_ bytes: [UInt8]) -> (stops: [Int], quotes: [Int]) {
    var stops: [Int] = []
    var quotes: [Int] = []
    for (offset, byte) in bytes.enumerated() {
      if byte == 0x22 { quotes.append(offset) }
      if quotes.count % 2 == 0, byte == 0x2C || byte == 0x0A { stops.append(offset) }
    }
    return (stops, quotes)
  }

  @Test(arguments: [0x5EED as UInt64, 1, 42])
  func agreesWithByteLoop(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    // Texts with many quotes, with hardly any, and with none; neighbours of the stops among them.
    let alphabets: [[UInt8]] = [
      [0x0A, 0x22, 0x2C, 0x61], [0x0A, 0x2C, 0x0B, 0x2B, 0x2D, 0xAC, 0x8A, 0],
      [UInt8](repeating: 0x61, count: 200) + [0x22, 0x22, 0x2C, 0x0A],
    ]
    // One for all texts, so that what a longer one has left behind is there.
    var found = RowStops()
    for alphabet in alphabets {
      for count in 0..<300 {
        let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
        found.find(in: bytes.span)
        let (stops, quotes) = expected(bytes)
        #expect(
          (0..<found.count).map { found.offset($0) } == stops, "seed \(seed), \(count) bytes")
        #expect(found.quotes.map { Int($0) } == quotes, "seed \(seed), \(count) bytes")
        #expect(found.ends.first == .max)
      }
    }
  }

  @Test func everyByteMayBeAStop() {
    var found = RowStops()
    let bytes = [UInt8](repeating: 0x2C, count: 1_000)
    found.find(in: bytes.span)
    #expect(found.count == 1_000)
    #expect(found.ends.prefix(1_001).dropFirst().map { Int($0) } == Array(0..<1_000))
  }
}
