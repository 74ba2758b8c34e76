package import Records

/// How often a key name takes a new secret.
package enum Rotation: String, Hashable, Sendable, CaseIterable {
  case never
  case day
  case week
  case month
  case quarter
  case year

  /// Names the rotation by its unit, `nil` for never; no key rotates by the hour.
  package init?(_ unit: TimeUnit?) {
    switch unit {
    case nil: self = .never
    case .hour: return nil
    case .day: self = .day
    case .week: self = .week
    case .month: self = .month
    case .quarter: self = .quarter
    case .year: self = .year
    }
  }

  /// The letter that begins an epoch's text.
  var letter: Character? { self == .never ? nil : rawValue.first }
}
