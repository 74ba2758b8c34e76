import Bytes
import Support
import Testing

/// Short words and comparisons against the obvious loops, at every place of a span.
@Suite struct ShortWordTests {
  @Test func holdsTheBytesOfEveryRange() {
    let bytes = (0..<21).map { UInt8($0 * 11 + 1) }
    for start in 0...bytes.count {
      for count in 0...min(8, bytes.count - start) {
        var expected: UInt64 = 0
        for index in 0..<count { expected |= UInt64(bytes[start + index]) << UInt64(8 * index) }
        #expect(shortWord(bytes.span, from: start, count: count) == expected, "\(start) \(count)")
      }
    }
  }

  @Test(arguments: [0x5EED as UInt64, 1, 42])
  func comparesEveryPairOfRanges(seed: UInt64) {
    var dice = SplitMix(seed: seed)
    // Halves alike but for a byte now and then.
    var bytes = (0..<24).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
    bytes += bytes
    bytes[24 + Int(dice.next() % 24)] ^= 0x80
    for first in 0...24 {
      for count in 0...(24 - first) {
        let second = first + 24
        let expected = bytes[first..<(first + count)] == bytes[second..<(second + count)]
        #expect(areEqual(bytes.span, at: first, bytes.span, at: second, count: count) == expected)
      }
    }
  }

  @Test func rejectsRangesOutsideTheBytes() async {
    await #expect(processExitsWith: .failure) {
      _ = shortWord([1, 2, 3].span, from: 2, count: 2)
    }
    await #expect(processExitsWith: .failure) {
      _ = shortWord([1, 2, 3, 4, 5, 6, 7, 8, 9].span, from: 0, count: 9)
    }
    await #expect(processExitsWith: .failure) {
      _ = areEqual([1, 2].span, at: 0, [1, 2, 3].span, at: 2, count: 2)
    }
  }
}
