import Bytes
package import Records

/// An identifier that somebody gave, ready to be hashed under any key of its domain.
///
/// The same message as the one that a run hashes for it: normalised, and for a tuple framed part by
/// part. For single values outside a run; a run's way is `Pseudonymiser`.
package struct HashedIdentifier: Sendable {
  /// The domain: the type's name, or `tuple`.
  package let domain: String

  private let message: [UInt8]

  /// Normalises a value of a single field; `nil` when it is empty or cannot be normalised.
  package init?(_ value: String, of type: FieldType) {
    var bytes: [UInt8] = []
    guard Normalisation(of: type).append(Array(value.utf8).span, to: &bytes) == .present else {
      return nil
    }
    domain = type.rawValue
    message = type == .int ? HashedIdentifier.decimal(bytes) : bytes
  }

  /// An integer as a run hashes it, which reads it as a number first: without plus and leading
  /// zeros.
  private static func decimal(_ digits: [UInt8]) -> [UInt8] {
    let isNegative = digits.first == UInt8(ascii: "-")
    let isSigned = isNegative || digits.first == UInt8(ascii: "+")
    let value = digits.dropFirst(isSigned ? 1 : 0).drop { $0 == UInt8(ascii: "0") }
    if value.isEmpty { return [UInt8(ascii: "0")] }
    return (isNegative ? [UInt8(ascii: "-")] : []) + value
  }

  /// Joins the parts of a tuple, in the order of its fields; a part that is `nil` or empty is
  /// missing.
  ///
  /// `nil` when all parts are missing or one cannot be normalised.
  package init?(all parts: [(type: FieldType, value: String?)]) {
    var bytes: [UInt8] = []
    var isPresent = false
    for part in parts {
      appendFramed(Array(part.type.rawValue.utf8), to: &bytes)
      var value: [UInt8] = []
      switch Normalisation(of: part.type).append(Array((part.value ?? "").utf8).span, to: &value) {
      case .present: isPresent = true
      case .absent: value = []
      case .fault: return nil
      }
      appendFramed(value, to: &bytes)
    }
    guard isPresent, bytes.count <= Normalisation.sizeLimitInBytes else { return nil }
    domain = "tuple"
    message = bytes
  }

  /// Returns the token under the key of an epoch.
  package func token(under key: EpochKey) -> UInt128 {
    key.tokenMaker(for: domain).token(of: message.span)
  }
}
