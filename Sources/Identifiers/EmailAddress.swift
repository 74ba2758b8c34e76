/// The shape of e-mail addresses, as far as a shop's records need it (RFC 5321, RFC 6531).
package enum EmailAddress {
  /// Returns the range of the address without blanks around it, or `nil` when it is none.
  ///
  /// Exactly one `@`, something before it, and after it a name of letters, digits, hyphens and
  /// dots. No blanks or control characters anywhere. Non-ASCII letters are let through: whether
  /// they are UTF-8 is for the caller to check.
  package static func trimmed(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Range<Int>? {
    let range = ASCII.trimmed(bytes, from: from, to: end)
    guard range.count <= 254 else { return nil }
    var at = -1
    for index in range {
      let byte = bytes[index]
      guard byte > 32, byte != 127 else { return nil }
      if byte == UInt8(ascii: "@") {
        guard at < 0 else { return nil }
        at = index
      }
    }
    guard at > range.lowerBound, at &+ 1 < range.upperBound else { return nil }
    var labelStart = at &+ 1
    for index in (at &+ 1)..<range.upperBound {
      let byte = bytes[index]
      if byte == UInt8(ascii: ".") {
        guard index > labelStart else { return nil }
        labelStart = index &+ 1
      } else if !(ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte >= 0x80) {
        return nil
      }
    }
    return labelStart < range.upperBound ? range : nil
  }

  /// Returns whether the bytes are an address, perhaps with blanks around it.
  package static func holds(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    trimmed(bytes, from: from, to: end) != nil
  }

  /// Returns whether a byte may stand before the `@` of an address found inside other text.
  ///
  /// Fewer than RFC 5322 allows: `/ = ? ! #` and the like end a word of a URL or sentence there.
  static func isLocal(_ byte: UInt8) -> Bool {
    if ASCII.isAlphanumeric(byte) || byte >= 0x80 { return true }
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "'"), UInt8(ascii: "~"):
      return true
    default: return false
    }
  }

  /// Returns the range of the address around the `@`, or its escape, that lies at `at ..< after`.
  ///
  /// The local part begins at `lowest` or later.
  static func match(
    _ bytes: Span<UInt8>, at: Int, after: Int, lowest: Int, to end: Int
  ) -> Range<Int>? {
    // 64 octets by RFC 5321; three times as many where each is percent-encoded.
    let limit = max(lowest, at &- 192)
    var start = at
    while start > limit, isLocal(bytes[start &- 1]) { start &-= 1 }
    if start == at, at > limit, bytes[at &- 1] == UInt8(ascii: "\"") {
      start = at &- 1
      while start > limit, bytes[start &- 1] != UInt8(ascii: "\"") { start &-= 1 }
      start = start > limit ? start &- 1 : at &- 1
    }
    guard start < at, let stop = domainEnd(bytes, from: after, to: end) else { return nil }
    if isImageDensity(bytes, from: after, to: stop) { return nil }
    return start..<stop
  }

  /// Returns the end of the host name that begins at `from`: two labels at least, the last one of
  /// two letters at least.
  private static func domainEnd(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int? {
    var index = from
    var labelStart = from
    var dots = 0
    var accepted: Int?
    let limit = min(end, from &+ 255)
    while true {
      var width = 0
      var isDot = false
      if index < limit {
        let byte = bytes[index]
        if ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte >= 0x80 {
          width = 1
        } else if byte == UInt8(ascii: ".") {
          width = 1
          isDot = true
        } else if ASCII.escapedByte(bytes, at: index, to: end) == UInt8(ascii: ".") {
          width = 3
          isDot = true
        }
      }
      if width == 0 || isDot {
        if index == labelStart { return accepted }
        if dots > 0, isTopLevel(bytes, from: labelStart, to: index) { accepted = index }
        if width == 0 { return accepted }
        dots &+= 1
        labelStart = index &+ width
      }
      index &+= width
    }
  }

  private static func isTopLevel(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    guard end &- from >= 2 else { return false }
    if end &- from > 4, bytes[from] | 0x20 == UInt8(ascii: "x"),
      bytes[from &+ 1] | 0x20 == UInt8(ascii: "n"), bytes[from &+ 2] == UInt8(ascii: "-")
    {
      return true
    }
    for index in from..<end where !(ASCII.isLetter(bytes[index]) || bytes[index] >= 0x80) {
      return false
    }
    return true
  }

  /// Returns whether the bytes are the end of an image's name such as `logo@2x.png`.
  private static func isImageDensity(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    guard end &- from >= 6, ASCII.isDigit(bytes[from]),
      bytes[from &+ 1] | 0x20 == UInt8(ascii: "x"), bytes[from &+ 2] == UInt8(ascii: ".")
    else { return false }
    return imageExtensions.contains {
      ASCII.matches(bytes, from: from &+ 3, to: end, word: $0)
    }
  }

  private static let imageExtensions = ASCII.words("png jpg jpeg webp gif svg avif")
}
