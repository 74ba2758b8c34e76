import Diagnostics
import Records

// Reads single values: texts, words, numbers, lists, and the keys of a section.
extension Compilation {
  /// The keys of one mapping that are legal in its section.
  struct Keyed {
    var entries: [String: YAMLNode.Entry]

    subscript(_ name: String) -> YAMLNode.Entry? { entries[name] }
  }

  /// Returns the legal keys of `node`; reports unknown and missing ones.
  ///
  /// `range` is where a missing key is reported: the name of the thing that lacks it.
  func keyed(
    _ node: YAMLNode, _ section: LanguageSection, owner: String, at range: SourceRange
  ) -> Keyed? {
    guard let entries = node.entries else {
      report(
        .wrongShape, "\(owner) is \(node.shape), not a mapping",
        at: node.range.start == node.range.end ? range : node.range,
        label: "expected {\(section.names.prefix(3).joined(separator: ": ..., ")): ...}")
      return nil
    }
    var legal: [String: YAMLNode.Entry] = [:]
    var unknown: [YAMLNode.Entry] = []
    for entry in entries {
      guard section.names.contains(entry.key) else {
        unknown.append(entry)
        continue
      }
      if entry.value.isNull {
        report(
          .wrongShape, "'\(entry.key)' has no value", at: entry.keyRange,
          label: "nothing behind the colon")
      }
      legal[entry.key] = entry
    }
    for entry in unknown {
      reportUnknownKey(entry, in: section, owner: owner)
      // A misspelt key is read as the one it meant, so that nothing is reported as missing.
      if let name = Nearest.name(to: entry.key, among: section.names), legal[name] == nil {
        legal[name] = YAMLNode.Entry(key: name, keyRange: entry.keyRange, value: entry.value)
      }
    }
    for key in section.keys where key.isRequired && legal[key.name] == nil {
      report(
        key.name == "for" ? .noPurpose : .missingKey, "\(owner) has no '\(key.name)'", at: range,
        label: "'\(key.name)' is missing",
        fix: "add '\(key.name)': \(key.about.filter { $0 != "`" })")
    }
    return Keyed(entries: legal.filter { !$0.value.value.isNull })
  }

  private func reportUnknownKey(
    _ entry: YAMLNode.Entry, in section: LanguageSection, owner: String
  ) {
    let nearest = Nearest.name(to: entry.key, among: section.names)
    let homes = LanguageSection.all.filter {
      $0.path != section.path && $0.names.contains(entry.key)
    }
    let isTreatment = kinds.contains { $0.name == entry.key }
    var fix: String?
    if !homes.isEmpty {
      let places = homes.map { $0.path.isEmpty ? "the top of the file" : "'\($0.path)'" }
      fix = "'\(entry.key)' belongs to \(places.joined(separator: " or "))"
    } else if isTreatment {
      fix = "'\(entry.key)' is a treatment: write  treat: {\(entry.key): ...}"
    } else if nearest == nil {
      fix = "legal here: \(section.names.joined(separator: ", "))"
    }
    let label = nearest.map { "did you mean '\($0)'?" } ?? "not a key of \(owner)"
    report(
      .unknownKey, "unknown key '\(entry.key)' in \(owner)", at: entry.keyRange, label: label,
      fix: fix)
  }

  // MARK: - Texts and words

  /// Returns the text, which must not be empty.
  func text(_ node: YAMLNode, of key: String) -> String? {
    guard let text = node.scalar, !node.isNull else {
      report(
        .wrongShape, "'\(key)' is \(node.shape), not a text", at: node.range,
        label: "expected a text")
      return nil
    }
    guard text.contains(where: { !$0.isWhitespace }) else {
      report(.illegalValue, "'\(key)' is empty", at: node.range, label: "expected a text")
      return nil
    }
    return text
  }

  /// Returns the text, which may be empty when it is quoted.
  func anyText(_ node: YAMLNode, of key: String) -> String? {
    if case .scalar(let text, let style) = node.content, style != .plain || !text.isEmpty {
      return text
    }
    report(
      .wrongShape, "'\(key)' is \(node.shape), not a text", at: node.range,
      label: "expected a text")
    return nil
  }

  /// Returns the case that the word names.
  func word<Word: RawRepresentable & CaseIterable>(
    _ node: YAMLNode, of key: String, _ type: Word.Type
  ) -> Word? where Word.RawValue == String {
    word(node, of: key, among: Word.allCases.map(\.rawValue)).flatMap { Word(rawValue: $0) }
  }

  func word(_ node: YAMLNode, of key: String, among words: [String]) -> String? {
    guard let text = text(node, of: key) else { return nil }
    if words.contains(text) { return text }
    let nearest = Nearest.name(to: text, among: words)
    report(
      .illegalValue, "'\(key)' cannot be '\(text)'", at: node.range,
      label: nearest.map { "did you mean '\($0)'?" } ?? "",
      fix: "write one of: \(words.joined(separator: ", "))")
    return nil
  }

  /// Returns a slug `[a-z][a-z0-9-]*`.
  func slug(_ node: YAMLNode, of key: String) -> String? {
    guard let text = text(node, of: key) else { return nil }
    let bytes = Array(text.utf8)
    let isSlug =
      bytes.count <= 64 && (97...122).contains(bytes[0])
      && bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    if isSlug { return text }
    report(
      .illegalName, "'\(text)' is no slug", at: node.range,
      label: "small letters, digits and '-', a letter first")
    return nil
  }

  /// Whether the key of an entry can name a thing; reports it when not.
  func isName(_ entry: YAMLNode.Entry, of what: String) -> Bool {
    let bytes = Array(entry.key.utf8)
    let isName =
      !bytes.isEmpty && bytes.count <= 64 && isASCIILetter(bytes[0])
      && bytes.allSatisfy {
        isASCIILetter($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
      }
    if !isName {
      report(
        .illegalName, "'\(entry.key)' cannot name \(what)", at: entry.keyRange,
        label: "letters, digits, '-' and '_', a letter first, at most 64")
    }
    return isName
  }

  /// Whether the key of an entry can name a column: any letters, digits, `-` and `_`.
  func isColumnName(_ entry: YAMLNode.Entry) -> Bool {
    let scalars = Array(entry.key.unicodeScalars)
    let isName =
      !scalars.isEmpty && scalars.count <= 64 && scalars[0].properties.isAlphabetic
      && scalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
      }
    if !isName {
      report(
        .illegalName, "'\(entry.key)' cannot name a column", at: entry.keyRange,
        label: "letters, digits, '-' and '_', a letter first, at most 64")
    }
    return isName
  }

  private func isASCIILetter(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (65...90).contains(byte)
  }

  // MARK: - Numbers, spans, lists

  func integer(_ node: YAMLNode, of key: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = text(node, of: key) else { return nil }
    if let number = Int(text), range.contains(number), text.first != "+" { return number }
    report(
      .illegalValue, "'\(key)' cannot be '\(text)'", at: node.range,
      label: range.upperBound >= 1 << 40
        ? "a whole number from \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  func bool(_ node: YAMLNode, of key: String) -> Bool? {
    word(node, of: key, among: ["true", "false"]).map { $0 == "true" }
  }

  func duration(_ node: YAMLNode, of key: String) -> CivilDate.Duration? {
    guard let text = text(node, of: key) else { return nil }
    if let duration = CivilDate.Duration(text) { return duration }
    report(
      .illegalValue, "'\(text)' is no span of time", at: node.range,
      label: "a number from 1 to 9999 and d, w, mo or y, such as 90d or 14mo")
    return nil
  }

  /// Returns a share such as `0.1%` in millionths.
  func share(_ text: String) -> Int? {
    guard text.hasSuffix("%") else { return nil }
    let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first, parts.count <= 2, (1...3).contains(whole.utf8.count),
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let percent = Int(whole)
    else { return nil }
    var millionths = percent * 10_000
    if parts.count == 2 {
      guard (1...4).contains(parts[1].utf8.count), let digits = Int(parts[1]) else { return nil }
      var unit = 10_000
      for _ in parts[1].utf8 { unit /= 10 }
      millionths += digits * unit
    }
    return millionths <= 1_000_000 ? millionths : nil
  }

  /// Returns the entries of a list; reports another shape and an empty list.
  func list(_ node: YAMLNode, of key: String, mayBeEmpty: Bool = false) -> [YAMLNode]? {
    guard let nodes = node.sequence else {
      report(
        .wrongShape, "'\(key)' is \(node.shape), not a list", at: node.range,
        label: "expected a list", fix: node.scalar.map { "write  [\($0)]" })
      return nil
    }
    if nodes.isEmpty, !mayBeEmpty {
      report(.illegalValue, "'\(key)' is an empty list", at: node.range, label: "expected entries")
      return nil
    }
    return nodes
  }

  /// Returns texts from one text or a list of them.
  func texts(_ node: YAMLNode, of key: String) -> [(text: String, range: SourceRange)] {
    let nodes: [YAMLNode]
    if node.sequence != nil {
      nodes = list(node, of: key) ?? []
    } else if node.entries != nil {
      report(
        .wrongShape, "'\(key)' is a mapping, not a list", at: node.range,
        label: "expected one text or a list of them")
      nodes = []
    } else {
      nodes = [node]
    }
    return nodes.compactMap { node in text(node, of: key).map { ($0, node.range) } }
  }

  /// Returns the entries of a mapping whose keys are names the file chooses.
  func named(_ entry: YAMLNode.Entry, mayBeEmpty: Bool = false) -> [YAMLNode.Entry] {
    guard let entries = entry.value.entries else {
      report(
        .wrongShape, "'\(entry.key)' is \(entry.value.shape), not a mapping", at: entry.keyRange,
        label: "expected names and what they stand for")
      return []
    }
    if entries.isEmpty, !mayBeEmpty {
      report(.illegalValue, "'\(entry.key)' is empty", at: entry.keyRange, label: "nothing in it")
    }
    return entries
  }

  /// Returns integer bounds, ascending.
  func bounds(_ node: YAMLNode, of key: String, count: ClosedRange<Int>) -> [Int64]? {
    guard let nodes = list(node, of: key) else { return nil }
    guard count.contains(nodes.count) else {
      report(
        .illegalValue, "'\(key)' has \(nodes.count) entries", at: node.range,
        label: count.lowerBound == count.upperBound
          ? "expected \(count.lowerBound)" : "expected \(count.lowerBound) to \(count.upperBound)")
      return nil
    }
    var bounds: [Int64] = []
    for node in nodes {
      guard let number = integer(node, of: key, in: -1_000_000_000_000...1_000_000_000_000) else {
        return nil
      }
      if let last = bounds.last, last >= Int64(number) {
        report(
          .illegalValue, "'\(key)' does not ascend", at: node.range,
          label: "not greater than the one before")
        return nil
      }
      bounds.append(Int64(number))
    }
    return bounds
  }
}
