/// A date of the Gregorian calendar, counted in days since 1970-01-01.
struct Day {
  let number: Int
  let year: Int
  let month: Int
  let day: Int

  /// Creates the date `number` days after 1970-01-01, after Hinnant's civil_from_days.
  init(number: Int) {
    self.number = number
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Creates a date from its parts, which must exist, after Hinnant's days_from_civil.
  init(year: Int, month: Int, day: Int) {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.init(number: era * 146_097 + dayOfEra - 719_468)
  }

  /// Creates a date from `yyyy-MM-dd`, or returns `nil` where that is no date.
  init?(iso text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    self.init(year: year, month: month, day: day)
    guard self.year == year, self.month == month, self.day == day else { return nil }
  }

  /// The date as `yyyy-MM-dd`.
  var iso: String { "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))" }

  /// The date as `yyyyMMdd`.
  var compact: String { digits(year, 4) + digits(month, 2) + digits(day, 2) }

  /// The date as `dd.MM.yyyy`.
  var german: String { "\(digits(day, 2)).\(digits(month, 2)).\(digits(year, 4))" }

  func adding(_ days: Int) -> Day { Day(number: number + days) }

  /// Hours that Berlin's clocks are ahead of UTC on this date.
  ///
  /// Summer time runs from the last Sunday of March to the last Sunday of October (directive
  /// 2000/84/EC); the two days of the change count whole.
  var berlinOffset: Int {
    let start = Day(year: year, month: 3, day: 31).onOrBeforeSunday
    let end = Day(year: year, month: 10, day: 31).onOrBeforeSunday
    return number >= start && number < end ? 2 : 1
  }

  private var onOrBeforeSunday: Int {
    // 1970-01-04 was a Sunday.
    number - ((number - 3) % 7 + 7) % 7
  }
}

/// Returns `number` in decimal with at least `width` digits.
func digits(_ number: Int, _ width: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, width - text.count)) + text
}

/// A second of local time near the run's day.
struct Moment: Comparable {
  var day: Day
  var second: Int

  /// Creates the moment `second` seconds after the start of `day`; it may lie beyond that day.
  init(day: Day, second: Int) {
    let days = second >= 0 ? second / 86_400 : -((86_399 - second) / 86_400)
    self.day = day.adding(days)
    self.second = second - days * 86_400
  }

  static func == (one: Moment, other: Moment) -> Bool {
    one.day.number == other.day.number && one.second == other.second
  }

  static func < (one: Moment, other: Moment) -> Bool {
    (one.day.number, one.second) < (other.day.number, other.second)
  }

  /// The time of day as `HH:mm:ss`.
  var clock: String {
    "\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2))"
  }
}
