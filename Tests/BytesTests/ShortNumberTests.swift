import Bytes
import Support
import Testing

@Suite struct ShortNumberTests {
  /// Every length at every place, also before the eighth byte.
  @Test(arguments: [5 as UInt64, 6])
  func readsWhatDigitsSay(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    for _ in 0..<200 {
      let bytes = (0..<19).map { _ in UInt8.random(in: 48...57, using: &generator) }
      for start in 0...bytes.count {
        for count in 0...min(10, bytes.count - start) {
          let text = String(decoding: bytes[start..<(start + count)], as: UTF8.self)
          let expected = count <= 8 ? Int64(text) ?? -1 : -1
          #expect(shortNumber(bytes.span, from: start, count: count) == expected, "\(text)")
        }
      }
    }
  }

  @Test func refusesEveryOtherByteInEveryPlace() {
    for place in 0..<8 {
      for byte in UInt8.min...UInt8.max where !(48...57).contains(byte) {
        var bytes = [UInt8](repeating: 57, count: 20)
        bytes[6 + place] = byte
        #expect(shortNumber(bytes.span, from: 6, count: 8) == -1)
        #expect(shortNumber(Array(bytes[6...]).span, from: 0, count: 8) == -1)
        #expect(shortNumber(Array(bytes[6...]).span, from: 0, count: place + 1) == -1)
        // Its neighbours do not matter.
        #expect(shortNumber(bytes.span, from: 7 + place, count: 1) == 9)
        if place > 0 { #expect(shortNumber(bytes.span, from: 6, count: place) >= 9) }
      }
    }
  }

  @Test func rejectsRangeOutside() async {
    await #expect(processExitsWith: .failure) {
      _ = shortNumber(([48, 49, 50] as [UInt8]).span, from: 1, count: 3)
    }
  }
}
