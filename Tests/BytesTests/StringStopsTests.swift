import Bytes
import Support
import Testing

@Suite struct StringStopsTests {
  private func isMarked(_ stops: StringStops, _ offset: Int) -> Bool {
    stops.words[offset / 64] >> UInt64(offset % 64) & 1 == 1
  }

  @Test func everyByteValueIsMarkedAsItShould() {
    let bytes = (0...255).map { UInt8($0) }
    var stops = StringStops()
    stops.mark(bytes.span)
    for value in 0...255 {
      #expect(isMarked(stops, value) == (value < 32 || value == 34 || value == 92), "\(value)")
    }
  }

  /// Words of text are marked eight bytes at once: neighbours must not disturb each other.
  @Test(arguments: [0x5EED as UInt64, 1, 42])
  func agreesWithByteLoop(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let alphabet: [UInt8] = [
      0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xA2, 0xDC, 0xFF, 0,
    ]
    var stops = StringStops()
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      stops.mark(bytes.span)
      for offset in 0..<stops.words.count * 64 {
        let isStop =
          offset >= count || bytes[offset] < 0x20 || bytes[offset] == 0x22
          || bytes[offset] == 0x5C
        #expect(isMarked(stops, offset) == isStop, "seed \(seed), \(count) bytes, byte \(offset)")
      }
      #expect(stops.words.count * 64 > count)
    }
  }
}

@Suite struct FieldStopsTests {
  @Test(arguments: [0x5EED as UInt64, 1, 42])
  func agreesWithByteLoop(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let alphabet: [UInt8] = [0x09, 0x0A, 0x0B, 0x0D, 0x21, 0x22, 0x23, 0x2C, 0x3B, 0xA2, 0xAC, 0]
    var stops = FieldStops()
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      stops.mark(bytes.span, delimiter: 0x2C, quote: 0x22)
      for start in 0...count {
        let expected =
          bytes[start...].firstIndex { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A } ?? count
        #expect(
          firstMark(stops.words.span, from: start) == expected,
          "seed \(seed), \(count) bytes, from \(start)")
      }
    }
  }

  @Test(arguments: [0x5EED as UInt64, 1, 42])
  func walkMeetsEveryMarkFromWhereItBegins(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let alphabet: [UInt8] = [0x0A, 0x22, 0x2C, 0x61, 0x62, 0x63, 0x64, 0x65]
    var stops = FieldStops()
    for count in 0..<200 {
      let isDense = count % 2 == 0
      let bytes = (0..<count).map { _ in
        isDense ? alphabet.randomElement(using: &generator) ?? 0 : 0x61
      }
      stops.mark(bytes.span, delimiter: 0x2C, quote: 0x22)
      let marks = bytes.indices.filter { bytes[$0] < 0x61 } + [count]
      for start in 0...count {
        var walk = MarkWalk(stops.words.span, from: start)
        var met: [Int] = []
        repeat { met.append(walk.next(stops.words.span)) } while met.last != count
        #expect(
          met == marks.filter { $0 >= start }, "seed \(seed), \(count) bytes, from \(start)")
      }
    }
  }
}
