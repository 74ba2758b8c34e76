package import Records

/// `floor`: the begin of the hour, day, week, month, quarter or year.
package struct FloorKind: TreatmentKind {
  package init() {}

  package var name: String { "floor" }

  package var summary: String {
    "Cuts a time to the begin of its hour, day, week, month, quarter or year in the pipeline's zone."
  }

  package var shape: SettingShape { .word(TimeUnit.allCases.map(\.rawValue)) }

  package var examples: [TreatmentExample] {
    [
      TreatmentExample(
        .timestamp, .text("hour"), "2026-05-01T08:17:03Z", gives: "2026-05-01T08:00:00Z"),
      TreatmentExample(.timestamp, .text("day"), "2026-05-01T23:59:59Z", gives: "2026-05-01"),
      TreatmentExample(.date, .text("week"), "2026-05-01", gives: "2026-04-27"),
      TreatmentExample(.date, .text("quarter"), "2026-05-01", gives: "2026-04-01"),
      TreatmentExample(.date, .text("year"), nil, gives: nil),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form == .timestamp || input.form == .date else {
      throw refusal(of: input, takes: "a timestamp or a date")
    }
    guard input.source != .birthDate else {
      throw refusal(
        of: input, takes: "a timestamp or a date", fix: "write  treat: {age: {bands: [18, 25]}}")
    }
    let unit = try unit(of: settings)
    if unit == .hour, input.form == .date {
      throw PlanFault("a date has no hour", fix: "floor it to 'day' or a longer unit")
    }
    if let floor = input.floor, unit < floor || floor == .week && unit != .week {
      throw PlanFault(
        "a time floored to '\(floor.rawValue)' cannot be floored to '\(unit.rawValue)'",
        fix: "delete the first 'floor'")
    }
    return input.becoming(unit == .hour ? .timestamp : .date, .treated, floor: unit)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    let unit = try unit(of: settings)
    if input.form == .date { return DateFloor(unit: unit) }
    if unit == .hour { return HourFloor(zone: environment.zone) }
    return TimestampFloor(unit: unit, zone: environment.zone)
  }

  private func unit(of settings: SettingValue) throws(PlanFault) -> TimeUnit {
    guard let unit = settings.text.flatMap(TimeUnit.init(rawValue:)) else {
      throw PlanFault("'floor' takes hour, day, week, month, quarter or year")
    }
    return unit
  }
}

/// Cuts times to their local hour; the result is the instant at which that hour began.
private struct HourFloor: Treatment {
  var zone: Zone

  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    var numbers = values.numbers
    // The times of a log follow each other, and an hour has many of them.
    var known: Range<Int64> = 0..<0
    for position in numbers.indices where numbers[position] != Values.nullNumber {
      if !known.contains(numbers[position]) {
        let second = hour(of: floorDivide(numbers[position], 1_000_000))
        let (start, overflow) = second.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else {
          numbers[position] = Values.nullNumber
          faults.add(.type, at: position)
          continue
        }
        // Unless the clock is set within them, 3600 seconds begin with the same hour.
        let isWhole = hour(of: second &+ 3599) == second
        known = start..<max(start, isWhole ? start &+ 3_600_000_000 : start)
      }
      numbers[position] = known.lowerBound
    }
    values = .number(numbers)
  }

  /// Returns the second at which the zone's clock showed the full hour before.
  ///
  /// Where the clock was set by less than an hour since then, as in Lord Howe every half year, it
  /// showed that hour under another offset, or never; then the full hour before is meant.
  private func hour(of second: Int64) -> Int64 {
    var start = second
    while true {
      let offset = Int64(zone.offset(at: start))
      start = floorDivide(start &+ offset, 3600) &* 3600 &- offset
      if Int64(zone.offset(at: start)) == offset { return start }
    }
  }
}

/// Cuts times to the local date their unit begins with.
private struct TimestampFloor: Treatment {
  var unit: TimeUnit
  var zone: Zone

  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    var numbers = values.numbers
    var floor = DayFloor(unit: unit)
    for position in numbers.indices where numbers[position] != Values.nullNumber {
      numbers[position] = floor.floor(Int64(zone.localDays(microseconds: numbers[position])))
    }
    values = .number(numbers)
  }
}

private struct DateFloor: Treatment {
  var unit: TimeUnit

  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    var numbers = values.numbers
    var floor = DayFloor(unit: unit)
    for position in numbers.indices where numbers[position] != Values.nullNumber {
      numbers[position] = floor.floor(numbers[position])
    }
    values = .number(numbers)
  }
}

/// Floors days; the records of a night share few days, so the last answer is kept.
private struct DayFloor {
  let unit: TimeUnit
  private var day = Values.nullNumber
  private var result: Int64 = 0

  init(unit: TimeUnit) { self.unit = unit }

  mutating func floor(_ days: Int64) -> Int64 {
    if unit == .day { return days }
    if days != day {
      day = days
      result = Int64(CivilDate(days: Int(days)).floored(to: unit).days)
    }
    return result
  }
}
