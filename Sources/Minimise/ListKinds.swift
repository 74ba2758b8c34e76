package import Records

/// `one_of`: a text from a list, else `other`.
package struct OneOfKind: TreatmentKind {
  package init() {}

  package var name: String { "one_of" }

  package var summary: String { "Keeps the texts of a list; every other text becomes 'other'." }

  package var shape: SettingShape { .list(of: .text, count: 1...10_000) }

  package var examples: [TreatmentExample] {
    let list = SettingValue.list([.text("shoes"), .text("bags")])
    return [
      TreatmentExample(.text, list, "shoes", gives: "shoes"),
      TreatmentExample(.text, list, "Shoes", gives: "other"),
      TreatmentExample(.text, list, nil, gives: nil),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.isListable else { throw refusal(of: input, takes: "text") }
    _ = try texts(settings)
    return input.becoming(.text, .closed)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    let texts = try texts(settings)
    return ClassifyingTreatment(
      classifier: ListClassifier(
        keys: texts, choices: Array(texts.indices), vocabulary: Vocabulary(texts + ["other"]),
        otherwise: texts.count))
  }

  private func texts(_ settings: SettingValue) throws(PlanFault) -> [String] {
    guard let list = settings.list, !list.isEmpty else {
      throw PlanFault("'one_of' takes a list of texts")
    }
    var texts: [String] = []
    for item in list {
      guard let text = item.text, !text.isEmpty else {
        throw PlanFault("'one_of' takes a list of texts")
      }
      guard !texts.contains(text) else { throw PlanFault("'\(text)' is listed twice") }
      texts.append(text)
    }
    return texts
  }
}

/// `map`: another text for each text of a list, else null.
package struct MapKind: TreatmentKind {
  package init() {}

  package var name: String { "map" }

  package var summary: String { "Replaces texts by others; every text not listed becomes null." }

  package var shape: SettingShape { .dictionary }

  package var examples: [TreatmentExample] {
    let pairs = SettingValue.mapping([.init("M", .text("male")), .init("F", .text("female"))])
    return [
      TreatmentExample(.text, pairs, "M", gives: "male"),
      TreatmentExample(.text, pairs, "X", gives: nil),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.isListable else { throw refusal(of: input, takes: "text") }
    _ = try pairs(settings)
    return input.becoming(.text, .closed)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    let pairs = try pairs(settings)
    return ClassifyingTreatment(
      classifier: ListClassifier(
        keys: pairs.map(\.key), choices: Array(pairs.indices),
        vocabulary: Vocabulary(pairs.map(\.text)), otherwise: Vocabulary.absent))
  }

  private func pairs(
    _ settings: SettingValue
  ) throws(PlanFault) -> [(key: String, text: String)] {
    guard let stated = settings.pairs, !stated.isEmpty else {
      throw PlanFault("'map' takes texts and what becomes of them")
    }
    var pairs: [(key: String, text: String)] = []
    for pair in stated {
      guard let text = pair.value.text else {
        throw PlanFault("'\(pair.name)' must become a text", setting: [pair.name])
      }
      pairs.append((pair.name, text))
    }
    return pairs
  }
}

/// Finds a text in a list by a hash of its bytes.
private struct ListClassifier: TextClassifier {
  let vocabulary: Vocabulary
  private let otherwise: Int
  private let keys: [[UInt8]]
  private let choices: [Int]
  /// Positions in `keys`, by hash; -1 is free. A power of two, at most half full.
  private var slots: [Int32]

  init(keys: [String], choices: [Int], vocabulary: Vocabulary, otherwise: Int) {
    self.keys = keys.map { Array($0.utf8) }
    self.choices = choices
    self.vocabulary = vocabulary
    self.otherwise = otherwise
    var size = 8
    while size < keys.count * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    for (position, key) in self.keys.enumerated() {
      var slot = ListClassifier.hash(key.span, from: 0, to: key.count) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(position)
    }
  }

  func classify(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int {
    let mask = slots.count &- 1
    var slot = ListClassifier.hash(bytes, from: from, to: end) & mask
    while slots[slot] >= 0 {
      let position = Int(slots[slot])
      if equals(keys[position], bytes, from: from, to: end) { return choices[position] }
      slot = (slot &+ 1) & mask
    }
    return otherwise
  }

  private func equals(_ key: [UInt8], _ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    guard key.count == end &- from else { return false }
    for index in 0..<key.count where key[index] != bytes[from &+ index] { return false }
    return true
  }

  /// FNV-1a; the list is the pipeline's, so nobody outside can choose what collides in it.
  private static func hash(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int {
    var hash: UInt32 = 0x811C_9DC5
    for index in from..<end {
      hash = (hash ^ UInt32(bytes[index])) &* 0x0100_0193
    }
    return Int(hash ^ hash >> 15)
  }
}
