import Minimise
import Records
import Testing

@Suite struct PrefixTests {
  @Test(arguments: [
    ("01067", 2, "01"), ("SW1A 1AA", 3, "SW1"), ("9", 3, "9"), ("", 2, ""), ("äöü", 2, "äö"),
    ("e\u{301}x", 2, "e\u{301}"),
  ])
  func keepsScalars(text: String, count: Int, expected: String) throws {
    #expect(try Cells.treat(text, as: .postcode, with: "prefix", .integer(count)) == expected)
  }

  @Test(arguments: [
    "anna@shop.example", "192.0.2.10", "DE89370400440532013000", "4111 1111 1111 1111",
  ])
  func beginningOfAnIdentifierIsNullAndCounted(text: String) throws {
    let result = try Cells.treat(
      Cells.texts([text, "red shoes"]), as: .text, with: "prefix", .integer(8))
    #expect(Cells.strings(result.values) == [nil, "red shoe"])
    #expect(result.faults.map(\.rule) == [.looksPersonal])
  }

  @Test func hasAMost() throws {
    #expect(
      throws: PlanFault(
        "a prefix of 'postcode' has at most 3 characters", fix: "write  prefix: 3")
    ) { try Cells.treat("01067", as: .postcode, with: "prefix", .integer(4)) }
    #expect(try Cells.treat("abcdefghij", as: .text, with: "prefix", .integer(8)) == "abcdefgh")
    #expect(throws: PlanFault("'prefix' takes 'postcode' or 'text', not 'city'")) {
      try Cells.treat("Dresden", as: .city, with: "prefix", .integer(2))
    }
  }
}

@Suite struct SubnetTests {
  private let settings = Cells.mapping([("v4", .integer(16)), ("v6", .integer(32))])

  @Test(arguments: [
    ("203.0.113.7", "203.0.0.0/16"), ("2001:db8:1::1", "2001:db8::/32"),
    ("[2001:db8::1]:80", "2001:db8::/32"), ("fe80::1%eth0", "fe80::/32"),
    ("203.0.113.7, 198.51.100.1", "203.0.0.0/16"),
  ])
  func cutsToTheNetwork(text: String, expected: String) throws {
    #expect(try Cells.treat(text, as: .ip, with: "subnet", settings) == expected)
  }

  @Test func whatIsNoAddressIsNullAndCounted() throws {
    let result = try Cells.treat(
      Cells.texts(["shop.example", "-", "", "999.1.1.1"]), as: .ip, with: "subnet", settings)
    #expect(Cells.strings(result.values) == [nil, nil, nil, nil])
    #expect(result.faults.map(\.position) == [0, 3])
    #expect(result.type.state == .subnet)
  }

  @Test func keepsNoMoreThanItMay() {
    #expect(throws: PlanFault("'v4' is at most 24 bits", setting: ["v4"])) {
      try Cells.treat("", as: .ip, with: "subnet", Cells.mapping([("v4", .integer(25))]))
    }
    #expect(throws: PlanFault("'v6' is at most 48 bits", setting: ["v6"])) {
      try Cells.treat("", as: .ip, with: "subnet", Cells.mapping([("v6", .integer(56))]))
    }
    #expect(throws: PlanFault("'subnet' takes 'ip', not 'text'")) {
      try Cells.treat("", as: .text, with: "subnet", settings)
    }
  }
}

@Suite struct ListTests {
  @Test func oneOfKeepsItsListOnly() throws {
    let list = Cells.words("shoes", "bags", "", "ä").list?.filter { $0 != .text("") } ?? []
    let result = try Cells.treat(
      Cells.texts(["shoes", "bags", "ä", "coats", "", nil, "shoe", "shoess"]), as: .text,
      with: "one_of", .list(list))
    #expect(
      Cells.strings(result.values)
        == ["shoes", "bags", "ä", "other", "other", nil, "other", "other"])
    #expect(result.faults.isEmpty && result.type.state == .closed)
  }

  @Test func mapGivesNullForTheUnlisted() throws {
    let pairs = Cells.mapping([("M", .text("male")), ("F", .text("female")), ("", .text("none"))])
    let result = try Cells.treat(
      Cells.texts(["M", "F", "m", "", nil]), as: .text, with: "map", pairs)
    #expect(Cells.strings(result.values) == ["male", "female", nil, "none", nil])
    #expect(result.faults.isEmpty)
  }

  @Test func aLongListFindsAllOfItself() throws {
    let words = (0..<5000).map { "w\($0 * 7919)" }
    let result = try Cells.treat(
      Cells.texts(words + words.map { $0 + "x" }), as: .text, with: "one_of",
      .list(words.map { .text($0) }))
    #expect(Cells.strings(result.values) == words + words.map { _ in "other" })
  }

  @Test func aTextListedTwiceIsRefused() {
    #expect(throws: PlanFault("'a' is listed twice")) {
      try Cells.treat("a", as: .text, with: "one_of", Cells.words("a", "b", "a"))
    }
  }

  @Test func closesWhatATreatmentLeftOpen() throws {
    let query = ColumnType(source: .url, form: .text, state: .treated)
    #expect(try Cells.kind("one_of").output(of: query, with: Cells.words("a")).state == .closed)
    let raw = ColumnType(source: .url, form: .text)
    #expect(throws: PlanFault("'one_of' takes text, not 'url'")) {
      try Cells.kind("one_of").output(of: raw, with: Cells.words("a"))
    }
  }
}

@Suite struct SmallTextTests {
  @Test func presentAnswersForEveryForm() throws {
    let texts = try Cells.treat(
      Cells.texts(["a", "", "-", nil, "--"]), as: .email, with: "present", .flag(true))
    #expect(Cells.numbers(texts.values) == [1, 0, 0, 0, 1])
    let numbers = try Cells.treat(
      .number([0, Values.nullNumber]), as: .int, with: "present", .flag(true))
    #expect(Cells.numbers(numbers.values) == [1, 0])
    #expect(numbers.type.form == .boolean)
  }

  @Test func aTreatmentSwitchedOffIsRefused() {
    #expect(throws: PlanFault("'lower' takes true", fix: "delete 'lower' to switch it off")) {
      try Cells.treat("a", as: .text, with: "lower", .flag(false))
    }
  }

  @Test(arguments: [("ABC", "abc"), ("ÄÖ x", "äö x"), ("", ""), ("ΣΑ", "σα"), ("aBcÉ", "abcé")])
  func lowersBeyondASCII(text: String, expected: String) throws {
    #expect(try Cells.treat(text, as: .text, with: "lower", .flag(true)) == expected)
  }

  @Test(arguments: [(" a b ", "a b"), ("\u{A0}\t a\u{A0}", "a"), ("  ", ""), ("ä", "ä")])
  func trimsBothEnds(text: String, expected: String) throws {
    #expect(try Cells.treat(text, as: .text, with: "trim", .flag(true)) == expected)
  }

  @Test func caseDoesNotProtectACity() throws {
    let city = ColumnType(source: .city, form: .text)
    #expect(try Cells.kind("lower").output(of: city, with: .flag(true)).state == .raw)
  }

  @Test func keepNeedsAReasonAndAKeepableType() throws {
    #expect(
      throws: PlanFault(
        "'keep' needs a reason", fix: "write  keep: \"why it must leave as it is\"")
    ) { try Cells.treat("x", as: .city, with: "keep", .text("  ")) }
    #expect(
      throws: PlanFault(
        "'keep' takes 'postcode', 'city', 'timestamp' and plain types, not 'email'",
        fix: "treat it, or delete the line; undeclared fields are dropped")
    ) { try Cells.treat("x", as: .email, with: "keep", .text("because")) }
    let result = try Cells.treat(
      Cells.texts(["Dresden"]), as: .city, with: "keep", .text("because"))
    #expect(result.type.state == .kept(reason: "because"))
    #expect(Cells.strings(result.values) == ["Dresden"])
  }
}

@Suite struct RedactTests {
  private func redact(_ text: String, _ kinds: String...) throws -> String? {
    try Cells.treat(
      text, as: .freeText, with: "redact",
      Cells.mapping([
        ("find", .list(kinds.map { .text($0) })), ("accept", .text("names remain")),
      ]))
  }

  @Test func replacesEachKind() throws {
    let text =
      "anna@shop.example, +49 30 23125 123, DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111; 203.0.113.7!"
    #expect(
      try redact(text, "email", "phone", "iban", "card", "ip")
        == "[email], [phone], [iban], [card]; [ip]!")
    #expect(
      try redact(text, "ip")
        == "anna@shop.example, +49 30 23125 123, DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111; [ip]!"
    )
  }

  @Test func replacesNeighbours() throws {
    #expect(try redact("a@x.test b@x.test", "email") == "[email] [email]")
    #expect(try redact("a@x.test", "email") == "[email]")
    #expect(try redact("nothing here", "email") == "nothing here")
  }

  @Test func needsKindsAndAcceptance() {
    #expect(throws: PlanFault.self) { try redact("x") }
    #expect(throws: PlanFault("'find' lists email, phone, iban, card and ip", setting: ["find"])) {
      try redact("x", "hex")
    }
    #expect(
      throws: PlanFault(
        "'redact' needs 'accept': names remain in the text",
        fix: "write  accept: \"why that is acceptable\"", setting: ["accept"])
    ) {
      try Cells.treat(
        "x", as: .freeText, with: "redact", Cells.mapping([("find", Cells.words("email"))]))
    }
  }
}

@Suite struct TextGuardTests {
  @Test func nullsLookAlikesAndLongTexts() {
    let long = String(repeating: "ä", count: 65)
    let most = String(repeating: "ä", count: 64)
    var values = Cells.texts([
      "red shoes", "anna@shop.example", nil, "203.0.113.7", "call +49 30 23125123", long, most,
      "DE89370400440532013000", "4111111111111111", "d41d8cd98f00b204e9800998ecf8427e", "",
      "01.05.2026", "SKU-100234",
    ])
    var faults = ValueFaults()
    TextGuard().apply(to: &values, clock: [], faults: &faults)
    #expect(
      Cells.strings(values)
        == [
          "red shoes", nil, nil, nil, nil, nil, most, nil, nil, nil, "", "01.05.2026", "SKU-100234",
        ])
    #expect(
      faults.entries.map(\.rule)
        == [
          .looksPersonal, .looksPersonal, .looksPersonal, .tooLong, .looksPersonal, .looksPersonal,
          .looksPersonal,
        ])
    #expect(faults.entries.map(\.position) == [1, 3, 4, 5, 7, 8, 9])
  }
}
