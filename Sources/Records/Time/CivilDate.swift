/// A date of the proleptic Gregorian calendar.
///
/// Conversions after Howard Hinnant, "chrono-compatible low-level date algorithms" (2013).
package struct CivilDate: Hashable, Sendable, Comparable {
  package var year: Int
  /// 1 to 12.
  package var month: Int
  /// 1 to 31.
  package var day: Int

  package init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date `days` after 1970-01-01.
  package init(days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  package var days: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Whether month and day exist in the calendar.
  package var isValid: Bool {
    guard (1...12).contains(month), day >= 1 else { return false }
    return day <= CivilDate.lengthOfMonth(month, year: year)
  }

  package static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  package static func lengthOfMonth(_ month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  package static func < (left: CivilDate, right: CivilDate) -> Bool { left.days < right.days }

  /// Reads `YYYY-MM-DD`.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
      parts[2].utf8.count == 2,
      text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (48...57).contains($0) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
    guard isValid else { return nil }
  }

  /// The day of the week: 1 Monday to 7 Sunday (ISO 8601).
  package var weekday: Int {
    let shifted = (days + 3) % 7
    return (shifted < 0 ? shifted + 7 : shifted) + 1
  }

  /// The year and number of the ISO week the date lies in.
  package var isoWeek: (year: Int, week: Int) {
    let thursday = CivilDate(days: days + 4 - weekday)
    let first = CivilDate(year: thursday.year, month: 1, day: 1)
    return (thursday.year, (thursday.days - first.days) / 7 + 1)
  }

  /// Returns the first day of the unit the date lies in; the date itself for hour and day.
  package func floored(to unit: TimeUnit) -> CivilDate {
    switch unit {
    case .hour, .day: self
    case .week: CivilDate(days: days - (weekday - 1))
    case .month: CivilDate(year: year, month: month, day: 1)
    case .quarter: CivilDate(year: year, month: (month - 1) / 3 * 3 + 1, day: 1)
    case .year: CivilDate(year: year, month: 1, day: 1)
    }
  }

  /// Returns the date `duration` later; a day that the month lacks becomes the month's last.
  package func adding(_ duration: Duration) -> CivilDate {
    switch duration.unit {
    case .day: return CivilDate(days: days + duration.count)
    case .week: return CivilDate(days: days + 7 * duration.count)
    case .month, .year:
      let months = year * 12 + month - 1 + duration.count * (duration.unit == .year ? 12 : 1)
      let newYear = months >= 0 ? months / 12 : (months - 11) / 12
      let newMonth = months - newYear * 12 + 1
      let last = CivilDate.lengthOfMonth(newMonth, year: newYear)
      return CivilDate(year: newYear, month: newMonth, day: min(day, last))
    }
  }

  /// A span of calendar time as the pipeline language writes it: `90d`, `2w`, `14mo`, `10y`.
  package struct Duration: Hashable, Sendable, CustomStringConvertible {
    package enum Unit: String, Sendable {
      case day = "d"
      case week = "w"
      case month = "mo"
      case year = "y"
    }

    package var count: Int
    package var unit: Unit

    package init(count: Int, unit: Unit) {
      self.count = count
      self.unit = unit
    }

    /// Reads `<n>d|w|mo|y`, n from 1 to 9999.
    package init?(_ text: String) {
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      guard let count = Int(digits), (1...9999).contains(count),
        let unit = Unit(rawValue: String(text.dropFirst(digits.count)))
      else { return nil }
      self.init(count: count, unit: unit)
    }

    package var description: String { "\(count)\(unit.rawValue)" }

    /// The days that lie between a date and the date so much later: at least, and at most.
    package var days: ClosedRange<Int> {
      switch unit {
      case .day: count...count
      case .week: (7 * count)...(7 * count)
      case .month: (28 * count)...(31 * count)
      case .year: (365 * count)...(366 * count)
      }
    }
  }
}

extension CivilDate: CustomStringConvertible {
  /// `YYYY-MM-DD`.
  package var description: String {
    "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))"
  }
}
