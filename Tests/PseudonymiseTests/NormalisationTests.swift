import Foundation
import Pseudonymise
import Records
import Support
import Testing

/// A value, its declared type and what normalising makes of it.
struct NormalisationCase: Sendable, CustomTestStringConvertible {
  var type: FieldType
  var value: [UInt8]
  var expected: Normalised
  var testDescription: String {
    "\(type) \(String(decoding: value, as: UTF8.self).debugDescription)"
  }

  init(_ type: FieldType, _ value: String, _ expected: Normalised) {
    self.init(type, Array(value.utf8), expected)
  }

  init(_ type: FieldType, _ value: [UInt8], _ expected: Normalised) {
    self.type = type
    self.value = value
    self.expected = expected
  }

  /// The normalised value, where it is neither null nor refused.
  var expectedBytes: [UInt8]? {
    if case .bytes(let bytes) = expected { bytes } else { nil }
  }

  static let emails = [
    NormalisationCase(.email, "anna@shop.example", .text("anna@shop.example")),
    NormalisationCase(.email, "  Anna@Shop.EXAMPLE \t", .text("anna@shop.example")),
    NormalisationCase(.email, "a.n.n.a+x@shop.example", .text("a.n.n.a+x@shop.example")),
    NormalisationCase(.email, "J\u{FC}RGEN@B\u{DC}CHER.example", .text("jürgen@bücher.example")),
    NormalisationCase(
      .email, "JU\u{308}RGEN@bu\u{308}cher.example", .text("jürgen@bücher.example")),
    NormalisationCase(.email, " \u{4EBA}@shop.example ", .text("\u{4EBA}@shop.example")),
    NormalisationCase(.email, "anna", .fault(.identifier)),
    NormalisationCase(.email, "a@b@shop.example", .fault(.identifier)),
    NormalisationCase(.email, "ü@b@shop.example", .fault(.identifier)),
    NormalisationCase(.email, "@shop.example", .fault(.identifier)),
    NormalisationCase(.email, "anna@", .fault(.identifier)),
    NormalisationCase(.email, "@", .fault(.identifier)),
    NormalisationCase(.email, [0x61, 0x40, 0xFF], .fault(.encoding)),
    NormalisationCase(.email, "   ", .null),
    NormalisationCase(.email, " - ", .null),
  ]

  static let addresses = [
    NormalisationCase(.ip, "192.0.2.1", .bytes([192, 0, 2, 1])),
    NormalisationCase(.ip, "::ffff:192.0.2.1", .bytes([192, 0, 2, 1])),
    NormalisationCase(.ip, "::FFFF:C000:0201", .bytes([192, 0, 2, 1])),
    NormalisationCase(.ip, "192.0.2.1:443", .bytes([192, 0, 2, 1])),
    NormalisationCase(.ip, "[::ffff:192.0.2.1]:443", .bytes([192, 0, 2, 1])),
    NormalisationCase(
      .ip, "2001:DB8::1", .bytes([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
    NormalisationCase(
      .ip, "[2001:db8:0:0::1]:80",
      .bytes([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
    NormalisationCase(
      .ip, "fe80::1%eth0", .bytes([0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
    NormalisationCase(.ip, "Dial-17.Provider.EXAMPLE", .text("dial-17.provider.example")),
    NormalisationCase(.ip, "h\u{D6}st.example", .text("höst.example")),
    NormalisationCase(.ip, "localhost", .text("localhost")),
    NormalisationCase(.ip, "host.example.", .text("host.example.")),
    NormalisationCase(.ip, "192.0.2.256", .fault(.identifier)),
    NormalisationCase(.ip, "192.0.2", .fault(.identifier)),
    NormalisationCase(.ip, "192.0.2.", .fault(.identifier)),
    NormalisationCase(.ip, "a..example", .fault(.identifier)),
    NormalisationCase(.ip, ".example", .fault(.identifier)),
    NormalisationCase(.ip, "two hosts", .fault(.identifier)),
    NormalisationCase(.ip, "2001:db8::1::2", .fault(.identifier)),
    NormalisationCase(.ip, [0x68, 0xC3], .fault(.encoding)),
    NormalisationCase(.ip, "-", .null),
  ]

  static let numbers = [
    NormalisationCase(.phone, "+49 (30) 23125-001", .text("+493023125001")),
    NormalisationCase(.phone, "0049 30/23125.001", .text("+493023125001")),
    NormalisationCase(.phone, "+1234567", .text("+1234567")),
    NormalisationCase(.phone, "+123456789012345", .text("+123456789012345")),
    NormalisationCase(.phone, "+123456", .fault(.identifier)),
    NormalisationCase(.phone, "+1234567890123456", .fault(.identifier)),
    NormalisationCase(.phone, "030 23125001", .fault(.identifier)),
    NormalisationCase(.phone, "+49 30 CALL", .fault(.identifier)),
    NormalisationCase(.phone, "+49 ü 2312500", .fault(.identifier)),
    NormalisationCase(.phone, "00", .fault(.identifier)),
    NormalisationCase(.phone, "+", .fault(.identifier)),
    NormalisationCase(.phone, [0x2B, 0x80], .fault(.encoding)),
    NormalisationCase(.iban, "DE89 3704 0044 0532 0130 00", .text("DE89370400440532013000")),
    NormalisationCase(.iban, "gb82west12345698765432", .text("GB82WEST12345698765432")),
    NormalisationCase(.iban, "DE88370400440532013000", .fault(.identifier)),
    NormalisationCase(.iban, "DE89", .fault(.identifier)),
    NormalisationCase(.card, "4111 1111 1111 1111", .text("4111111111111111")),
    NormalisationCase(.card, "4111-1111-1111-1111", .text("4111111111111111")),
    NormalisationCase(.card, "4111111111111112", .fault(.identifier)),
    NormalisationCase(.card, "411111111111111x", .fault(.identifier)),
    NormalisationCase(.int, "4711", .text("4711")),
    NormalisationCase(.int, "-4711", .text("-4711")),
    NormalisationCase(.int, "004711", .text("004711")),
    NormalisationCase(.int, "4711.0", .fault(.identifier)),
    NormalisationCase(.int, "+", .fault(.identifier)),
  ]

  static let texts = [
    NormalisationCase(.name, "  Anna  ", .text("  Anna  ")),
    NormalisationCase(.name, "J\u{FC}rgen", .text("J\u{FC}rgen")),
    NormalisationCase(.name, "Ju\u{308}rgen", .text("J\u{FC}rgen")),
    NormalisationCase(.street, "\u{212B}rhus", .text("\u{C5}rhus")),
    NormalisationCase(.name, "\u{1100}\u{1161}", .text("\u{AC00}")),
    NormalisationCase(.name, "a\u{307}\u{323}", .text("\u{1EA1}\u{307}")),
    NormalisationCase(.name, "e\u{F75}\u{306}", .text("\u{115}\u{F71}\u{F74}")),
    NormalisationCase(.account, "A-1\u{1F600}", .text("A-1\u{1F600}")),
    NormalisationCase(.order, "#1001", .text("#1001")),
    NormalisationCase(.cookie, "GA1.2.AbC", .text("GA1.2.AbC")),
    NormalisationCase(.name, "--", .text("--")),
    NormalisationCase(.name, [0xC3, 0x28], .fault(.encoding)),
    NormalisationCase(.name, [0xED, 0xA0, 0x80], .fault(.encoding)),
    NormalisationCase(.name, [0xC0, 0x80], .fault(.encoding)),
    NormalisationCase(.name, [0xF5, 0x80, 0x80, 0x80], .fault(.encoding)),
  ]

  static let all = emails + addresses + numbers + texts
}

@Suite struct NormalisationTests {
  @Test(arguments: NormalisationCase.all)
  func valueGetsItsOneSpelling(_ example: NormalisationCase) {
    let result = normalised(example.value, as: example.type)
    #expect(result == example.expected)
  }

  /// Normalising what is normalised changes nothing; addresses become bytes and are left out.
  @Test(arguments: NormalisationCase.all.filter { $0.type != .ip && $0.expectedBytes != nil })
  func normalisingTwiceChangesNothing(_ example: NormalisationCase) throws {
    let bytes = try #require(example.expectedBytes)
    #expect(normalised(bytes, as: example.type) == .bytes(bytes))
  }

  @Test(arguments: FieldType.allCases)
  func emptyAndDashAreNull(_ type: FieldType) {
    #expect(normalised("", as: type) == .null)
    #expect(normalised("-", as: type) == .null)
  }

  @Test func longestValueIsTakenAndOneByteMoreIsNot() {
    let longest = [UInt8](repeating: UInt8(ascii: "x"), count: 65_535)
    #expect(normalised(longest, as: .cookie) == .bytes(longest))
    #expect(normalised(longest + [UInt8(ascii: "x")], as: .cookie) == .fault(.limit))
  }

  /// Composed and decomposed spellings of random text meet in one.
  @Test(arguments: [0x5EED as UInt64, 3])
  func spellingsMeet(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let scalars = Array("abcÄéñøßŁǻΆйệ한ガ".unicodeScalars) + ["\u{301}", "\u{323}", "\u{308}"]
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        text.unicodeScalars.append(scalars[Int.random(in: 0..<scalars.count, using: &generator)])
      }
      let composed = normalised(text.precomposedStringWithCanonicalMapping, as: .name)
      #expect(normalised(text, as: .name) == composed, "seed \(seed)")
      #expect(
        normalised(text.decomposedStringWithCanonicalMapping, as: .name) == composed,
        "seed \(seed)")
    }
  }

  /// The bytes before the value are not touched, whatever becomes of it.
  @Test(arguments: NormalisationCase.all)
  func whatStandsBeforeStays(_ example: NormalisationCase) {
    var bytes: [UInt8] = Array("before@".utf8)
    _ = Normalisation(of: example.type).append(example.value.span, to: &bytes)
    #expect(bytes.starts(with: Array("before@".utf8)))
  }
}
