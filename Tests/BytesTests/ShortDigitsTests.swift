import Bytes
import Support
import Testing

@Suite struct ShortDigitsTests {
  private func values(_ text: String) -> UInt64 {
    let bytes = Array(text.utf8)
    return digitValues(shortWord(bytes.span, from: 0, count: bytes.count), count: bytes.count)
  }

  @Test func readsUpToEightDigits() {
    var generator = SplitMix(seed: 7)
    var texts = ["0", "9", "00000000", "99999999", "10000000", "00000001"]
    for count in 1...8 {
      for _ in 0..<200 {
        let digits = (0..<count).map { _ in "\(Int.random(in: 0...9, using: &generator))" }
        texts.append(digits.joined())
      }
    }
    for text in texts {
      #expect(marksAboveNine(values(text)) == 0, "\(text)")
      #expect(number(ofDigits: values(text)) == UInt64(text), "\(text)")
    }
    #expect(number(ofDigits: values("")) == 0)
  }

  /// Each byte by itself, whatever stands beside it.
  @Test(arguments: 0..<8)
  func marksEveryByteThatIsNoDigit(place: Int) {
    for neighbour in [UInt8(ascii: "0"), UInt8(ascii: "9"), 0xFF, 0] {
      for byte in UInt8.min...UInt8.max {
        var bytes = [UInt8](repeating: neighbour, count: 8)
        bytes[place] = byte
        let marks = marksAboveNine(digitValues(wholeWord(bytes.span, at: 0), count: 8))
        for (index, byte) in bytes.enumerated() {
          let isMarked = marks >> UInt64(8 * index + 7) & 1 == 1
          #expect(isMarked == !(48...57).contains(byte), "byte \(byte) at \(index)")
        }
      }
    }
  }
}
