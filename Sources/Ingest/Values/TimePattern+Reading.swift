import Records

extension TimePattern {
  /// Reads the whole of `start..<end` after the pattern; false when it does not fit.
  ///
  /// A half of the day without `a` is the first one. What the pattern does not name is 0.
  func read(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int, into fields: inout TimeFields
  ) -> Bool {
    var offset = start
    var isAfternoon = false
    var isHalved = false
    for index in parts.indices {
      switch parts[index] {
      case .literal(let byte):
        guard offset < end, bytes[offset] == byte else { return false }
        offset &+= 1
      case .year:
        guard end &- offset >= 4 else { return false }
        fields.year = TimeText.fourDigits(bytes, at: offset)
        guard fields.year <= 9999 else { return false }
        offset &+= 4
      case .shortYear:
        guard let year = TimePattern.number(bytes, at: &offset, to: end, twoDigits: true) else {
          return false
        }
        fields.year = year < 70 ? 2000 &+ year : 1900 &+ year
      case .month(let twoDigits):
        guard let month = TimePattern.number(bytes, at: &offset, to: end, twoDigits: twoDigits)
        else { return false }
        fields.month = month
      case .monthName:
        fields.month = TimeText.readMonth(bytes, at: &offset, to: end)
        guard fields.month > 0 else { return false }
      case .day(let twoDigits):
        guard let day = TimePattern.number(bytes, at: &offset, to: end, twoDigits: twoDigits)
        else { return false }
        fields.day = day
      case .hour24(let twoDigits):
        guard let hour = TimePattern.number(bytes, at: &offset, to: end, twoDigits: twoDigits)
        else { return false }
        fields.hour = hour
      case .hour12(let twoDigits):
        guard let hour = TimePattern.number(bytes, at: &offset, to: end, twoDigits: twoDigits),
          hour >= 1, hour <= 12
        else { return false }
        fields.hour = hour % 12
        isHalved = true
      case .dayHalf:
        guard end &- offset >= 2, bytes[offset &+ 1] | 0x20 == UInt8(ascii: "m") else {
          return false
        }
        let letter = bytes[offset] | 0x20
        guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return false }
        isAfternoon = letter == UInt8(ascii: "p")
        offset &+= 2
      case .minute:
        guard let minute = TimePattern.number(bytes, at: &offset, to: end, twoDigits: true)
        else { return false }
        fields.minute = minute
      case .second:
        guard let second = TimePattern.number(bytes, at: &offset, to: end, twoDigits: true)
        else { return false }
        fields.second = second
      case .fraction:
        guard TimeText.readFraction(bytes, at: &offset, to: end, into: &fields) else {
          return false
        }
      case .offset:
        guard TimeText.readOffset(bytes, at: &offset, to: end, into: &fields) else {
          return false
        }
      }
    }
    if isHalved, isAfternoon { fields.hour &+= 12 }
    return offset == end
  }

  /// Reads exactly two digits, or one or two.
  @inline(__always)
  private static func number(
    _ bytes: borrowing Span<UInt8>, at offset: inout Int, to end: Int, twoDigits: Bool
  ) -> Int? {
    guard offset < end, bytes[offset] &- 48 < 10 else { return nil }
    let first = Int(bytes[offset] &- 48)
    offset &+= 1
    if offset < end, bytes[offset] &- 48 < 10 {
      let number = first &* 10 &+ Int(bytes[offset] &- 48)
      offset &+= 1
      return number
    }
    return twoDigits ? nil : first
  }
}
