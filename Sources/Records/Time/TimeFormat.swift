/// How times or dates of a raw field are written.
package enum TimeFormat: Hashable, Sendable {
  /// ISO 8601: `T` or a blank, optional fraction and offset.
  case iso8601
  case epochSeconds, epochMilliseconds, epochMicroseconds, epochNanoseconds
  /// A TR35 pattern of the letters `yyyy yy MM M MMM dd d HH H hh h a mm ss S X` and literals; `Z`
  /// is taken for `X`, and `T` for itself.
  case pattern(TimePattern)
  /// `dd/MMM/yyyy:HH:mm:ss X`, as access logs write it.
  case accessLog

  /// Reads the value of `format:`; `nil` when it is neither a name nor a pattern.
  package init?(_ text: String) {
    switch text {
    case "iso8601": self = .iso8601
    case "epoch_s": self = .epochSeconds
    case "epoch_ms": self = .epochMilliseconds
    case "epoch_us": self = .epochMicroseconds
    case "epoch_ns": self = .epochNanoseconds
    default:
      guard let pattern = TimePattern(text) else { return nil }
      self = .pattern(pattern)
    }
  }
}

/// A date and time pattern after Unicode TR35, the subset that shops' exports need.
package struct TimePattern: Hashable, Sendable {
  package enum Part: Hashable, Sendable {
    case literal(UInt8)
    /// Four digits.
    case year
    /// Two digits: 70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069, of births 30 to 69 are 1930 to
    /// 1969.
    case shortYear
    /// `twoDigits`: exactly two, else one or two.
    case month(twoDigits: Bool)
    /// English or German abbreviation of three letters.
    case monthName
    case day(twoDigits: Bool)
    case hour24(twoDigits: Bool)
    case hour12(twoDigits: Bool)
    /// AM or PM.
    case dayHalf
    case minute
    case second
    /// A fraction of a second: one or more digits.
    case fraction
    /// `Z`, `±hh`, `±hhmm` or `±hh:mm`.
    case offset
  }

  package let parts: [Part]
  package let text: String

  /// Reads a pattern; `nil` for letters outside the subset or without a full date.
  package init?(_ text: String) {
    var parts: [Part] = []
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "'") {
        guard let literal = TimePattern.quoted(bytes, at: &index) else { return nil }
        parts += literal.map { Part.literal($0) }
        continue
      }
      var end = index
      while end < bytes.count, bytes[end] == byte { end += 1 }
      let isLetter = (65...90).contains(byte) || (97...122).contains(byte)
      if isLetter {
        guard let part = TimePattern.part(byte, count: end - index) else { return nil }
        parts.append(part)
      } else {
        parts += repeatElement(Part.literal(byte), count: end - index)
      }
      index = end
    }
    let hasYear = parts.contains(.year) || parts.contains(.shortYear)
    let hasMonth = parts.contains {
      switch $0 {
      case .month, .monthName: true
      default: false
      }
    }
    let hasDay = parts.contains {
      if case .day = $0 { return true }
      return false
    }
    guard hasYear, hasMonth, hasDay else { return nil }
    self.parts = parts
    self.text = text
  }
  /// Reads the literal text that the quote at `index` begins; two quotes are one, inside and
  /// outside. Returns `nil` when it does not end.
  private static func quoted(_ bytes: [UInt8], at index: inout Int) -> [UInt8]? {
    let quote = bytes[index]
    index += 1
    if index < bytes.count, bytes[index] == quote {
      index += 1
      return [quote]
    }
    var literal: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == quote {
        guard index < bytes.count, bytes[index] == quote else { return literal }
        index += 1
      }
      literal.append(byte)
    }
    return nil
  }

  /// Returns what a letter means that stands there `count` times; `nil` outside the subset.
  private static func part(_ letter: UInt8, count: Int) -> Part? {
    switch (Character(Unicode.Scalar(letter)), count) {
    case ("y", 4): .year
    case ("y", 2): .shortYear
    case ("M", 1...2): .month(twoDigits: count == 2)
    case ("M", 3): .monthName
    case ("d", 1...2): .day(twoDigits: count == 2)
    case ("H", 1...2): .hour24(twoDigits: count == 2)
    case ("h", 1...2): .hour12(twoDigits: count == 2)
    case ("a", 1): .dayHalf
    case ("m", 2): .minute
    case ("s", 2): .second
    case ("S", 1...9): .fraction
    case ("X", 1...3): .offset
    case ("T", 1): .literal(letter)
    // Read as a mere letter, it would move every time by the offset of the pipeline's timezone.
    case ("Z", 1): .offset
    default: nil
    }
  }
}
