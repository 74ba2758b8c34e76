import Bytes
import Support
import Testing

@Suite struct ByteScanTests {
  /// The word loops must agree with the obvious ones from every start to every end.
  @Test(arguments: [0x5EED as UInt64, 1, 42])
  func agreesWithByteLoops(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let alphabet: [UInt8] = [0, 1, 2, 0x7F, 0x80, 0x81, 0xFF, 10, 11, 9]
    let bytes = (0..<75).map { _ in alphabet[Int.random(in: 0..<10, using: &generator)] }
    for needle in [0, 1, 0x80, 10, 0xFF] as [UInt8] {
      for start in 0...bytes.count {
        for end in start...bytes.count {
          let range = bytes[start..<end]
          #expect(
            firstOffset(of: needle, in: bytes, from: start, to: end)
              == range.firstIndex(of: needle) ?? end, "seed \(seed)")
          #expect(
            firstOffset(ofEither: needle, 9, in: bytes, from: start, to: end)
              == range.firstIndex { $0 == needle || $0 == 9 } ?? end, "seed \(seed)")
          #expect(
            firstOffset(ofAny: needle, 0x7F, 9, in: bytes, from: start, to: end)
              == range.firstIndex { $0 == needle || $0 == 9 || $0 == 0x7F } ?? end, "seed \(seed)")
          #expect(
            firstOffset(ofAny: needle, 0x7F, 9, 0x81, in: bytes.span, from: start, to: end)
              == range.firstIndex { $0 == needle || [9, 0x7F, 0x81].contains($0) } ?? end,
            "seed \(seed)")
          #expect(
            lastOffset(of: needle, in: bytes, from: start, to: end)
              == range.lastIndex(of: needle), "seed \(seed)")
          #expect(
            count(of: needle, in: bytes, from: start, to: end)
              == range.count { $0 == needle }, "seed \(seed)")
        }
      }
    }
  }

  @Test func countsManyHitsWithoutOverflow() {
    let bytes = [UInt8](repeating: 7, count: 8 * 255 * 3 + 5)
    #expect(count(of: 7, in: bytes, from: 0, to: bytes.count) == bytes.count)
    #expect(count(of: 8, in: bytes, from: 0, to: bytes.count) == 0)
  }

  @Test func wholeSpanVersionsReachTheEnd() {
    let bytes: [UInt8] = [5, 6, 7, 8]
    #expect(firstOffset(of: 7, in: bytes.span, from: 1) == 2)
    #expect(firstOffset(of: 9, in: bytes.span, from: 1) == 4)
    #expect(firstOffset(ofEither: 9, 8, in: bytes.span, from: 0) == 3)
    #expect(firstOffset(ofAny: 9, 10, 6, in: bytes.span, from: 0) == 1)
    #expect(lastOffset(of: 5, in: bytes.span) == 0)
    #expect(lastOffset(of: 4, in: bytes.span) == nil)
  }

  @Test func rejectsNegativeStart() async {
    await #expect(processExitsWith: .failure) {
      _ = firstOffset(of: 0, in: ([1, 2, 3] as [UInt8]).span, from: -1)
    }
  }

  @Test func rejectsEndBehindBytes() async {
    await #expect(processExitsWith: .failure) {
      _ = lastOffset(of: 0, in: [1, 2, 3], from: 0, to: 4)
    }
  }
}

@Suite struct TextValidityTests {
  /// Mutated text must be judged as the standard library judges it.
  @Test(arguments: [3 as UInt64, 0xFEED])
  func agreesWithStandardLibrary(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let parts: [[UInt8]] = [
      Array("plain ascii text".utf8), Array("ä".utf8), Array("€".utf8), Array("😀".utf8),
      [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xFF], [0x80], [0xE2, 0x82], [0xED, 0x9F, 0xBF], [0xC2],
      [0xF4, 0x8F, 0xBF, 0xBF], Array("x".utf8), Array("y".utf8),
    ]
    for _ in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        bytes += parts[Int.random(in: 0..<parts.count, using: &generator)]
      }
      #expect(
        isValidUTF8(bytes, from: 0, to: bytes.count)
          == (String(validating: bytes, as: UTF8.self) != nil),
        "seed \(seed), bytes \(bytes)")
      #expect(
        isASCII(bytes, from: 0, to: bytes.count) == bytes.allSatisfy { $0 < 128 }, "seed \(seed)")
    }
  }

  @Test func judgesEveryPairOfBytes() {
    for first in 0...255 as ClosedRange<UInt8> {
      for second in 0...255 as ClosedRange<UInt8> {
        let bytes = [first, second]
        #expect(
          isValidUTF8(bytes, from: 0, to: 2) == (String(validating: bytes, as: UTF8.self) != nil))
      }
    }
  }

  /// Short texts are looked at by their first and last eight bytes.
  @Test func everyByteOfAShortTextIsJudged() {
    for count in 0...40 {
      for place in -1..<count {
        var bytes = [UInt8](repeating: 0xFF, count: count + 6)
        for index in 0..<count { bytes[3 + index] = index == place ? 0x80 : 0x7F }
        #expect(isASCII(bytes, from: 3, to: 3 + count) == (place < 0), "\(count) bytes, \(place)")
        #expect(isASCII(Array(bytes[3..<3 + count]), from: 0, to: count) == (place < 0))
      }
    }
  }

  @Test func judgesOnlyTheRange() {
    let bytes: [UInt8] = [0xFF, 0x41, 0xC3, 0xA4, 0xC3]
    #expect(isValidUTF8(bytes, from: 1, to: 4))
    #expect(!isValidUTF8(bytes, from: 1, to: 3))
    #expect(!isValidUTF8(bytes, from: 1, to: 5))
    #expect(isASCII(bytes, from: 1, to: 2))
    #expect(!isASCII(bytes, from: 1, to: 3))
  }

  /// Whatever the length, and each byte in each place.
  @Test func base32IsLettersInLowerCaseAndTwoToSeven() {
    let digits = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    for count in 0...40 {
      let good: [UInt8] = (0..<count).map { digits[$0 * 7 % 32] }
      let around: [UInt8] = [0, 0] + good + [0]
      let isWhole = isBase32(around.span, from: 2, to: 2 + count)
      #expect(isWhole)
      for place in 0..<count {
        for byte in UInt8.min...UInt8.max {
          var bytes = good
          bytes[place] = byte
          let isDigit = digits.contains(byte)
          if isBase32(bytes.span, from: 0, to: count) != isDigit {
            Issue.record("byte \(byte) at \(place) of \(count)")
          }
        }
      }
    }
  }
}
