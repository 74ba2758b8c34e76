import Pseudonymise
import Records
import Support
import Testing

/// A date and the epoch it lies in.
struct EpochCase: Sendable, CustomTestStringConvertible {
  var rotation: Rotation
  var date: String
  var text: String
  /// The last day of the epoch, `nil` for `never`.
  var last: String?
  var testDescription: String { "\(rotation) of \(date)" }

  static let all = [
    EpochCase(rotation: .never, date: "2026-04-01", text: "never", last: nil),
    EpochCase(rotation: .day, date: "2026-04-01", text: "d2026-04-01", last: "2026-04-01"),
    EpochCase(rotation: .day, date: "2024-02-29", text: "d2024-02-29", last: "2024-02-29"),
    EpochCase(rotation: .day, date: "1969-12-31", text: "d1969-12-31", last: "1969-12-31"),
    EpochCase(rotation: .week, date: "2026-01-25", text: "w2026-04", last: "2026-01-25"),
    EpochCase(rotation: .week, date: "2026-01-26", text: "w2026-05", last: "2026-02-01"),
    // Edges of ISO years: days of one calendar year in a week of another, and 53rd weeks.
    EpochCase(rotation: .week, date: "2026-01-01", text: "w2026-01", last: "2026-01-04"),
    EpochCase(rotation: .week, date: "2025-12-29", text: "w2026-01", last: "2026-01-04"),
    EpochCase(rotation: .week, date: "2025-12-28", text: "w2025-52", last: "2025-12-28"),
    EpochCase(rotation: .week, date: "2026-12-31", text: "w2026-53", last: "2027-01-03"),
    EpochCase(rotation: .week, date: "2027-01-03", text: "w2026-53", last: "2027-01-03"),
    EpochCase(rotation: .week, date: "2027-01-04", text: "w2027-01", last: "2027-01-10"),
    EpochCase(rotation: .week, date: "2021-01-03", text: "w2020-53", last: "2021-01-03"),
    EpochCase(rotation: .week, date: "1970-01-01", text: "w1970-01", last: "1970-01-04"),
    EpochCase(rotation: .week, date: "1969-12-28", text: "w1969-52", last: "1969-12-28"),
    EpochCase(rotation: .month, date: "2026-04-30", text: "m2026-04", last: "2026-04-30"),
    EpochCase(rotation: .month, date: "2024-02-01", text: "m2024-02", last: "2024-02-29"),
    EpochCase(rotation: .month, date: "2100-02-01", text: "m2100-02", last: "2100-02-28"),
    EpochCase(rotation: .quarter, date: "2026-03-31", text: "q2026-1", last: "2026-03-31"),
    EpochCase(rotation: .quarter, date: "2026-04-01", text: "q2026-2", last: "2026-06-30"),
    EpochCase(rotation: .quarter, date: "2026-12-31", text: "q2026-4", last: "2026-12-31"),
    EpochCase(rotation: .year, date: "2026-01-01", text: "y2026", last: "2026-12-31"),
    EpochCase(rotation: .year, date: "0999-06-01", text: "y0999", last: "0999-12-31"),
  ]
}

@Suite struct EpochTests {
  @Test(arguments: EpochCase.all)
  func dateLiesInItsEpoch(_ example: EpochCase) throws {
    let date = try #require(CivilDate(example.date))
    let epoch = Epoch(rotation: example.rotation, date: date)
    #expect(epoch.description == example.text)
    #expect(epoch == Epoch(rotation: example.rotation, day: date.days))
    #expect(Epoch(example.text) == epoch)
    #expect(epoch.lastDay.map { CivilDate(days: $0).description } == example.last)
  }

  /// Each epoch begins the day after the one before, and every day of it knows it.
  @Test(arguments: Rotation.allCases)
  func epochsFollowWithoutGap(_ rotation: Rotation) {
    var generator = SplitMix(seed: 0x5EED)
    for _ in 0..<300 {
      let day = Int.random(in: -200_000...200_000, using: &generator)
      let epoch = Epoch(rotation: rotation, day: day)
      guard rotation != .never, let first = epoch.firstDay, let last = epoch.lastDay else {
        #expect(rotation == .never && epoch.id == 0)
        continue
      }
      #expect(first <= day && day <= last)
      #expect(Epoch(rotation: rotation, day: first) == epoch)
      #expect(Epoch(rotation: rotation, day: last) == epoch)
      #expect(Epoch(rotation: rotation, day: last + 1).id == epoch.id + 1)
      #expect(Epoch(rotation: rotation, day: first - 1).id == epoch.id - 1)
    }
  }

  @Test(arguments: [
    "", "Never", "n", "d2026-4-1", "d2026-04-31", "d2026-04", "d2026-04-01-01", "w2025-53",
    "w2026-00", "w2026-54", "m2026-13", "m2026-4", "q2026-0", "q2026-5", "q2026-04", "y26", "y+026",
    "x2026", "2026", "q2026-4.key", "y2026-01", "../q2026-4",
  ])
  func textThatNoEpochHasIsRefused(_ text: String) {
    #expect(Epoch(text) == nil)
  }

  @Test func rotationsAreUnitsWithoutHour() {
    #expect(Rotation(nil) == .never)
    #expect(Rotation(.hour) == nil)
    for unit in TimeUnit.allCases where unit != .hour {
      #expect(Rotation(unit)?.rawValue == unit.rawValue)
    }
  }
}
