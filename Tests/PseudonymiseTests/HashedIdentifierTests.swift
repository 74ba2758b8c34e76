import Bytes
import Pseudonymise
import Records
import Support
import Testing

/// An identifier that is given by hand has the token that a run makes of it.
@Suite struct HashedIdentifierTests {
  /// The token that a run makes of one row of raw values.
  private func token(_ worker: inout Pseudonymiser, _ values: [String?]) throws -> UInt128 {
    let parts = values.map { value in
      var texts = TextCells()
      texts.append(value)
      return Column(type: ColumnType(source: .text, form: .text), values: .text(texts))
    }
    var faults = ValueFaults()
    let column = try worker.column(of: parts, epochs: [0], faults: &faults)
    guard case .identity(let cells) = column.values else { return 0 }
    return try worker.tokens(of: cells)[0]
  }

  private let ring = KeyRing(
    replayOf: "shop-1", name: "orders", rotation: .quarter, days: 20_500...20_500)

  @Test(arguments: [
    (FieldType.email, " Anna@Shop.example"), (.email, "j\u{f6}rg@shop.example"),
    (.phone, "0049 30 23125-001"), (.ip, "::ffff:192.0.2.7"), (.ip, "2001:db8::1"),
    (.iban, "DE89 3704 0044 0532 0130 00"), (.account, "K-17"), (.cookie, "GA1.2.x"),
    (.int, "42"), (.name, "cafe\u{301}"),
  ])
  func singleValuesHaveTheTokenOfARun(_ type: FieldType, _ value: String) throws {
    var worker = Pseudonymiser(ring: ring, type: type, fingerprints: .random())
    let expected = try token(&worker, [value])
    #expect(expected != 0)
    #expect(try HashedIdentifier(value, of: type)?.token(under: ring.key(0)) == expected)
  }

  /// A run reads an integer as a number before it hashes it.
  @Test(arguments: [
    ("007", Int64(7)), ("+7", 7), ("7", 7), ("-07", -7), ("0", 0), ("-0", 0), ("000", 0),
  ])
  func integersHaveTheTokenOfTheirNumber(_ text: String, _ number: Int64) throws {
    var worker = Pseudonymiser(ring: ring, type: .int, fingerprints: .random())
    var faults = ValueFaults()
    let column = try worker.column(
      of: [Column(type: ColumnType(source: .int, form: .integer), values: .number([number]))],
      epochs: [0], faults: &faults)
    guard case .identity(let cells) = column.values else {
      Issue.record("a pseudonym is an identity")
      return
    }
    #expect(
      try HashedIdentifier(text, of: .int)?.token(under: ring.key(0))
        == worker.tokens(of: cells)[0])
  }

  @Test(arguments: [["192.0.2.7", "Mozilla/5.0"], ["192.0.2.7", nil], [nil, "Mozilla/5.0"]])
  func tuplesHaveTheTokenOfARun(_ values: [String?]) throws {
    let types = [FieldType.ip, .userAgent]
    var worker = Pseudonymiser(ring: ring, all: types, fingerprints: .random())
    let expected = try token(&worker, values)
    let parts = zip(types, values).map { (type: $0, value: $1) }
    #expect(expected != 0)
    #expect(try HashedIdentifier(all: parts)?.token(under: ring.key(0)) == expected)
  }

  @Test func whatCannotBeNormalisedIsNone() {
    #expect(HashedIdentifier("no address", of: .email) == nil)
    #expect(HashedIdentifier("-", of: .account) == nil)
    #expect(HashedIdentifier(all: [(.ip, nil), (.userAgent, "")]) == nil)
    #expect(HashedIdentifier(all: [(.ip, "192.0.2"), (.userAgent, "x")]) == nil)
  }

  @Test(arguments: [0x70CE as UInt64, 2])
  func tokensAreReadBackFromTheirTextAndFromNothingElse(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    for round in 0..<500 {
      let token =
        round == 0
        ? 0 : round == 1 ? .max : UInt128(generator.next()) << 64 | UInt128(generator.next())
      var text = Array("x,".utf8)
      appendTokenText(token, replay: false, to: &text)
      #expect(Records.token(in: text.span, at: 2) == token)
      #expect(Records.token(in: text.span, at: 1) == nil)
      #expect(Records.token(in: text.span, at: 3) == nil)
      for place in [2, 9, text.count - 1] {
        var other = text
        other[place] = UInt8(ascii: "1")
        #expect(Records.token(in: other.span, at: 2) == nil)
      }
      // The last digit holds three bits: a text with others set is no token's.
      var last = text
      last[text.count - 1] = UInt8(ascii: "b")
      #expect(Records.token(in: last.span, at: 2) == nil)
    }
  }
}
