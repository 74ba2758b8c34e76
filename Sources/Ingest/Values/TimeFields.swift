import Records

/// The parts of a moment as a file writes them, before they are checked.
struct TimeFields: Sendable {
  var year = 0
  var month = 0
  var day = 0
  var hour = 0
  var minute = 0
  var second = 0
  var microsecond = 0
  /// Seconds east of UTC; only where `hasOffset`.
  var offset = 0
  var hasOffset = false

  /// Whether hour, minute and second exist.
  ///
  /// A second 60 stands for a leap second (RFC 3339, section 5.7) and is read as the next minute.
  @inline(__always)
  var hasValidTime: Bool {
    hour < 24 && minute < 60 && (second < 60 || (second == 60 && minute == 59))
  }

  /// Seconds of the day.
  @inline(__always)
  var secondOfDay: Int { (hour &* 60 &+ minute) &* 60 &+ second }
}

/// Small parts of times in bytes.
enum TimeText {
  /// Returns the number of two digits at `offset`, or a number above 99 when there are none.
  @inline(__always)
  static func twoDigits(_ bytes: borrowing Span<UInt8>, at offset: Int) -> Int {
    let tens = bytes[offset] &- 48
    let ones = bytes[offset &+ 1] &- 48
    return tens < 10 && ones < 10 ? Int(tens) &* 10 &+ Int(ones) : 1000
  }

  /// Returns the number of four digits at `offset`, or a number above 9999 when there are none.
  @inline(__always)
  static func fourDigits(_ bytes: borrowing Span<UInt8>, at offset: Int) -> Int {
    let high = twoDigits(bytes, at: offset)
    let low = twoDigits(bytes, at: offset &+ 2)
    return high < 100 && low < 100 ? high &* 100 &+ low : 100_000
  }

  /// Reads `Z`, `±hh`, `±hhmm` or `±hh:mm` at `offset` and moves behind it.
  static func readOffset(
    _ bytes: borrowing Span<UInt8>, at offset: inout Int, to end: Int, into fields: inout TimeFields
  ) -> Bool {
    guard offset < end else { return false }
    let sign = bytes[offset]
    if sign | 0x20 == UInt8(ascii: "z") {
      offset &+= 1
      fields.offset = 0
      fields.hasOffset = true
      return true
    }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), end &- offset >= 3 else {
      return false
    }
    let hours = twoDigits(bytes, at: offset &+ 1)
    guard hours < 24 else { return false }
    offset &+= 3
    var minutes = 0
    if end &- offset >= 3, bytes[offset] == UInt8(ascii: ":") {
      minutes = twoDigits(bytes, at: offset &+ 1)
      offset &+= 3
    } else if end &- offset >= 2, bytes[offset] &- 48 < 10 {
      minutes = twoDigits(bytes, at: offset)
      offset &+= 2
    }
    guard minutes < 60 else { return false }
    let seconds = (hours &* 60 &+ minutes) &* 60
    fields.offset = sign == UInt8(ascii: "-") ? 0 &- seconds : seconds
    fields.hasOffset = true
    return true
  }

  /// Reads the digits of a fraction at `offset` as microseconds, cut off, and moves behind them.
  static func readFraction(
    _ bytes: borrowing Span<UInt8>, at offset: inout Int, to end: Int, into fields: inout TimeFields
  ) -> Bool {
    var weight = 100_000
    var microseconds = 0
    let first = offset
    while offset < end, bytes[offset] &- 48 < 10 {
      microseconds &+= Int(bytes[offset] &- 48) &* weight
      weight /= 10
      offset &+= 1
    }
    fields.microsecond = microseconds
    return offset > first
  }

  /// Reads an English or German month of three letters at `offset`, in any case, and moves behind.
  ///
  /// German writes March as Mär or Mrz.
  static func readMonth(
    _ bytes: borrowing Span<UInt8>, at offset: inout Int, to end: Int
  ) -> Int {
    guard end &- offset >= 3 else { return 0 }
    let letters =
      UInt32(bytes[offset] | 0x20) &<< 16 | UInt32(bytes[offset &+ 1] | 0x20) &<< 8
      | UInt32(bytes[offset &+ 2] | 0x20)
    var month = 0
    var length = 3
    switch letters {
    case 0x6A_616E: month = 1  // jan
    case 0x66_6562: month = 2  // feb
    case 0x6D_6172, 0x6D_727A: month = 3  // mar, mrz
    case 0x61_7072: month = 4  // apr
    case 0x6D_6179, 0x6D_6169: month = 5  // may, mai
    case 0x6A_756E: month = 6  // jun
    case 0x6A_756C: month = 7  // jul
    case 0x61_7567: month = 8  // aug
    case 0x73_6570: month = 9  // sep
    case 0x6F_6374, 0x6F_6B74: month = 10  // oct, okt
    case 0x6E_6F76: month = 11  // nov
    case 0x64_6563, 0x64_657A: month = 12  // dec, dez
    default:
      // The two bytes of ä (C3 A4) or Ä (C3 84) stand between the letters.
      guard end &- offset >= 4, bytes[offset] | 0x20 == UInt8(ascii: "m"),
        bytes[offset &+ 1] == 0xC3, bytes[offset &+ 2] | 0x20 == 0xA4,
        bytes[offset &+ 3] | 0x20 == UInt8(ascii: "r")
      else { return 0 }
      month = 3
      length = 4
    }
    // Setting the bit of lower case also turns some signs into letters.
    for index in 0..<length where length == 3 && bytes[offset &+ index] < 65 { return 0 }
    offset &+= length
    return month
  }
}
