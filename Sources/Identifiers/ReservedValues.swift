/// Identifiers that belong to nobody: what tests may use in place of a person's.
package enum ReservedValues {
  /// Returns whether the address ends in a domain reserved for examples and tests.
  ///
  /// RFC 2606 and RFC 6761: `example.com`, `.net`, `.org`, and everything below the top-level names
  /// `example`, `test`, `invalid` and `localhost`.
  package static func isReservedEmailDomain(
    _ bytes: Span<UInt8>, from: Int, to end: Int
  ) -> Bool {
    var start = from
    for index in from..<end {
      if bytes[index] == UInt8(ascii: "@") { start = index &+ 1 }
      if bytes[index] == UInt8(ascii: "%"), index &+ 2 < end,
        ASCII.escapedByte(bytes, at: index, to: end) == UInt8(ascii: "@")
      {
        start = index &+ 3
      }
    }
    var upper = end
    if upper > start, bytes[upper &- 1] == UInt8(ascii: ".") { upper &-= 1 }
    for domain in domains {
      guard ASCII.hasSuffix(bytes, from: start, to: upper, word: domain) else { continue }
      let boundary = upper &- domain.count
      if boundary == start || bytes[boundary &- 1] == UInt8(ascii: ".") { return true }
    }
    return false
  }

  private static let domains = ASCII.words(
    "example.com example.net example.org example test invalid localhost")

  /// Returns whether the address is one of documentation, of private networks or of the host
  /// itself.
  ///
  /// RFC 5737, 3849, 9637, 1918, 6598, 3927, 4193, 4291 and 2544.
  package static func isDocumentationOrPrivate(_ address: IPAddress) -> Bool {
    switch address {
    case .v4(let value):
      return v4Networks.contains {
        value >> UInt32(32 - $0.bits) == $0.network >> UInt32(32 - $0.bits)
      }
    case .v6(let value):
      let head = UInt64(truncatingIfNeeded: value >> 64)
      if value <= 1 { return true }
      return head >> 32 == 0x2001_0DB8 || head >> 44 == 0x3FFF0 || head >> 57 == 0x7E
        || head >> 54 == 0x3FA
    }
  }

  private static let v4Networks: [(network: UInt32, bits: Int)] = [
    (0xC000_0200, 24), (0xC633_6400, 24), (0xCB00_7100, 24),  // documentation
    (0x0A00_0000, 8), (0xAC10_0000, 12), (0xC0A8_0000, 16),  // private
    (0x7F00_0000, 8), (0xA9FE_0000, 16), (0x6440_0000, 10),  // loopback, link-local, shared
    (0xC612_0000, 15),  // benchmarks
  ]

  /// Returns whether the bytes are one of the card numbers that payment services publish for tests.
  package static func isTestCard(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    var digits: [UInt8] = []
    return PaymentCard.appendNormalised(bytes, from: from, to: end, to: &digits)
      && testCards.contains(digits)
  }

  /// Returns whether the bytes are an example of the IBAN registry or of a bank's documentation.
  package static func isTestIBAN(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    var text: [UInt8] = []
    return IBAN.appendNormalised(bytes, from: from, to: end, to: &text) && testIBANs.contains(text)
  }

  /// The card numbers themselves, for tests of this list.
  package static let testCards = Set(
    ASCII.words(
      """
      4111111111111111 4012888888881881 4242424242424242 4000056655665556 4222222222222
      4000000000000002 4000000000000077 4000002500003155 4000000000009995 4000002760003184
      5555555555554444 5105105105105100 5200828282828210 2223003122003222 2223000048400011
      378282246310005 371449635398431 378734493671000 6011111111111117 6011000990139424
      6011981111111113 3056930009020004 36227206271667 30569309025904 38520000023237
      3566002020360505 3530111333300000 6200000000000005 6304000000000000 5019717010103742
      """))

  /// The IBANs themselves, for tests of this list.
  package static let testIBANs = Set(
    ASCII.words(
      """
      AD1200012030200359100100 AT611904300234573201 BE68539007547034 BG80BNBG96611020345678
      CH9300762011623852957 CY17002001280000001200527600 CZ6508000000192000145399
      DE89370400440532013000 DE75512108001245126199 DE02120300000000202051
      DE02500105170137075030 DE91100000000123456789 DE27100777770209299700
      DK5000400440116243 EE382200221020145685 ES9121000418450200051332 FI2112345600000785
      FR1420041010050500013M02606 GB29NWBK60161331926819 GB82WEST12345698765432
      GB33BUKB20201555555555 GR1601101250000000012300695 HR1210010051863000160
      HU42117730161111101800000000 IE29AIBK93115212345678 IS140159260076545510730339
      IT60X0542811101000000123456 LI21088100002324013AA LT121000011101001000
      LU280019400644750000 LV80BANK0000435195001 MT84MALT011000012345MTLCAST001S
      NL91ABNA0417164300 NO9386011117947 PL61109010140000071219812874
      PT50000201231234567890154 RO49AAAA1B31007593840000 SE4550000000058398257466
      SK3112000000198742637541
      """))
}
