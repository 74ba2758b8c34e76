import Identifiers

/// What a single value looks like, whatever its field is called.
enum ValueShape {
  static func isEmail(_ value: [UInt8]) -> Bool {
    EmailAddress.holds(value.span, from: 0, to: value.count) && value.contains(UInt8(ascii: "."))
  }

  /// What a pseudonym of type email takes: one `@` with something on both sides.
  static func hasMailbox(_ value: [UInt8]) -> Bool {
    let sign = UInt8(ascii: "@")
    return value.count { $0 == sign } == 1 && value.first != sign && value.last != sign
  }

  static func isAddress(_ value: [UInt8]) -> Bool {
    guard value.count >= 3, value.contains(where: { $0 == 46 || $0 == 58 }) else { return false }
    return IPAddress.parse(value.span, from: 0, to: value.count) != nil
  }

  static func isIBAN(_ value: [UInt8]) -> Bool {
    IBAN.holds(value.span, from: 0, to: value.count)
  }

  static func isURL(_ value: [UInt8]) -> Bool {
    let text = String(decoding: value.prefix(8), as: UTF8.self).lowercased()
    return text.hasPrefix("http://") || text.hasPrefix("https://")
      || value.count > 1 && value[0] == UInt8(ascii: "/") && !value.contains(32)
  }

  static func isUserAgent(_ value: [UInt8]) -> Bool {
    let text = String(decoding: value.prefix(12), as: UTF8.self)
    return ["Mozilla/", "Opera/", "Dalvik/", "okhttp/"].contains(where: text.hasPrefix)
  }

  /// Digits, perhaps with a sign.
  static func isWhole(_ value: [UInt8]) -> Bool {
    let digits = value.first == UInt8(ascii: "-") ? value.dropFirst() : value[...]
    return !digits.isEmpty && digits.allSatisfy { (48...57).contains($0) }
  }

  /// Hexadecimal digits and hyphens, 16 or more, as random ids and digests have.
  static func isLongID(_ value: [UInt8]) -> Bool {
    value.count >= 16
      && value.allSatisfy {
        (48...57).contains($0) || (97...102).contains($0) || (65...70).contains($0) || $0 == 45
      }
  }

  static func looksPersonal(_ value: [UInt8]) -> Bool {
    Detector.finds(.all, in: value.span, from: 0, to: value.count)
  }

  /// An amount with a sign of currency at one end.
  static func hasCurrency(_ value: [UInt8]) -> Bool {
    let text = String(decoding: value, as: UTF8.self).filter { $0 != " " && $0 != "\u{A0}" }
    guard let first = text.first, let last = text.last, text.contains(where: \.isNumber) else {
      return false
    }
    return "$€£¥".contains(first) || "$€£¥".contains(last)
  }
}
