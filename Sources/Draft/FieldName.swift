import Identifiers

/// Names of raw fields: their words, the columns made of them, and whether they are names at all.
enum FieldName {
  /// Returns the lower-case words, cut at what is no letter or digit and where camelCase turns.
  static func words(_ name: String) -> [String] {
    var words: [String] = []
    var word = ""
    let characters = Array(name)
    for (index, character) in characters.enumerated() {
      guard character.isLetter || character.isNumber else {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      if character.isUppercase, index > 0 {
        let before = characters[index - 1]
        let next = index + 1 < characters.count ? characters[index + 1] : " "
        if before.isLowercase || before.isUppercase && next.isLowercase, !word.isEmpty {
          words.append(word)
          word = ""
        }
      }
      word += character.lowercased()
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// Returns a name that a column can have, from the last `depth` names of a path.
  static func column(_ names: [String], depth: Int) -> String {
    let words = names.suffix(depth).flatMap(words)
    let scalars = words.joined(separator: "_").unicodeScalars.filter {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_"
    }
    var name = String(String.UnicodeScalarView(scalars.prefix(56)))
    guard let first = name.unicodeScalars.first else { return "field" }
    if !first.properties.isAlphabetic { name = "field_" + name }
    return name
  }

  /// Returns whether a name may be data: an address, number, digest, date or long text.
  ///
  /// What looks like a value is counted in a draft, never printed.
  static func looksLikeValue(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard !bytes.isEmpty, bytes.count <= 64 else { return true }
    if name.contains(where: \.isNewline) || name.contains("@") || name.contains("://") {
      return true
    }
    if bytes.contains(where: { $0 < 32 || $0 == 127 }) { return true }
    if Detector.finds(.all, in: bytes.span, from: 0, to: bytes.count) { return true }
    let digits = bytes.count { (48...57).contains($0) }
    // A name has a letter, and more letters than digits.
    if digits * 2 > bytes.count || !name.contains(where: \.isLetter) { return true }
    var run = 0
    var hexRun = 0
    var hexDigits = 0
    for byte in bytes {
      let isDigit = (48...57).contains(byte)
      run = isDigit ? run + 1 : 0
      let isHex = isDigit || (97...102).contains(byte) || (65...70).contains(byte)
      hexRun = isHex ? hexRun + 1 : 0
      hexDigits = isHex ? hexDigits + (isDigit ? 1 : 0) : 0
      if run >= 5 || hexRun >= 8 && hexDigits >= 2 { return true }
    }
    // Sentences are data.
    return name.split(separator: " ").count > 6
  }
}
