import Minimise
import Records
import Testing

@Suite struct FloorTests {
  private func microseconds(_ seconds: Int64) -> Int64 { seconds * 1_000_000 + 123_456 }

  /// 2026-10-25: Berlin's clocks go back from 03:00 to 02:00 at 01:00 UTC.
  @Test func hoursOfTheLongNightStayApart() throws {
    let berlin = try #require(Zone(named: "Europe/Berlin"))
    let first = Int64(1_792_886_400) + 1800  // 00:30 UTC, 02:30 summer time
    let second = first + 3600
    let result = try Cells.treat(
      .number([microseconds(first), microseconds(second), Values.nullNumber]), as: .timestamp,
      with: "floor", .text("hour"), zone: berlin)
    #expect(
      Cells.numbers(result.values) == [
        (first - 1800) * 1_000_000, (second - 1800) * 1_000_000, nil,
      ])
    #expect(result.type.form == .timestamp && result.type.floor == .hour)
  }

  @Test func daysAreLocal() throws {
    let berlin = try #require(Zone(named: "Europe/Berlin"))
    // 2026-05-01T22:30Z is 2026-05-02 in Berlin.
    let moment = Int64(CivilDate(year: 2026, month: 5, day: 1).days) * 86_400 + 22 * 3600 + 1800
    for (zone, day) in [(berlin, 2), (Zone.utc, 1)] {
      let result = try Cells.treat(
        .number([microseconds(moment)]), as: .timestamp, with: "floor", .text("day"), zone: zone)
      #expect(
        Cells.numbers(result.values) == [Int64(CivilDate(year: 2026, month: 5, day: day).days)])
    }
  }

  @Test func hourOfHalfHourZoneIsLocal() throws {
    let darwin = try #require(Zone(named: "Australia/Darwin"))
    // 10:10 UTC is 19:40 there; that hour began at 09:30 UTC.
    let result = try Cells.treat(
      .number([microseconds(36_600)]), as: .timestamp, with: "floor", .text("hour"), zone: darwin)
    #expect(Cells.numbers(result.values) == [34_200 * 1_000_000])
  }

  /// Clocks that were set by half an hour, or by 44 minutes: the hour of a moment behind that began
  /// under another offset, or is none that the clock ever showed.
  @Test(arguments: [
    ("Australia/Lord_Howe", 1_775_315_400, 1_775_311_200),  // 01:40+10:30 -> 01:00+11:00
    ("Australia/Lord_Howe", 1_791_042_300, 1_791_037_800),  // 02:45+11:00 -> 01:00+10:30
    ("America/Caracas", 1_197_184_500, 1_197_180_000),  // 02:45-04:30 -> 02:00-04:00
    ("Africa/Monrovia", 63_593_400, 63_593_070 - 3600),  // 00:50+00:00 -> 23:00-00:44:30
  ])
  func hourWhoseBeginningTheClockLeapsOverIsTheOneBefore(
    _ name: String, _ moment: Int, _ hour: Int
  ) throws {
    let zone = try #require(Zone(named: name))
    let result = try Cells.treat(
      .number([microseconds(Int64(moment))]), as: .timestamp, with: "floor", .text("hour"),
      zone: zone)
    #expect(Cells.numbers(result.values) == [Int64(hour) * 1_000_000])
    #expect((hour + zone.offset(at: Int64(hour))) % 3600 == 0)
  }

  /// A column in order, every seven minutes about all changes of the clock in some years, has the
  /// hours that its cells have one by one.
  @Test(arguments: [
    "Australia/Lord_Howe", "Europe/Berlin", "America/St_Johns", "Africa/Casablanca",
    "America/Caracas",
  ])
  func aColumnHasTheHoursOfItsCells(_ name: String) throws {
    let zone = try #require(Zone(named: name))
    func hours(_ moments: [Int64]) throws -> [Int64?] {
      let cells = moments.map(microseconds)
      let result = try Cells.treat(
        .number(cells), as: .timestamp, with: "floor", .text("hour"), zone: zone)
      return Cells.numbers(result.values)
    }
    var moments: [Int64] = []
    for year in [2007, 2016, 2026] {
      let start = Int64(CivilDate(year: year, month: 1, day: 1).days) * 86_400
      let steps = stride(from: start, to: start + 366 * 86_400, by: 420)
      var offset = zone.offset(at: start)
      for moment in steps where zone.offset(at: moment) != offset {
        offset = zone.offset(at: moment)
        moments += stride(from: moment - 10_800, through: moment + 10_800, by: 420)
      }
    }
    #expect(moments.count > 50)
    #expect(try hours(moments) == moments.flatMap { try hours([$0]) })
  }

  @Test func timesBeforeTheEpochFloorDown() throws {
    let result = try Cells.treat(.number([-1]), as: .timestamp, with: "floor", .text("hour"))
    #expect(Cells.numbers(result.values) == [-3_600_000_000])
  }

  @Test func datesHaveNoHourAndBirthDatesNoFloor() {
    #expect(throws: PlanFault("a date has no hour", fix: "floor it to 'day' or a longer unit")) {
      try Cells.treat(.number([0]), as: .date, with: "floor", .text("hour"))
    }
    #expect(throws: PlanFault.self) {
      try Cells.treat(.number([0]), as: .birthDate, with: "floor", .text("year"))
    }
  }

  @Test func weeksCannotBecomeMonths() throws {
    let week = ColumnType(source: .date, form: .date, state: .treated, floor: .week)
    let day = ColumnType(source: .date, form: .date, state: .treated, floor: .day)
    #expect(throws: PlanFault.self) {
      try Cells.kind("floor").output(of: week, with: .text("month"))
    }
    #expect(try Cells.kind("floor").output(of: day, with: .text("month")).floor == .month)
  }
}

@Suite struct BandsTests {
  private func bands(
    _ numbers: [Int64], _ bounds: [Int], as type: FieldType = .int
  ) throws -> [String?] {
    let settings = SettingValue.list(bounds.map { .integer($0) })
    return Cells.strings(
      try Cells.treat(.number(numbers), as: type, with: "bands", settings).values)
  }

  @Test func areHalfOpen() throws {
    #expect(
      try bands([-1, 0, 49, 50, 199, 200, Values.nullNumber], [0, 50, 200])
        == ["<0", "0–49", "0–49", "50–199", "50–199", "200+", nil])
  }

  @Test func belowABoundIsBelowItInMoneyToo() throws {
    #expect(
      try bands([4_999, 4_950, 5_000, -1, 0], [0, 50], as: .money)
        == ["0–49", "0–49", "50+", "<0", "0–49"])
  }

  @Test func aBandOfOneIsNamedByIt() throws {
    #expect(try bands([0, 1, 2, 4, 5], [1, 2, 5]) == ["<1", "1", "2–4", "2–4", "5+"])
  }

  @Test func boundsMustAscend() {
    #expect(throws: PlanFault("the bounds must ascend: 5 follows 5")) { try bands([], [1, 5, 5]) }
    #expect(throws: PlanFault("bands are a list of 1 to 12 integers", setting: ["bands"])) {
      try bands([], [])
    }
    #expect(throws: PlanFault("'bands' takes numbers, not 'text'")) {
      try Cells.treat(
        Cells.texts(["1"]), as: .text, with: "bands", .list([.integer(1)]))
    }
  }

  @Test func areClosed() throws {
    let result = try Cells.treat(.number([1]), as: .int, with: "bands", .list([.integer(1)]))
    #expect(result.type.state == .closed && !result.type.isGuarded)
  }
}

@Suite struct RoundAndClampTests {
  @Test(
    arguments: [
      (14, 10), (15, 20), (25, 20), (-15, -20), (-25, -20), (-14, -10), (0, 0), (5, 0),
    ] as [(Int64, Int64)])
  func roundsTiesToEven(number: Int64, expected: Int64) throws {
    let result = try Cells.treat(.number([number]), as: .int, with: "round", .integer(10))
    #expect(Cells.numbers(result.values) == [expected])
  }

  @Test func roundingBeyondTheRangeIsOverflow() throws {
    let result = try Cells.treat(
      .number([Int64.max, Int64.min + 1]), as: .int, with: "round", .integer(1000))
    #expect(Cells.numbers(result.values) == [nil, nil])
    #expect(result.faults.map(\.rule) == [.overflow, .overflow])
  }

  /// A decimal has 18 digits at most.
  @Test func decimalRoundedToNineteenDigitsIsOverflow() throws {
    let greatest: Int64 = 999_999_999_999_999_999
    let result = try Cells.treat(
      .number([greatest, -greatest, greatest - 99]), as: .money, with: "round", .integer(1))
    #expect(Cells.numbers(result.values) == [nil, nil, greatest - 99])
    #expect(result.faults.map(\.rule) == [.overflow, .overflow])
  }

  @Test func moneyIsRoundedToWholeUnits() throws {
    let result = try Cells.treat(
      .number([1251, 1250, 750]), as: .money, with: "round", .integer(5))
    #expect(Cells.numbers(result.values) == [1500, 1000, 1000])
  }

  /// A bound that no decimal reaches is as good as none; one to which all would be moved is refused.
  @Test func clampMovesNoDecimalBeyond18Digits() throws {
    let far = 1_000_000_000_000
    let result = try Cells.treat(
      .number([-1, 5]), as: .decimal, with: "clamp", .list([.integer(0), .integer(far)]))
    #expect(Cells.numbers(result.values) == [0, 5])
    for (bounds, number) in [([far, far], far), ([-far, -far], -far)] {
      #expect(throws: PlanFault("\(number) is too large for a column of 6 places")) {
        try Cells.treat(
          .number([1]), as: .decimal, with: "clamp", .list(bounds.map { .integer($0) }))
      }
    }
  }

  @Test func clampMovesToTheNearerBound() throws {
    let result = try Cells.treat(
      .number([-500, 50, 20_000, Values.nullNumber]), as: .money, with: "clamp",
      .list([.integer(0), .integer(100)]))
    #expect(Cells.numbers(result.values) == [0, 50, 10_000, nil])
  }

  @Test func boundsInWrongOrderAreRefused() {
    #expect(throws: PlanFault("the lower bound 5 is above 1")) {
      try Cells.treat(
        .number([]), as: .int, with: "clamp", .list([.integer(5), .integer(1)]))
    }
  }
}

@Suite struct AgeTests {
  @Test func isTheEventsYearLessTheYearOfBirth() throws {
    func day(_ year: Int, _ month: Int) -> Int {
      CivilDate(year: year, month: month, day: 1).days
    }
    let settings = Cells.mapping([("bands", .list([.integer(18), .integer(25)]))])
    let births = [day(2008, 12), day(2009, 1), day(1990, 1), day(2027, 1), day(1850, 1)]
    let result = try Cells.treat(
      .number(births.map { Int64($0) } + [Values.nullNumber]), as: .birthDate, with: "age",
      settings, clock: [Int32](repeating: Int32(day(2026, 5)), count: 6))
    #expect(Cells.strings(result.values) == ["18–24", "<18", "25+", nil, nil, nil])
    #expect(result.faults.map(\.position) == [3, 4])
    #expect(
      try Cells.kind("age").make(
        for: ColumnType(source: .birthDate, form: .date), with: settings,
        in: TreatmentEnvironment(zone: .utc)
      ).needsClock)
  }
}
