/// Numbers of payment cards: ISO/IEC 7812, 13 to 19 digits with a check digit.
package enum PaymentCard {
  /// Returns whether the bytes are a card number, with blanks or hyphens between its digits.
  package static func holds(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    var digits = DigitBuffer()
    return read(bytes, from: from, to: end, into: &digits)
  }

  /// Appends the digits of a card number, or appends nothing and returns `false`.
  package static func appendNormalised(
    _ bytes: Span<UInt8>, from: Int, to end: Int, to text: inout [UInt8]
  ) -> Bool {
    var digits = DigitBuffer()
    guard read(bytes, from: from, to: end, into: &digits) else { return false }
    for index in 0..<digits.count { text.append(digits[index] &+ 48) }
    return true
  }

  private static func read(
    _ bytes: Span<UInt8>, from: Int, to end: Int, into digits: inout DigitBuffer
  ) -> Bool {
    for index in from..<end {
      let byte = bytes[index]
      if ASCII.isDigit(byte) {
        guard digits.append(byte &- 48) else { return false }
      } else if byte != 32 && byte != UInt8(ascii: "-") {
        return false
      }
    }
    return digits.count >= 13 && digits.count <= 19 && luhnHolds(digits)
  }

  /// Returns whether the last digit is the check digit of the others (Luhn, US patent 2,950,048).
  static func luhnHolds(_ digits: DigitBuffer) -> Bool {
    var sum = 0
    var isDoubled = false
    var index = digits.count &- 1
    while index >= 0 {
      var digit = Int(digits[index])
      if isDoubled {
        digit &*= 2
        if digit > 9 { digit &-= 9 }
      }
      sum &+= digit
      isDoubled.toggle()
      index &-= 1
    }
    return digits.count > 1 && sum % 10 == 0
  }

  /// Returns whether a scheme issues numbers of this length that begin this way.
  ///
  /// After the ranges that the schemes publish: Visa, Mastercard, Maestro, American Express,
  /// Diners Club, Discover, JCB, UnionPay, Mir, and the old JCB ranges 1800 and 2131.
  static func hasKnownIssuer(_ digits: DigitBuffer) -> Bool {
    guard digits.count >= 12 else { return false }
    var prefix = 0
    for index in 0..<4 { prefix = prefix &* 10 &+ Int(digits[index]) }
    let count = digits.count
    switch prefix {
    case 4000...4999: return count == 16 || count == 13 || count == 19
    case 5100...5599, 2221...2720: return count == 16
    case 3400...3499, 3700...3799: return count == 15
    case 3000...3059, 3600...3699, 3800...3999: return count >= 14 && count <= 19
    case 3500...3599: return count == 16
    case 1800, 2131: return count == 15
    case 2200...2204: return count >= 16
    case 6011, 6200...6299, 6440...6599: return count >= 16
    case 5000...5099, 5600...5899, 6000...6999: return count >= 12
    default: return false
    }
  }

  /// Returns whether thirteen digits carry the check digit of a GTIN-13, as article numbers do.
  static func isArticleNumber(_ digits: DigitBuffer) -> Bool {
    guard digits.count == 13 else { return false }
    var sum = 0
    for index in 0..<13 { sum &+= Int(digits[index]) &* (index % 2 == 0 ? 1 : 3) }
    return sum % 10 == 0
  }
}

/// Up to nineteen digits in a fixed place, so that checks need no allocation.
struct DigitBuffer {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  private(set) var count = 0

  /// Adds a digit of 0 to 9; returns `false` when nineteen are there already.
  mutating func append(_ digit: UInt8) -> Bool {
    guard count < 19 else { return false }
    if count < 16 {
      low |= UInt64(digit) << UInt64(4 &* count)
    } else {
      high |= UInt64(digit) << UInt64(4 &* (count &- 16))
    }
    count &+= 1
    return true
  }

  subscript(index: Int) -> UInt8 {
    index < 16
      ? UInt8(truncatingIfNeeded: low >> UInt64(4 &* index)) & 0xF
      : UInt8(truncatingIfNeeded: high >> UInt64(4 &* (index &- 16))) & 0xF
  }
}
