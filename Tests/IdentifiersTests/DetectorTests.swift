import Identifiers
import Support
import Testing

/// A text and what is found in it: kinds and the texts found.
struct DetectionCase: Sendable, CustomTestStringConvertible {
  var text: String
  var found: [String]
  var testDescription: String { text }

  init(_ text: String, _ found: String...) {
    self.text = text
    self.found = found
  }

  static let email = [
    DetectionCase("write to anna@shop.example.", "email anna@shop.example"),
    DetectionCase("?mail=anna%40x.example&a=1", "email anna%40x.example"),
    // Encoded twice: the escapes in front count to the local part.
    DetectionCase("?m%253Danna%2540x.example", "email m%253Danna%2540x.example"),
    DetectionCase(
      "anna.b+news@mail.shop.example, ben@x.test", "email anna.b+news@mail.shop.example",
      "email ben@x.test"),
    DetectionCase("\"anna b\"@shop.example", "email \"anna b\"@shop.example"),
    DetectionCase("müller@straße.example", "email müller@straße.example"),
    DetectionCase("<anna@shop.xn--p1ai>", "email anna@shop.xn--p1ai"),
    DetectionCase("anna@shop%2Eexample", "email anna@shop%2Eexample"),
    DetectionCase("01712345678@shop.example", "email 01712345678@shop.example"),
    DetectionCase("logo@2x.png"), DetectionCase("follow @shop on x"), DetectionCase("3 @ 4.50"),
    DetectionCase("package@1.2.3"), DetectionCase("anna@localhost"), DetectionCase("a@@b"),
    DetectionCase("100%40"), DetectionCase("@shop.example"),
  ]

  static let address = [
    DetectionCase("from 203.0.113.7.", "ip 203.0.113.7"),
    DetectionCase("203.0.113.7:8080 [2001:db8::1]:80", "ip 203.0.113.7", "ip 2001:db8::1"),
    DetectionCase("ip=203.0.113.7&x", "ip 203.0.113.7"),
    DetectionCase("ip:2001:db8::7", "ip 2001:db8::7"),
    DetectionCase("(2001:db8:1:2:3:4:5:6)", "ip 2001:db8:1:2:3:4:5:6"),
    DetectionCase("::ffff:203.0.113.7", "ip ::ffff:203.0.113.7"),
    DetectionCase("fe80::1%eth0 and 2001:db8::1.", "ip fe80::1", "ip 2001:db8::1"),
    DetectionCase("client203.0.113.7", "ip 203.0.113.7"),
    DetectionCase("version 1.2.3"), DetectionCase("v1.2.3.4"), DetectionCase("1.2.3.4.5"),
    DetectionCase("10.2.3.456"), DetectionCase("1.2.3.4b"), DetectionCase("01.05.20.26"),
    DetectionCase("at 10:17:03"), DetectionCase("std::vector<int>::begin"), DetectionCase("a::b"),
    DetectionCase("00:1a:2b:3c:4d:5e"), DetectionCase("4:3:2"), DetectionCase("Chrome/124.0.0"),
    DetectionCase("section 1.2.3.4444"), DetectionCase("0.1.2.3"), DetectionCase("12:30:00.000"),
  ]

  static let number = [
    DetectionCase("IBAN DE89370400440532013000.", "iban DE89370400440532013000"),
    DetectionCase("DE89 3704 0044 0532 0130 00 thanks", "iban DE89 3704 0044 0532 0130 00"),
    DetectionCase("gb82west12345698765432", "iban gb82west12345698765432"),
    DetectionCase("iban_DE89370400440532013000_2", "iban DE89370400440532013000"),
    DetectionCase("DE88370400440532013000"), DetectionCase("DE8937040044053201300"),
    DetectionCase("DE893704004405320130001"), DetectionCase("XX89370400440532013000"),
    DetectionCase("card 4111111111111111", "card 4111111111111111"),
    DetectionCase("4111 1111 1111 1111 12/27", "card 4111 1111 1111 1111"),
    DetectionCase("2 4111-1111-1111-1111,", "card 4111-1111-1111-1111"),
    DetectionCase("3782 822463 10005", "card 3782 822463 10005"),
    DetectionCase("4111111111111112"), DetectionCase("0000000000000000"),
    DetectionCase("1746087423000"), DetectionCase("41111111111111110000000"),
    DetectionCase("4006381333931"), DetectionCase("4111111111111111.25"),
    DetectionCase("x4111111111111111"),
    DetectionCase("d41d8cd98f00b204e9800998ecf8427e", "hex d41d8cd98f00b204e9800998ecf8427e"),
    DetectionCase(
      "sha1 DA39A3EE5E6B4B0D3255BFEF95601890AFD80709!",
      "hex DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"),
    DetectionCase("0xd41d8cd98f00b204e9800998ecf8427e", "hex 0xd41d8cd98f00b204e9800998ecf8427e"),
    DetectionCase("d41d8cd98f00b204e9800998ecf8427"),
    DetectionCase("d41d8cd98f00b204e9800998ecf8427eg"),
    DetectionCase("123e4567-e89b-12d3-a456-426614174000"),
    DetectionCase("12345678901234567890123456789012"),
  ]

  static let phone = [
    DetectionCase("call +49 30 23125 123 now", "phone +49 30 23125 123"),
    DetectionCase("+49 (0)30 23125-123", "phone +49 (0)30 23125-123"),
    DetectionCase("+493023125123", "phone +493023125123"),
    DetectionCase("tel:+12125550123", "phone +12125550123"),
    DetectionCase("p=%2B493023125123&", "phone %2B493023125123"),
    DetectionCase("0049 30 23125123", "phone 0049 30 23125123"),
    DetectionCase("00493023125123", "phone 00493023125123"),
    DetectionCase("(030) 23125123", "phone (030) 23125123"),
    DetectionCase("030/23125123.", "phone 030/23125123"),
    DetectionCase("030 - 23125 123", "phone 030 - 23125 123"),
    DetectionCase("0171 3920012", "phone 0171 3920012"),
    DetectionCase("01713920012", "phone 01713920012"),
    DetectionCase("07700 900 123", "phone 07700 900 123"),
    DetectionCase("07700900123", "phone 07700900123"),
    DetectionCase("01 99 00 12 34", "phone 01 99 00 12 34"),
    DetectionCase("01.02.03.04.05", "phone 01.02.03.04.05"),
    DetectionCase("555-123-4567", "phone 555-123-4567"),
    DetectionCase("(212) 555-0123", "phone (212) 555-0123"),
    DetectionCase("1-212-555-0123", "phone 1-212-555-0123"),
    DetectionCase("212.555.0123", "phone 212.555.0123"),
    DetectionCase("212-555-0123x4587", "phone 212-555-0123x4587"),
    DetectionCase("212-555-0123 ext. 12", "phone 212-555-0123 ext. 12"),
    DetectionCase("Tel.: 555 0123", "phone 555 0123"),
    DetectionCase("Telefon 23125-123", "phone 23125-123"),
    DetectionCase("my phone number is 467 3395", "phone 467 3395"),
  ]

  static let noPhone = [
    "2026-05-01", "01.05.2026", "01.05.2026 10:17", "01/05/2026 09:00:00",
    "2026-05-01T10:00:00+02:00",
    "2026-05-01 10:00:00 +0200", "20260501", "20260501101703", "10:17:03", "1746087423",
    "1746087423123",
    "49,90", "1.299,00 EUR", "1,299.00", "10 000 000", "0.123456789", "$1234567.89", "A-0301234567",
    "#0301234567", "order 100000123", "4006381333931", "0012345678", "00012345", "000000123456",
    "v1.22.333.4444", "1.2.3.4", "124.0.6367.207", "36 38 40 42 44", "36-38-40-42", "100x200x300",
    "0306406152", "978-3-16-148410-0", "123e4567-e89b-12d3-a456-426614174000", "12345-678-9012345",
    "iPhone 15 128 GB", "80331", "01067 Dresden", "2024/25", "5/1/26", "1-2-3", "1234-5678",
    "ABC0301234567", "0301234567_2", "12 345 678", "0,301234567", "50% 40% 30% 20% 10%",
    "010-20-30", "00:00:10.123456", "40.7127530, -74.0059730", "+5 to +10", "1+234567890",
  ]
}

private func detections(
  in text: String, kinds: DetectionKinds = .all, padding: String = ""
) -> [String] {
  let bytes = Array((padding + text + padding).utf8)
  let from = padding.utf8.count
  let end = bytes.count - from
  var found: [String] = []
  var offset = from
  while let hit = Detector.next(after: offset, in: bytes.span, from: from, to: end, kinds: kinds) {
    found.append("\(hit.kind) \(String(decoding: bytes[hit.start..<hit.end], as: UTF8.self))")
    offset = hit.end
  }
  return found
}

/// What the first look at a text took for possible before it looked at runs.
///
/// Counts only, byte by byte: the reference for the faster look, which may rule out more but must
/// hide nothing that is found.
private func plainlyPossible(_ bytes: [UInt8]) -> DetectionKinds {
  guard bytes.count >= 5 else { return [] }
  let digits = bytes.count { (48...57).contains($0) }
  var kinds: DetectionKinds = []
  if bytes.contains(UInt8(ascii: "@")) || bytes.contains(UInt8(ascii: "%")) { kinds.insert(.email) }
  if digits >= 4, bytes.contains(UInt8(ascii: ".")) { kinds.insert(.ip) }
  if digits >= 1, bytes.contains(UInt8(ascii: ":")) { kinds.insert(.ip) }
  if digits >= 6 { kinds.formUnion([.phone, .iban]) }
  if digits >= 12 { kinds.insert(.card) }
  if bytes.count >= 32 { kinds.insert(.hex) }
  return kinds
}

@Suite struct DetectorFirstLookTests {
  @Test(arguments: [31 as UInt64, 32, 33, 34])
  func hidesNothing(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let pieces = [
      "tel ", "+49 30 ", "030/", "12345", "678", "1", "0", "-", " ", ".", ":", "/", "(", ")", "a",
      "DE44 5001 0517 5407 3249 31", "DE", "GB", "4111 1111 1111 1111", "411111", "5500-0000",
      "2001:db8::", "192.0.2.", "10.", "7", "@", "%40", "%2B", "%20", "shop.example", "beef",
      "d41d8cd98f00b204e9800998ecf8427e", "0x", "v", "\u{A0}", "\u{2011}", "é", "x", "_", ",", ";",
    ]
    for _ in 0..<20_000 {
      let count = Int.random(in: 1...9, using: &generator)
      let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      let bytes = Array(text.utf8)
      #expect(
        Detector.first(in: bytes.span, from: 0, to: bytes.count, kinds: .all)
          == Detector.scan(
            bytes.span, origin: 0, from: 0, to: bytes.count, kinds: plainlyPossible(bytes)),
        "seed \(seed): \(text)")
    }
  }
}

@Suite struct DetectorTests {
  @Test(
    arguments: DetectionCase.email + DetectionCase.address + DetectionCase.number
      + DetectionCase.phone)
  func findsExactly(_ example: DetectionCase) {
    #expect(detections(in: example.text) == example.found)
  }

  /// What stands outside the text's range changes nothing: cells lie side by side in one array.
  @Test(
    arguments: DetectionCase.email + DetectionCase.address + DetectionCase.number
      + DetectionCase.phone, ["7", "a", ".1", "Tel 4", "@", ":f", "%", "+"])
  func looksOnlyAtItsRange(_ example: DetectionCase, padding: String) {
    #expect(detections(in: example.text, padding: padding) == example.found)
  }

  @Test(arguments: DetectionCase.noPhone)
  func takesNoOtherNumberForATelephones(text: String) {
    #expect(detections(in: text, kinds: .phone) == [])
    #expect(detections(in: "see \(text) there", kinds: .phone) == [])
  }

  @Test func findsOnlyTheKindsAskedFor() {
    let text = "anna@shop.example 203.0.113.7"
    #expect(detections(in: text, kinds: .ip) == ["ip 203.0.113.7"])
    #expect(detections(in: text, kinds: [.phone, .iban]) == [])
  }

  /// Texts made to be slow for a backtracking reader end in bounded work at every offset.
  @Test(arguments: [
    "@", "a@", "%40", "1.", "0 ", "+1", "((", "a:", "::", "DE8", "4-", "\"@", "a%40a.",
  ])
  func survivesRepetition(piece: String) {
    let text = String(repeating: piece, count: 20_000)
    let bytes = Array(text.utf8)
    var offset = 0
    var count = 0
    while let hit = Detector.next(
      after: offset, in: bytes.span, from: 0, to: bytes.count, kinds: .all)
    {
      #expect(hit.end > offset)
      offset = hit.end
      count += 1
      if count > 50 { break }
    }
    #expect(count <= 51)
  }

  /// Detections of random text lie inside it, in order, and never trap.
  @Test(arguments: [1 as UInt64, 7, 0x5EED])
  func staysInsideRandomText(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let alphabet = Array("0123456789+-. ()/:@%40aDEf:x\"_,\u{E9}".utf8)
    for _ in 0..<3000 {
      let count = Int(generator.next() % 60)
      let bytes = (0..<count).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] }
      var offset = 0
      while let hit = Detector.next(
        after: offset, in: bytes.span, from: 0, to: count, kinds: .all)
      {
        #expect(hit.start >= 0 && hit.end <= count && hit.end > hit.start, "seed \(seed)")
        guard hit.end > offset else { break }
        offset = hit.end
      }
    }
  }

  /// The first pass rules out no kind that the scan would have found.
  @Test(
    arguments: DetectionCase.email + DetectionCase.address + DetectionCase.number
      + DetectionCase.phone)
  func firstPassAgreesWithScan(_ example: DetectionCase) {
    let padded = detections(in: example.text + String(repeating: "; 1.@:%", count: 9) + "  ")
    #expect(padded == example.found)
  }
}
