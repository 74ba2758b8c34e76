import Bytes
import Support
import Testing

@Suite struct ByteInternerTests {
  /// The table must agree with a dictionary on codes, values and look-ups.
  @Test(arguments: [1 as UInt64, 7, 0xB10C])
  func agreesWithDictionary(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var interner = ByteInterner()
    var expected: [[UInt8]: UInt32] = [:]
    for _ in 0..<4000 {
      let length = Int.random(in: 0...40, using: &generator)
      let alphabet: ClosedRange<UInt8> = length < 6 ? 0...3 : 0...1
      let value = (0..<length).map { _ in UInt8.random(in: alphabet, using: &generator) }
      let padded = [9, 9] + value + [9]
      #expect(interner.find(padded, from: 2, count: length) == expected[value], "seed \(seed)")
      let code = interner.code(of: padded.span, from: 2, count: length)
      if let known = expected[value] {
        #expect(code == known, "seed \(seed)")
      } else {
        #expect(code == UInt32(expected.count), "seed \(seed)")
        expected[value] = code
      }
    }
    #expect(interner.count == expected.count)
    #expect(interner.starts.count == expected.count + 1)
    for (value, code) in expected {
      #expect(interner.value(of: code) == value)
      #expect(Array(interner.bytes[interner.range(of: code)]) == value)
    }
  }

  @Test func emptyStringIsAValue() {
    var interner = ByteInterner()
    #expect(interner.isEmpty)
    #expect(interner.find([], from: 0, count: 0) == nil)
    #expect(interner.code(of: []) == 0)
    #expect(interner.code(of: []) == 0)
    #expect(interner.count == 1)
  }

  @Test func valuesThatDifferOnlyInLengthAreApart() {
    var interner = ByteInterner()
    for length in 0..<70 {
      #expect(interner.code(of: [UInt8](repeating: 0, count: length)) == UInt32(length))
    }
  }

  @Test(arguments: [true, false])
  func removeAllForgetsEverything(keepingCapacity: Bool) {
    var interner = ByteInterner(capacity: 100)
    for value in 0..<200 as Range<UInt8> { _ = interner.code(of: [value]) }
    interner.removeAll(keepingCapacity: keepingCapacity)
    #expect(interner.isEmpty)
    #expect(interner.bytes.isEmpty)
    #expect(interner.find([5], from: 0, count: 1) == nil)
    #expect(interner.code(of: [7]) == 0)
    #expect(interner.code(of: [5]) == 1)
  }

  @Test func rejectsRangeOutsideBytes() async {
    await #expect(processExitsWith: .failure) {
      var interner = ByteInterner()
      _ = interner.code(of: [1, 2, 3], from: 2, count: 2)
    }
  }
}
