import Diagnostics
import Records

// `read`: which files, and how their bytes are read.
extension Compilation {
  struct BoundReading {
    var reading: Reading
    var files: String
    var missingIsFine: Bool
    var damage: SourcePlan.Damage
    var badRecordLimit: SourcePlan.BadRecordLimit
  }

  private static let csvOptions = [
    "delimiter", "quote", "decimal", "thousands", "encoding", "header", "null", "trim",
  ]

  func bindReading(_ entry: YAMLNode.Entry) -> BoundReading? {
    guard let keys = keyed(entry.value, .read, owner: "'read'", at: entry.keyRange) else {
      return nil
    }
    let formats = ["access_log", "csv", "ndjson"]
    let name = keys["format"].flatMap { word($0.value, of: "format", among: formats) }
    var reading: Reading?
    switch name {
    case "access_log":
      let layout = keys["layout"].map { word($0.value, of: "layout", Reading.Layout.self) }
      reading = Reading(format: .accessLog((layout ?? .combined) ?? .combined))
    case "csv": reading = bindCSV(keys)
    case "ndjson": reading = Reading(format: .ndjson)
    default: break
    }
    if let name {
      for option in Self.csvOptions where name != "csv" {
        if let key = keys[option] {
          report(
            .settingNotHere, "'\(option)' says nothing for format '\(name)'", at: key.keyRange,
            label: "an option of csv", fix: "delete it")
        }
      }
      if name != "access_log", let key = keys["layout"] {
        report(
          .settingNotHere, "'layout' says nothing for format '\(name)'", at: key.keyRange,
          label: "an option of access_log", fix: "delete it")
      }
    }
    let files = keys["files"].flatMap { filePattern($0.value) }
    if files == "-", let entry = keys["files"] { takeStandardInput(at: entry.value.range) }
    let missing = keys["missing"].flatMap { word($0.value, of: "missing", among: ["ok"]) }
    let damage = keys["damaged"].flatMap {
      word($0.value, of: "damaged", SourcePlan.Damage.self)
    }
    let limit = keys["max_bad_records"].map { badRecordLimit($0.value) } ?? .share(10_000)
    guard let reading else { return nil }
    return BoundReading(
      reading: reading, files: files ?? "", missingIsFine: missing == "ok",
      damage: damage ?? .stop, badRecordLimit: limit)
  }

  private func badRecordLimit(_ node: YAMLNode) -> SourcePlan.BadRecordLimit {
    guard let text = text(node, of: "max_bad_records") else { return .number(0) }
    if let share = share(text) { return .share(share) }
    if let number = Int(text), number >= 0, text.first != "+" { return .number(number) }
    report(
      .illegalValue, "'max_bad_records' cannot be '\(text)'", at: node.range,
      label: "a share such as 0.1% or a number of records")
    return .number(0)
  }

  // MARK: - CSV

  private func bindCSV(_ keys: Keyed) -> Reading {
    var csv = Reading.CSV()
    var numbers = NumberStyle()
    if let delimiter = keys["delimiter"].flatMap({ self.delimiter($0.value) }) {
      csv.delimiter = delimiter
    }
    if let entry = keys["quote"], let text = anyText(entry.value, of: "quote") {
      let bytes = Array(text.utf8)
      if text == "none" {
        csv.quote = nil
      } else if bytes.count == 1, bytes[0] > 32, bytes[0] < 127, csv.delimiter != bytes {
        csv.quote = bytes[0]
      } else {
        report(
          .illegalValue, "'quote' cannot be this text", at: entry.value.range,
          label: "one ASCII sign other than the delimiter, or none")
      }
    }
    if let entry = keys["decimal"],
      let text = word(entry.value, of: "decimal", among: [".", ","])
    {
      numbers.decimal = text == "," ? UInt8(ascii: ",") : UInt8(ascii: ".")
    }
    if let entry = keys["thousands"], let text = anyText(entry.value, of: "thousands") {
      let bytes = Array(text.utf8)
      let isDigit = bytes.contains { (48...57).contains($0) || $0 == 45 || $0 == 43 }
      if (1...4).contains(bytes.count), text.unicodeScalars.count == 1, !isDigit,
        bytes != [numbers.decimal]
      {
        numbers.thousands = bytes
      } else {
        report(
          .illegalValue, "'thousands' cannot be this text", at: entry.value.range,
          label: "one sign, no digit and not the decimal sign")
      }
    }
    if let entry = keys["encoding"] {
      csv.encoding = word(entry.value, of: "encoding", Reading.Encoding.self) ?? .utf8
    }
    if let entry = keys["header"] { csv.names = header(entry.value) }
    if let entry = keys["null"], let nodes = list(entry.value, of: "null", mayBeEmpty: true) {
      csv.nulls = nodes.compactMap { node in
        // Here a bare null is the word, and "" the empty text.
        if let text = node.scalar { return Array(text.utf8) }
        report(.wrongShape, "'null' holds \(node.shape)", at: node.range, label: "expected a text")
        return nil
      }
    }
    if let entry = keys["trim"] { csv.trims = bool(entry.value, of: "trim") ?? false }
    return Reading(format: .csv(csv), numbers: numbers)
  }

  /// Returns the bytes between two cells; reports what cannot stand there.
  func delimiter(_ node: YAMLNode) -> [UInt8]? {
    guard let text = anyText(node, of: "delimiter") else { return nil }
    let bytes = text == "tab" || text == "\\t" ? [9] : Array(text.utf8)
    if (1...4).contains(bytes.count), !bytes.contains(where: { [10, 13, 34, 0].contains($0) }) {
      return bytes
    }
    report(
      .illegalValue, "'delimiter' cannot be this text", at: node.range, label: "one sign, or tab")
    return nil
  }

  private func header(_ node: YAMLNode) -> [String]? {
    if node.scalar == "true" { return nil }
    guard node.sequence != nil else {
      report(
        .illegalValue, "'header' is neither true nor a list of names", at: node.range,
        label: "the file's names, where it has no header",
        fix: "write  header: [<first column>, <second column>, ...]")
      return nil
    }
    var names: [String] = []
    for node in list(node, of: "header") ?? [] {
      guard let name = text(node, of: "header") else { continue }
      if names.contains(name) {
        report(.nameTaken, "raw field '\(name)' stands twice", at: node.range, fix: "rename one")
      } else {
        names.append(name)
      }
    }
    return names
  }

  // MARK: - Files

  /// Reports a second source that would read standard input after the first has read it to its end.
  private func takeStandardInput(at range: SourceRange) {
    guard let first = standardInput else {
      standardInput = range
      return
    }
    report(
      .illegalFiles, "two sources read standard input", at: range, label: "nothing is left for it",
      notes: [Diagnostic.Note("read to its end here", at: first)],
      fix: "write a pattern below the input folder")
  }

  /// Returns the pattern of file names; reports what cannot be matched.
  func filePattern(_ node: YAMLNode) -> String? {
    guard let text = text(node, of: "files") else { return nil }
    if text == "-" { return text }
    var fault: String?
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if text.hasPrefix("/") {
      fault = "an absolute path"
    } else if parts.contains("..") {
      fault = "'..' leads out of the input folder"
    } else if text.hasSuffix("/") {
      fault = "a folder, no files"
    } else if parts.contains(where: { $0.hasPrefix(".") }) {
      fault = "dotfiles are never read"
    }
    if fault == nil { fault = dateFault(in: text) }
    if let fault {
      report(
        .illegalFiles, "'files' cannot match anything", at: node.range, label: fault,
        fix: "write a pattern below the input folder, such as  \"orders-{date}*.csv.gz\"")
      return nil
    }
    return text
  }

  /// Returns what is wrong with the braces of a file pattern, or `nil`.
  private func dateFault(in text: String) -> String? {
    var rest = text[...]
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
        return "a brace that stands alone"
      }
      let inside = rest[rest.index(after: open)..<close]
      rest = rest[rest.index(after: close)...]
      if inside == "date" { continue }
      guard inside.hasPrefix("date:") else { return "braces hold {date} or {date:<pattern>} only" }
      let pattern = inside.dropFirst(5)
      var letters: [String] = []
      var isLegal = !pattern.isEmpty
      for character in pattern {
        if character.isLetter {
          if letters.last?.first == character {
            letters[letters.count - 1].append(character)
          } else {
            letters.append(String(character))
          }
        } else {
          letters.append("")
          if character == "'" || character == "{" { isLegal = false }
        }
      }
      let words = letters.filter { !$0.isEmpty }
      let legal: Set = ["yyyy", "yy", "MM", "M", "dd", "d"]
      if !isLegal || words.isEmpty || !words.allSatisfy({ legal.contains($0) }) {
        return "a date pattern is made of yyyy yy MM M dd d"
      }
    }
    return nil
  }
}
