import Bytes
import Support
import Testing

@Suite struct TextMarksTests {
  /// The word loop must agree with counting byte by byte, from every start to every end.
  @Test(arguments: [7 as UInt64, 8, 9])
  func agreesWithByteLoop(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    // The neighbours of digits and signs, and the same with the high bit.
    let alphabet = Array("/0159:;@?A%$&.-".utf8) + [0, 0x80, 0xB0, 0xB9, 0xBA, 0xC0, 0xA5, 0xFF]
    let bytes = (0..<43).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
    }
    for start in 0...bytes.count {
      for end in start...bytes.count {
        let range = bytes[start..<end]
        let marks = TextMarks(bytes.span, from: start, to: end)
        #expect(marks.digits == range.count { (48...57).contains($0) }, "seed \(seed)")
        #expect(marks.hasAtSign == range.contains(UInt8(ascii: "@")), "seed \(seed)")
        #expect(marks.hasPercentSign == range.contains(UInt8(ascii: "%")), "seed \(seed)")
        #expect(marks.hasColon == range.contains(UInt8(ascii: ":")), "seed \(seed)")
        #expect(marks.points == range.count { $0 == UInt8(ascii: ".") }, "seed \(seed)")
      }
    }
  }

  /// No run of 31 hexadecimal digits is missed, wherever it begins, and letters beyond are none.
  @Test(arguments: [31, 32, 40, 64])
  func seesRunsOfHexDigits(count: Int) {
    for place in 0..<40 {
      var bytes = [UInt8](repeating: UInt8(ascii: "g"), count: 40 + count + 7)
      let isPlain = !TextMarks(bytes.span, from: 0, to: bytes.count).hasHexLanes
      #expect(isPlain)
      for index in 0..<count { bytes[place + index] = Array("0aF9".utf8)[index % 4] }
      for start in 0...min(place, 17) {
        for end in (place + count)...bytes.count {
          let isSeen = TextMarks(bytes.span, from: start, to: end).hasHexLanes
          #expect(isSeen, "\(place) \(start)")
        }
      }
    }
  }

  @Test func rejectsRangeOutside() async {
    await #expect(processExitsWith: .failure) {
      _ = TextMarks(([1, 2, 3] as [UInt8]).span, from: 1, to: 4)
    }
  }
}
