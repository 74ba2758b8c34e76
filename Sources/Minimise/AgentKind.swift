package import Records

/// `agent`: the browser, its major version, the operating system or the kind of device.
package struct AgentKind: TreatmentKind {
  package init() {}

  package var name: String { "agent" }

  package var summary: String {
    "Names browser, browser with major version, operating system or device of a user agent."
  }

  package var shape: SettingShape { .word(["family", "family_major", "os", "device"]) }

  package var examples: [TreatmentExample] {
    let chrome =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36"
    let phone =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
    return [
      TreatmentExample(.userAgent, .text("family"), chrome, gives: "Chrome"),
      TreatmentExample(.userAgent, .text("family_major"), chrome, gives: "Chrome 124"),
      TreatmentExample(.userAgent, .text("os"), chrome, gives: "Linux"),
      TreatmentExample(.userAgent, .text("device"), phone, gives: "mobile"),
      TreatmentExample(.userAgent, .text("family"), phone, gives: "Mobile Safari"),
      TreatmentExample(
        .userAgent, .text("family"), "ExampleBot/1.0 (+https://bot.example)", gives: "bot"),
      TreatmentExample(.userAgent, .text("family"), "My Own Client", gives: "other"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form == .text, input.isRaw(.userAgent) else {
      throw refusal(of: input, takes: "'user_agent'")
    }
    switch settings.text {
    case "family"?, "family_major"?, "os"?, "device"?: return input.becoming(.text, .closed)
    default: throw PlanFault("'agent' takes family, family_major, os or device")
    }
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    _ = try output(of: input, with: settings)
    switch settings.text {
    case "family"?: return ClassifyingTreatment(classifier: AgentClassifier<AgentFamily>())
    case "os"?: return ClassifyingTreatment(classifier: AgentClassifier<AgentSystem>())
    case "device"?: return ClassifyingTreatment(classifier: AgentClassifier<AgentDevice>())
    default: return TextTreatment(rewriter: FamilyMajorRewriter())
    }
  }
}

/// A closed list of words, one of which every user agent is.
private protocol AgentClass: CaseIterable, Hashable, RawRepresentable, Sendable
where RawValue == String, AllCases == [Self] {
  static func of(_ agent: UserAgent) -> Self
}

extension AgentFamily: AgentClass {
  fileprivate static func of(_ agent: UserAgent) -> AgentFamily { agent.family }
}

extension AgentSystem: AgentClass {
  fileprivate static func of(_ agent: UserAgent) -> AgentSystem { agent.system }
}

extension AgentDevice: AgentClass {
  fileprivate static func of(_ agent: UserAgent) -> AgentDevice { agent.device }
}

private struct AgentClassifier<Class: AgentClass>: TextClassifier {
  let vocabulary = Vocabulary(Class.allCases.map(\.rawValue))
  private let positions = Dictionary(
    uniqueKeysWithValues: zip(Class.allCases, Class.allCases.indices))

  func classify(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int {
    if isNothing(bytes, from: from, to: end) { return Vocabulary.absent }
    let agent = UserAgent(bytes, from: from, to: end)
    return positions[Class.of(agent)] ?? Vocabulary.unreadable
  }
}

/// A family and up to three digits of its version: `Chrome 124`.
///
/// A longer number is no version of a browser but whatever its user made of it.
private struct FamilyMajorRewriter: TextRewriter {
  private let names = Dictionary(
    uniqueKeysWithValues: AgentFamily.allCases.map { ($0, Array($0.rawValue.utf8)) })

  func rewrite(
    _ bytes: Span<UInt8>, from: Int, to end: Int, into output: inout [UInt8]
  ) -> RewriteOutcome {
    if isNothing(bytes, from: from, to: end) { return .absent }
    let agent = UserAgent(bytes, from: from, to: end)
    let family = agent.family
    guard let name = names[family] else { return .refused(.type) }
    output.append(contentsOf: name)
    if let major = agent.major(of: family, in: bytes, from: from, to: end) {
      output.append(32)
      output.append(contentsOf: Array(String(major).utf8))
    }
    return .written
  }
}
