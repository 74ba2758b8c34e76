import Records
import Testing

/// A pattern and the parts it is made of.
struct PatternCase: Sendable, CustomTestStringConvertible {
  var text: String
  var parts: [TimePattern.Part]
  var testDescription: String { text }

  private static func literal(_ character: Unicode.Scalar) -> TimePattern.Part {
    .literal(UInt8(ascii: character))
  }

  static let all = [
    PatternCase(
      text: "dd.MM.yyyy HH:mm",
      parts: [
        .day(twoDigits: true), literal("."), .month(twoDigits: true), literal("."), .year,
        literal(" "), .hour24(twoDigits: true), literal(":"), .minute,
      ]),
    PatternCase(
      text: "M/d/yy h:mm:ss a",
      parts: [
        .month(twoDigits: false), literal("/"), .day(twoDigits: false), literal("/"), .shortYear,
        literal(" "), .hour12(twoDigits: false), literal(":"), .minute, literal(":"), .second,
        literal(" "), .dayHalf,
      ]),
    PatternCase(
      text: "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
      parts: [
        .year, literal("-"), .month(twoDigits: true), literal("-"), .day(twoDigits: true),
        literal("T"), .hour24(twoDigits: true), literal(":"), .minute, literal(":"), .second,
        literal("."), .fraction, .offset,
      ]),
    PatternCase(
      text: "dd/MMM/yyyy",
      parts: [.day(twoDigits: true), literal("/"), .monthName, literal("/"), .year]),
    PatternCase(text: "yyyyMMdd", parts: [.year, .month(twoDigits: true), .day(twoDigits: true)]),
    PatternCase(
      text: "d''MM'h o'yyyy",
      parts: [
        .day(twoDigits: false), literal("'"), .month(twoDigits: true), literal("h"), literal(" "),
        literal("o"), .year,
      ]),
    PatternCase(
      text: "yyyyMMddTHHmmssZ",
      parts: [
        .year, .month(twoDigits: true), .day(twoDigits: true), literal("T"),
        .hour24(twoDigits: true), .minute, .second, .offset,
      ]),
    PatternCase(
      text: "yyyy'o''clock'MMdd",
      parts: [.year] + "o'clock".unicodeScalars.map { literal($0) }
        + [.month(twoDigits: true), .day(twoDigits: true)]),
  ]
}

@Suite struct TimeFormatTests {
  @Test(arguments: PatternCase.all)
  func patternIsRead(_ example: PatternCase) throws {
    let pattern = try #require(TimePattern(example.text))
    #expect(pattern.parts == example.parts)
    #expect(pattern.text == example.text)
    #expect(TimeFormat(example.text) == .pattern(pattern))
  }

  @Test(arguments: [
    "", "HH:mm", "yyyy", "yyyy-MM", "MM-dd", "yyy-MM-dd", "yyyy-MMMM-dd", "yyyy-MM-ddd",
    "YYYY-MM-dd",
    "yyyy-MM-dd m", "yyyy-MM-dd s", "yyyy-MM-dd 'open", "yyyy-MM-dd EEE", "yyyy-MM-dd XXXX",
    "yyyy-MM-DD", "epoch", "unix",
  ])
  func whatIsNoPatternIsRefused(_ text: String) {
    #expect(TimePattern(text) == nil)
    #expect(TimeFormat(text) == nil)
  }

  @Test(arguments: [
    ("iso8601", TimeFormat.iso8601), ("epoch_s", .epochSeconds), ("epoch_ms", .epochMilliseconds),
    ("epoch_us", .epochMicroseconds), ("epoch_ns", .epochNanoseconds),
  ])
  func namesOfFormats(_ name: String, _ format: TimeFormat) {
    #expect(TimeFormat(name) == format)
  }
}
