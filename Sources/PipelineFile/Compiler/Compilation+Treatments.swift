import Diagnostics
import Records

// `treat`: settings are bound against the shape that the kind states, then the kind judges them.
extension Compilation {
  /// What a column's treatments make of it.
  struct Treated {
    var steps: [ColumnPlan.Step] = []
    var key: Int?
    var type: ColumnType
    /// Each treatment in words, for reports.
    var words: [String] = []
  }

  func bindTreatments(
    _ entry: YAMLNode.Entry?, input: ColumnType, column: YAMLNode.Entry, reads: [RawPath]
  ) -> Treated? {
    var treated = Treated(type: input)
    guard let entry else { return treated }
    let nodes: [YAMLNode]
    if entry.value.sequence != nil {
      guard let list = list(entry.value, of: "treat") else { return nil }
      nodes = list
    } else {
      nodes = [entry.value]
    }
    var pseudonymRange: SourceRange?
    for node in nodes {
      guard let step = treatment(node) else { return nil }
      if let pseudonymRange {
        report(
          .treatmentOrder, "'\(step.key)' stands behind 'pseudonym'", at: step.keyRange,
          label: "nothing can be done with a token",
          notes: [Diagnostic.Note("the pseudonym", at: pseudonymRange)],
          fix: "put 'pseudonym' last")
        return nil
      }
      guard let kind = kinds.first(where: { $0.name == step.key }) else {
        let isOtherKey = LanguageSection.field.names.contains(step.key)
        reportUnknown(
          .unknownTreatment, "no treatment named '\(step.key)'", name: step.key, at: step.keyRange,
          among: kinds.map(\.name),
          fix: isOtherKey ? "'\(step.key)' belongs to the column, outside of 'treat'" : nil)
        return nil
      }
      if kind.name == "keep", let source = treated.type.source, !mayKeep(source) {
        report(
          .keepNotAllowed, "'keep' is not possible for type '\(source.rawValue)'",
          at: step.keyRange, label: source.identifierClass.rawValue,
          fix: source.identifierClass == .direct
            ? "there is no way to keep a direct identifier: take 'pseudonym' or delete the line"
            : "treat it, or delete the line")
        return nil
      }
      if kind.name == "pseudonym" {
        guard let key = keyPosition(step.value) else { return nil }
        treated.key = key
        pseudonymRange = step.keyRange
      }
      guard let settings = setting(step.value, shape: kind.shape, path: [kind.name]) else {
        return nil
      }
      do {
        let output = try kind.output(of: treated.type, with: settings)
        if kind.name != "pseudonym" {
          treated.steps.append(
            ColumnPlan.Step(kind: kind, settings: settings, input: treated.type))
        }
        treated.type = output
      } catch {
        report(
          .illegalTreatment, error.message, at: range(of: error.setting, in: step),
          label: treated.type.source.map { "type '\($0.rawValue)'" } ?? "", fix: error.fix)
        return nil
      }
      treated.words.append(words(kind, settings, key: treated.key))
    }
    return treated
  }

  /// `keep` states why a value leaves as it is; these may.
  func mayKeep(_ type: FieldType) -> Bool {
    type.identifierClass == .plain || [.postcode, .city, .timestamp].contains(type)
  }

  /// Returns the one treatment that a node states.
  private func treatment(_ node: YAMLNode) -> YAMLNode.Entry? {
    if let entries = node.entries {
      if let entry = entries.first, entries.count == 1 { return entry }
      if let second = entries.dropFirst().first {
        report(
          .treatmentOrder, "several treatments without an order", at: second.keyRange,
          label: "before or after '\(entries[0].key)'?",
          fix: "write a list:  treat: [{\(entries[0].key): ...}, {\(second.key): ...}]")
      } else {
        report(.wrongShape, "'treat' is empty", at: node.range, label: "expected a treatment")
      }
      return nil
    }
    guard let word = node.scalar, !node.isNull else {
      report(
        .wrongShape, "a treatment is \(node.shape)", at: node.range,
        label: "expected {<treatment>: <settings>}")
      return nil
    }
    if let kind = kinds.first(where: { $0.name == word }) {
      report(
        .wrongShape, "'\(word)' has no settings", at: node.range,
        label: "expected {\(word): ...}", fix: "write  {\(word): \(sketch(kind.shape))}")
    } else {
      reportUnknown(
        .unknownTreatment, "no treatment named '\(word)'", name: word, at: node.range,
        among: kinds.map(\.name))
    }
    return nil
  }

  /// Returns where the setting stands that a kind complains of.
  private func range(of setting: [String], in entry: YAMLNode.Entry) -> SourceRange {
    var node = entry.value
    var range = setting.isEmpty ? entry.keyRange : entry.value.range
    for key in setting {
      if let inner = node[key] {
        node = inner.value
        range = inner.value.range
      } else if let list = node.sequence, let index = Int(key), list.indices.contains(index) {
        node = list[index]
        range = node.range
      }
    }
    return range
  }

  // MARK: - Settings

  /// Returns the value in the shape asked for; reports another shape.
  func setting(_ node: YAMLNode, shape: SettingShape, path: [String]) -> SettingValue? {
    let name = path.last ?? ""
    switch shape {
    case .flag:
      if node.scalar == "true" { return .flag(true) }
      report(
        .illegalTreatment, "'\(name)' takes only true", at: node.range,
        fix: "write  {\(name): true}  or delete it")
      return nil
    case .word(let words):
      guard let text = node.scalar, words.contains(text) else {
        let nearest = Nearest.name(to: node.scalar ?? "", among: words)
        report(
          .illegalTreatment, "'\(name)' cannot be \(quoted(node))", at: node.range,
          label: nearest.map { "did you mean '\($0)'?" } ?? "",
          fix: "write one of: \(words.joined(separator: ", "))")
        return nil
      }
      return .text(text)
    case .text:
      return text(node, of: name).map { .text($0) }
    case .reason:
      guard let text = node.scalar, !node.isNull, text.contains(where: { $0.isLetter }) else {
        report(
          .illegalTreatment, "'\(name)' needs a reason", at: node.range,
          label: "a sentence that says why", fix: "write  \(name): \"<reason>\"")
        return nil
      }
      return .text(text)
    case .integer(let range):
      guard let text = node.scalar, let number = Int(text), range.contains(number),
        text.first != "+"
      else {
        report(
          .illegalTreatment, "'\(name)' cannot be \(quoted(node))", at: node.range,
          label: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
      }
      return .integer(number)
    case .list(let inner, let count):
      return list(node, of: inner, count: count, path: path)
    case .mapping(let settings):
      return mapping(node, settings, path: path)
    case .dictionary:
      return dictionary(node, of: name)
    }
  }

  private func list(
    _ node: YAMLNode, of inner: SettingShape, count: ClosedRange<Int>, path: [String]
  ) -> SettingValue? {
    let name = path.last ?? ""
    guard let nodes = node.sequence else {
      report(
        .illegalTreatment, "'\(name)' takes a list", at: node.range, label: node.shape,
        fix: node.scalar.map { "write  \(name): [\($0)]" })
      return nil
    }
    guard count.contains(nodes.count) else {
      report(
        .illegalTreatment, "'\(name)' has \(nodes.count) entries", at: node.range,
        label: count.lowerBound == count.upperBound
          ? "expected \(count.lowerBound)"
          : "expected \(count.lowerBound) to \(count.upperBound)")
      return nil
    }
    let values = nodes.compactMap { node in
      // Whatever stands in a list of texts is one, `null` and `no` included.
      if case .text = inner { return anyText(node, of: name).map { SettingValue.text($0) } }
      return setting(node, shape: inner, path: path)
    }
    return values.count == nodes.count ? .list(values) : nil
  }

  private func dictionary(_ node: YAMLNode, of name: String) -> SettingValue? {
    guard let entries = node.entries, !entries.isEmpty else {
      report(
        .illegalTreatment, "'\(name)' takes texts and what they become", at: node.range,
        label: node.shape, fix: "write  {\(name): {M: male, F: female}}")
      return nil
    }
    var pairs: [SettingValue.Pair] = []
    for entry in entries {
      guard let text = anyText(entry.value, of: entry.key) else { return nil }
      pairs.append(SettingValue.Pair(entry.key, .text(text)))
    }
    return .mapping(pairs)
  }

  private func mapping(
    _ node: YAMLNode, _ settings: [Setting], path: [String]
  ) -> SettingValue? {
    let name = path.last ?? ""
    guard let entries = node.entries else {
      report(
        .illegalTreatment, "'\(name)' takes named settings", at: node.range, label: node.shape,
        fix: "write  {\(name): \(sketch(.mapping(settings)))}")
      return nil
    }
    var pairs: [SettingValue.Pair] = []
    var isWhole = true
    for entry in entries {
      guard let known = settings.first(where: { $0.name == entry.key }) else {
        reportUnknown(
          .unknownKey, "unknown setting '\(entry.key)' of '\(name)'", name: entry.key,
          at: entry.keyRange, among: settings.map(\.name))
        isWhole = false
        continue
      }
      if let value = setting(entry.value, shape: known.shape, path: path + [entry.key]) {
        pairs.append(SettingValue.Pair(entry.key, value))
      } else {
        isWhole = false
      }
    }
    let misspelt = entries.compactMap { entry in
      settings.contains { $0.name == entry.key }
        ? nil : Nearest.name(to: entry.key, among: settings.map(\.name))
    }
    for known in settings
    where known.isRequired && node[known.name] == nil && !misspelt.contains(known.name) {
      report(
        .illegalTreatment, "'\(name)' has no '\(known.name)'", at: node.range,
        label: "'\(known.name)' is missing",
        fix: "add  \(known.name): \(sketch(known.shape))  (\(known.about))")
      isWhole = false
    }
    return isWhole ? .mapping(pairs) : nil
  }

  private func quoted(_ node: YAMLNode) -> String {
    node.scalar.map { "'\($0)'" } ?? node.shape
  }

  /// A shape as one would write it.
  private func sketch(_ shape: SettingShape) -> String {
    switch shape {
    case .flag: "true"
    case .word(let words): words.first ?? "..."
    case .text: "..."
    case .reason: "\"<reason>\""
    case .integer(let range): String(range.upperBound)
    case .list(let inner, _): "[\(sketch(inner)), ...]"
    case .mapping(let settings):
      "{"
        + settings.filter { $0.isRequired || settings.count < 3 }
        .map { "\($0.name): \(sketch($0.shape))" }.joined(separator: ", ") + "}"
    case .dictionary: "{from: to}"
    }
  }

  // MARK: - Words

  /// Says what a treatment does: `subnet {v4: 24, v6: 48}`, `pseudonym shopper (quarter)`.
  private func words(_ kind: any TreatmentKind, _ settings: SettingValue, key: Int?) -> String {
    if kind.name == "pseudonym", let key {
      let plan = keys[key].part
      return "pseudonym \(plan.name) (\(plan.rotation?.rawValue ?? "never"))"
    }
    return Compilation.words(of: kind.name, settings)
  }

  static func words(of name: String, _ settings: SettingValue) -> String {
    if case .flag = settings { return name }
    return "\(name) \(words(settings))"
  }

  private static func words(_ value: SettingValue) -> String {
    switch value {
    case .flag(let flag): String(flag)
    case .integer(let number): String(number)
    case .text(let text):
      text.contains(where: { " ,{}[]:\"".contains($0) }) || text.isEmpty ? "\"\(text)\"" : text
    case .list(let values): "[\(values.map { words($0) }.joined(separator: ", "))]"
    case .mapping(let pairs):
      "{\(pairs.map { "\($0.name): \(words($0.value))" }.joined(separator: ", "))}"
    }
  }
}
