import Foundation
import Records
import Support
import Testing

/// A date, a span, and the date that lies that much later.
struct SpanCase: Sendable, CustomTestStringConvertible {
  var from: String
  var span: String
  var to: String
  var testDescription: String { "\(from) + \(span)" }

  static let all = [
    SpanCase(from: "2026-05-01", span: "90d", to: "2026-07-30"),
    SpanCase(from: "2024-02-28", span: "1d", to: "2024-02-29"),
    SpanCase(from: "2023-12-31", span: "1d", to: "2024-01-01"),
    SpanCase(from: "2026-05-01", span: "2w", to: "2026-05-15"),
    SpanCase(from: "2026-01-31", span: "1mo", to: "2026-02-28"),
    SpanCase(from: "2024-01-31", span: "1mo", to: "2024-02-29"),
    SpanCase(from: "2026-08-31", span: "14mo", to: "2027-10-31"),
    SpanCase(from: "2026-12-15", span: "1mo", to: "2027-01-15"),
    SpanCase(from: "2026-12-15", span: "12mo", to: "2027-12-15"),
    SpanCase(from: "2024-02-29", span: "1y", to: "2025-02-28"),
    SpanCase(from: "2024-02-29", span: "4y", to: "2028-02-29"),
    SpanCase(from: "2026-05-31", span: "10y", to: "2036-05-31"),
  ]
}

@Suite struct CivilDateTests {
  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = .gmt
    return calendar
  }()

  /// Every day of nine hundred years follows the one before it, as months and leap years say.
  @Test func daysFollowOneAnother() {
    var date = CivilDate(year: 1500, month: 1, day: 1)
    for days in date.days...CivilDate(year: 2400, month: 1, day: 1).days {
      #expect(CivilDate(days: days) == date)
      #expect(date.days == days)
      date.day += 1
      if date.day > CivilDate.lengthOfMonth(date.month, year: date.year) {
        date.day = 1
        date.month += 1
      }
      if date.month > 12 {
        date.month = 1
        date.year += 1
      }
    }
  }

  @Test(arguments: [
    ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-05-01", 20_574),
    ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
  ])
  func knownDays(_ text: String, _ days: Int) throws {
    let date = try #require(CivilDate(text))
    #expect(date.days == days)
    #expect(date.description == text)
  }

  @Test(arguments: [
    "", "2026-5-1", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-01-00",
    "2026-01-32", "2026-04-31", "26-01-01", "2026-01-01 ", "+026-01-01", "2026-01--1", "2026/01/01",
    "٢٠٢٦-01-01", "2026-01-01-01",
  ])
  func whatIsNoDateIsRefused(_ text: String) {
    #expect(CivilDate(text) == nil)
  }

  /// Weekdays and ISO weeks against Foundation's calendar, turns of the year included.
  @Test func weeksAgreeWithFoundation() throws {
    var random = SplitMix(seed: 3)
    var days = (0..<400).map { _ in Int.random(in: -30_000...60_000, using: &random) }
    for year in 1990...2040 {
      days += (-4...4).map { CivilDate(year: year, month: 1, day: 1).days + $0 }
    }
    for day in days {
      let date = CivilDate(days: day)
      let part = CivilDateTests.calendar.dateComponents(
        [.weekday, .weekOfYear, .yearForWeekOfYear],
        from: Date(timeIntervalSince1970: Double(day) * 86_400))
      #expect(date.weekday == ((part.weekday ?? 0) + 5) % 7 + 1, "\(date)")
      #expect(date.isoWeek.week == part.weekOfYear, "\(date)")
      #expect(date.isoWeek.year == part.yearForWeekOfYear, "\(date)")
    }
  }

  @Test(arguments: [
    (TimeUnit.hour, "2026-05-14"), (.day, "2026-05-14"), (.week, "2026-05-11"),
    (.month, "2026-05-01"), (.quarter, "2026-04-01"), (.year, "2026-01-01"),
  ])
  func floor(_ unit: TimeUnit, _ text: String) throws {
    let date = CivilDate(year: 2026, month: 5, day: 14)
    #expect(date.floored(to: unit) == CivilDate(text))
    #expect(date.floored(to: unit).floored(to: unit) == CivilDate(text))
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  func quarterOfEveryMonth(_ month: Int) {
    let date = CivilDate(year: 2026, month: month, day: 28).floored(to: .quarter)
    #expect(date == CivilDate(year: 2026, month: [1, 4, 7, 10][(month - 1) / 3], day: 1))
  }

  @Test(arguments: SpanCase.all)
  func addingSpans(_ example: SpanCase) throws {
    let span = try #require(CivilDate.Duration(example.span))
    #expect(try #require(CivilDate(example.from)).adding(span) == CivilDate(example.to))
    #expect(span.description == example.span)
  }

  /// Months and years against Foundation's calendar, which also keeps to the month's last day.
  @Test(arguments: [11, 12 as UInt64])
  func addingMonthsAgreesWithFoundation(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    for _ in 0..<500 {
      let days = Int.random(in: -20_000...40_000, using: &random)
      let count = Int.random(in: 1...300, using: &random)
      let later = CivilDate(days: days).adding(CivilDate.Duration(count: count, unit: .month))
      let expected = try #require(
        CivilDateTests.calendar.date(
          byAdding: .month, value: count, to: Date(timeIntervalSince1970: Double(days) * 86_400)))
      #expect(Double(later.days) * 86_400 == expected.timeIntervalSince1970, "seed \(seed)")
    }
  }

  @Test(arguments: ["d", "w", "mo", "y"])
  func aSpanHasItsDays(_ unit: String) throws {
    var random = SplitMix(seed: 21)
    var seen: Set<Int> = []
    for _ in 0..<2000 {
      let date = CivilDate(days: Int.random(in: -20_000...40_000, using: &random))
      let count = Int.random(in: 1...40, using: &random)
      let span = try #require(CivilDate.Duration("\(count)\(unit)"))
      let days = date.adding(span).days - date.days
      #expect(span.days.contains(days))
      if count == 1 { seen.insert(days) }
    }
    let one = try #require(CivilDate.Duration("1\(unit)"))
    #expect(seen.min() == one.days.lowerBound && seen.max() == one.days.upperBound)
  }

  @Test(arguments: [
    "", "d", "0d", "-1d", "10000d", "1m", "1 d", "1D", "1dd", "d1", "1.5y", "٣d", "1mo2",
  ])
  func whatIsNoSpanIsRefused(_ text: String) {
    #expect(CivilDate.Duration(text) == nil)
  }
}
