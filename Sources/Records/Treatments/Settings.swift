/// The shape of the value that a treatment takes in a pipeline file.
package indirect enum SettingShape: Sendable {
  /// `true`.
  case flag
  /// One of the given words.
  case word([String])
  /// A name or text that the kind itself checks.
  case text
  /// A sentence that states why; not empty.
  case reason
  /// An integer within bounds.
  case integer(ClosedRange<Int>)
  /// A list.
  case list(of: SettingShape, count: ClosedRange<Int>)
  /// Named settings.
  case mapping([Setting])
  /// Any text to any text.
  case dictionary
}

/// One named setting of a treatment.
package struct Setting: Sendable {
  package var name: String
  package var shape: SettingShape
  package var isRequired: Bool
  package var about: String

  package init(_ name: String, _ shape: SettingShape, required: Bool = false, about: String) {
    self.name = name
    self.shape = shape
    isRequired = required
    self.about = about
  }
}

/// The value of a setting as the pipeline file states it, already of its shape.
package indirect enum SettingValue: Hashable, Sendable {
  case flag(Bool)
  case integer(Int)
  case text(String)
  case list([SettingValue])
  /// Named settings or a dictionary, in the order of the file.
  case mapping([Pair])

  package struct Pair: Hashable, Sendable {
    package var name: String
    package var value: SettingValue

    package init(_ name: String, _ value: SettingValue) {
      self.name = name
      self.value = value
    }
  }

  package var text: String? {
    if case .text(let text) = self { return text }
    return nil
  }

  package var integer: Int? {
    if case .integer(let integer) = self { return integer }
    return nil
  }

  package var list: [SettingValue]? {
    if case .list(let list) = self { return list }
    return nil
  }

  package var pairs: [Pair]? {
    if case .mapping(let pairs) = self { return pairs }
    return nil
  }

  /// Returns the named setting of a mapping, or `nil` where it is not stated.
  package subscript(_ name: String) -> SettingValue? {
    pairs?.first { $0.name == name }?.value
  }
}
