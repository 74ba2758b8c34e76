import Foundation
import Minimise
import Records
import Support
import Testing

@Suite struct URLTreatmentTests {
  private func url(
    _ text: String, keep: String..., more: [(String, SettingValue)] = []
  ) throws -> String? {
    try Cells.treat(
      text, as: .url, with: "url",
      Cells.mapping([("keep", .list(keep.map { .text($0) }))] + more))
  }

  @Test(arguments: [
    ("/p/4711?mail=anna%40x.example", "/p/:id"), ("/", "/"), ("/p/", "/p/"), ("//p", "/"),
    ("/a/deadbeef/b", "/a/:id/b"), ("/o/1a2b3c4", "/o/:id"), ("/o/c0ffee", "/o/:id"),
    ("/facade/b2b/a320f", "/facade/b2b/a320f"), ("/c-0ffee/ab-12cd", "/c-0ffee/ab-12cd"),
    ("/iphone-15/summer-sale-2026", "/iphone-15/summer-sale-2026"),
    ("/u/anna@shop.example", "/u/:id"), ("/u/anna%40shop.example/x", "/u/:id/x"),
    ("/x;jsessionid=1A530637289A03B07199A44E8D531427", "/x"), ("/x%3Bjsessionid=1A53/y", "/x/y"),
    ("/p%2F4711", "/p/:id"), ("/a\\4711", "/a/:id"), ("*", "*"), ("/p#4711", "/p"),
    ("https://shop.example", "/"), ("https://u:p@shop.example/c?x", "/c"),
    ("/order-100234/k", "/:id/k"), ("/m%C3%BCtze", "/m%C3%BCtze"),
  ])
  func keepsThePath(text: String, expected: String) throws {
    #expect(try url(text, keep: "path") == expected)
  }

  @Test(arguments: [
    ("https://u:p@WWW.Shop.example:8443/p/4711?x#y", "www.shop.example/p/:id"),
    ("//cdn.shop.example/a", "cdn.shop.example/a"), ("/p", "/p"),
    ("http://203.0.113.7/p", ":ip/p"), ("http://[2001:db8::1]/", ":ip/"),
    ("http://3405803783/", ":ip/"), ("http://0xCB.0.0x71.7/", ":ip/"),
    ("http://a@b@shop.example./p", "shop.example/p"), ("shop.example:443", "shop.example"),
  ])
  func keepsHostAndPath(text: String, expected: String) throws {
    #expect(try url(text, keep: "host", "path") == expected)
  }

  @Test func whatIsNoURLIsNullAndCounted() throws {
    let result = try Cells.treat(
      Cells.texts(["mailto:anna@shop.example", "p/1", "-", "", "http://sh op.example/", "tel:1"]),
      as: .url, with: "url", Cells.mapping([("keep", Cells.words("host", "path"))]))
    #expect(Cells.strings(result.values) == [nil, nil, nil, nil, nil, nil])
    #expect(result.faults.map(\.position) == [0, 1, 4, 5])
  }

  @Test func identifiersStayForAReasonOnly() throws {
    let reason: (String, SettingValue) = ("because", .text("article pages"))
    #expect(
      try url("/p/4711", keep: "path", more: [("ids", .text("keep")), reason]) == "/p/4711")
    #expect(
      throws: PlanFault(
        "'ids: keep' needs a reason", fix: "write  because: \"why identifiers may stay\"",
        setting: ["ids"])
    ) { try url("/p", keep: "path", more: [("ids", .text("keep"))]) }
  }

  @Test(arguments: [
    ("/p/4711", "/p/:id"), ("/p/red-shoe", "/p/:id"), ("/p/1/2", "/other"), ("/c/a/b", "/c/*"),
    ("/c", "/other"), ("/", "/"), ("/p/4711/", "/p/:id"), ("/cart", "/cart"), ("/P/1", "/other"),
    ("/cart;x=1", "/cart"), ("/p/anna@x.test", "/p/:id"),
  ])
  func pathsCloseTheVocabulary(text: String, expected: String) throws {
    let paths: (String, SettingValue) = ("paths", Cells.words("/p/:id", "/c/*", "/", "/cart"))
    #expect(try url(text, keep: "path", more: [paths]) == expected)
  }

  @Test func onlyAListOfPathsIsClosed() throws {
    let kind = try Cells.kind("url")
    let input = ColumnType(source: .url, form: .text)
    func state(_ keep: SettingValue, hasPaths: Bool) throws -> ColumnType.State {
      let paths: [(String, SettingValue)] = hasPaths ? [("paths", Cells.words("/a"))] : []
      return try kind.output(of: input, with: Cells.mapping([("keep", keep)] + paths)).state
    }
    #expect(try state(Cells.words("path"), hasPaths: true) == .closed)
    #expect(try state(Cells.words("host", "path"), hasPaths: true) == .treated)
    #expect(try state(Cells.words("path"), hasPaths: false) == .treated)
  }

  @Test func wrongPathsAreRefused() {
    for path in ["p/1", "/p?x", "/*/x"] {
      #expect(throws: PlanFault.self, "\(path)") {
        try url("/", keep: "path", more: [("paths", Cells.words(path))])
      }
    }
    #expect(throws: PlanFault("'paths' needs  keep: [path]", setting: ["paths"])) {
      try url("/", keep: "host", more: [("paths", Cells.words("/p"))])
    }
  }
}

@Suite struct QueryTreatmentTests {
  @Test(
    arguments: [
      ("/p?utm_source=spring+sale&x=1", "spring sale"), ("/p?utm_source=a%26b", "a&b"),
      ("https://shop.example?x&utm_source=n#utm_source=no", "n"), ("/p?utm_source=", ""),
      ("/p?UTM_SOURCE=x", nil), ("/p", nil), ("-", nil), ("/p?utm_source=%FF", nil),
      ("/p?utm_source=a%00b", nil), ("mailto:x?utm_source=n", nil),
    ] as [(String, String?)])
  func keepsOneParameter(text: String, expected: String?) throws {
    #expect(try Cells.treat(text, as: .url, with: "query", .text("utm_source")) == expected)
  }

  @Test func namesOfIdentifiersAreRefused() {
    for name in ["gclid", "email", "session_id", "uid"] {
      #expect(
        throws: PlanFault(
          "'\(name)' names an identifier of a person or click",
          fix: "delete the line; what is not declared is dropped")
      ) { try Cells.treat("/", as: .url, with: "query", .text(name)) }
    }
  }
}

@Suite struct HostTreatmentTests {
  @Test(
    arguments: [
      ("https://www.shop.co.uk/", "shop.co.uk"), ("https://a.b.shop.example/", "shop.example"),
      ("https://shop.de", "shop.de"), ("https://co.uk/", nil), ("http://localhost/", nil),
      ("http://203.0.113.7:80/", ":ip"), ("/p", nil), ("https://WWW.Shop.DE./", "shop.de"),
      ("https://me.github.io/", "me.github.io"), ("https://x.bücher.example/", "bücher.example"),
      ("https://x.xn--bcher-kva.example/", "xn--bcher-kva.example"),
    ] as [(String, String?)])
  func keepsTheRegistrableDomain(text: String, expected: String?) throws {
    #expect(try Cells.treat(text, as: .url, with: "host", .text("registrable")) == expected)
  }

  @Test(
    arguments: [
      ("https://a.b.shop.example/", "a.b.shop.example"), ("http://[2001:db8::1]/", ":ip"),
      ("http://a..b/", nil), ("http://a b/", nil), ("http:///", nil), ("http://%61.example/", nil),
    ] as [(String, String?)])
  func keepsTheFullHost(text: String, expected: String?) throws {
    #expect(try Cells.treat(text, as: .url, with: "host", .text("full")) == expected)
  }

  /// Below every plain rule of the list, one more label is registrable and the rule itself is not.
  @Test(.enabled(if: SharedData.isPresent, "needs the shared data"))
  func agreesWithThePublicSuffixList() throws {
    let text = String(
      decoding: try SharedData.bytes("psl/public_suffix_list.dat"), as: UTF8.self)
    var suffixes: [String] = []
    for line in text.split(separator: "\n") {
      let rule = line.split(separator: " ").first.map(String.init) ?? ""
      if rule.hasPrefix("//") || rule.hasPrefix("*") || rule.hasPrefix("!") || rule.isEmpty {
        continue
      }
      suffixes.append(rule.lowercased())
    }
    let result = try Cells.treat(
      Cells.texts(
        suffixes.map { "https://www.sparsam-shop.\($0)/" } + suffixes.map { "https://\($0)/" }),
      as: .url, with: "host", .text("registrable"))
    let hosts = Cells.strings(result.values)
    var agreeing = 0
    for (index, suffix) in suffixes.enumerated() {
      if hosts[index] == "sparsam-shop.\(suffix)", hosts[suffixes.count + index] == nil {
        agreeing += 1
      }
    }
    print("registrable domains: \(agreeing) of \(suffixes.count) rules")
    // The library carries a list of its own day; few rules were withdrawn in between.
    #expect(Double(agreeing) >= 0.97 * Double(suffixes.count))
  }
}
