import Bytes
import Identifiers
package import Records

/// `redact`: free text with the identifiers in it replaced by their kind.
package struct RedactKind: TreatmentKind {
  package init() {}

  package var name: String { "redact" }

  package var summary: String {
    "Replaces e-mail addresses, numbers of phones, accounts and cards, and IP addresses by their kind."
  }

  package var shape: SettingShape {
    .mapping([
      Setting(
        "find",
        .list(of: .word(RedactKind.words), count: 1...RedactKind.words.count), required: true,
        about: "what to replace"),
      Setting(
        "accept", .reason, required: true,
        about: "why it is acceptable that names and descriptions of people remain"),
    ])
  }

  private static let words = ["email", "phone", "iban", "card", "ip"]

  package var examples: [TreatmentExample] {
    let settings = SettingValue.mapping([
      .init("find", .list([.text("email"), .text("phone")])),
      .init("accept", .text("reviews are read by the shop's own staff")),
    ])
    return [
      TreatmentExample(
        .freeText, settings, "write to anna@shop.example or +49 30 23125 123",
        gives: "write to [email] or [phone]"),
      TreatmentExample(.freeText, settings, "fits well", gives: "fits well"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form == .text, input.isRaw(.freeText) else {
      throw refusal(of: input, takes: "'free_text'")
    }
    _ = try kinds(settings)
    guard let reason = settings["accept"]?.text, reason.contains(where: { !$0.isWhitespace }) else {
      throw PlanFault(
        "'redact' needs 'accept': names remain in the text",
        fix: "write  accept: \"why that is acceptable\"", setting: ["accept"])
    }
    return input.becoming(.text, .treated)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    TextTreatment(rewriter: RedactRewriter(kinds: try kinds(settings)))
  }

  private func kinds(_ settings: SettingValue) throws(PlanFault) -> DetectionKinds {
    var kinds: DetectionKinds = []
    for item in settings["find"]?.list ?? [] {
      guard let word = item.text, RedactKind.words.contains(word),
        let kind = Detection.Kind(rawValue: word)
      else { throw PlanFault("'find' lists email, phone, iban, card and ip", setting: ["find"]) }
      kinds.insert(DetectionKinds(kind))
    }
    guard !kinds.isEmpty else {
      throw PlanFault("'find' lists email, phone, iban, card and ip", setting: ["find"])
    }
    return kinds
  }
}

private struct RedactRewriter: TextRewriter {
  let kinds: DetectionKinds
  private let marks = Detection.Kind.allCases.map { Array("[\($0.rawValue)]".utf8) }

  init(kinds: DetectionKinds) { self.kinds = kinds }

  func rewrite(
    _ bytes: Span<UInt8>, from: Int, to end: Int, into output: inout [UInt8]
  ) -> RewriteOutcome {
    var index = from
    while let found = Detector.next(after: index, in: bytes, from: from, to: end, kinds: kinds) {
      output.append(copying: bytes, from: index, count: found.start &- index)
      switch found.kind {
      case .email: output.append(contentsOf: marks[0])
      case .phone: output.append(contentsOf: marks[1])
      case .iban: output.append(contentsOf: marks[2])
      case .card: output.append(contentsOf: marks[3])
      case .ip: output.append(contentsOf: marks[4])
      case .hex: output.append(contentsOf: marks[5])
      }
      index = found.end
    }
    output.append(copying: bytes, from: index, count: end &- index)
    return .written
  }
}
