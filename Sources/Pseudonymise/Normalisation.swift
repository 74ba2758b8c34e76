import Bytes
package import Records

/// How the values of a domain are brought into their one spelling before they are hashed.
package enum Normalisation: Int, Sendable {
  case email
  case phone
  case ip
  case iban
  case card
  case integer
  /// Strict UTF-8 in composed form (NFC), else as it is.
  case text

  /// The way of the values declared as `type`.
  package init(of type: FieldType) {
    switch type {
    case .email: self = .email
    case .phone: self = .phone
    case .ip: self = .ip
    case .iban: self = .iban
    case .card: self = .card
    case .int: self = .integer
    default: self = .text
    }
  }

  /// What became of one value.
  package enum Outcome: Hashable, Sendable {
    /// The normalised bytes were appended; there may be none of them only after `absent`.
    case present
    /// The value is empty or `-`: null, not a token.
    case absent
    /// The value cannot be normalised; what was appended is to be taken back.
    case fault(Rule)
  }

  /// The most bytes that a hashed message may have, and so a value.
  package static let sizeLimitInBytes = 65_535

  /// Whether the `count` bytes at `start` are present and known at first sight to be their own
  /// normalised form; the others are to be appended to find out.
  @inline(__always)
  package func keeps(_ bytes: Span<UInt8>, from start: Int, count: Int) -> Bool {
    guard case .text = self, count > 1, count <= Normalisation.sizeLimitInBytes else {
      return false
    }
    return isASCII(bytes, from: start, to: start &+ count)
  }

  /// Appends the normalised form of `value` to `bytes`, on a fault perhaps a part of it.
  package func append(_ value: Span<UInt8>, to bytes: inout [UInt8]) -> Outcome {
    if value.count == 0 || (value.count == 1 && value[0] == UInt8(ascii: "-")) { return .absent }
    guard value.count <= Normalisation.sizeLimitInBytes else { return .fault(.limit) }
    let isPlain = isASCII(value, from: 0, to: value.count)
    if !isPlain, !isValidUTF8(value, from: 0, to: value.count) { return .fault(.encoding) }
    switch self {
    case .text:
      if !isPlain { return appendComposed(value, lowercased: false, to: &bytes) }
      bytes.append(copying: value)
      return .present
    case .email: return Normalisation.appendEmail(value, isASCII: isPlain, to: &bytes)
    case .ip: return Normalisation.appendAddress(value, isASCII: isPlain, to: &bytes)
    case .phone: return Normalisation.appendPhone(value, to: &bytes)
    case .iban: return Normalisation.appendIBAN(value, to: &bytes)
    case .card: return Normalisation.appendCard(value, to: &bytes)
    case .integer: return Normalisation.appendInteger(value, to: &bytes)
    }
  }
}
