import Minimise
import Records
import Support
import Testing

/// A user agent and what is read off it.
struct AgentCase: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var family: String
  var major: String
  var system: String
  var device: String
  var testDescription: String { name }

  static let all = [
    AgentCase(
      name: "Chrome on Windows",
      text:
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
      family: "Chrome", major: "Chrome 124", system: "Windows", device: "desktop"),
    AgentCase(
      name: "Chrome on a phone",
      text:
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36",
      family: "Chrome Mobile", major: "Chrome Mobile 124", system: "Android", device: "mobile"),
    AgentCase(
      name: "Chrome on a tablet",
      text:
        "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
      family: "Chrome", major: "Chrome 124", system: "Android", device: "tablet"),
    AgentCase(
      name: "Safari on iPhone",
      text:
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
      family: "Mobile Safari", major: "Mobile Safari 17", system: "iOS", device: "mobile"),
    AgentCase(
      name: "Safari on iPad",
      text:
        "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1",
      family: "Mobile Safari", major: "Mobile Safari 12", system: "iOS", device: "tablet"),
    AgentCase(
      name: "Safari on a Mac",
      text:
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
      family: "Safari", major: "Safari 17", system: "Mac OS X", device: "desktop"),
    AgentCase(
      name: "Firefox on Linux",
      text: "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
      family: "Firefox", major: "Firefox 125", system: "Ubuntu", device: "desktop"),
    AgentCase(
      name: "Firefox on Android",
      text: "Mozilla/5.0 (Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0",
      family: "Firefox Mobile", major: "Firefox Mobile 125", system: "Android", device: "mobile"),
    AgentCase(
      name: "Edge",
      text:
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0",
      family: "Edge", major: "Edge 124", system: "Windows", device: "desktop"),
    AgentCase(
      name: "Samsung Internet",
      text:
        "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36",
      family: "Samsung Internet", major: "Samsung Internet 24", system: "Android", device: "mobile"),
    AgentCase(
      name: "Opera",
      text:
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.0.0 Safari/537.36 OPR/109.0.0.0",
      family: "Opera", major: "Opera 109", system: "Windows", device: "desktop"),
    AgentCase(
      name: "Internet Explorer 11",
      text: "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
      family: "IE", major: "IE 11", system: "Windows", device: "desktop"),
    AgentCase(
      name: "Facebook's browser",
      text:
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21E219 [FBAN/FBIOS;FBAV/460.0.0.30.109;FBDV/iPhone14,5]",
      family: "Facebook", major: "Facebook", system: "iOS", device: "mobile"),
    AgentCase(
      name: "Chrome OS",
      text:
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
      family: "Chrome", major: "Chrome 124", system: "Chrome OS", device: "desktop"),
    AgentCase(
      name: "a bot that looks like a phone",
      text:
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36 (compatible; ExampleBot/2.1; +http://bot.example/bot.html)",
      family: "bot", major: "bot", system: "Android", device: "bot"),
    AgentCase(
      name: "a library", text: "python-requests/2.31.0", family: "bot", major: "bot",
      system: "other", device: "bot"),
    AgentCase(
      name: "a phone of Cubot",
      text:
        "Mozilla/5.0 (Linux; Android 11; CUBOT P50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36",
      family: "Chrome Mobile", major: "Chrome Mobile 124", system: "Android", device: "mobile"),
    AgentCase(
      name: "a number in place of a version",
      text: "Mozilla/5.0 Chrome/1711234567",
      family: "Chrome", major: "Chrome", system: "other", device: "other"),
    AgentCase(
      name: "a program with an address to complain to",
      text: "Mozilla/5.0 (compatible; Example/1.0; help@example.com)", family: "bot", major: "bot",
      system: "other", device: "bot"),
    AgentCase(
      name: "nothing known", text: "My Own Client 203.0.113.7", family: "other", major: "other",
      system: "other", device: "other"),
  ]
}

@Suite struct AgentTests {
  @Test(arguments: AgentCase.all)
  func reads(_ example: AgentCase) throws {
    func agent(_ what: String) throws -> String? {
      try Cells.treat(example.text, as: .userAgent, with: "agent", .text(what))
    }
    #expect(try agent("family") == example.family)
    #expect(try agent("family_major") == example.major)
    #expect(try agent("os") == example.system)
    #expect(try agent("device") == example.device)
  }

  @Test func nothingGivesNothing() throws {
    for what in ["family", "family_major", "os", "device"] {
      let result = try Cells.treat(
        Cells.texts(["-", "", nil]), as: .userAgent, with: "agent", .text(what))
      #expect(Cells.strings(result.values) == [nil, nil, nil])
      #expect(result.faults.isEmpty && result.type.state == .closed)
    }
  }
}

/// Measures families and systems against the test cases of uap-core.
@Suite(.enabled(if: SharedData.isPresent, "needs the shared data"))
struct AgentShareTests {
  /// User agents and the families they are of.
  private func cases(_ file: String) throws -> [(text: String, family: String)] {
    var cases: [(text: String, family: String)] = []
    var text = ""
    for line in String(decoding: try SharedData.bytes(file), as: UTF8.self).split(separator: "\n") {
      let line = line.drop { $0 == " " || $0 == "-" }
      if line.hasPrefix("user_agent_string:") {
        text = scalar(line.dropFirst("user_agent_string:".count))
      } else if line.hasPrefix("family:") {
        cases.append((text, scalar(line.dropFirst("family:".count))))
      }
    }
    return cases
  }

  private func scalar(_ text: Substring) -> String {
    let text = text.drop { $0 == " " }
    guard let first = text.first, let last = text.last, text.count > 1, first == last else {
      return String(text)
    }
    if first == "'" {
      return String(text.dropFirst().dropLast().replacing("''", with: "'"))
    }
    if first == "\"" {
      return String(text.dropFirst().dropLast().replacing("\\\"", with: "\""))
    }
    return String(text)
  }

  private func measure(
    _ file: String, _ setting: String, named: Set<String>
  ) throws -> (all: Int, strict: Int, named: Int, right: Int, ruled: Int) {
    let cases = try cases(file)
    let result = try Cells.treat(
      Cells.texts(cases.map(\.text)), as: .userAgent, with: "agent", .text(setting))
    let answers = Cells.strings(result.values)
    var share = (all: cases.count, strict: 0, named: 0, right: 0, ruled: 0)
    var wrong: [String: Int] = [:]
    for (example, answer) in zip(cases, answers) {
      let isRight = answer == example.family
      if isRight { share.strict += 1 }
      if named.contains(example.family) {
        share.named += 1
        if isRight { share.right += 1 }
      }
      // Our rule: programs are `bot`, and families that are not named are `other`.
      let expected = named.contains(example.family) ? example.family : "other"
      if answer == expected || answer == "bot" && !named.contains(example.family) {
        share.ruled += 1
      } else {
        wrong["\(example.family) read as \(answer ?? "null")", default: 0] += 1
      }
    }
    print(
      "\(setting): strict \(share.strict)/\(share.all), named \(share.right)/\(share.named),",
      "by our rule \(share.ruled)/\(share.all)")
    for (what, count) in wrong.sorted(by: { $0.value > $1.value }).prefix(12) {
      print("  \(count) \(what)")
    }
    return share
  }

  @Test func reachesItsShareOfFamilies() throws {
    let named = Set(AgentFamily.allCases.map(\.rawValue)).subtracting(["bot", "other"])
    let share = try measure("ua/test_ua.yaml", "family", named: named)
    #expect(Double(share.right) >= 0.95 * Double(share.named))
    #expect(Double(share.ruled) >= 0.85 * Double(share.all))
  }

  @Test func reachesItsShareOfSystems() throws {
    let named = Set(AgentSystem.allCases.map(\.rawValue)).subtracting(["other"])
    let share = try measure("ua/test_os.yaml", "os", named: named)
    #expect(Double(share.right) >= 0.95 * Double(share.named))
    #expect(Double(share.strict) >= 0.75 * Double(share.all))
  }
}
