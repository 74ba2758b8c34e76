/// The declared type of a raw field: what the shop says the bytes mean.
///
/// The names are those of a pipeline file; Engine's page Language lists them with their classes.
package enum FieldType: String, CaseIterable, Hashable, Sendable {
  case email, phone, name, street, ip, account, order, cookie, iban, card
  case postcode, city, url, timestamp
  case birthDate = "birth_date"
  case userAgent = "user_agent"
  case freeText = "free_text"
  case text, int, decimal, money, bool, date

  /// How closely a type points at a person, which decides how its values may leave.
  package enum Class: String, Sendable {
    /// Leaves only as a pseudonym, as `present`, or (an address) as a subnet.
    case direct = "direct identifier"
    /// Leaves only treated.
    case quasi = "quasi-identifier"
    /// May leave as it is, within the guards.
    case plain
  }

  package var identifierClass: Class {
    switch self {
    case .email, .phone, .name, .street, .ip, .account, .order, .cookie, .iban, .card: .direct
    case .postcode, .city, .birthDate, .userAgent, .url, .freeText, .timestamp: .quasi
    case .text, .int, .decimal, .money, .bool, .date: .plain
    }
  }

  /// The form in which values of this type are held before any treatment.
  ///
  /// `scale` is the declared number of places; `nil` takes the type's own (money 2, decimal 6).
  package func form(scale: Int? = nil) -> ValueForm {
    switch self {
    case .int: .integer
    case .decimal: .decimal(scale: scale ?? 6, keepsPlaces: false)
    case .money: .decimal(scale: scale ?? 2, keepsPlaces: true)
    case .bool: .boolean
    case .date, .birthDate: .date
    case .timestamp: .timestamp
    default: .text
    }
  }
}
