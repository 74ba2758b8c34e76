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

@Suite struct ASCIIMapTests {
  /// Texts of several sixty-fours, with characters across their borders and now and then a fault.
  @Test(arguments: [3 as UInt64, 0x5EED, 99])
  func judgesAsAReadingOfAllBytes(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let parts: [[UInt8]] = [
      Array("plain text, plain text, plain text".utf8), Array("ä".utf8), Array("€".utf8),
      Array("😀".utf8), Array("x".utf8), Array("\n\"".utf8),
    ]
    let faults: [[UInt8]] = [
      [0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98], [0xC0, 0x80], [0xFF],
    ]
    var field = FieldStops()
    var string = StringStops()
    var validCount = 0
    for _ in 0..<2000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...30, using: &generator) {
        bytes += parts[Int.random(in: 0..<parts.count, using: &generator)]
      }
      if Bool.random(using: &generator) {
        let fault = faults[Int.random(in: 0..<faults.count, using: &generator)]
        let place = Int.random(in: 0...bytes.count, using: &generator)
        bytes.insert(contentsOf: fault, at: place)
      }
      let expected = isValidUTF8(bytes, from: 0, to: bytes.count)
      validCount += expected ? 1 : 0
      field.mark(bytes.span, delimiter: 0x2C, quote: 0x22)
      string.mark(bytes.span)
      #expect(field.ascii.isValidUTF8(bytes.span) == expected, "seed \(seed), \(bytes)")
      #expect(string.ascii.isValidUTF8(bytes.span) == expected, "seed \(seed), \(bytes)")
      let isASCII = bytes.allSatisfy { $0 < 0x80 }
      #expect(field.ascii.isASCII == isASCII && string.ascii.isASCII == isASCII, "seed \(seed)")
    }
    #expect((500...1500).contains(validCount))
  }
}

@Suite struct FieldStopsTests {
  /// One byte of 64 and more that is not ASCII, wherever it stands.
  @Test func marksTellASCII() {
    var stops = FieldStops()
    for count in [0, 1, 63, 64, 65, 150] {
      var bytes = [UInt8](repeating: 0x61, count: count)
      stops.mark(bytes.span, delimiter: 0x2C, quote: 0x22)
      #expect(stops.ascii.isASCII, "\(count) bytes")
      for place in bytes.indices {
        bytes[place] = 0x80
        stops.mark(bytes.span, delimiter: 0x2C, quote: 0x22)
        #expect(!stops.ascii.isASCII, "\(count) bytes, at \(place)")
        bytes[place] = 0x61
      }
    }
  }

  @Test(arguments: [0x5EED as UInt64, 1, 42])
  func agreesWithByteLoop(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let alphabet: [UInt8] = [0x09, 0x0A, 0x0B, 0x0D, 0x21, 0x22, 0x23, 0x2C, 0x3B, 0xA2, 0xAC, 0]
    var stops = FieldStops()
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      stops.mark(bytes.span, delimiter: 0x2C, quote: 0x22)
      #expect(
        stops.ascii.isASCII == bytes.allSatisfy { $0 < 0x80 }, "seed \(seed), \(count) bytes")
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
