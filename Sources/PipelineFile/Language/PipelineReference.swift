import Diagnostics
package import Records

/// The reference page and `explain CODE`, made from the tables that the compiler itself reads.
package struct PipelineReference: Sendable {
  private let kinds: [any TreatmentKind]

  package init(kinds: [any TreatmentKind]) { self.kinds = kinds }

  /// What `explain CODE` prints, or `nil` when there is no such code.
  package static func explanation(of code: String) -> String? {
    guard let code = DiagnosticCode(rawValue: code.uppercased()) else { return nil }
    var text = "\(code.rawValue): \(code.title) (\(code.severity.rawValue))\n\n"
    text += wrapped(code.explanation) + "\n"
    for line in code.example.split(separator: "\n", omittingEmptySubsequences: false) {
      text += "\n    \(line)"
    }
    return text + "\n"
  }

  /// The reference page in Markdown: sections, types, treatments, codes.
  package var markdown: String {
    var text = "# Pipeline reference\n\nMade from the tables that the compiler reads.\n"
    text += "\n## Sections\n"
    for section in LanguageSection.all {
      text += "\n### \(section.path.isEmpty ? "Top of the file" : "`\(section.path)`")\n\n"
      text += "| key | |\n|---|---|\n"
      for key in section.keys {
        let name = key.isRequired ? "`\(key.name)` (mandatory)" : "`\(key.name)`"
        text += "| \(name) | \(cell(key.about)) |\n"
      }
    }
    text += "\n## Types\n\n| class | types |\n|---|---|\n"
    for kind in [FieldType.Class.direct, .quasi, .plain] {
      let names = FieldType.allCases.filter { $0.identifierClass == kind }.map {
        "`\($0.rawValue)`"
      }
      text += "| \(kind.rawValue) | \(names.joined(separator: " ")) |\n"
    }
    text += "\n## Treatments\n"
    for kind in kinds { text += treatment(kind) }
    text += "\n## Diagnostics\n\n| code | | |\n|---|---|---|\n"
    for code in DiagnosticCode.allCases {
      text += "| \(code.rawValue) | \(code.severity.rawValue) | \(cell(code.title)) |\n"
    }
    return text
  }

  private func treatment(_ kind: any TreatmentKind) -> String {
    var text = "\n### `\(kind.name)`\n\n\(kind.summary)\n\n"
    text += "`{\(kind.name): \(PipelineReference.words(kind.shape))}`\n"
    if case .mapping(let settings) = kind.shape {
      text += "\n| setting | | |\n|---|---|---|\n"
      for setting in settings {
        let name = setting.isRequired ? "`\(setting.name)` (mandatory)" : "`\(setting.name)`"
        text +=
          "| \(name) | \(cell(PipelineReference.words(setting.shape))) | \(cell(setting.about)) |\n"
      }
    }
    if !kind.examples.isEmpty {
      text += "\n| type | treatment | value | leaves as |\n|---|---|---|---|\n"
      for example in kind.examples {
        let settings = Compilation.words(of: kind.name, example.settings)
        text += "| `\(example.type.rawValue)` | `\(cell(settings))` | \(shown(example.input)) "
        text += "| \(shown(example.output)) |\n"
      }
    }
    return text
  }

  private func shown(_ text: String?) -> String {
    text.map { $0.isEmpty ? "(empty)" : "`\(cell($0))`" } ?? "null"
  }

  private func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  /// A shape in words: `hour · day · week`, `1 to 8`.
  static func words(_ shape: SettingShape) -> String {
    switch shape {
    case .flag: "true"
    case .word(let words): words.joined(separator: " · ")
    case .text: "a text"
    case .reason: "\"<reason>\""
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .list(let inner, let count):
      "[\(words(inner)), ...], \(count.lowerBound) to \(count.upperBound) entries"
    case .mapping(let settings): "{\(settings.map { "\($0.name): ..." }.joined(separator: ", "))}"
    case .dictionary: "{from: to, ...}"
    }
  }

  private static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + word.count + 1 > 78 {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    if !line.isEmpty { lines.append(line) }
    return lines.joined(separator: "\n") + "\n"
  }
}
