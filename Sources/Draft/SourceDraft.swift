import PipelineFile
import Records

/// The text of one source in a draft.
struct SourceDraft: Sendable {
  let guess: SourceGuess
  /// The key under which the source's persons get tokens, if any.
  let key: (name: String, rotation: String)?
  let columns: [ColumnDraft]
  /// Position in `columns` of the one that becomes a token.
  let personColumn: Int?

  init(_ guess: SourceGuess) {
    self.guess = guess
    let key = SourceDraft.key(of: guess)
    self.key = key
    var taken: Set<String> = []
    let unit = guess.holding == .tracking ? "hour" : "day"
    var columns: [ColumnDraft] = []
    var personColumn: Int?
    for (position, field) in guess.file.fields.enumerated() {
      let name = SourceDraft.name(for: field, isAccessLog: guess.isAccessLog, taken: &taken)
      if position == guess.person { personColumn = columns.count }
      let column = ColumnDraft(
        field, guess.guesses[position], name: name, isAccessLog: guess.isAccessLog,
        key: key?.name, isPerson: position == guess.person, unit: unit)
      columns.append(column)
      if guess.guesses[position].twin != nil {
        var other = guess.guesses[position]
        other.format = other.twin
        var second = ColumnDraft(
          field, other, name: name, isAccessLog: false, key: nil, isPerson: false, unit: unit)
        second.comment = "or so"
        columns.append(second)
      }
    }
    if guess.isAccessLog, let visitor = SourceDraft.visitor(of: guess, key: key?.name) {
      personColumn = columns.count
      columns.append(visitor)
    }
    if !columns.contains(where: \.isActive) {
      columns += SourceDraft.presence(guess, taken: &taken)
    }
    self.columns = columns
    self.personColumn = personColumn
  }

  // MARK: - Columns

  private static func key(of guess: SourceGuess) -> (name: String, rotation: String)? {
    if guess.isAccessLog { return ("device", "day") }
    guard let person = guess.person else { return nil }
    switch guess.guesses[person].type {
    case .email: return ("person", "quarter")
    case .account: return ("customer", "quarter")
    default: return ("visitor", "day")
    }
  }

  private static let accessLogNames = [
    "time": "hour", "target": "page", "referrer": "referrer_host", "user_agent": "browser",
    "ip": "network",
  ]

  /// Returns a name for the column that no other of the source has.
  private static func name(
    for field: SampledField, isAccessLog: Bool, taken: inout Set<String>
  ) -> String {
    if isAccessLog {
      let name = accessLogNames[field.path] ?? field.path
      taken.insert(name)
      return name
    }
    for depth in 1...max(1, field.names.count) {
      let name = FieldName.column(field.names, depth: depth)
      if taken.insert(name).inserted { return name }
    }
    let name = FieldName.column(field.names, depth: 1)
    var number = 2
    while !taken.insert("\(name)_\(number)").inserted { number += 1 }
    return "\(name)_\(number)"
  }

  /// The visitor of an access log: address and browser together.
  private static func visitor(of guess: SourceGuess, key: String?) -> ColumnDraft? {
    guard let key,
      let field = guess.file.fields.first(where: { $0.path == AccessLogField.ip.rawValue }),
      let position = guess.file.fields.firstIndex(where: { $0.path == field.path })
    else { return nil }
    var column = ColumnDraft(
      field, guess.guesses[position], name: "visitor", isAccessLog: true, key: key, isPerson: true,
      unit: "hour")
    let hasAgent = guess.file.fields.contains { $0.path == AccessLogField.userAgent.rawValue }
    let from = hasAgent ? "{all: [ip, user_agent]}" : "ip"
    column.entry = "visitor: {from: \(from), treat: {pseudonym: \(key)}, for: analysis}"
    column.comment = "counts devices of one day"
    return column
  }

  /// Columns that only say whether something is there, so that the source has any.
  private static func presence(
    _ guess: SourceGuess, taken: inout Set<String>
  ) -> [ColumnDraft] {
    for (field, found) in zip(guess.file.fields, guess.guesses) {
      let name = "has_" + FieldName.column(field.names, depth: 1)
      guard taken.insert(name).inserted else { continue }
      var column = ColumnDraft(
        field, found, name: name, isAccessLog: guess.isAccessLog, key: nil, isPerson: false,
        unit: "day")
      let type =
        [FieldType.date, .birthDate, .timestamp, .int, .decimal, .money, .bool]
          .contains(found.type) ? FieldType.freeText : found.type
      column.entry =
        "\(name): {from: \(YAMLQuoting.scalar(field.path)), type: \(type.rawValue), "
        + "treat: {present: true}, for: analysis}"
      column.comment = "no field could leave without a decision of yours"
      column.isActive = true
      return [column]
    }
    return []
  }

  // MARK: - Text

  /// The source as it stands in the section `sources`.
  var text: String {
    var text = "  \(guess.name):\n"
    text += "    holds: \(guess.holding.rawValue)   # guessed: master, purchase or tracking\n"
    text += reading
    text += clock
    for (field, found) in zip(guess.file.fields, guess.guesses) where found.isConsent {
      let yes = field.isTruth ? "true" : "\"<the text that means yes>\""
      text +=
        "    # consent: {field: \(YAMLQuoting.scalar(field.path)), equals: \(yes)}"
        + "   # needed where a purpose rests on consent\n"
    }
    if guess.holding == .tracking, columns.contains(where: { $0.isActive && $0.type == .cookie }) {
      text +=
        "    # A cookie needs consent (§ 25 TDDDG), or  necessary: \"<reason>\"  if it is strictly so.\n"
    }
    text += "    fields:\n"
    for column in columns {
      let comment = column.comment.isEmpty ? "" : "   # \(column.comment)"
      text += column.isActive ? "      " : "      # "
      text += column.entry + comment + "\n"
    }
    if !guess.file.remarks.isEmpty {
      text += "      # Also in the files, and dropped:\n"
      for remark in guess.file.remarks { text += "      #   \(SourceDraft.printable(remark))\n" }
    }
    text += derived
    return text
  }

  /// A remark on one line, without signs that would leave the comment.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          scalar.value < 0x20 || scalar.properties.generalCategory == .control
            || scalar.properties.generalCategory == .lineSeparator
            || scalar.properties.generalCategory == .paragraphSeparator ? " " : scalar
        }))
  }

  private var reading: String {
    var lines: [String] = []
    switch guess.file.format.reading.format {
    case .accessLog(let layout):
      lines += ["format: access_log", "layout: \(layout.rawValue)"]
    case .ndjson: lines.append("format: ndjson")
    case .csv(let csv):
      lines.append("format: csv")
      let delimiter = String(decoding: csv.delimiter, as: UTF8.self)
      if delimiter != "," {
        lines.append("delimiter: " + (delimiter == "\t" ? "tab" : YAMLQuoting.quoted(delimiter)))
      }
      if csv.quote != UInt8(ascii: "\"") {
        lines.append(
          "quote: " + (csv.quote.map { YAMLQuoting.quoted(String(UnicodeScalar($0))) } ?? "none"))
      }
      let numbers = guess.file.format.reading.numbers
      if numbers.decimal == UInt8(ascii: ",") { lines.append("decimal: \",\"") }
      if !numbers.thousands.isEmpty {
        lines.append(
          "thousands: " + YAMLQuoting.quoted(String(decoding: numbers.thousands, as: UTF8.self)))
      }
      if csv.encoding != .utf8 { lines.append("encoding: \(csv.encoding.rawValue)") }
      if let names = csv.names {
        lines.append("header: [\(names.map(YAMLQuoting.scalar).joined(separator: ", "))]")
      }
    }
    lines.append("files: " + YAMLQuoting.quoted(guess.files) + "   # below the folder of --input")
    for note in guess.file.format.notes { lines.append("# " + note) }
    if guess.file.format.notes.contains(where: { $0.hasSuffix("rejected") }) {
      lines.append("# max_bad_records: 1%   # the default; beyond it a run publishes nothing")
    }
    return "    read:\n" + lines.map { "      \($0)\n" }.joined()
  }

  private var clock: String {
    guard let position = guess.clock else {
      return "    clock: run   # no field could be taken for the time of the event\n"
    }
    let field = guess.file.fields[position]
    let found = guess.guesses[position]
    var text = "    clock: "
    if let format = found.format, !guess.isAccessLog {
      text +=
        "{from: \(YAMLQuoting.scalar(field.path)), format: \(YAMLQuoting.scalar(format))}\n"
    } else {
      text += YAMLQuoting.scalar(field.path) + "\n"
    }
    // A file of one day is read on its day.
    let isDaily = guess.files.contains("{date}") || guess.files.contains("dd}")
    if !isDaily, let span = found.time?.spanInDays, span > 6 {
      text +=
        "    window: \(span + 7)d   # the sample spans \(span) days; what lies further back than "
        + "the window is late\n"
    }
    return text
  }

  /// A total to reckon, where there are a quantity and a price.
  private var derived: String {
    let active = columns.filter(\.isActive)
    let quantity = active.first { column in
      column.type == .int
        && ["quantity", "qty", "menge", "anzahl"].contains { column.name.hasSuffix($0) }
        && !column.name.contains("total")
    }
    let price = active.first { column in
      column.type == .money && ["price", "preis"].contains { column.name.contains($0) }
        && !["total", "gesamt"].contains { column.name.contains($0) }
    }
    guard let quantity, let price else { return "" }
    return "    # derive:\n    #   line_total: \(quantity.name) * \(price.name)\n"
  }

  /// The source's fields and what the draft does with them, for `--json`.
  var json: JSONText {
    .members([
      "name": .string(guess.name), "files": .string(guess.files),
      "holds": .string(guess.holding.rawValue), "records": .integer(guess.file.recordCount),
      "fields": .array(
        columns.map { column in
          .members([
            "raw": .string(column.path), "column": .string(column.name),
            "type": .string(column.type.rawValue),
            "class": .string(column.type.identifierClass.rawValue),
            "proposed": .boolean(column.isActive), "comment": .string(column.comment),
          ])
        }),
    ])
  }
}
