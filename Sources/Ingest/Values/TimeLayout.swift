import Records

/// Where the parts of a time stand, of a pattern that gives each a fixed place.
///
/// It agrees with `TimePattern.read`, which goes part by part.
struct TimeLayout: Sendable {
  private var count = 0
  /// Offsets of the parts' first digits; absent parts are -1.
  private var year = -1
  private var month = -1
  private var day = -1
  private var hour = -1
  private var minute = -1
  private var second = -1
  private var literals: [(offset: Int, byte: UInt8)] = []

  /// Returns `nil` for patterns with parts of other kinds or with one part twice.
  init?(_ pattern: TimePattern) {
    for part in pattern.parts {
      switch part {
      case .literal(let byte):
        literals.append((count, byte))
        count += 1
      case .year where year < 0:
        year = count
        count += 4
      case .month(twoDigits: true) where month < 0: month = place()
      case .day(twoDigits: true) where day < 0: day = place()
      case .hour24(twoDigits: true) where hour < 0: hour = place()
      case .minute where minute < 0: minute = place()
      case .second where second < 0: second = place()
      default: return nil
      }
    }
    guard year >= 0, month >= 0, day >= 0 else { return nil }
  }

  private mutating func place() -> Int {
    count += 2
    return count - 2
  }

  /// Reads the whole of `start..<end`; false when it does not fit.
  ///
  /// Numbers that are none are out of range, which whoever checks the fields finds.
  @inline(__always)
  func read(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int, into fields: inout TimeFields
  ) -> Bool {
    if end &- start != count { return false }
    for literal in literals where bytes[start &+ literal.offset] != literal.byte { return false }
    fields.year = TimeText.fourDigits(bytes, at: start &+ year)
    fields.month = TimeText.twoDigits(bytes, at: start &+ month)
    fields.day = TimeText.twoDigits(bytes, at: start &+ day)
    if hour >= 0 { fields.hour = TimeText.twoDigits(bytes, at: start &+ hour) }
    if minute >= 0 { fields.minute = TimeText.twoDigits(bytes, at: start &+ minute) }
    if second >= 0 { fields.second = TimeText.twoDigits(bytes, at: start &+ second) }
    return true
  }
}
