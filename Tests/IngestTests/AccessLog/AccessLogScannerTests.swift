import Ingest
import Records
import Support
import Testing

/// A log line and what its fields must read as; fields not named are not compared.
struct LogLineCase: Sendable, CustomTestStringConvertible {
  var name: String
  var line: [UInt8]
  var layout: Reading.Layout
  var cells: [AccessLogField: String?]
  /// Fields whose bytes cannot be decoded.
  var spoiled: [AccessLogField]
  var testDescription: String { name }

  init(
    _ name: String, _ line: String, as layout: Reading.Layout = .combined,
    _ cells: [AccessLogField: String?], spoiled: [AccessLogField] = []
  ) {
    self.init(name, bytes: Array(line.utf8), as: layout, cells, spoiled: spoiled)
  }

  init(
    _ name: String, bytes: [UInt8], as layout: Reading.Layout = .combined,
    _ cells: [AccessLogField: String?], spoiled: [AccessLogField] = []
  ) {
    self.name = name
    line = bytes
    self.layout = layout
    self.cells = cells
    self.spoiled = spoiled
  }

  static func request(_ request: String) -> String {
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"\(request)\" 200 51 \"-\" \"curl/8.5\""
  }

  static func agent(_ agent: String, rest: String = "") -> String {
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 51 \"-\" \"\(agent)\"\(rest)"
  }

  static let garbage: [AccessLogField: String?] = [
    .method: nil, .target: nil, .protocol: nil, .status: "200", .userAgent: "curl/8.5",
  ]

  static let all: [LogLineCase] = layouts + addresses + users + requests + escapes + ends

  static let layouts: [LogLineCase] = [
    LogLineCase(
      "combined",
      "192.0.2.7 id anna [01/May/2026:10:17:03 +0200] \"GET /p/1?q=2 HTTP/1.1\" 200 51 "
        + "\"https://shop.example/\" \"Mozilla/5.0 (X11)\"",
      [
        .ip: "192.0.2.7", .ident: "id", .user: "anna", .time: "01/May/2026:10:17:03 +0200",
        .method: "GET", .target: "/p/1?q=2", .protocol: "HTTP/1.1", .status: "200", .bytes: "51",
        .referrer: "https://shop.example/", .userAgent: "Mozilla/5.0 (X11)",
      ]),
    LogLineCase(
      "common", "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.0\" 304 -", as: .common,
      [.ip: "192.0.2.7", .ident: nil, .user: nil, .status: "304", .bytes: "0"]),
    LogLineCase(
      "common takes a combined line", request("GET / HTTP/2"), as: .common,
      [.target: "/", .protocol: "HTTP/2", .bytes: "51"]),
    LogLineCase(
      "virtual host with port", "shop.example:443 " + request("GET / HTTP/2.0"), as: .vhostCombined,
      [.vhost: "shop.example", .ip: "192.0.2.7", .userAgent: "curl/8.5"]),
    LogLineCase(
      "virtual host without port", "shop.example " + request("GET / HTTP/2.0"), as: .vhostCombined,
      [.vhost: "shop.example"]),
    LogLineCase(
      "virtual host is an address", "[2001:db8::1]:443 " + request("GET / HTTP/2.0"),
      as: .vhostCombined, [.vhost: "[2001:db8::1]"]),
    LogLineCase(
      "virtual host is a bare address", "2001:db8::1 " + request("GET / HTTP/2.0"),
      as: .vhostCombined, [.vhost: "2001:db8::1"]),
    LogLineCase(
      "no zero in the time", "192.0.2.7 - - [11/May/2126:11:17:13] \"GET / HTTP/1.0\" 304 -",
      as: .common, [.bytes: "0"]),
    LogLineCase(
      "other time form", "192.0.2.7 - - [May 1, 2026T10:17:03 +0200] \"GET / HTTP/1.0\" 304 7",
      as: .common, [.time: "May 1, 2026T10:17:03 +0200"]),
  ]

  static let addresses: [LogLineCase] =
    ["2001:db8::77", "::ffff:192.0.2.7", "host-7.example", "unix:"].map { (host: String) in
      LogLineCase(
        "host \(host)", "\(host) - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 0",
        as: .common,
        [.ip: host, .bytes: "0"])
    } + [
      LogLineCase(
        "forwarded list as host",
        "192.0.2.7, 198.51.100.1, 203.0.113.9 id anna [01/May/2026:10:17:03 +0200] "
          + "\"GET / HTTP/1.1\" 200 0",
        as: .common, [.ip: "192.0.2.7", .ident: "id", .user: "anna"]),
      LogLineCase(
        "host -", "- - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 0", as: .common,
        [.ip: nil]
      ),
    ]

  static let users: [LogLineCase] = [
    ("\"\"", nil), ("", nil), ("anna b", "anna b"), ("a [b] c", "a [b] c"),
    ("a@x.example", "a@x.example"), ("a\\x20b", "a b"), ("[x", "[x"),
  ].map { (user: String, expected: String?) in
    LogLineCase(
      "user \(user)", "192.0.2.7 - \(user) [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 0",
      as: .common, [.user: expected, .time: "01/May/2026:10:17:03 +0200", .target: "/"])
  }

  static let requests: [LogLineCase] =
    [
      "-", "", "GET", "GET ", "GET  / HTTP/1.1", "\\x16\\x03\\x01\\x02 \\x01", "GET /a b HTTP/1.1",
      "GET /a HTTP/x", "GET /a HTTP/1.x", "GET /a HTTP/1/1", "GET /a b", "\\x22GET /a HTTP/1.1",
      " GET / HTTP/1.1", "G(T / HTTP/1.1",
    ].map { (text: String) in LogLineCase("request \(text)", request(text), garbage) } + [
      LogLineCase("HTTP/0.9", request("GET /a"), [.method: "GET", .target: "/a", .protocol: nil]),
      LogLineCase("unregistered method", request("FOO / HTTP/1.1"), [.method: "other"]),
      LogLineCase("method in small letters", request("get / HTTP/1.1"), [.method: "other"]),
      LogLineCase("WebDAV method", request("PROPFIND / HTTP/1.1"), [.method: "PROPFIND"]),
      LogLineCase("no target", request("GET - HTTP/1.1"), [.method: "GET", .target: nil]),
      LogLineCase("two slashes", request("GET //xmlrpc.php HTTP/1.1"), [.target: "/xmlrpc.php"]),
      LogLineCase("slashes alone", request("GET /// HTTP/1.1"), [.target: "/"]),
      LogLineCase("slash and an escape", request("GET /\\x5Ca HTTP/1.1"), [.target: "/\\a"]),
      LogLineCase(
        "slashes behind the first", request("GET /a//b HTTP/1.1"), [.target: "/a//b"]),
      LogLineCase("asterisk form", request("OPTIONS * HTTP/1.1"), [.target: "*"]),
      LogLineCase(
        "quote of Apache", request("GET /a\\\"b HTTP/1.1"), [.target: "/a\"b", .method: "GET"]),
      LogLineCase("quote of nginx", request("GET /a\\x22b HTTP/1.1"), [.target: "/a\"b"]),
      LogLineCase("raw quotes", request("GET /a\"b\"c HTTP/1.1"), [.target: "/a\"b\"c"]),
      LogLineCase(
        "escaped UTF-8", request("GET /gr\\xC3\\xB6sse HTTP/1.1"), [.target: "/grösse"]),
      LogLineCase(
        "escaped bytes that are no UTF-8", request("GET /gr\\xF6sse HTTP/1.1"),
        [.target: nil, .method: "GET"], spoiled: [.target]),
    ]

  static let escapes: [LogLineCase] = [
    LogLineCase(
      "every escape", agent("\\\"\\\\\\n\\t\\r\\b\\v\\f\\x0a\\x7E"),
      [.userAgent: "\"\\\n\t\r\u{8}\u{B}\u{C}\n~"]),
    LogLineCase("unknown escapes", agent("C:\\Q\\x4\\xgg\\"), [.userAgent: "C:\\Q\\x4\\xgg\\"]),
    LogLineCase("escaped quote at the end", agent("a\\\""), [.userAgent: "a\""]),
    LogLineCase("escaped backslash at the end", agent("a\\\\"), [.userAgent: "a\\"]),
    LogLineCase("raw UTF-8", agent("Größe"), [.userAgent: "Größe"]),
    LogLineCase(
      "raw bytes that are no UTF-8",
      bytes: Array(agent("Gr").utf8.dropLast()) + [0xF6, 0x22], [.userAgent: nil, .target: "/"],
      spoiled: [.userAgent]),
    LogLineCase("raw quotes in the agent", agent("a \"b\" c"), [.userAgent: "a \"b\" c"]),
    LogLineCase(
      "raw quotes before more fields", agent("a \"b\" c", rest: " \"-\" 0.1"),
      [.userAgent: "a \"b\" c"]),
    LogLineCase("empty agent", agent(""), [.userAgent: nil]),
    LogLineCase("no agent", agent("-"), [.userAgent: nil]),
    LogLineCase(
      "raw quotes in the referrer",
      "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 51 "
        + "\"https://x.example/?q=\"a b\"\" \"curl/8.5\"",
      [.referrer: "https://x.example/?q=\"a b\"", .userAgent: "curl/8.5"]),
  ]

  static let ends: [LogLineCase] = [
    LogLineCase("CR", agent("x", rest: "\r"), [.userAgent: "x"]),
    LogLineCase("blanks at the end", agent("x", rest: "  \t"), [.userAgent: "x"]),
    LogLineCase(
      "forwarded for", agent("x", rest: " \"198.51.100.1, 203.0.113.9\""), [.userAgent: "x"]),
    LogLineCase("times and names", agent("x", rest: " 0.003 shop.example"), [.userAgent: "x"]),
    LogLineCase("unpaired quote behind", agent("x", rest: " 5\"y"), [.userAgent: "x"]),
    LogLineCase("wrapped", "\"" + agent("x") + "\"", [.ip: "192.0.2.7", .userAgent: "x"]),
    LogLineCase(
      "wrapped with CRLF", "\"" + agent("x") + "\"\r", [.ip: "192.0.2.7", .userAgent: "x"]),
    LogLineCase(
      "wrapped common", "\"192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 5\"",
      as: .common, [.ip: "192.0.2.7", .bytes: "5"]),
  ]
}

@Suite struct AccessLogScannerTests {
  static func fields(of layout: Reading.Layout) -> [AccessLogField] {
    AccessLogField.allCases.filter { field in
      switch field {
      case .vhost: layout == .vhostCombined
      case .referrer, .userAgent: layout != .common
      default: true
      }
    }
  }

  @Test(arguments: LogLineCase.all)
  func readsLine(_ example: LogLineCase) throws {
    let fields = Self.fields(of: example.layout)
    let found = try Scanned.scan(
      example.line, Reading(format: .accessLog(example.layout)), slots: fields.map(\.rawValue))
    let row = try #require(found.rows.first)
    #expect(found.rows.count == 1)
    #expect(found.faults.isEmpty)
    for (slot, field) in fields.enumerated() {
      guard let expected = example.cells[field] else { continue }
      #expect(row[slot] == expected, "field \(field.rawValue)")
    }
    #expect(found.spoiled.map(\.slot) == example.spoiled.compactMap { fields.firstIndex(of: $0) })
  }

  @Test(arguments: [
    "Error line 1",
    "192.0.2.7 [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 51 \"-\" \"x\"",
    "192.0.2.7 - - 01/May/2026:10:17:03 \"GET / HTTP/1.1\" 200 51 \"-\" \"x\"",
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200 \"GET / HTTP/1.1\" 200 51 \"-\" \"x\"",
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 20x 51 \"-\" \"x\"",
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 5x \"-\" \"x\"",
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200  \"-\" \"x\"",
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1 200 51 \"-\" \"x\"",
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 51",
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 51 \"-\"",
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 51 \"-\" \"x",
    "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 51 - x",
    "\u{1F}\u{8B}\u{8}", "\"", "\"\"", "[] \"", "192.0.2.7 - ",
  ])
  func refusesOtherLines(_ line: String) throws {
    let found = try Scanned.scan(
      Array(line.utf8), Reading(format: .accessLog(.combined)), slots: ["status"])
    #expect(found.rows.isEmpty)
    let isBlank = line == "\"\""
    #expect(found.faults.map(\.rule) == (isBlank ? [] : [.malformed]))
  }

  @Test func blankLinesAreNoRecords() throws {
    let file = Array("\n\r\n \t \n\(LogLineCase.agent("x"))\n\n".utf8)
    for blockSize in [1, 1 << 20] {
      let found = try Scanned.read(
        file, Reading(format: .accessLog(.combined)), slots: ["status"], blockSize: blockSize)
      #expect(found.rows == [["200"]])
      #expect(found.bytes == [7])
      #expect(found.records == [0])
      #expect(found.faults.isEmpty)
    }
  }

  @Test func emptyBlockHasNoRecords() throws {
    let found = try Scanned.scan([], Reading(format: .accessLog(.common)), slots: ["ip"])
    #expect(found == Scanned())
  }

  @Test func undeclaredFieldsAreNotDecoded() throws {
    let line =
      "192.0.2.7 - a\\x22b [01/May/2026:10:17:03 +0200] \"GET /\\x41 HTTP/1.1\" 200 51 "
      + "\"\\xFF\" \"\\x42\"\n"
    let found = try Scanned.scan(
      Array(line.utf8), Reading(format: .accessLog(.combined)), slots: ["user_agent", "bytes"])
    #expect(found.rows == [["B", "51"]])
    #expect(found.tail == "B")
    #expect(found.spoiled.isEmpty)
    #expect(found.droppedFields == 0)
  }

  @Test func otherMethodIsWrittenOnce() throws {
    let lines = LogLineCase.request("FOO / HTTP/1.1") + "\n" + LogLineCase.request("BAR / HTTP/1.1")
    let found = try Scanned.scan(
      Array(lines.utf8), Reading(format: .accessLog(.combined)), slots: ["method"])
    #expect(found.rows == [["other"], ["other"]])
    #expect(found.tail == "other")
  }

  @Test func faultsHavePlaces() throws {
    let good = LogLineCase.agent("x")
    let file = Array("\(good)\nx\n\(good)\n".utf8)
    for blockSize in [1, 1 << 20] {
      let found = try Scanned.read(
        file, Reading(format: .accessLog(.combined)), slots: ["status"], blockSize: blockSize)
      let place = good.utf8.count + 1
      #expect(found.faults == [Scanned.Fault(rule: .malformed, byte: place, record: 1)])
      #expect(found.records == [0, 2])
      #expect(found.bytes == [0, place + 2])
    }
  }

  @Test func longLinesAreFaults() throws {
    let agent = String(repeating: "x", count: AccessLogScanner.bytesPerLine)
    let file = Array("\(LogLineCase.agent(agent))\n\(LogLineCase.agent("y"))\n".utf8)
    let found = try Scanned.read(
      file, Reading(format: .accessLog(.combined)), slots: ["user_agent"])
    #expect(found.rows == [["y"]])
    #expect(found.faults.map(\.rule) == [.limit])
  }

  /// Lines that make a reader look again and again for what closes a field.
  @Test(arguments: [" [", "\" a\"x", "\" ", "\\\" "])
  func hostileLinesAreReadOnce(_ part: String) throws {
    let text = String(repeating: part, count: 150_000)
    let head = "192.0.2.7 - - [01/May/2026:10:17:03 +0200] \"GET / HTTP/1.1\" 200 51 \"-\" \""
    let file = "192.0.2.7 - a\(text)]x\n\(head)\(text)x\n\(head)\(text)\"x\n"
    let found = try Scanned.scan(
      Array(file.utf8), Reading(format: .accessLog(.combined)), slots: ["user_agent"])
    #expect(found.rows.count + found.faults.count == 3)
  }

  @Test func fieldsOutsideTheLayoutAreRefused() {
    #expect(throws: HeaderFault(.missing, columns: ["vhost", "referrer", "cookie"])) {
      try Scanned.scan(
        [], Reading(format: .accessLog(.common)), slots: ["ip", "vhost", "referrer", "cookie"])
    }
  }
}
