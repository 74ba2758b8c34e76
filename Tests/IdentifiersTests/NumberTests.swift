import Identifiers
import Testing

private func normalised(
  _ text: String, _ append: (Span<UInt8>, Int, Int, inout [UInt8]) -> Bool
) -> String? {
  let bytes = Array(text.utf8)
  var output = Array("kept".utf8)
  guard append(bytes.span, 0, bytes.count, &output) else {
    #expect(output == Array("kept".utf8), "nothing is appended for a refused value")
    return nil
  }
  return String(decoding: output.dropFirst(4), as: UTF8.self)
}

@Suite struct PhoneNumberTests {
  @Test(arguments: [
    ("+49 30 23125-123", "+493023125123"), ("0049 (0)30/23125123", "+493023125123"),
    (" +1.212.555.0123 ", "+12125550123"), ("+49\u{A0}30 23125123", "+493023125123"),
    ("+44 7700 900123", "+447700900123"),
  ])
  func writesInternationalForm(text: String, expected: String) {
    #expect(
      normalised(text) { PhoneNumber.appendNormalised($0, from: $1, to: $2, to: &$3) } == expected)
  }

  @Test(arguments: [
    "", "030 23125123", "+049302312512", "+49", "+1234567890123456", "+49 30 ABC", "+49 30 23125x1",
    "++493023125123", "00", "000493023125",
  ])
  func refusesWhatHasNoCountry(text: String) {
    #expect(normalised(text) { PhoneNumber.appendNormalised($0, from: $1, to: $2, to: &$3) } == nil)
  }
}

@Suite struct IBANTests {
  @Test(arguments: [
    ("DE89370400440532013000", "DE89370400440532013000"),
    ("de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    (" GB82-WEST-1234-5698-7654-32 ", "GB82WEST12345698765432"),
  ])
  func writesCanonicalForm(text: String, expected: String) {
    #expect(normalised(text) { IBAN.appendNormalised($0, from: $1, to: $2, to: &$3) } == expected)
  }

  @Test(arguments: [
    "", "DE89", "DE88370400440532013000", "DE893704004405320130", "DE89370400440532013000X",
    "ZZ89370400440532013000", "DE89  370400440532013000", "GB82WEST1234569876543",
  ])
  func refusesWrongDigitsLengthAndCountry(text: String) {
    #expect(normalised(text) { IBAN.appendNormalised($0, from: $1, to: $2, to: &$3) } == nil)
  }

  /// One wrong character, or two neighbours exchanged, breaks the check digits.
  @Test func noticesEverySingleError() {
    for iban in ReservedValues.testIBANs {
      for index in 2..<iban.count {
        var wrong = iban
        wrong[index] = wrong[index] == 57 ? 48 : wrong[index] < 57 ? wrong[index] + 1 : 65
        guard wrong != iban else { continue }
        let result = !IBAN.holds(wrong.span, from: 0, to: wrong.count)
        #expect(result, "position \(index)")
      }
    }
  }
}

@Suite struct PaymentCardTests {
  @Test(arguments: [
    ("4111 1111 1111 1111", "4111111111111111"), ("3782-822463-10005", "378282246310005"),
    ("4222222222222", "4222222222222"),
  ])
  func writesDigits(text: String, expected: String) {
    #expect(
      normalised(text) { PaymentCard.appendNormalised($0, from: $1, to: $2, to: &$3) } == expected)
  }

  @Test(arguments: [
    "", "4111111111111112", "411111111111", "4111a11111111111", "41111111111111111115",
  ])
  func refusesWrongDigitsAndLength(text: String) {
    #expect(normalised(text) { PaymentCard.appendNormalised($0, from: $1, to: $2, to: &$3) } == nil)
  }

  @Test func noticesEverySingleError() {
    for card in ReservedValues.testCards {
      for index in card.indices {
        var wrong = card
        wrong[index] = wrong[index] == 57 ? 48 : wrong[index] + 1
        let result = !PaymentCard.holds(wrong.span, from: 0, to: wrong.count)
        #expect(result, "position \(index)")
      }
    }
  }
}

@Suite struct EmailAddressTests {
  @Test(arguments: [
    "anna@shop.example", " Anna.B+x@Shop.Example\n", "a@b", "müller@straße.example", "'@x.test",
  ])
  func acceptsOneAtSign(text: String) {
    let bytes = Array(text.utf8)
    let result = EmailAddress.holds(bytes.span, from: 0, to: bytes.count)
    #expect(result)
  }

  @Test(arguments: [
    "", "@", "anna", "@shop.example", "anna@", "a@b@c.test", "an na@x.test", "a@x..test", "a@.test",
    "a@x.test.", "a@x_y.test", "a@x.test\u{0}",
  ])
  func refusesOtherShapes(text: String) {
    let bytes = Array(text.utf8)
    let result = !EmailAddress.holds(bytes.span, from: 0, to: bytes.count)
    #expect(result)
  }

  @Test func givesTheRangeWithoutBlanks() {
    let bytes = Array("  a@x.test ".utf8)
    let result = EmailAddress.trimmed(bytes.span, from: 0, to: bytes.count) == 2..<10
    #expect(result)
  }
}
