import Identifiers
import Testing

@Suite struct PersonalNameTests {
  @Test(arguments: [
    "email", "e_mail", "E-Mail", "billingEmail", "user.email", "customer_phone", "phoneNumber",
    "phone_number", "phone2", "address_line_1", "ipAddress", "ip_address", "IPAddress",
    "customerIP",
    "ip", "client.ip", "remote_ip", "tel", "mobile", "iban", "IBAN", "card", "cardNumber",
    "card_no",
    "street", "street_name", "surname", "first_name", "firstName", "LastName", "lastname",
    "password",
    "accessToken", "session_id", "sessionId", "session", "items[].token", "telefon",
    "Telefonnummer",
    "handy", "strasse", "Straße", "Hausnummer", "haus_nr", "Lieferadresse", "anschrift", "Nachname",
    "vorname", "Passwort", "sitzung", "Kreditkarte", "kartennummer", "mailadresse", "rufnummer",
    "Konto-Nr", "emails", "shipping_address", "billingemail", "PHONE",
  ])
  func readsAnIdentifier(name: String) {
    #expect(PersonalName.holds(name))
  }

  @Test(arguments: [
    "zip", "description", "shipping", "product.name", "ip_country", "order_number", "number", "id",
    "recipe", "tip", "hotel", "discard", "cardinality", "postcard", "streetwear", "smartphone",
    "emailed_at", "token_count", "tokens", "mobile_views", "email_domain", "category", "name", "",
    "price", "is_paid", "vat_id", "phone_model", "status", "sessions", "landkarte", "1", "_",
    "hour",
    "product_id", "zone", "menu_card_title",
  ])
  func readsNoIdentifier(name: String) {
    #expect(!PersonalName.holds(name))
  }
}

@Suite struct ReservedValuesTests {
  private func holds(_ text: String, _ check: (Span<UInt8>, Int, Int) -> Bool) -> Bool {
    let bytes = Array(text.utf8)
    return check(bytes.span, 0, bytes.count)
  }

  @Test(arguments: [
    "a@example.com", "a@mail.example.org", "a@x.example", "a@x.test", "a@X.INVALID", "a@localhost",
    "a%40x.example", "b{n}@x.example", "a@example.net.",
  ])
  func knowsReservedDomains(text: String) {
    #expect(holds(text) { ReservedValues.isReservedEmailDomain($0, from: $1, to: $2) })
  }

  @Test(arguments: ["a@notexample.com", "a@example.de", "a@xtest", "a@example.com.evil", "", "a@"])
  func knowsDomainsOfOthers(text: String) {
    #expect(!holds(text) { ReservedValues.isReservedEmailDomain($0, from: $1, to: $2) })
  }

  @Test(arguments: [
    ("192.0.2.1", true), ("198.51.100.255", true), ("203.0.113.7", true), ("203.0.114.7", false),
    ("10.1.2.3", true), ("172.16.0.1", true), ("172.32.0.1", false), ("192.168.1.1", true),
    ("127.0.0.1", true), ("169.254.1.1", true), ("100.64.0.1", true), ("100.128.0.1", false),
    ("198.18.0.1", true), ("8.8.8.8", false), ("2001:db8::1", true), ("2001:db9::1", false),
    ("3fff:0fff::1", true), ("3fff:1000::1", false), ("::1", true), ("fe80::1", true),
    ("febf::1", true), ("fec0::1", false), ("fd00::1", true), ("fe00::1", false),
    ("2a00::1", false), ("::ffff:192.0.2.1", true),
  ])
  func knowsDocumentationAndPrivateAddresses(text: String, isReserved: Bool) throws {
    let bytes = Array(text.utf8)
    let found = IPAddress.parse(bytes.span, from: 0, to: bytes.count)
    let address = try #require(found)
    #expect(ReservedValues.isDocumentationOrPrivate(address) == isReserved)
  }

  @Test(arguments: [
    "+49 30 23125 123", "030 23125-123", "0049 30 23125123", "0171 3920012", "+1 212 555 0123",
    "(212) 555-0199", "1-212-555-0100", "01632 960123", "+447700900123", "+44 (0)20 7946 0123",
    "01 99 00 12 34",
  ])
  func knowsTestNumbers(text: String) {
    #expect(holds(text) { ReservedValues.isTestPhone($0, from: $1, to: $2) })
  }

  @Test(arguments: ["+49 30 23126 123", "0171 3930012", "212 555 0200", "07700 901123", "", "abc"])
  func knowsNumbersOfOthers(text: String) {
    #expect(!holds(text) { ReservedValues.isTestPhone($0, from: $1, to: $2) })
  }

  @Test func everyListedCardAndIBANHolds() {
    for card in ReservedValues.testCards {
      // Twelve-digit Maestro numbers and the like are not listed.
      let result = PaymentCard.holds(card.span, from: 0, to: card.count)
      #expect(result, "\(card.prefix(6))")
      let isListed = ReservedValues.isTestCard(card.span, from: 0, to: card.count)
      #expect(isListed)
    }
    for iban in ReservedValues.testIBANs {
      let result = IBAN.holds(iban.span, from: 0, to: iban.count)
      #expect(result, "\(iban.prefix(4))")
      let isListed = ReservedValues.isTestIBAN(iban.span, from: 0, to: iban.count)
      #expect(isListed)
    }
    #expect(!holds("4111111111111129") { ReservedValues.isTestCard($0, from: $1, to: $2) })
  }
}
