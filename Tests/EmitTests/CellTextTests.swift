import Emit
import Foundation
import Records
import Support
import Testing

/// The canonical text of numbers and times, held against slow ways to write them.
@Suite struct CellTextTests {
  private func texts(
    _ numbers: [Int64], _ form: ValueForm, zone: String = "UTC"
  ) throws -> [String?] {
    cellTexts(
      Column(type: ColumnType(source: nil, form: form), values: .number(numbers)),
      rowCount: numbers.count, zone: try #require(Zone(named: zone)), isReplay: false)
  }

  @Test func textsHaveNeitherQuotesNorApostrophes() {
    let column = Column(
      type: ColumnType(source: nil, form: .text),
      values: CellCase.texts(["=a,b", nil, "\"q\"", ""]))
    #expect(
      cellTexts(column, rowCount: 4, zone: .utc, isReplay: true) == ["=a,b", nil, "\"q\"", ""])
  }

  @Test func dictionariesAreLookedUp() {
    let column = Column(
      type: ColumnType(source: nil, form: .text), dictionary: CellCase.texts(["a", nil, "b"]),
      codes: [2, 0, 1, 2])
    #expect(cellTexts(column, rowCount: 4, zone: .utc, isReplay: true) == ["b", "a", nil, "b"])
  }

  @Test func tokensTellReplaysApart() {
    let column = Column(
      type: ColumnType(source: nil, form: .token),
      values: .identity(IdentityCells(fingerprints: [1, 0], tokens: [UInt128(1) << 127, 0])))
    let rest = "q" + String(repeating: "a", count: 25)
    #expect(cellTexts(column, rowCount: 2, zone: .utc, isReplay: true) == ["r" + rest, nil])
    #expect(cellTexts(column, rowCount: 2, zone: .utc, isReplay: false) == ["t" + rest, nil])
  }

  @Test func pseudonymsThatDoNotLeaveAreNull() {
    let column = Column(
      type: ColumnType(source: nil, form: .token),
      values: .identity(IdentityCells(fingerprints: [1, 2], epochs: [0, 0])))
    #expect(cellTexts(column, rowCount: 2, zone: .utc, isReplay: true) == [nil, nil])
  }

  /// The digits of the number, with zeros in front as needed and a point put in.
  private func slowDecimal(_ number: Int64, scale: Int, keepsPlaces: Bool) -> String {
    var digits = String(number.magnitude)
    while digits.count <= scale { digits = "0" + digits }
    var text = String(digits.dropLast(scale))
    var places = digits.suffix(scale)
    if !keepsPlaces { while places.last == "0" { places.removeLast() } }
    if !places.isEmpty { text += "." + places }
    return (number < 0 ? "-" : "") + text
  }

  @Test(arguments: 0...18, [true, false])
  func decimalsAreExact(scale: Int, keepsPlaces: Bool) throws {
    var generator = SplitMix(seed: UInt64(scale))
    var numbers: [Int64] = [0, 1, -1, 5, -5, 10, -10, 100, 1250, Int64.max, -Int64.max]
    var power: Int64 = 1
    for _ in 0..<18 {
      power *= 10
      numbers += [power, -power, power - 1, power + 1]
    }
    for _ in 0..<300 {
      numbers.append(
        Int64.random(in: -Int64.max...Int64.max, using: &generator)
          >> Int64.random(in: 0...62, using: &generator))
    }
    let found = try texts(numbers, .decimal(scale: scale, keepsPlaces: keepsPlaces))
    #expect(
      found == numbers.map { slowDecimal($0, scale: scale, keepsPlaces: keepsPlaces) },
      "seed \(scale)")
  }

  /// Times in a zone: local fields and offset by Foundation's calendar.
  private func slowTime(_ seconds: Int64, _ zone: TimeZone, _ calendar: Calendar) -> String {
    let date = Date(timeIntervalSince1970: Double(seconds))
    let offset = zone.secondsFromGMT(for: date) / 60 * 60
    // Shifted to UTC, because Foundation's own offset may have seconds.
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second],
      from: date.addingTimeInterval(Double(offset)))
    func padded(_ number: Int?, _ width: Int = 2) -> String {
      let digits = String(number ?? -1)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let sign = offset < 0 ? "-" : "+"
    return
      "\(padded(parts.year, 4))-\(padded(parts.month))-\(padded(parts.day))"
      + "T\(padded(parts.hour)):\(padded(parts.minute)):\(padded(parts.second))"
      + "\(sign)\(padded(abs(offset) / 3600)):\(padded(abs(offset) / 60 % 60))"
  }

  @Test(arguments: [
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe",
    "Pacific/Apia", "Africa/Monrovia", "Europe/Amsterdam", "Asia/Kathmandu",
  ])
  func timesHaveTheOffsetOfTheirZone(name: String) throws {
    let zone = try #require(TimeZone(identifier: name))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    var generator = SplitMix(seed: 11)
    var seconds = (0..<500).map { _ in
      Int64.random(in: -2_200_000_000...4_100_000_000, using: &generator)
    }
    // Around every change of the clocks.
    var moment = Date(timeIntervalSince1970: -2_000_000_000)
    for _ in 0..<60 {
      guard let next = zone.nextDaylightSavingTimeTransition(after: moment) else { break }
      moment = next
      let change = Int64(next.timeIntervalSince1970)
      seconds += [-3601, -3600, -1, 0, 1, 899, 1800, 3599, 3600].map { change + $0 }
    }
    seconds.sort()
    let found = try texts(seconds.map { $0 * 1_000_000 }, .timestamp, zone: name)
    for (second, text) in zip(seconds, found) {
      #expect(text == slowTime(second, zone, calendar), "\(second)")
    }
  }

  @Test func timesInOrderOfNothingAreTheSame() throws {
    var generator = SplitMix(seed: 12)
    let times = (0..<400).map { _ in
      Int64.random(in: 1_774_000_000...1_775_500_000, using: &generator) * 1_000_000
    }
    let together = try texts(times, .timestamp, zone: "Europe/Berlin")
    let alone = try times.map { try texts([$0], .timestamp, zone: "Europe/Berlin")[0] }
    #expect(together == alone)
  }

  @Test func fractionsAreAsShortAsTheyCanBe() throws {
    #expect(
      try texts([1_000_000, 1_100_000, 1_120_000, 1_000_001, 1_012_000], .timestamp) == [
        "1970-01-01T00:00:01Z", "1970-01-01T00:00:01.1Z", "1970-01-01T00:00:01.12Z",
        "1970-01-01T00:00:01.000001Z", "1970-01-01T00:00:01.012Z",
      ])
  }

  @Test func theYearsOneAndNineThousand() throws {
    #expect(
      try texts([-62_135_596_800_000_000, 253_402_300_799_999_999], .timestamp) == [
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
      ])
    #expect(try texts([-719_162, 2_932_896], .date) == ["0001-01-01", "9999-12-31"])
    // The local date of the last hours lies in the next year.
    #expect(
      try texts([253_402_300_799_000_000], .timestamp, zone: "Asia/Kolkata")
        == ["10000-01-01T05:29:59+05:30"])
  }

  @Test func everyDayOfFourHundredYearsIsItsDate() throws {
    let days = Array(Int64(-73_000)...73_100)
    let found = try texts(days, .date)
    var date = CivilDate(days: -73_000)
    for text in found {
      #expect(text == date.description)
      // The next day by the lengths of months alone.
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
}
