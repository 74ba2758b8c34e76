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
        // Quoted literal text; two quotes are one, inside and outside.
        var end = index + 1
        if end < bytes.count, bytes[end] == byte {
          parts.append(.literal(byte))
          index += 2
          continue
        }
        while end < bytes.count {
          if bytes[end] == byte {
            guard end + 1 < bytes.count, bytes[end + 1] == byte else { break }
            end += 1
          }
          parts.append(.literal(bytes[end]))
          end += 1
        }
        guard end < bytes.count else { return nil }
        index = end + 1
        continue
      }
      let isLetter = (65...90).contains(byte) || (97...122).contains(byte)
      guard isLetter else {
        parts.append(.literal(byte))
        index += 1
        continue
      }
      var end = index
      while end < bytes.count, bytes[end] == byte { end += 1 }
      switch (byte, end - index) {
      case (UInt8(ascii: "y"), 4): parts.append(.year)
      case (UInt8(ascii: "y"), 2): parts.append(.shortYear)
      case (UInt8(ascii: "M"), 1), (UInt8(ascii: "M"), 2):
        parts.append(.month(twoDigits: end - index == 2))
      case (UInt8(ascii: "M"), 3): parts.append(.monthName)
      case (UInt8(ascii: "d"), 1), (UInt8(ascii: "d"), 2):
        parts.append(.day(twoDigits: end - index == 2))
      case (UInt8(ascii: "H"), 1), (UInt8(ascii: "H"), 2):
        parts.append(.hour24(twoDigits: end - index == 2))
      case (UInt8(ascii: "h"), 1), (UInt8(ascii: "h"), 2):
        parts.append(.hour12(twoDigits: end - index == 2))
      case (UInt8(ascii: "a"), 1): parts.append(.dayHalf)
      case (UInt8(ascii: "m"), 2): parts.append(.minute)
      case (UInt8(ascii: "s"), 2): parts.append(.second)
      case (UInt8(ascii: "S"), 1...9): parts.append(.fraction)
      case (UInt8(ascii: "X"), 1...3): parts.append(.offset)
      case (UInt8(ascii: "T"), 1): parts.append(.literal(byte))
      // Read as a mere letter, it would move every time by the offset of the pipeline's timezone.
      case (UInt8(ascii: "Z"), 1): parts.append(.offset)
      default: return nil
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
}
