import Glibc
import Identifiers
import Support
import Testing

/// A text and the address it is read as, in canonical form, or `nil` where it is none.
struct AddressCase: Sendable, CustomTestStringConvertible {
  var text: String
  var canonical: String?
  var testDescription: String { text.isEmpty ? "empty" : text }

  init(_ text: String, _ canonical: String?) {
    self.text = text
    self.canonical = canonical
  }

  static let all = [
    AddressCase("192.0.2.1", "192.0.2.1"), AddressCase(" 192.0.2.1\t", "192.0.2.1"),
    AddressCase("255.255.255.255", "255.255.255.255"), AddressCase("0.0.0.0", "0.0.0.0"),
    AddressCase("192.0.2.1:443", "192.0.2.1"), AddressCase("192.0.2.1:65536", nil),
    AddressCase("192.0.2.1:", nil), AddressCase("192.0.2.01", nil), AddressCase("192.0.2.256", nil),
    AddressCase("192.0.2", nil), AddressCase("192.0.2.1.5", nil), AddressCase("192.0..1", nil),
    AddressCase("192.0.2.1x", nil), AddressCase("", nil), AddressCase("-", nil),
    AddressCase("192.0.2.7, 198.51.100.1", "192.0.2.7"), AddressCase("unknown, 192.0.2.7", nil),
    AddressCase("2001:db8::1", "2001:db8::1"), AddressCase("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
    AddressCase("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
    AddressCase("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    AddressCase("2001:db8:1:1:1:1:1::", "2001:db8:1:1:1:1:1:0"),
    AddressCase("::", "::"), AddressCase("::1", "::1"), AddressCase("2001:db8::", "2001:db8::"),
    AddressCase("[2001:db8::1]", "2001:db8::1"), AddressCase("[2001:db8::1]:80", "2001:db8::1"),
    AddressCase("[192.0.2.1]:80", nil), AddressCase("[2001:db8::1", nil),
    AddressCase("[2001:db8::1]80", nil), AddressCase("fe80::1%eth0", "fe80::1"),
    AddressCase("[fe80::1%25eth0]:80", "fe80::1"), AddressCase("fe80::1%", nil),
    AddressCase("::ffff:192.0.2.1", "192.0.2.1"), AddressCase("::ffff:c000:201", "192.0.2.1"),
    AddressCase("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
    AddressCase("::192.0.2.1", "::c000:201"), AddressCase("2001:db8:192.0.2.1::", nil),
    AddressCase("2001:db8::1::2", nil), AddressCase("2001:db8:::1", nil),
    AddressCase("1:2:3:4:5:6:7", nil), AddressCase("1:2:3:4:5:6:7:8:9", nil),
    AddressCase("1:2:3:4:5:6:7::8", nil), AddressCase("2001:db8::12345", nil),
    AddressCase(":2001:db8::1", nil), AddressCase("2001:db8::1:", nil),
    AddressCase("1:2:3:4:5:6:7:192.0.2.1", nil), AddressCase("10:17:03", nil),
    AddressCase("unix:", nil), AddressCase("_hidden", nil), AddressCase("shop.example", nil),
  ]
}

@Suite struct IPAddressTests {
  @Test(arguments: AddressCase.all)
  func readsAddress(_ example: AddressCase) {
    let bytes = Array(example.text.utf8)
    let address = IPAddress.parse(bytes.span, from: 0, to: bytes.count)
    let text = address.map { address in
      var text: [UInt8] = []
      address.append(to: &text)
      return String(decoding: text, as: UTF8.self)
    }
    #expect(text == example.canonical)
  }

  /// Against the C library's reader (RFC 4291 section 2.2, POSIX `inet_pton`).
  @Test func readsVersion6AsTheSystemDoes() {
    var random = SplitMix(seed: 6)
    var accepted = 0
    for _ in 0..<40_000 {
      var text = IPAddressTests.anyAddress(&random)
      // Some are spoilt in one place.
      if !text.isEmpty, Bool.random(using: &random) {
        text[Int.random(in: 0..<text.count, using: &random)] =
          IPAddressTests.signs.randomElement(using: &random) ?? 0
      }
      // Bytes that belong to no address stand around it.
      let bytes = [0x31] + text + [0x3A, 0x31]
      let address = IPAddress.v6(bytes.span, from: 1, to: 1 + text.count)
      let expected = IPAddressTests.systemAddress(text)
      #expect(address?.bytes == expected, "\(String(decoding: text, as: UTF8.self))")
      if expected != nil { accepted += 1 }
    }
    #expect(accepted > 10_000 && accepted < 35_000)
  }

  private static let signs = Array("0123456789abcdefABCDEF:.g%".utf8)

  private static func anyAddress(_ random: inout SplitMix) -> [UInt8] {
    var groups = (0..<Int.random(in: 1...9, using: &random)).map { _ in
      String(
        UInt16.random(in: 0...0xFFFF, using: &random) >> Int.random(in: 0...15, using: &random),
        radix: 16, uppercase: Bool.random(using: &random))
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      groups.append(
        (0..<4).map { _ in String(UInt8.random(in: 0...255, using: &random)) }
          .joined(separator: "."))
    }
    if Int.random(in: 0..<3, using: &random) > 0 {
      groups.insert("", at: Int.random(in: 0...groups.count, using: &random))
      if groups.first == "" { groups.insert("", at: 0) }
      if groups.last == "" { groups.append("") }
    }
    return Array(groups.joined(separator: ":").utf8.prefix(45))
  }

  private static func systemAddress(_ text: [UInt8]) -> [UInt8]? {
    var address = in6_addr()
    guard unsafe inet_pton(AF_INET6, String(decoding: text, as: UTF8.self), &address) == 1 else {
      return nil
    }
    let bytes = unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
    // A mapped address is one of version 4.
    let isMapped = bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
    return isMapped ? Array(bytes.suffix(4)) : bytes
  }

  @Test func readsOnlyItsRange() {
    let bytes = Array("9192.0.2.19".utf8)
    let result = IPAddress.parse(bytes.span, from: 1, to: 10) == .v4(0xC000_0201)
    #expect(result)
  }

  @Test(arguments: [
    ("203.0.113.77", 24, 48, "203.0.113.0/24"), ("203.0.113.77", 8, 48, "203.0.0.0/8"),
    ("203.0.113.77", 0, 48, "0.0.0.0/0"), ("203.0.113.77", 32, 48, "203.0.113.77/32"),
    ("203.0.113.77", 20, 48, "203.0.112.0/20"),
    ("2001:db8:1234:5678::1", 24, 48, "2001:db8:1234::/48"),
    ("2001:db8:1234:5678::1", 24, 32, "2001:db8::/32"),
    ("2001:db8:1234:5678:9:a:b:c", 24, 0, "::/0"),
    ("::ffff:203.0.113.77", 24, 48, "203.0.113.0/24"),
  ])
  func networkKeepsOnlyItsBits(text: String, v4: Int, v6: Int, network: String) throws {
    let bytes = Array(text.utf8)
    let found = IPAddress.parse(bytes.span, from: 0, to: bytes.count)
    let address = try #require(found)
    var written: [UInt8] = []
    address.appendNetwork(v4Bits: v4, v6Bits: v6, to: &written)
    #expect(String(decoding: written, as: UTF8.self) == network)
  }

  @Test func hasItsBytesInNetworkOrder() {
    #expect(IPAddress.v4(0xC000_0201).bytes == [192, 0, 2, 1])
    let address = IPAddress.v6(0x2001_0DB8_0000_0000_0000_0000_0000_0001)
    #expect(address.bytes == [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1])
    #expect(address.byteCount == 16)
  }

  /// Whatever is written in canonical form is read back as the same address.
  @Test(arguments: [1 as UInt64, 0x5EED])
  func readsWhatItWrites(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    for _ in 0..<2000 {
      var value: UInt128 = 0
      for _ in 0..<8 {
        let group = generator.next() % 3 == 0 ? UInt128(generator.next() & 0xFFFF) : 0
        value = value << 16 | group
      }
      var address = IPAddress.v6(value)
      if value >> 32 == 0xFFFF { address = .v4(UInt32(truncatingIfNeeded: value)) }
      var text: [UInt8] = []
      address.append(to: &text)
      let result = IPAddress.parse(text.span, from: 0, to: text.count) == address
      #expect(result, "seed \(seed)")
    }
  }

  /// Addresses of published vectors are read, and what they call invalid is refused.
  @Test(.enabled(if: SharedData.isPresent, "needs the shared data"))
  func agreesWithPublishedVectors() throws {
    var read = 0
    for (file, column) in [("cryptopan_reference.tsv", 0), ("snowplow_anonip.tsv", 1)] {
      let text = String(decoding: try SharedData.bytes("ip_vectors/\(file)"), as: UTF8.self)
      for line in text.split(separator: "\n") where !line.hasPrefix("#") {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count > column else { continue }
        let bytes = Array(fields[column].utf8)
        let address = IPAddress.parse(bytes.span, from: 0, to: bytes.count)
        let isInvalid =
          fields[0].hasPrefix("invalid") || fields[0].hasPrefix("null")
          || fields[0].hasPrefix("empty")
          || fields[column].contains("z")
        #expect((address == nil) == isInvalid, "line \(read) of \(file)")
        read += 1
      }
    }
    #expect(read > 50)
  }
}
