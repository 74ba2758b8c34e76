import Diagnostics
import Records

// The sections that everything else refers to: retention, purposes, keys.
extension Compilation {
  func bindRetention(_ section: YAMLNode.Entry) {
    for entry in named(section) {
      brokenRetentions.insert(entry.key)
      guard isName(entry, of: "a retention class"),
        let keys = keyed(
          entry.value, .retention, owner: "retention '\(entry.key)'", at: entry.keyRange)
      else { continue }
      let starts = keys["starts"].flatMap {
        word($0.value, of: "starts", RetentionPlan.Start.self)
      }
      let keep = keys["keep"].flatMap { duration($0.value, of: "keep") }
      guard let starts, let keep else { continue }
      brokenRetentions.remove(entry.key)
      retentions.append(
        Named(
          part: RetentionPlan(name: entry.key, starts: starts, keep: keep), range: entry.keyRange))
    }
  }

  /// Returns the class of that name; reports an unknown one.
  func retention(_ node: YAMLNode, of key: String) -> RetentionPlan? {
    guard let name = text(node, of: key) else { return nil }
    usedRetentions.insert(name)
    if let found = retentions.first(where: { $0.part.name == name }) { return found.part }
    if !brokenRetentions.contains(name) {
      reportUnknown(
        .unknownRetention, "no retention class named '\(name)'", name: name, at: node.range,
        among: retentions.map(\.part.name) + brokenRetentions.sorted(),
        fix: CivilDate.Duration(name) == nil
          ? nil : "declare it in 'retention':  \(key): {starts: event, keep: \(name)}")
    }
    return nil
  }

  func bindPurposes(_ section: YAMLNode.Entry) {
    for entry in named(section) {
      brokenPurposes.insert(entry.key)
      guard isName(entry, of: "a purpose"),
        let keys = keyed(entry.value, .purpose, owner: "purpose '\(entry.key)'", at: entry.keyRange)
      else { continue }
      let why = keys["why"].flatMap { text($0.value, of: "why") }
      let basis = keys["basis"].flatMap { word($0.value, of: "basis", PurposePlan.Basis.self) }
      let law = keys["law"].flatMap { text($0.value, of: "law") }
      let assessment = keys["assessment"].flatMap { text($0.value, of: "assessment") }
      let retention = keys["retention"].flatMap { self.retention($0.value, of: "retention") }
      if let entry = keys["basis"] {
        if basis == .legalObligation, keys["law"] == nil {
          report(
            .basisWithoutReference, "basis 'legal_obligation' needs 'law'", at: entry.value.range,
            label: "which law?", fix: "add  law: <the section of the law>")
        }
        if basis == .legitimateInterest, keys["assessment"] == nil {
          report(
            .basisWithoutReference, "basis 'legitimate_interest' needs 'assessment'",
            at: entry.value.range, label: "which assessment?",
            fix: "add  assessment: <where the balancing of interests is written down>")
        }
      }
      guard let why, let basis, let retention else { continue }
      brokenPurposes.remove(entry.key)
      purposes.append(
        Named(
          part: PurposePlan(
            name: entry.key, why: why, basis: basis,
            reference: basis == .legalObligation ? law : assessment ?? law, retention: retention),
          range: entry.keyRange))
    }
  }

  /// Returns the positions of the purposes named; reports unknown ones.
  ///
  /// `nil` when one of them is unknown or broken: what depends on it is then left alone.
  func purposeList(_ entry: YAMLNode.Entry, isUse: Bool = true) -> [Int]? {
    var positions: [Int] = []
    var isWhole = true
    let names = texts(entry.value, of: entry.key)
    if names.isEmpty { isWhole = false }
    for (name, range) in names {
      if isUse { usedPurposes.insert(name) }
      if let index = purposes.firstIndex(where: { $0.part.name == name }) {
        if positions.contains(index) {
          report(.nameTaken, "purpose '\(name)' stands twice", at: range, fix: "delete one")
        } else {
          positions.append(index)
        }
        continue
      }
      isWhole = false
      if !brokenPurposes.contains(name) {
        reportUnknown(
          .unknownPurpose, "no purpose named '\(name)'", name: name, at: range,
          among: purposes.map(\.part.name) + brokenPurposes.sorted())
      }
    }
    return isWhole ? positions : nil
  }

  func bindKeys(_ section: YAMLNode.Entry) {
    for entry in named(section, mayBeEmpty: true) {
      brokenKeys.insert(entry.key)
      guard isName(entry, of: "a key"),
        let keys = keyed(entry.value, .key, owner: "key '\(entry.key)'", at: entry.keyRange)
      else { continue }
      let words = ["never"] + TimeUnit.allCases.filter { $0 != .hour }.map(\.rawValue)
      let rotate = keys["rotate"].flatMap { word($0.value, of: "rotate", among: words) }
      let keep = keys["keep"].flatMap { duration($0.value, of: "keep") }
      guard let rotate else { continue }
      brokenKeys.remove(entry.key)
      self.keys.append(
        Named(
          part: KeyPlan(name: entry.key, rotation: TimeUnit(rawValue: rotate), keep: keep),
          range: entry.keyRange))
    }
  }

  /// Returns the position of the key of that name; reports an unknown one.
  func keyPosition(_ node: YAMLNode) -> Int? {
    guard let name = text(node, of: "pseudonym") else { return nil }
    usedKeys.insert(name)
    if let index = keys.firstIndex(where: { $0.part.name == name }) { return index }
    if !brokenKeys.contains(name) {
      reportUnknown(
        .unknownKeyName, "no key named '\(name)'", name: name, at: node.range,
        among: keys.map(\.part.name) + brokenKeys.sorted(),
        fix: keys.isEmpty ? "declare it:  keys: {\(name): {rotate: quarter}}" : nil)
    }
    return nil
  }

  // MARK: - Without use

  private func noteUses(in node: YAMLNode, under key: String) {
    switch node.content {
    case .scalar(let name, _):
      switch key {
      case "pseudonym": note(name, in: &usedKeys, among: keys.map(\.part.name))
      case "for": note(name, in: &usedPurposes, among: purposes.map(\.part.name))
      case "retention", "keep": note(name, in: &usedRetentions, among: retentions.map(\.part.name))
      default: break
      }
    case .sequence(let nodes):
      for node in nodes { noteUses(in: node, under: key) }
    case .mapping(let entries):
      for entry in entries { noteUses(in: entry.value, under: entry.key) }
    }
  }

  private func note(_ name: String, in used: inout Set<String>, among names: [String]) {
    used.insert(names.contains(name) ? name : Nearest.name(to: name, among: names) ?? name)
  }

  /// Warns of what is declared and nothing uses.
  ///
  /// Columns with another problem were not bound to their end, so what the file names at all under
  /// `pseudonym`, `for` and `retention` counts as used, and a misspelt name for the one it meant.
  func checkUses(in root: YAMLNode) {
    noteUses(in: root, under: "")
    let hasSources = !absent.contains("sources")
    for key in keys where hasSources && !usedKeys.contains(key.part.name) {
      report(
        .unused, "key '\(key.part.name)' is not used", at: key.range, label: "no 'pseudonym'",
        fix: "delete it")
    }
    for purpose in purposes where hasSources && !usedPurposes.contains(purpose.part.name) {
      report(
        .unused, "purpose '\(purpose.part.name)' is not used", at: purpose.range,
        label: "no column is for it", fix: "delete it")
    }
    for retention in retentions
    where !absent.contains("purposes") && !usedRetentions.contains(retention.part.name) {
      report(
        .unused, "retention class '\(retention.part.name)' is not used", at: retention.range,
        label: "no purpose has it", fix: "delete it")
    }
  }
}
