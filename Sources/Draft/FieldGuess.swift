import Identifiers
import Ingest
import Records

/// What a raw field probably holds, and whether a column of it may stand in the pipeline as it is.
struct FieldGuess: Sendable {
  /// Why a field is not proposed.
  enum Doubt: Hashable, Sendable {
    case empty, ambiguousDate, freeText, personalName, staff, secret, place, attribute, linkable
    case catalogue
    case currency
    case unreadable, partlyUnreadable
    case lookAlikes(Int)
    case longNumbers
  }

  var type: FieldType
  /// The format of times and dates where it is not ISO 8601.
  var format: String?
  /// Both formats where day and month cannot be told apart.
  var twin: String?
  /// Places of a decimal.
  var scale: Int?
  var doubt: Doubt?
  /// Whether the name speaks of consent.
  var isConsent = false
  var distinctCount: Int
  var time: TimeGuess?
  /// Values that the type cannot read.
  var unreadCount = 0

  init(_ field: SampledField, numbers: NumberStyle) {
    type = .text
    distinctCount = field.distinctCount
    let meaning = FieldMeaning.of(field.words)
    guard !field.values.isEmpty else {
      type = if case .typed(let named)? = meaning { named } else { .text }
      doubt = .empty
      return
    }
    isConsent = meaning == .consent && distinctCount <= 5
    if holdsJSON(field) {
      type = .freeText
      doubt = .freeText
    } else if !takeShape(field) {
      take(meaning, field, numbers)
    }
    checkName(field)
    // The language's default for what a column may leave unread is one of a hundred records.
    if doubt == nil, unreadCount * 100 > field.recordCount { doubt = .partlyUnreadable }
  }

  /// Whether the cells hold JSON texts, of which nobody knows what is in them.
  private func holdsJSON(_ field: SampledField) -> Bool {
    field.values.count { $0.first == UInt8(ascii: "{") || $0.first == UInt8(ascii: "[") } * 2
      > field.values.count
  }

  /// Takes what the values are beyond doubt, whatever their field is called.
  private mutating func takeShape(_ field: SampledField) -> Bool {
    let shapes: [(FieldType, ([UInt8]) -> Bool)] = [
      (.email, ValueShape.isEmail), (.ip, ValueShape.isAddress), (.iban, ValueShape.isIBAN),
      (.url, ValueShape.isURL), (.userAgent, ValueShape.isUserAgent),
    ]
    // Four numbers with dots are an address, but not under the name of a version.
    let isVersion = field.words.contains("version")
    for (shape, holds) in shapes
    where !(shape == .ip && isVersion) && field.values.count(where: holds) * 2 > field.values.count
    {
      type = shape
      let reads = shape == .email ? ValueShape.hasMailbox : holds
      if shape != .userAgent { unreadCount = field.values.count { !reads($0) } }
      return true
    }
    return false
  }

  private mutating func take(
    _ meaning: FieldMeaning?, _ field: SampledField, _ numbers: NumberStyle
  ) {
    switch meaning {
    case .typed(let named) where named == .birthDate:
      takeTime(field, numbers, isNamedSo: true)
      if time == nil { doubt = .unreadable }
      type = .birthDate
    case .typed(let named) where named == .email:
      // Named so without being one: a digest or a name. No address, yet still a person.
      type = field.isTruth ? .bool : .account
    case .typed(let named) where named == .ip || named == .iban || named == .url:
      takeValues(field, numbers, meaning)
    case .typed where field.isTruth: type = .bool
    case .typed(let named) where named == .postcode && isDecimal(field, numbers): doubt = .place
    case .typed(let named):
      type = named
      if named == .freeText { doubt = .freeText }
    case .staff:
      type = .name
      doubt = .staff
    case .secret:
      takeValues(field, numbers, meaning)
      doubt = .secret
    case .place:
      takeValues(field, numbers, meaning)
      doubt = .place
    case .attribute:
      takeValues(field, numbers, meaning)
      doubt = .attribute
    case .linkable:
      type = .cookie
      doubt = .linkable
    case .moment:
      takeValues(field, numbers, meaning)
      if type == .text || type == .freeText { doubt = .unreadable }
    case .money, .catalogue, .consent, nil: takeValues(field, numbers, meaning)
    }
  }

  /// Whether the values are numbers with places, as no postcode is.
  private func isDecimal(_ field: SampledField, _ numbers: NumberStyle) -> Bool {
    field.values.contains { $0.contains(numbers.decimal) && !$0.contains(32) }
  }

  // MARK: - By the values

  private mutating func takeValues(
    _ field: SampledField, _ numbers: NumberStyle, _ meaning: FieldMeaning?
  ) {
    if field.isTruth || isTruth(field) {
      type = .bool
      return
    }
    takeTime(field, numbers, isNamedSo: meaning == .moment)
    if time != nil { return }
    if takeNumber(field, numbers, meaning) { return }
    type = .text
    let personal = field.values.count(where: ValueShape.looksPersonal)
    if field.values.count(where: ValueShape.hasCurrency) * 2 > field.values.count {
      type = .money
      doubt = .currency
    } else if field.values.count(where: ValueShape.isLongID) * 2 > field.values.count,
      distinctCount > 20
    {
      type = .cookie
      doubt = .linkable
    } else if personal > 0, meaning != .catalogue || personal * 100 > field.values.count {
      type = .freeText
      doubt = .lookAlikes(personal)
    } else if distinctCount > 20 || distinctCount * 3 > field.filledCount {
      takeOpenText(field, meaning)
    }
  }

  /// Text of many values: from a list of the shop's own by its name, or anything.
  private mutating func takeOpenText(_ field: SampledField, _ meaning: FieldMeaning?) {
    let isShort = field.values.allSatisfy { $0.count <= 64 }
    if meaning == .catalogue, distinctCount <= 5000, isShort { return }
    if meaning == .catalogue {
      doubt = .catalogue
    } else if isDistinct(field), isShort, !field.values.contains(where: { $0.contains(32) }) {
      type = .order
      doubt = .linkable
    } else {
      type = .freeText
      doubt = .freeText
    }
  }

  /// Whether nearly every record has another value.
  private func isDistinct(_ field: SampledField) -> Bool {
    field.values.count >= 20 && distinctCount * 10 >= field.values.count * 9
  }

  private func isTruth(_ field: SampledField) -> Bool {
    let words: Set = ["true", "false", "yes", "no", "y", "n", "ja", "nein", "wahr", "falsch"]
    return distinctCount == 2
      && field.values.allSatisfy {
        words.contains(String(decoding: $0, as: UTF8.self).lowercased())
      }
  }

  private mutating func takeTime(_ field: SampledField, _ numbers: NumberStyle, isNamedSo: Bool) {
    guard let found = TimeGuess(field, numbers: numbers, isNamedSo: isNamedSo) else { return }
    time = found
    type = found.hasTime ? .timestamp : .date
    format = found.format
    twin = found.twin
    unreadCount = found.unreadCount
    if twin != nil { doubt = .ambiguousDate }
  }

  private mutating func takeNumber(
    _ field: SampledField, _ numbers: NumberStyle, _ meaning: FieldMeaning?
  ) -> Bool {
    let hasLeadingZero = field.values.contains {
      $0.count > 1 && $0[0] == 48 && $0.allSatisfy { (48...57).contains($0) }
    }
    if hasLeadingZero {
      if field.values.allSatisfy({ $0.count == 5 && ValueShape.isWhole($0) }), meaning == nil {
        type = .postcode
        return true
      }
      return false
    }
    guard let unread = unread(field, .int, numbers, scale: nil) else {
      return takeDecimal(field, numbers, meaning)
    }
    type = meaning == .money ? .money : .int
    unreadCount = unread
    let isLong = field.values.count { $0.count >= 9 && $0[0] != 45 } * 2 > field.values.count
    if isLong, distinctCount > 20, meaning != .money, meaning != .catalogue {
      type = .account
      doubt = .longNumbers
    } else if isDistinct(field), meaning != .money, meaning != .catalogue, isNamedLikeID(field) {
      type = .order
      doubt = .linkable
    }
    return true
  }

  private func isNamedLikeID(_ field: SampledField) -> Bool {
    guard let last = field.words.last else { return false }
    return ["id", "no", "nr", "number", "nummer", "key", "index", "row", "reference", "ref"]
      .contains { last.hasSuffix($0) }
  }

  private mutating func takeDecimal(
    _ field: SampledField, _ numbers: NumberStyle, _ meaning: FieldMeaning?
  ) -> Bool {
    if meaning == .money, let unread = unread(field, .money, numbers, scale: nil) {
      type = .money
      unreadCount = unread
      return true
    }
    guard let unread = unread(field, .decimal, numbers, scale: 9) else { return false }
    type = .decimal
    unreadCount = unread
    let places = field.values.map { value in
      value.lastIndex(of: numbers.decimal).map { value.count - $0 - 1 } ?? 0
    }
    scale = min(9, max(2, places.max() ?? 2))
    return true
  }

  /// Returns how many values the type cannot read, or `nil` when they are more than one of fifty.
  private func unread(
    _ field: SampledField, _ type: FieldType, _ numbers: NumberStyle, scale: Int?
  ) -> Int? {
    guard let zone = Zone(named: "UTC") else { return nil }
    for limit in [20, SampledField.valueLimit] {
      var reader = ValueReader(type: type, format: nil, numbers: numbers, scale: scale, zone: zone)
      var faults = ValueFaults()
      let cells = field.cells(limit)
      _ = reader.read(cells, faults: &faults)
      if faults.entries.count * 50 > cells.cells.count { return nil }
      if limit > 20 { return faults.entries.count }
    }
    return nil
  }

  /// The compiler's guard by name: a plain type under a personal name is an error.
  private mutating func checkName(_ field: SampledField) {
    let names = (RawPath(parsing: field.path)?.telltaleNames ?? []) + field.names.suffix(1)
    guard type.identifierClass == .plain, doubt == nil, type != .bool,
      names.contains(where: PersonalName.holds)
    else { return }
    doubt = .personalName
  }
}
