/// Patterns and source names made from the names of raw files.
enum FileNaming {
  /// Returns the last part of a path.
  static func base(_ path: String) -> String {
    String(path.split(separator: "/").last ?? Substring(path))
  }

  /// Returns the pattern of files that differ by date only: `orders-{date}.csv.gz`.
  static func pattern(_ base: String) -> String {
    parts(base).map { part in
      switch part {
      case .date(let format): format == "yyyy-MM-dd" ? "{date}" : "{date:\(format)}"
      case .text(let text):
        // These mean something in a pattern; a question mark matches them too.
        String(text.map { "*?[]{}".contains($0) ? "?" : $0 })
      }
    }.joined()
  }

  /// Returns a name for the source: what is left of the file's name without date and endings.
  static func source(_ base: String) -> String {
    var text = ""
    for part in parts(base) {
      if case .text(let piece) = part { text += piece } else { text += "-" }
    }
    let stem = text.prefix { $0 != "." }.lowercased()
    let words = stem.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let name = words.joined(separator: "_").prefix(40)
    guard let first = name.first, first.isLetter else { return "records" }
    return String(name)
  }

  private enum Part {
    case text(String)
    case date(String)
  }

  private static let formats = ["yyyy-MM-dd", "yyyy_MM_dd", "yyyy.MM.dd", "yyyyMMdd", "yyyy-MM"]

  private static func parts(_ base: String) -> [Part] {
    var parts: [Part] = []
    var text = ""
    let characters = Array(base)
    var index = 0
    while index < characters.count {
      let followsDigit = index > 0 && characters[index - 1].isNumber
      if !followsDigit, let format = formats.first(where: { holds($0, characters[index...]) }) {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(.date(format))
        index += format.count
      } else {
        text.append(characters[index])
        index += 1
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
    return parts
  }

  /// Whether the characters begin with a date of that format.
  private static func holds(_ format: String, _ characters: ArraySlice<Character>) -> Bool {
    guard characters.count >= format.count else { return false }
    var numbers: [Character: Int] = [:]
    for (letter, character) in zip(format, characters) {
      if letter.isLetter {
        guard character.isASCII, let digit = character.wholeNumberValue else { return false }
        numbers[letter, default: 0] = numbers[letter, default: 0] * 10 + digit
      } else if letter != character {
        return false
      }
    }
    if let next = characters.dropFirst(format.count).first, next.isNumber { return false }
    return (1980...2099).contains(numbers["y"] ?? 0) && (1...12).contains(numbers["M"] ?? 0)
      && (1...31).contains(numbers["d"] ?? 1)
  }
}
