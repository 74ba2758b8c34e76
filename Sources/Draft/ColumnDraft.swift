import Identifiers
import PipelineFile
import Records

/// One line of a draft's fields: a column that is proposed, or one that is only shown.
struct ColumnDraft: Sendable {
  var name: String
  /// The raw path.
  var path: String
  var type: FieldType
  /// The entry as it stands in the file, without indentation.
  var entry: String
  /// What is said beside it.
  var comment: String
  /// Whether the entry counts; others are commented out.
  var isActive: Bool

  /// Makes the line of a field.
  ///
  /// `key` is the key's name if the source's persons get tokens; only `isPerson` takes one.
  init(
    _ field: SampledField, _ guess: FieldGuess, name: String, isAccessLog: Bool, key: String?,
    isPerson: Bool, unit: String
  ) {
    self.name = name
    path = field.path
    type = guess.type
    let needsToken = isPerson || guess.type == .order
    let treatment =
      isAccessLog && field.path == AccessLogField.protocol.rawValue
      ? ColumnDraft.protocols
      : ColumnDraft.treatment(
        guess, field, key: needsToken || guess.type == .account ? key : nil, unit: unit)
    var parts: [String] = []
    if name != field.path { parts.append("from: \(YAMLQuoting.scalar(field.path))") }
    if !isAccessLog {
      parts.append("type: \(guess.type.rawValue)")
      if let format = guess.format { parts.append("format: \(YAMLQuoting.scalar(format))") }
      if let scale = guess.scale, guess.type == .decimal { parts.append("scale: \(scale)") }
    }
    if let treatment { parts.append("treat: \(treatment)") }
    if guess.type == .text, guess.distinctCount > 250, !isAccessLog {
      parts.append("distinct: \(ColumnDraft.limit(guess.distinctCount))")
    }
    parts.append("for: analysis")
    entry = "\(name): {\(parts.joined(separator: ", "))}"
    var reason = ColumnDraft.reason(guess, isPerson: isPerson)
    if reason == nil, guess.type.identifierClass == .plain, PersonalName.holds(name) {
      reason = "the name reads like an identifier; treat with keep: \"<why it is none>\""
    }
    isActive = reason == nil
    comment = [reason, ColumnDraft.remark(field, guess)].compactMap { $0 }.joined(separator: "; ")
  }

  /// Whoever asks writes the protocol; a list keeps it from growing beyond what a column may hold.
  private static let protocols = "{one_of: [HTTP/1.0, HTTP/1.1, HTTP/2.0, HTTP/3.0]}"

  /// Returns the first of 1, 2, 5, 10, … thousand that is four times the number seen.
  private static func limit(_ count: Int) -> Int {
    [1000, 2000, 5000, 10_000, 20_000].first { $0 >= count * 4 } ?? 50_000
  }

  private static func treatment(
    _ guess: FieldGuess, _ field: SampledField, key: String?, unit: String
  ) -> String? {
    switch guess.type {
    case .email, .account, .cookie, .order:
      key.map { "{pseudonym: \($0)}" } ?? "{present: true}"
    case .phone, .name, .street, .iban, .card: "{present: true}"
    case .ip: "{subnet: {v4: 24, v6: 48}}"
    case .postcode: "{prefix: 2}"
    case .city: "{keep: \"<why it is needed>\"}"
    case .birthDate: "{age: {bands: [18, 25, 35, 50, 65]}}"
    case .userAgent: "{agent: family}"
    case .url: isReferrer(field) ? "{host: registrable}" : "{url: {keep: [path]}}"
    case .freeText: "{present: true}"
    case .timestamp: "{floor: \(unit)}"
    case .text, .int, .decimal, .money, .bool, .date: nil
    }
  }

  private static func isReferrer(_ field: SampledField) -> Bool {
    field.words.contains { $0.hasPrefix("ref") }
  }

  /// Returns why a field is not proposed, or `nil` when it is.
  private static func reason(_ guess: FieldGuess, isPerson: Bool) -> String? {
    switch guess.doubt {
    case .empty: return "empty in the sample"
    case .ambiguousDate: return "day or month first? see below"
    case .freeText: return "free text may say anything; present tells whether there is any"
    case .catalogue: return "many or long texts; if it is a closed list, declare it text"
    case .personalName:
      return "the name reads like an identifier; treat with keep: \"<why it is none>\""
    case .staff: return "a person of the staff"
    case .secret: return "a secret; it has no place in any dataset"
    case .place: return "a point on the map finds one household"
    case .attribute: return "says something about the person; only where a purpose needs it"
    case .linkable: return "points at one record, click or visit"
    case .currency: return "amounts with a currency sign are not read; export bare numbers"
    case .unreadable: return "in no format that could be told"
    case .partlyUnreadable: return "too many values of another form; see max_bad_records"
    case .lookAlikes(let count):
      return "\(count) \(count == 1 ? "value looks" : "values look") like identifiers of persons"
    case .longNumbers: return "long numbers: of phones, cards, customers?"
    case nil: break
    }
    switch guess.type {
    case .ip: return nil
    case .city: return "city and date together single people out; region or country say enough"
    case _ where guess.type.identifierClass == .direct && !isPerson:
      return "direct identifier; leaves only as pseudonym or present"
    default: return nil
    }
  }

  /// Returns what else is worth knowing: numbers, never values.
  private static func remark(_ field: SampledField, _ guess: FieldGuess) -> String? {
    var remarks: [String] = []
    if field.filledCount < field.recordCount, field.filledCount > 0 {
      remarks.append("in \(field.filledCount) of \(field.recordCount) records")
    }
    if guess.type == .text, guess.doubt != .empty {
      remarks.append(
        guess.distinctCount == 1 ? "1 value" : "\(guess.distinctCount) different values")
    }
    if guess.unreadCount > 0 { remarks.append("\(guess.unreadCount) cannot be read") }
    return remarks.isEmpty ? nil : remarks.joined(separator: ", ")
  }
}
