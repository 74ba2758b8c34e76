extension Detector {
  /// Tries every place where an identifier can begin, from left to right.
  ///
  /// The text begins at `origin`; the search at `from`.
  package static func scan(
    _ bytes: Span<UInt8>, origin: Int, from: Int, to end: Int, kinds: DetectionKinds
  ) -> Detection? {
    var index = from
    // Where the local part of an address may begin at the earliest: behind the last `@`.
    var lowest = from
    while index < end {
      let byte = bytes[index]
      if byte == UInt8(ascii: "@") || byte == UInt8(ascii: "%") {
        let width = atSignWidth(bytes, at: index, to: end)
        if width > 0 {
          if kinds.contains(.email),
            let range = EmailAddress.match(
              bytes, at: index, after: index &+ width, lowest: lowest, to: end)
          {
            return Detection(kind: .email, start: range.lowerBound, end: range.upperBound)
          }
          index &+= width
          lowest = index
          continue
        }
      }
      if let found = start(bytes, at: index, origin: origin, to: end, kinds: kinds) {
        return preferringEmail(found, bytes, lowest: lowest, to: end, kinds: kinds)
      }
      index &+= 1
    }
    return nil
  }

  /// Returns the identifier, other than an e-mail address, that begins at `index`.
  private static func start(
    _ bytes: Span<UInt8>, at index: Int, origin: Int, to end: Int, kinds: DetectionKinds
  ) -> Detection? {
    let byte = bytes[index]
    let before = index > origin ? bytes[index &- 1] : 32
    let isEscaped = isEscapeTail(bytes, before: index, origin: origin)
    let isWordStart = !ASCII.isAlphanumeric(before) || isEscaped
    if ASCII.isAlphanumeric(byte) {
      if isWordStart {
        if kinds.contains(.iban), ASCII.isLetter(byte),
          let stop = IBAN.match(bytes, from: index, to: end),
          stop == end || !ASCII.isAlphanumeric(bytes[stop])
        {
          return Detection(kind: .iban, start: index, end: stop)
        }
        if kinds.contains(.card), ASCII.isDigit(byte), before != UInt8(ascii: "."),
          let stop = cardEnd(bytes, from: index, to: end)
        {
          return Detection(kind: .card, start: index, end: stop)
        }
        if kinds.contains(.hex), let stop = digestEnd(bytes, from: index, to: end) {
          return Detection(kind: .hex, start: index, end: stop)
        }
      }
      if kinds.contains(.ip), ASCII.isDigit(byte),
        let stop = quadEnd(bytes, from: index, origin: origin, to: end)
      {
        return Detection(kind: .ip, start: index, end: stop)
      }
      if kinds.contains(.ip), isWordStart || before == UInt8(ascii: ":"),
        let stop = v6End(bytes, from: index, to: end)
      {
        return Detection(kind: .ip, start: index, end: stop)
      }
      if kinds.contains(.phone), ASCII.isDigit(byte), isWordStart,
        isEscaped || mayPrecedePhone(before),
        let stop = PhoneNumber.match(bytes, from: index, lowest: origin, to: end)
      {
        return Detection(kind: .phone, start: index, end: stop)
      }
      return nil
    }
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "("), UInt8(ascii: "%"):
      guard kinds.contains(.phone), isWordStart, before != UInt8(ascii: "+"),
        byte != UInt8(ascii: "%")
          || ASCII.escapedByte(bytes, at: index, to: end) == UInt8(ascii: "+"),
        let stop = PhoneNumber.match(bytes, from: index, lowest: origin, to: end)
      else { return nil }
      return Detection(kind: .phone, start: index, end: stop)
    case UInt8(ascii: ":"):
      guard kinds.contains(.ip), isWordStart, before != byte,
        let stop = v6End(bytes, from: index, to: end)
      else { return nil }
      return Detection(kind: .ip, start: index, end: stop)
    default: return nil
    }
  }

  /// An address that begins with another identifier, `0171…@shop.example`, is an address.
  private static func preferringEmail(
    _ found: Detection, _ bytes: Span<UInt8>, lowest: Int, to end: Int, kinds: DetectionKinds
  ) -> Detection {
    guard kinds.contains(.email) else { return found }
    var index = found.start
    let limit = min(end, found.end &+ 192)
    while index < limit {
      let width = atSignWidth(bytes, at: index, to: end)
      if width > 0 {
        let range = EmailAddress.match(
          bytes, at: index, after: index &+ width, lowest: lowest, to: end)
        guard let range, range.lowerBound <= found.start else { return found }
        return Detection(kind: .email, start: range.lowerBound, end: range.upperBound)
      }
      guard EmailAddress.isLocal(bytes[index]) else { return found }
      index &+= 1
    }
    return found
  }

  /// Width of an at sign: `@`, `%40`, `%2540` (encoded twice, as in a redirect), else 0.
  private static func atSignWidth(_ bytes: Span<UInt8>, at index: Int, to end: Int) -> Int {
    let byte = bytes[index]
    if byte == UInt8(ascii: "@") { return 1 }
    guard byte == UInt8(ascii: "%"), index &+ 2 < end else { return 0 }
    if bytes[index &+ 1] == UInt8(ascii: "4"), bytes[index &+ 2] == UInt8(ascii: "0") { return 3 }
    if index &+ 4 < end, bytes[index &+ 1] == UInt8(ascii: "2"),
      bytes[index &+ 2] == UInt8(ascii: "5"), bytes[index &+ 3] == UInt8(ascii: "4"),
      bytes[index &+ 4] == UInt8(ascii: "0")
    {
      return 5
    }
    return 0
  }

  /// Returns whether `%XX` ends at `index`, where it stands for a byte that no word has: `%20`,
  /// `%3D`.
  private static func isEscapeTail(
    _ bytes: Span<UInt8>, before index: Int, origin: Int
  ) -> Bool {
    guard index &- origin >= 3, let byte = ASCII.escapedByte(bytes, at: index &- 3, to: index)
    else {
      return false
    }
    return !ASCII.isAlphanumeric(byte) && byte < 0x80
  }

  private static func mayPrecedePhone(_ before: UInt8) -> Bool {
    switch before {
    // A part of a longer number, a version, a date, an article number, a decimal, a price.
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "_"),
      UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "+"), UInt8(ascii: "%"),
      UInt8(ascii: "*"):
      return false
    default: return before < 0x80
    }
  }

  /// Returns the end of the longest card number that begins at `from` and whose digits hold.
  private static func cardEnd(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int? {
    var digits = DigitBuffer()
    var index = from
    var separator: UInt8 = 0
    var accepted: Int?
    while index < end {
      let byte = bytes[index]
      if ASCII.isDigit(byte) {
        guard digits.append(byte &- 48) else { break }
        index &+= 1
        let isGroupEnd = index == end || !ASCII.isAlphanumeric(bytes[index])
        if isGroupEnd, digits.count >= 12, endsNumber(bytes, at: index, to: end),
          PaymentCard.hasKnownIssuer(digits), !PaymentCard.isArticleNumber(digits),
          PaymentCard.luhnHolds(digits)
        {
          accepted = index
        }
      } else if (byte == 32 || byte == UInt8(ascii: "-")) && (separator == 0 || separator == byte),
        index &+ 1 < end, ASCII.isDigit(bytes[index &+ 1])
      {
        separator = byte
        index &+= 1
      } else {
        break
      }
    }
    return accepted
  }

  /// Returns whether a number may end here: no decimals go on behind a point or comma.
  private static func endsNumber(_ bytes: Span<UInt8>, at index: Int, to end: Int) -> Bool {
    guard index &+ 1 < end else { return true }
    let byte = bytes[index]
    guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") else { return true }
    return !ASCII.isDigit(bytes[index &+ 1])
  }

  /// Returns the end of a digest: digits and letters a to f, both, of a length that hashes have.
  private static func digestEnd(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int? {
    var index = from
    // A digest may be marked as hexadecimal: 0x….
    if index &+ 2 < end, bytes[index] == 48, bytes[index &+ 1] | 0x20 == UInt8(ascii: "x") {
      index &+= 2
    }
    let start = index
    var letters = 0
    while index < end, ASCII.isHexDigit(bytes[index]), index &- start <= 128 {
      if !ASCII.isDigit(bytes[index]) { letters &+= 1 }
      index &+= 1
    }
    let count = index &- start
    guard letters > 0, letters < count, index == end || !ASCII.isAlphanumeric(bytes[index]) else {
      return nil
    }
    switch count {
    case 32, 40, 56, 64, 96, 128: return index
    default: return nil
    }
  }

  /// Returns the end of a dotted quad that begins at `from` and is no part of something longer.
  private static func quadEnd(
    _ bytes: Span<UInt8>, from: Int, origin: Int, to end: Int
  ) -> Int? {
    if from > origin {
      let before = bytes[from &- 1]
      // v1.2.3.4 is a version; 9.1.2.3.4 is something longer.
      if ASCII.isDigit(before) || before | 0x20 == UInt8(ascii: "v") { return nil }
      if before == UInt8(ascii: "."), from &- origin > 1,
        ASCII.isDigit(bytes[from &- 2])
      {
        return nil
      }
    }
    var index = from
    while index < end, index &- from < 16,
      ASCII.isDigit(bytes[index]) || bytes[index] == UInt8(ascii: ".")
    {
      index &+= 1
    }
    if index > from, bytes[index &- 1] == UInt8(ascii: ".") { index &-= 1 }
    // Nothing of 0.0.0.0/8 is anybody's address (RFC 791), but versions begin so.
    guard bytes[from] != 48, case .v4? = IPAddress.v4(bytes, from: from, to: index) else {
      return nil
    }
    if index < end {
      let next = bytes[index]
      if ASCII.isAlphanumeric(next) { return nil }
      if next == UInt8(ascii: "."), index &+ 1 < end, ASCII.isDigit(bytes[index &+ 1]) {
        return nil
      }
    }
    return index
  }

  /// Returns the end of a version 6 address that begins at `from` and is no part of a longer word.
  ///
  /// `a::b` is a scope in many languages and `10:17:03` a time, so a compressed form must have a
  /// digit and five hexadecimal digits in all.
  private static func v6End(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int? {
    var index = from
    var colons = 0
    var digits = 0
    var hexDigits = 0
    while index < end, index &- from <= 46 {
      let byte = bytes[index]
      if byte == UInt8(ascii: ":") {
        colons &+= 1
      } else if ASCII.isHexDigit(byte) {
        hexDigits &+= 1
        if ASCII.isDigit(byte) { digits &+= 1 }
        // Five in a row without a colon: no group. Cheap way out of long words and numbers.
        if colons == 0, index &- from >= 4 { return nil }
      } else if byte != UInt8(ascii: ".") || colons < 2 {
        break
      }
      index &+= 1
    }
    guard colons >= 2, hexDigits >= 5, digits >= 1 else { return nil }
    if index < end, ASCII.isAlphanumeric(bytes[index]) || bytes[index] == UInt8(ascii: "_") {
      return nil
    }
    while index > from,
      bytes[index &- 1] == UInt8(ascii: ".")
        || bytes[index &- 1] == UInt8(ascii: ":") && bytes[index &- 2] != UInt8(ascii: ":")
    {
      index &-= 1
    }
    guard IPAddress.v6(bytes, from: from, to: index) != nil else { return nil }
    return index
  }
}
