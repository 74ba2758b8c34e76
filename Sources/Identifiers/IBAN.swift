/// International bank account numbers: ISO 13616, at most 34 letters and digits.
package enum IBAN {
  /// Returns whether the bytes are an IBAN of its country's length whose check digits hold.
  ///
  /// Blanks and hyphens may stand between its characters.
  package static func holds(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    let range = ASCII.trimmed(bytes, from: from, to: end)
    return match(bytes, from: range.lowerBound, to: range.upperBound) == range.upperBound
  }

  /// Appends the IBAN in upper case without separators, or appends nothing and returns `false`.
  package static func appendNormalised(
    _ bytes: Span<UInt8>, from: Int, to end: Int, to text: inout [UInt8]
  ) -> Bool {
    guard holds(bytes, from: from, to: end) else { return false }
    for index in from..<end where ASCII.isAlphanumeric(bytes[index]) {
      let byte = bytes[index]
      text.append(ASCII.isLower(byte) ? byte &- 32 : byte)
    }
    return true
  }

  /// Returns the end of the IBAN that begins at `from`, or `nil` when none does.
  ///
  /// Its length follows from its country, so the end is known without looking for a boundary.
  static func match(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int? {
    guard end &- from >= 15, ASCII.isLetter(bytes[from]), ASCII.isLetter(bytes[from &+ 1]) else {
      return nil
    }
    let country = Int((bytes[from] | 0x20) &- 97) &* 26 &+ Int((bytes[from &+ 1] | 0x20) &- 97)
    let length = Int(lengths[country])
    guard length > 0 else { return nil }
    // Mod 97 over the number with its first four characters moved to the end (ISO 7064).
    var remainder = 0
    var head = 0
    var count = 0
    var index = from
    while index < end, count < length {
      let byte = bytes[index]
      if ASCII.isAlphanumeric(byte) {
        if count == 2 || count == 3 {
          guard ASCII.isDigit(byte) else { return nil }
        }
        let value = ASCII.isDigit(byte) ? Int(byte &- 48) : Int((byte | 0x20) &- 87)
        if count < 4 {
          head = (head &* (value > 9 ? 100 : 10) &+ value)
        } else {
          remainder = (remainder &* (value > 9 ? 100 : 10) &+ value) % 97
        }
        count &+= 1
        index &+= 1
      } else if let width = separatorWidth(bytes, at: index, to: end) {
        index &+= width
        guard index < end, ASCII.isAlphanumeric(bytes[index]) else { return nil }
      } else {
        return nil
      }
    }
    guard count == length else { return nil }
    // The head is two letters and two digits: six decimal digits.
    return (remainder &* 1_000_000 &+ head) % 97 == 1 ? index : nil
  }

  /// Width of the one separator that may stand here: blank, hyphen, full stop, no-break space.
  private static func separatorWidth(_ bytes: Span<UInt8>, at index: Int, to end: Int) -> Int? {
    switch bytes[index] {
    case 32, UInt8(ascii: "-"), UInt8(ascii: "."): 1
    case 0xC2: index &+ 1 < end && bytes[index &+ 1] == 0xA0 ? 2 : nil
    default: nil
    }
  }

  /// For each pair of letters the length of that country's IBANs, 0 where there are none.
  ///
  /// After the IBAN registry of SWIFT, release 97.
  private static let lengths: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 676)
    let registry = """
      AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 \
      DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 \
      IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 \
      MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 \
      SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
      """
    for entry in ASCII.words(registry) {
      let country = Int(entry[0] &- 65) * 26 + Int(entry[1] &- 65)
      table[country] = (entry[2] &- 48) * 10 + (entry[3] &- 48)
    }
    return table
  }()
}
