import PipelineFile
import Records

/// One source of a draft: files of one shape, their fields and what each probably holds.
struct SourceGuess: Sendable {
  var name: String
  var files: String
  var file: SampledFile
  private(set) var guesses: [FieldGuess] = []
  private(set) var holding: SourcePlan.Holding = .purchase
  /// Position of the field that tells persons apart best.
  private(set) var person: Int?
  /// Position of the field that says when it happened.
  private(set) var clock: Int?

  init(name: String, files: String, file: SampledFile) {
    self.name = name
    self.files = files
    self.file = file
    if case .csv = file.format.reading.format {
      self.file.format.reading.numbers = NumberGuess(file.fields).style
    }
    let numbers = self.file.format.reading.numbers
    guesses = file.fields.map { field in
      var guess = FieldGuess(field, numbers: numbers)
      if isAccessLog, let known = AccessLogField(rawValue: field.path) {
        guess.type = known.type
        guess.format = nil
        guess.doubt = field.values.isEmpty ? .empty : nil
      }
      return guess
    }
    holding = guessedHolding()
    person = guessedPerson()
    clock = guessedClock()
  }

  var isAccessLog: Bool {
    if case .accessLog = file.format.reading.format { return true }
    return false
  }

  /// Whether two files are one source: the same columns, read alike.
  static func isSameShape(_ first: SampledFile, _ second: SampledFile) -> Bool {
    switch (first.format.reading.format, second.format.reading.format) {
    case (.ndjson, .ndjson): return true
    case (.accessLog(let first), .accessLog(let second)): return first == second
    case (.csv(let one), .csv(let other)):
      return one.delimiter == other.delimiter && one.names == other.names
        && first.fields.map(\.path) == second.fields.map(\.path)
    default: return false
    }
  }

  /// Adds the fields of another file of the same shape.
  static func merge(_ other: SampledFile, into file: inout SampledFile) {
    for field in other.fields {
      guard let index = file.fields.firstIndex(where: { $0.path == field.path }) else {
        file.fields.append(field)
        continue
      }
      let room = max(0, SampledField.valueLimit - file.fields[index].values.count)
      file.fields[index].values += field.values.prefix(room)
      file.fields[index].filledCount += field.filledCount
      file.fields[index].isTruth = file.fields[index].isTruth && field.isTruth
    }
    file.recordCount += other.recordCount
    for index in file.fields.indices { file.fields[index].recordCount = file.recordCount }
    file.isCut = file.isCut || other.isCut
    // One day without umlauts reads as UTF-8; the other days know better.
    if case .csv(var csv) = file.format.reading.format,
      case .csv(let theirs) = other.format.reading.format, csv.encoding != theirs.encoding
    {
      csv.encoding =
        [csv.encoding, theirs.encoding].contains(.windows1252) ? .windows1252 : .latin1
      file.format.reading.format = .csv(csv)
    }
  }

  // MARK: - Guesses about the whole

  private func guessedHolding() -> SourcePlan.Holding {
    if isAccessLog { return .tracking }
    var tracking = 0
    var purchase = 0
    var orders = 0
    var master = 0
    for (field, guess) in zip(file.fields, guesses) {
      switch guess.type {
      case .cookie where guess.doubt != .linkable: tracking += 2
      case .userAgent: tracking += 2
      case .url, .ip: tracking += 1
      case .order where guess.doubt != .linkable: orders = 2
      case .money: purchase += 1
      case .name, .street, .birthDate, .phone: master += 1
      default: break
      }
      if guess.doubt == .attribute { master += 1 }
      let words = field.words
      if words.contains(where: { ["quantity", "qty", "menge", "anzahl"].contains($0) }) {
        purchase += 2
      }
      if words.contains(where: { ["event", "session", "page", "utm"].contains($0) }) {
        tracking += 1
      }
    }
    purchase += orders
    if tracking >= max(purchase, master), tracking > 0 { return .tracking }
    return purchase > 0 && purchase * 2 >= master ? .purchase : master > 0 ? .master : .purchase
  }

  private func guessedPerson() -> Int? {
    let ranks: [FieldType: Int] = [.email: 4, .account: 3, .cookie: 2]
    let visits: Set = ["session", "sessionid", "sess", "visit", "visitid", "sitzung"]
    var best: (index: Int, rank: Int, count: Int)?
    for (index, guess) in guesses.enumerated() where guess.doubt == nil && !isAccessLog {
      guard var rank = ranks[guess.type], guess.distinctCount > 1 else { continue }
      // Several visits are one person.
      if guess.type == .cookie, !visits.isDisjoint(with: file.fields[index].words) { rank = 1 }
      let count = file.fields[index].filledCount
      // A field that is filled now and then tells few persons apart.
      guard count * 4 >= file.recordCount else { continue }
      if rank > best?.rank ?? 0 || rank == best?.rank && count > best?.count ?? 0 {
        best = (index, rank, count)
      }
    }
    return best?.index
  }

  private static let preferred: Set = [
    "ordered", "order", "created", "bestelldatum", "bestellzeit", "bestell", "event", "timestamp",
    "ts", "invoice", "rechnungsdatum", "server", "collector", "purchase", "occurred", "datetime",
  ]
  private static let avoided: Set = [
    "updated", "modified", "shipped", "paid", "cancelled", "fulfilled", "stock", "sent", "first",
    "previous", "etl", "due", "received", "expires", "start", "end", "birth",
  ]

  private func guessedClock() -> Int? {
    // Master data lies there for years: its dates are no events of the night.
    guard holding != .master else { return nil }
    if isAccessLog { return file.fields.firstIndex { $0.path == AccessLogField.time.rawValue } }
    var best: (index: Int, score: Int)?
    for (index, guess) in guesses.enumerated() {
      guard let time = guess.time, guess.doubt == nil,
        guess.type == .timestamp || guess.type == .date,
        time.unreadCount * 100 <= file.fields[index].values.count,
        file.fields[index].filledCount * 100 >= file.recordCount * 99
      else { continue }
      let words = Set(file.fields[index].words)
      var score = guess.type == .timestamp ? 2 : 0
      if !words.isDisjoint(with: SourceGuess.preferred) { score += 4 }
      if !words.isDisjoint(with: SourceGuess.avoided) { score -= 4 }
      if score > best?.score ?? Int.min { best = (index, score) }
    }
    return best?.index
  }
}
