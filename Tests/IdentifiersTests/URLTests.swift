import Identifiers
import Support
import Testing

/// A URL and its parts as texts: form, scheme, userinfo, host, port, path, query, fragment.
struct URLCase: Sendable, CustomTestStringConvertible {
  var text: String
  var parts: [String]
  var testDescription: String { text }

  init(_ text: String, _ parts: String...) {
    self.text = text
    self.parts = parts
  }

  static let all = [
    URLCase(
      "https://shop.example/p/1?x=1#top", "absolute", "https", "", "shop.example", "", "/p/1",
      "x=1", "top"),
    URLCase(
      "https://u:p@shop.example:8443", "absolute", "https", "u:p", "shop.example", "8443", "", "",
      ""),
    URLCase("http://a@b@shop.example/", "absolute", "http", "a@b", "shop.example", "", "/", "", ""),
    URLCase(
      "http://[2001:db8::1]:80/x", "absolute", "http", "", "[2001:db8::1]", "80", "/x", "", ""),
    URLCase("http://shop.example?x", "absolute", "http", "", "shop.example", "", "", "x", ""),
    URLCase(
      "http://shop.example\\p@x", "absolute", "http", "", "shop.example", "", "\\p@x", "", ""),
    URLCase(
      "android-app://com.shop/x", "absolute", "android-app", "", "com.shop", "", "/x", "", ""),
    URLCase("//cdn.example/x", "schemeRelative", "", "", "cdn.example", "", "/x", "", ""),
    URLCase("/p?x=1&y=/#f?g", "origin", "", "", "", "", "/p", "x=1&y=/", "f?g"),
    URLCase("/", "origin", "", "", "", "", "/", "", ""),
    URLCase("*", "asterisk", "", "", "", "", "", "", ""),
    URLCase("/a#b", "origin", "", "", "", "", "/a", "", "b"),
    URLCase("shop.example:443", "authority", "", "", "shop.example", "443", "", "", ""),
    URLCase("https:///x", "absolute", "https", "", "", "", "/x", "", ""),
  ]
}

@Suite struct URLPartsTests {
  @Test(arguments: URLCase.all)
  func splits(_ example: URLCase) throws {
    let bytes = Array(("#?" + example.text + "/?#").utf8)
    let found = URLParts(bytes.span, from: 2, to: bytes.count - 3)
    let parts = try #require(found)
    let ranges = [
      parts.scheme, parts.userinfo, parts.host, parts.port, parts.path, parts.query, parts.fragment,
    ]
    let texts = ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
    #expect(["\(parts.form)"] + texts == example.parts)
  }

  @Test(arguments: [
    "", "-", "p/1", "index.html?x", "mailto:anna@shop.example", "data:text/plain,x", "tel:1",
    "javascript:alert(1)", "**", "shop.example", "shop.example:x", "a@shop.example:443", "?x=1",
    "a/b:1",
  ])
  func refusesWhatHasNoKnownForm(text: String) {
    let bytes = Array(text.utf8)
    let result = URLParts(bytes.span, from: 0, to: bytes.count) == nil
    #expect(result)
  }

  /// Every byte of a URL lies in at most one part, whatever it is made of.
  @Test(arguments: [3 as UInt64, 0x5EED])
  func partsNeverOverlap(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let alphabet = Array("a1:/@?#[]%.\\".utf8)
    for _ in 0..<5000 {
      let count = Int(generator.next() % 24)
      let bytes = Array("h://".utf8) + (0..<count).map { _ in alphabet[Int(generator.next() % 12)] }
      guard let parts = URLParts(bytes.span, from: 0, to: bytes.count) else { continue }
      let ranges = [
        parts.scheme, parts.userinfo, parts.host, parts.port, parts.path, parts.query,
        parts.fragment,
      ].filter { !$0.isEmpty }
      for (left, right) in zip(ranges, ranges.dropFirst()) {
        #expect(left.upperBound <= right.lowerBound, "seed \(seed)")
      }
    }
  }
}

@Suite struct URLSegmentTests {
  @Test(arguments: [
    "4711", "2026", "1", "12-34", "203.0.113.7", "deadbeef", "a1b2c3d4", "DEADBEEF01",
    "123e4567-e89b-12d3-a456-426614174000", "anna@shop.example", "anna%40shop.example",
    "dQw4w9WgXcQ", "eyJhbGciOiJIUzI1NiJ9", "order-100234", "K4711", "4711.html", "a1b2c3d4e5.jpg",
    "AbCdEfGhIjKlMnOpQrStUvWx", "DE89370400440532013000", "%31%32%33", "user_99999", "+4930",
    "t3kq2v7n5m4x6a2b3c4d5e6f7g", "{123e4567-e89b-12d3-a456-426614174000}", "anna@x.test",
  ])
  func takesForAnIdentifier(segment: String) {
    let bytes = Array(segment.utf8)
    let result = URLSegment.isIdentifier(bytes.span, from: 0, to: bytes.count)
    #expect(result)
  }

  @Test(arguments: [
    "", "p", "products", "iphone-15", "levis-501", "summer-sale-2026", "index.html", "damen-schuhe",
    "robots.txt", "v2", "api", "face", "decade", "accountSettings", "myAccountOrderHistoryPage",
    "datenschutzerklaerung", "jquery-3.6.0.min.js", "m%C3%BCtze", "wp-login.php", "c", "facade",
    "size-38-40", "style.css", "sitemap.xml.gz", "a-b-c", "%20", ":id",
  ])
  func takesForAName(segment: String) {
    let bytes = Array(segment.utf8)
    let result = !URLSegment.isIdentifier(bytes.span, from: 0, to: bytes.count)
    #expect(result)
  }
}

@Suite struct URLQueryTests {
  @Test(arguments: [
    ("a=1&utm_source=news&b=2", "utm_source", "news"), ("utm%5Fsource=x", "utm_source", "x"),
    ("a=%C3%A4+b%2Bc", "a", "ä b+c"), ("a", "a", ""), ("a=", "a", ""), ("a=1&a=2", "a", "1"),
    ("x=a=b", "x", "a=b"), ("&&a=1", "a", "1"), ("a=100%", "a", "100%"), ("a=%zz", "a", "%zz"),
  ])
  func findsAndDecodes(query: String, name: String, value: String) throws {
    let bytes = Array(query.utf8)
    let found = URLQuery.value(named: Array(name.utf8), in: bytes.span, from: 0, to: bytes.count)
    let range = try #require(found)
    var text: [UInt8] = []
    URLQuery.appendDecoded(bytes.span, from: range.lowerBound, to: range.upperBound, to: &text)
    #expect(String(decoding: text, as: UTF8.self) == value)
  }

  @Test(arguments: [("", "a"), ("ab=1", "a"), ("a=1", "ab"), ("x=a=1", "a"), ("A=1", "a")])
  func findsNoOtherName(query: String, name: String) {
    let bytes = Array(query.utf8)
    let result =
      URLQuery.value(named: Array(name.utf8), in: bytes.span, from: 0, to: bytes.count) == nil
    #expect(result)
  }

  @Test(arguments: [
    "gclid", "fbclid", "msclkid", "mc_eid", "dclid", "gbraid", "wbraid", "ttclid", "twclid",
    "li_fat_id", "yclid", "igshid", "_ga", "_gl", "email", "user_email", "mail", "uid", "user",
    "userid", "user_id", "userId", "token", "access_token", "session", "sessionid", "sid",
    "PHPSESSID", "customer_id", "kundennummer", "phone", "ip", "order_id", "emailHash",
    "sessid", "pass", "geburtsdatum",
  ])
  func namesAnIdentifier(name: String) {
    #expect(URLQuery.namesIdentifier(name))
  }

  @Test(arguments: [
    "utm_source", "utm_medium", "utm_campaign", "utm_content", "q", "page", "sort", "color", "size",
    "category", "lang", "ref", "filter", "view", "brand", "product",
  ])
  func namesNoIdentifier(name: String) {
    #expect(!URLQuery.namesIdentifier(name))
  }
}
