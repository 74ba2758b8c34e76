import Bytes
import Testing

/// A decimal and both of its forms.
struct DecimalCase: Sendable, CustomTestStringConvertible {
  var unscaled: Int64
  var scale: Int
  var full: String
  var shortest: String
  var testDescription: String { "\(unscaled) at scale \(scale)" }

  static let all = [
    DecimalCase(unscaled: 0, scale: 0, full: "0", shortest: "0"),
    DecimalCase(unscaled: 0, scale: 2, full: "0.00", shortest: "0"),
    DecimalCase(unscaled: 5, scale: 2, full: "0.05", shortest: "0.05"),
    DecimalCase(unscaled: -5, scale: 1, full: "-0.5", shortest: "-0.5"),
    DecimalCase(unscaled: 1230, scale: 2, full: "12.30", shortest: "12.3"),
    DecimalCase(unscaled: 1200, scale: 2, full: "12.00", shortest: "12"),
    DecimalCase(unscaled: -100, scale: 0, full: "-100", shortest: "-100"),
    DecimalCase(
      unscaled: 9, scale: 18, full: "0.000000000000000009", shortest: "0.000000000000000009"),
    DecimalCase(
      unscaled: .max, scale: 0, full: "9223372036854775807", shortest: "9223372036854775807"),
    DecimalCase(
      unscaled: .min, scale: 9, full: "-9223372036.854775808", shortest: "-9223372036.854775808"),
  ]
}

@Suite struct OutputBufferTests {
  @Test(arguments: DecimalCase.all)
  func writesDecimals(_ example: DecimalCase) {
    var buffer = OutputBuffer(capacity: 1)
    buffer.append(decimal: example.unscaled, scale: example.scale)
    #expect(text(of: &buffer) == example.full)
    buffer.append(shortestDecimal: example.unscaled, scale: example.scale)
    #expect(text(of: &buffer) == example.shortest)
  }

  @Test func writesEveryPowerOfTen() {
    var buffer = OutputBuffer()
    var power: Int64 = 1
    while true {
      for number in [power, power - 1, -power] {
        buffer.append(decimal: number)
        #expect(text(of: &buffer) == String(number))
      }
      let (next, overflow) = power.multipliedReportingOverflow(by: 10)
      if overflow { break }
      power = next
    }
  }

  @Test func growsAndKeepsOrder() {
    var buffer = OutputBuffer(capacity: 0)
    var expected: [UInt8] = []
    let source = [UInt8](0...255)
    for round in 0..<100 {
      buffer.append(UInt8(round))
      expected.append(UInt8(round))
      buffer.append(source, from: round, count: 100)
      expected += source[round..<(round + 100)]
      buffer.append("word")
      expected += Array("word".utf8)
      buffer.append(source.span)
      expected += source
    }
    let written = buffer.count
    #expect(written == expected.count)
    let copy = buffer.withBytes { [UInt8](copying: $0) }
    #expect(copy == expected)
    buffer.truncate(to: 101)
    let cut = buffer.take()
    #expect(cut == Array(expected[..<101]))
    let isEmpty = buffer.isEmpty
    #expect(isEmpty)
  }

  @Test func arraysAppendRanges() {
    var array: [UInt8] = [1]
    array.append(copying: ([2, 3] as [UInt8]).span)
    array.append(copying: [9, 4, 5, 9], from: 1, count: 2)
    array.append(copying: [9], from: 1, count: 0)
    #expect(array == [1, 2, 3, 4, 5])
    #expect([UInt8](copying: array.span, from: 1, count: 2) == [2, 3])
  }

  @Test func writesTheLowestBytesOfNumbers() {
    let number: UInt64 = 0x0102_0304_0506_0708
    var expected: [UInt8] = []
    var buffer = OutputBuffer(capacity: 1)
    for count in [8, 0, 1, 3, 7, 4] {
      buffer.append(littleEndian: number, count: count)
      expected += (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }
    let bytes = buffer.take()
    #expect(bytes == expected)
  }

  @Test func rejectsNumbersOfNineBytes() async {
    await #expect(processExitsWith: .failure) {
      var buffer = OutputBuffer()
      buffer.append(littleEndian: 1, count: 9)
    }
  }

  @Test func rejectsCopyOutsideArray() async {
    await #expect(processExitsWith: .failure) {
      var buffer = OutputBuffer()
      buffer.append([1, 2, 3], from: 1, count: 3)
    }
  }
}

/// Takes the buffer's bytes as text.
private func text(of buffer: inout OutputBuffer) -> String {
  String(decoding: buffer.take(), as: UTF8.self)
}
