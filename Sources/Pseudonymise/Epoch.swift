package import Records

/// The stretch of days in which a key name keeps one secret.
///
/// Named by the civil date of an event in the pipeline's time zone. The identifier counts days,
/// ISO weeks, months, quarters or years, so that consecutive epochs of a rotation have consecutive
/// numbers; `never` is always 0.
package struct Epoch: Hashable, Sendable {
  package let rotation: Rotation

  /// The number of this epoch among those of its rotation.
  package let id: Int

  /// Names the epoch with that number.
  package init(rotation: Rotation, id: Int) {
    self.rotation = rotation
    self.id = rotation == .never ? 0 : id
  }

  /// Finds the epoch of a day, counted from 1970-01-01.
  package init(rotation: Rotation, day: Int) {
    switch rotation {
    case .never: self.init(rotation: rotation, id: 0)
    case .day: self.init(rotation: rotation, id: day)
    // 1970-01-01 was a Thursday: the week of the Monday before it is number 0.
    case .week: self.init(rotation: rotation, id: Int(floorDivide(Int64(day + 3), 7)))
    case .month, .quarter, .year: self.init(rotation: rotation, date: CivilDate(days: day))
    }
  }

  /// Finds the epoch of a civil date, which must exist.
  package init(rotation: Rotation, date: CivilDate) {
    precondition(date.isValid, "an epoch belongs to a date of the calendar")
    switch rotation {
    case .never, .day, .week: self.init(rotation: rotation, day: date.days)
    case .month: self.init(rotation: rotation, id: date.year * 12 + date.month - 1)
    case .quarter: self.init(rotation: rotation, id: date.year * 4 + (date.month - 1) / 3)
    case .year: self.init(rotation: rotation, id: date.year)
    }
  }

  /// The first day of this epoch, counted from 1970-01-01, or `nil` for `never`.
  package var firstDay: Int? {
    switch rotation {
    case .never: nil
    case .day: id
    case .week: id * 7 - 3
    case .month: firstDay(monthNumber: id)
    case .quarter: firstDay(monthNumber: id * 3)
    case .year: firstDay(monthNumber: id * 12)
    }
  }

  /// The last day of this epoch, counted from 1970-01-01, or `nil` for `never`.
  package var lastDay: Int? {
    Epoch(rotation: rotation, id: id + 1).firstDay.map { $0 - 1 }
  }

  private func firstDay(monthNumber: Int) -> Int {
    let year = Int(floorDivide(Int64(monthNumber), 12))
    return CivilDate(year: year, month: monthNumber - year * 12 + 1, day: 1).days
  }
}

extension Epoch: CustomStringConvertible {
  /// The epoch as it enters keys, file names and manifests, such as `w2026-04`.
  package var description: String {
    guard let firstDay, let letter = rotation.letter else { return "never" }
    let date = CivilDate(days: firstDay)
    let year = date.year.padded(to: 4)
    switch rotation {
    case .never: return "never"
    case .day: return "\(letter)\(date)"
    case .week:
      let week = date.isoWeek
      return "\(letter)\(week.year.padded(to: 4))-\(week.week.padded(to: 2))"
    case .month: return "\(letter)\(year)-\(date.month.padded(to: 2))"
    case .quarter: return "\(letter)\(year)-\((date.month - 1) / 3 + 1)"
    case .year: return "\(letter)\(year)"
    }
  }

  /// Reads an epoch from its text, or returns `nil` when no epoch is written so.
  package init?(_ text: String) {
    if text == "never" {
      self.init(rotation: .never, id: 0)
      return
    }
    guard let rotation = Rotation.allCases.first(where: { $0.letter == text.first && $0 != .never })
    else { return nil }
    let numbers = text.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
      .map { Int($0) ?? 0 }
    guard let year = numbers.first, (0...9999).contains(year) else { return nil }
    let second = numbers.count > 1 ? numbers[1] : 1
    var date = CivilDate(year: year, month: 1, day: 1)
    switch rotation {
    case .never, .year: break
    case .day:
      date.month = second
      date.day = numbers.count > 2 ? numbers[2] : 1
    case .week:
      guard (1...53).contains(second) else { return nil }
      // 4 January lies in the first week of every year (ISO 8601).
      date.day = 4
      date = CivilDate(days: date.days + (second - 1) * 7)
    case .month: date.month = second
    case .quarter:
      guard (1...4).contains(second) else { return nil }
      date.month = second * 3 - 2
    }
    guard date.isValid else { return nil }
    self.init(rotation: rotation, date: date)
    // One spelling only: signs, missing zeros and a 53rd week that is none do not come back.
    guard description == text else { return nil }
  }
}
