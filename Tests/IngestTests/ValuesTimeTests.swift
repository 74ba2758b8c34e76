import Foundation
import Ingest
import Records
import Support
import Testing

/// One text, its format and zone, and the moment it must give, written in UTC (`nil`: a fault).
struct TimeCase: Sendable, CustomTestStringConvertible {
  var text: String
  var format: String?
  var zone = "UTC"
  /// `yyyy-MM-ddTHH:mm:ss` and microseconds.
  var utc: String?
  var micro: Int64 = 0
  var testDescription: String { "\(format ?? "iso8601") \(zone) \(text)" }

  static let iso: [TimeCase] = [
    TimeCase(text: "2026-05-01T10:17:03Z", utc: "2026-05-01T10:17:03"),
    TimeCase(text: "2026-05-01 10:17:03", utc: "2026-05-01T10:17:03"),
    TimeCase(text: " 2026-05-01t10:17z ", utc: "2026-05-01T10:17:00"),
    TimeCase(text: "2026-05-01", utc: "2026-05-01T00:00:00"),
    TimeCase(text: "2026-05-01", zone: "Europe/Berlin", utc: "2026-04-30T22:00:00"),
    TimeCase(text: "2026-05-01T10:17:03+02", utc: "2026-05-01T08:17:03"),
    TimeCase(text: "2026-05-01T10:17:03+0530", utc: "2026-05-01T04:47:03"),
    TimeCase(text: "2026-05-01T10:17:03-03:30", utc: "2026-05-01T13:47:03"),
    TimeCase(text: "2026-05-01 10:17:03 +0200", utc: "2026-05-01T08:17:03"),
    TimeCase(text: "2026-05-01T10:17:03.5Z", utc: "2026-05-01T10:17:03", micro: 500_000),
    TimeCase(text: "2026-05-01T10:17:03,000001", utc: "2026-05-01T10:17:03", micro: 1),
    TimeCase(
      text: "2026-05-01T10:17:03.1234569999999999999999999", utc: "2026-05-01T10:17:03",
      micro: 123_456),
    TimeCase(text: "2026-05-01T10:17:03", zone: "Europe/Berlin", utc: "2026-05-01T08:17:03"),
    TimeCase(text: "2026-05-01T10:17:03Z", zone: "Europe/Berlin", utc: "2026-05-01T10:17:03"),
    TimeCase(text: "2016-12-31T23:59:60Z", utc: "2017-01-01T00:00:00"),
    TimeCase(text: "0001-01-01T00:00:00Z", utc: "0001-01-01T00:00:00"),
    TimeCase(text: "9999-12-31T23:59:59.999999Z", utc: "9999-12-31T23:59:59", micro: 999_999),
    TimeCase(text: "2024-02-29T00:00:00Z", utc: "2024-02-29T00:00:00"),
    TimeCase(text: "9999-12-31T22:59:59Z", zone: "Europe/Berlin", utc: "9999-12-31T22:59:59"),
    TimeCase(text: "9999-12-31T23:59:59", zone: "Europe/Berlin", utc: "9999-12-31T22:59:59"),
    // The hour that Berlin skips is read with the offset before it; the one it repeats, as the
    // first.
    TimeCase(text: "2026-03-29T02:30:00", zone: "Europe/Berlin", utc: "2026-03-29T01:30:00"),
    TimeCase(text: "2026-03-29T01:59:59", zone: "Europe/Berlin", utc: "2026-03-29T00:59:59"),
    TimeCase(text: "2026-03-29T03:00:00", zone: "Europe/Berlin", utc: "2026-03-29T01:00:00"),
    TimeCase(text: "2026-10-25T02:30:00", zone: "Europe/Berlin", utc: "2026-10-25T00:30:00"),
    TimeCase(text: "2026-10-25T02:30:00+01:00", zone: "Europe/Berlin", utc: "2026-10-25T01:30:00"),
    TimeCase(text: "2026-10-25T03:00:00", zone: "Europe/Berlin", utc: "2026-10-25T02:00:00"),
  ]

  static let refusedISO: [TimeCase] =
    [
      "2026-02-29T00:00:00Z", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00",
      "0000-01-01", "10000-01-01", "2026-1-1", "2026-01-01T24:00:00", "2026-01-01T10:60:00",
      "2026-01-01T10:00:61", "2026-01-01T10:30:60", "2026-01-01T10", "2026-01-01T1000",
      "2026-01-01X10:00:00", "2026-01-01T10:00:00.", "2026-01-01T10:00:00+",
      "2026-01-01T10:00:00+1",
      "2026-01-01T10:00:00+24:00", "2026-01-01T10:00:00+01:60", "2026-01-01T10:00:00Zx",
      "2026-01-01T10:00:00  Z", "2026/01/01", "20260101", "01.01.2026", "1700000000", "heute",
      "2026-01-01T10:00:0", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+00:01",
      "2026-01-01T-1:00:00",
    ].map { TimeCase(text: $0, utc: nil) } + [
      // Years that the zone's clock shows with five digits, or as the year 0.
      TimeCase(text: "9999-12-31T23:59:59Z", zone: "Europe/Berlin", utc: nil),
      TimeCase(text: "0001-01-01T00:00:00Z", zone: "America/St_Johns", utc: nil),
    ]

  static let epochs: [TimeCase] = [
    TimeCase(text: "0", format: "epoch_s", utc: "1970-01-01T00:00:00"),
    TimeCase(text: "1777630623", format: "epoch_s", utc: "2026-05-01T10:17:03"),
    TimeCase(text: "1777630623.25", format: "epoch_s", utc: "2026-05-01T10:17:03", micro: 250_000),
    TimeCase(text: "1.777630623E9", format: "epoch_s", utc: "2026-05-01T10:17:03"),
    TimeCase(
      text: "1777630623.1234567890123", format: "epoch_s", utc: "2026-05-01T10:17:03",
      micro: 123_456),
    TimeCase(text: "-0.0000001", format: "epoch_s", utc: "1969-12-31T23:59:59", micro: 999_999),
    TimeCase(text: "1777630623001", format: "epoch_ms", utc: "2026-05-01T10:17:03", micro: 1000),
    TimeCase(text: "1777630623001.5", format: "epoch_ms", utc: "2026-05-01T10:17:03", micro: 1500),
    TimeCase(text: "1777630623000001", format: "epoch_us", utc: "2026-05-01T10:17:03", micro: 1),
    TimeCase(text: "1777630623000001999", format: "epoch_ns", utc: "2026-05-01T10:17:03", micro: 1),
    TimeCase(text: "-1", format: "epoch_ns", utc: "1969-12-31T23:59:59", micro: 999_999),
    TimeCase(text: "253402300799", format: "epoch_s", utc: "9999-12-31T23:59:59"),
    TimeCase(text: "253402300800", format: "epoch_s", utc: nil),
    TimeCase(text: "-62135596801", format: "epoch_s", utc: nil),
    TimeCase(text: "1777630623000", format: "epoch_s", utc: nil),
    TimeCase(text: "99999999999999999999999", format: "epoch_ns", utc: nil),
    TimeCase(text: "2026-05-01", format: "epoch_s", utc: nil),
    TimeCase(text: "1777630623s", format: "epoch_s", utc: nil),
  ]

  static let patterns: [TimeCase] = [
    TimeCase(text: "01.05.2026 10:17", format: "dd.MM.yyyy HH:mm", utc: "2026-05-01T10:17:00"),
    TimeCase(
      text: "01.05.2026 10:17", format: "dd.MM.yyyy HH:mm", zone: "Europe/Berlin",
      utc: "2026-05-01T08:17:00"),
    TimeCase(text: "1.5.26", format: "d.M.yy", utc: "2026-05-01T00:00:00"),
    TimeCase(text: "31.12.70", format: "d.M.yy", utc: "1970-12-31T00:00:00"),
    TimeCase(text: "01.01.69", format: "dd.MM.yy", utc: "2069-01-01T00:00:00"),
    TimeCase(
      text: "5/14/2026 12:05:00 AM", format: "M/d/yyyy h:mm:ss a", utc: "2026-05-14T00:05:00"),
    TimeCase(
      text: "5/14/2026 12:05:00 pm", format: "M/d/yyyy h:mm:ss a", utc: "2026-05-14T12:05:00"),
    TimeCase(
      text: "5/14/2026 11:05:00 PM", format: "M/d/yyyy h:mm:ss a", utc: "2026-05-14T23:05:00"),
    TimeCase(text: "20260501101703", format: "yyyyMMddHHmmss", utc: "2026-05-01T10:17:03"),
    TimeCase(
      text: "2026-05-01T10:17:03.123+0200", format: "yyyy-MM-dd'T'HH:mm:ss.SSSX",
      utc: "2026-05-01T08:17:03", micro: 123_000),
    TimeCase(
      text: "01/May/2026:10:17:03 +0200", format: "dd/MMM/yyyy:HH:mm:ss X",
      utc: "2026-05-01T08:17:03"),
    TimeCase(text: "3. Mär 2026", format: "d. MMM yyyy", utc: "2026-03-03T00:00:00"),
    TimeCase(text: "3. Mrz 2026", format: "d. MMM yyyy", utc: "2026-03-03T00:00:00"),
    TimeCase(text: "3. MÄR 2026", format: "d. MMM yyyy", utc: "2026-03-03T00:00:00"),
    TimeCase(text: "3. Mai 2026", format: "d. MMM yyyy", utc: "2026-05-03T00:00:00"),
    TimeCase(text: "3. Okt 2026", format: "d. MMM yyyy", utc: "2026-10-03T00:00:00"),
    TimeCase(text: "3. dez 2026", format: "d. MMM yyyy", utc: "2026-12-03T00:00:00"),
    TimeCase(
      text: "Nov 03, 2026, 4:05:06", format: "MMM dd, yyyy, H:mm:ss", utc: "2026-11-03T04:05:06"),
    TimeCase(text: "1.05.2026 10:17", format: "dd.MM.yyyy HH:mm", utc: nil),
    TimeCase(text: "01.05.2026", format: "dd.MM.yyyy HH:mm", utc: nil),
    TimeCase(text: "01.05.2026 10:17:03", format: "dd.MM.yyyy HH:mm", utc: nil),
    TimeCase(text: "31.04.2026", format: "dd.MM.yyyy", utc: nil),
    TimeCase(text: "29.02.2026", format: "dd.MM.yyyy", utc: nil),
    TimeCase(text: "01-05-2026", format: "dd.MM.yyyy", utc: nil),
    TimeCase(text: "3. Mix 2026", format: "d. MMM yyyy", utc: nil),
    TimeCase(text: "3. M\rr 2026", format: "d. MMM yyyy", utc: nil),
    TimeCase(text: "5/14/2026 13:05 PM", format: "M/d/yyyy h:mm a", utc: nil),
    TimeCase(text: "5/14/2026 0:05 PM", format: "M/d/yyyy h:mm a", utc: nil),
    TimeCase(text: "5/14/2026 1:05 XM", format: "M/d/yyyy h:mm a", utc: nil),
    TimeCase(text: "2026-05-01 10:17 99", format: "yyyy-MM-dd HH:mm X", utc: nil),
  ]
}

@Suite struct ValuesTimeTests {
  private func reader(_ type: FieldType, _ format: TimeFormat?, _ zone: String) throws
    -> ValueReader
  {
    ValueReader(
      type: type, format: format, numbers: NumberStyle(), scale: nil,
      zone: try #require(Zone(named: zone)))
  }

  /// The microseconds of `yyyy-MM-ddTHH:mm:ss`, by way of days alone.
  private func microseconds(_ utc: String) throws -> Int64 {
    let date = try #require(CivilDate(String(utc.prefix(10))))
    let parts = utc.suffix(8).split(separator: ":").compactMap { Int64($0) }
    return ((Int64(date.days) * 24 + parts[0]) * 60 + parts[1]) * 60_000_000 + parts[2] * 1_000_000
  }

  @Test(
    arguments: TimeCase.iso + TimeCase.refusedISO + TimeCase.epochs + TimeCase.patterns)
  func momentIsReadOrRefused(_ example: TimeCase) throws {
    let format = try example.format.map { try #require(TimeFormat($0)) }
    var reader = try reader(.timestamp, format, example.zone)
    var faults = ValueFaults()
    let expected = try example.utc.map { try microseconds($0) + example.micro }
    // Twice, because what was read last is remembered.
    #expect(read(&reader, [example.text, example.text], &faults) == [expected, expected])
    #expect(faults.entries.map(\.rule) == (expected == nil ? [.type, .type] : []))
  }

  @Test(arguments: [
    ("10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36" as String?),
    ("29/Feb/2024:00:00:00 +0000", "2024-02-29T00:00:00"),
    ("01/May/2026:10:17:03 +0200", "2026-05-01T08:17:03"),
    ("01/May/2026:10:17:03 Z", "2026-05-01T10:17:03"),
    ("29/Feb/2023:00:00:00 +0000", nil), ("01/Foo/2026:10:17:03 +0200", nil),
    ("01/May/2026:25:17:03 +0200", nil), ("01/May/2026:10:17:03", nil),
    ("01/May/2026 10:17:03 +0200", nil), ("01-May-2026:10:17:03 +0200", nil),
    ("-", nil), ("01/May/2026:10:17:03 +0200x", nil),
  ])
  func accessLogTime(_ text: String, _ utc: String?) throws {
    var reader = try reader(.timestamp, .accessLog, "Europe/Berlin")
    var faults = ValueFaults()
    let expected = try utc.map { try microseconds($0) }
    let before = "10/Oct/2000:00:00:00 +0000"
    #expect(
      read(&reader, [text, before, text, text], &faults)
        == [expected, 971_136_000_000_000, expected, expected])
  }

  @Test(
    arguments: [
      ("2026-05-01", nil, "2026-05-01" as String?), (" 1980-02-29 ", nil, "1980-02-29"),
      ("2026-05-01T00:00:00Z", nil, nil), ("2026-02-30", nil, nil), ("0000-01-01", nil, nil),
      ("9999-12-31", nil, "9999-12-31"), ("0001-01-01", nil, "0001-01-01"),
      ("4.8.1966", "d.M.yyyy", "1966-08-04"),
      ("04.08.1966 23:59", "dd.MM.yyyy HH:mm", "1966-08-04"),
      ("04.08.1966 24:59", "dd.MM.yyyy HH:mm", nil), ("31.06.1966", "dd.MM.yyyy", nil),
      ("2026-05-01T23:30:00-05:00", "yyyy-MM-dd'T'HH:mm:ssX", "2026-05-01"),
      ("1777672800", "epoch_s", "2026-05-02"), ("x", "epoch_s", nil),
    ] as [(String, String?, String?)])
  func date(_ text: String, _ format: String?, _ date: String?) throws {
    for type in [FieldType.date, .birthDate] {
      var reader = try reader(
        type, try format.map { try #require(TimeFormat($0)) }, "Europe/Berlin")
      var faults = ValueFaults()
      let expected = try date.map { Int64(try #require(CivilDate($0)).days) }
      #expect(read(&reader, [text], &faults) == [expected])
      #expect(faults.isEmpty == (expected != nil))
    }
  }

  /// Two digits are a year that most people alive can have been born in, of other dates one of 1970
  /// to 2069.
  @Test(arguments: [
    ("1.5.60", "1960-05-01", "2060-05-01"), ("29.2.36", "1936-02-29", "2036-02-29"),
    ("31.12.29", "2029-12-31", "2029-12-31"), ("1.1.30", "1930-01-01", "2030-01-01"),
    ("31.12.69", "1969-12-31", "2069-12-31"), ("1.1.70", "1970-01-01", "1970-01-01"),
    ("1.1.99", "1999-01-01", "1999-01-01"),
  ])
  func yearsOfBirthHaveACenturyOfTheirOwn(_ text: String, birth: String, date: String) throws {
    let format = try #require(TimeFormat("d.M.yy"))
    for (type, expected) in [(FieldType.birthDate, birth), (.date, date)] {
      var reader = try reader(type, format, "UTC")
      var faults = ValueFaults()
      let days = Int64(try #require(CivilDate(expected)).days)
      #expect(read(&reader, [text], &faults) == [days])
    }
  }

  /// Moments written by Foundation in many zones come back.
  @Test(arguments: [
    "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC",
  ])
  func writtenMomentsComeBack(_ zone: String) throws {
    var random = SplitMix(seed: 99)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: zone))
    var reader = try reader(.timestamp, nil, "UTC")
    var local = try self.reader(.timestamp, nil, zone)
    for _ in 0..<500 {
      let seconds = Int64.random(in: 0...2_000_000_000, using: &random)
      let date = Date(timeIntervalSince1970: Double(seconds))
      let part = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second], from: date)
      func two(_ number: Int?) -> String {
        String((100 + (number ?? 0)) % 1000).suffix(2).description
      }
      let text =
        "\(part.year ?? 0)-\(two(part.month))-\(two(part.day))T\(two(part.hour)):\(two(part.minute)):\(two(part.second))"
      let offset = calendar.timeZone.secondsFromGMT(for: date)
      let suffix =
        (offset < 0 ? "-" : "+") + two(abs(offset) / 3600) + ":" + two(abs(offset) / 60 % 60)
      var faults = ValueFaults()
      #expect(read(&reader, [text + suffix], &faults) == [seconds * 1_000_000], "\(text)")
      // Without offset it is the same moment, or its twin in the hour that is repeated.
      let found = read(&local, [text], &faults)[0] ?? 0
      let twin = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second],
        from: Date(timeIntervalSince1970: Double(found / 1_000_000)))
      #expect(found <= seconds * 1_000_000 && twin == part, "\(zone) \(text)")
    }
  }

  /// A pattern of fixed places must agree with ISO 8601 on what both can say.
  @Test(arguments: 0..<4)
  func fixedPlacesAgreeWithISO(seed: Int) throws {
    var dice = SplitMix(seed: UInt64(seed) &+ 17)
    let format = TimeFormat("yyyy-MM-dd HH:mm:ss")
    let bytes = Array("0123456789-: ".utf8)
    var readable = 0
    for round in 0..<2000 {
      var text = Array("2026-1\(round % 3)-\(round % 4)\(round % 10) 1\(round % 10):17:03".utf8)
      for _ in 0..<(round % 3) {
        text[Int(dice.next() % 19)] = bytes[Int(dice.next() % UInt64(bytes.count))]
      }
      if round % 50 == 0 { text.removeLast() }
      // ISO takes an offset there, and leaves out seconds.
      if text.count < 19 || text[16] != UInt8(ascii: ":") || text[0] == 32 || text[18] == 32 {
        continue
      }
      let cells = TextCells(bytes: text, cells: [TextCell(start: 0, count: text.count)])
      var fixed = try reader(.timestamp, format, "Europe/Berlin")
      var iso = try reader(.timestamp, nil, "Europe/Berlin")
      var faults = ValueFaults()
      guard case .number(let one) = fixed.read(cells, faults: &faults),
        case .number(let other) = iso.read(cells, faults: &faults)
      else {
        Issue.record("no numbers")
        return
      }
      #expect(one == other, "\(String(decoding: text, as: UTF8.self))")
      if one[0] != Values.nullNumber { readable += 1 }
    }
    #expect(readable > 200)
  }

  /// A text like its neighbour's is not read again, one that is no time is reported each time.
  @Test func neighboursOfFixedPlacesMayRepeatThemselves() throws {
    var times = try reader(.timestamp, TimeFormat("yyyy-MM-dd HH:mm:ss"), "UTC")
    var faults = ValueFaults()
    let first = "2026-05-01 10:17:03"
    let other = "2026-05-01 10:17:04"
    let texts = [first, first, other, nil, other, first, "", "2026", "2026", first]
    let moments = read(&times, texts, &faults)
    let moment = try #require(moments[0])
    let next = moment + 1_000_000
    #expect(
      moments == [moment, moment, next, nil, next, moment, nil, nil, nil, moment])
    #expect(faults.entries.map(\.position) == [7, 8])
  }
}
