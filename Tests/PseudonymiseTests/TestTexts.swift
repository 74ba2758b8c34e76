import Bytes
import Foundation
import Identifiers
import Pseudonymise
import Records

/// Returns the bytes as lower-case hexadecimal digits.
func hex(bytes: some Sequence<UInt8>) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.utf8.count == 1 ? "0" + digits : digits
  }.joined()
}

/// Returns the UTF-8 bytes of `text` as lower-case hexadecimal digits.
func hex(_ text: String) -> String { hex(bytes: Array(text.utf8)) }

/// Returns the bytes that the hexadecimal digits stand for, or `nil` when they stand for none.
func bytes(hex: String) -> [UInt8]? {
  let digits = Array(hex.utf8).map { Character(UnicodeScalar($0)).hexDigitValue }
  guard digits.count % 2 == 0 else { return nil }
  var bytes: [UInt8] = []
  for index in stride(from: 0, to: digits.count, by: 2) {
    guard let high = digits[index], let low = digits[index + 1] else { return nil }
    bytes.append(UInt8(high * 16 + low))
  }
  return bytes
}

/// Returns the key of the public replay secret.
func replayKey(
  shop: String = "shop-1", name: String = "orders", epoch: String = "q2026-4"
) -> EpochKey {
  EpochKey(of: Secret.replay(), shop: shop, name: name, epoch: epoch)
}

/// Returns the token of an already normalised text as it is printed.
func tokenText(_ value: String, _ maker: TokenMaker, replay: Bool = false) -> String {
  var text: [UInt8] = []
  appendTokenText(maker.token(of: Array(value.utf8).span), replay: replay, to: &text)
  return String(decoding: text, as: UTF8.self)
}

/// Returns the bytes of a secret, for comparison with vectors.
func hex(of secret: borrowing Secret) -> String {
  secret.withBytes { span in
    var copy: [UInt8] = []
    copy.append(copying: span)
    return hex(bytes: copy)
  }
}

/// What normalising gave: the bytes, nothing for null, or the broken rule.
enum Normalised: Equatable {
  case bytes([UInt8])
  case null
  case fault(Rule)

  static func text(_ text: String) -> Normalised { .bytes(Array(text.utf8)) }
}

/// Normalises `value` as a field of `type`.
func normalised(_ value: [UInt8], as type: FieldType) -> Normalised {
  // Something stands before, as in a batch.
  var bytes: [UInt8] = [7, 7]
  switch Normalisation(of: type).append(value.span, to: &bytes) {
  case .present: return .bytes(Array(bytes.dropFirst(2)))
  case .absent: return .null
  case .fault(let rule): return .fault(rule)
  }
}

/// Normalises the text `value` as a field of `type`.
func normalised(_ value: String, as type: FieldType) -> Normalised {
  normalised(Array(value.utf8), as: type)
}

/// The days of the fourth quarter of 2026, in which most tests play.
let autumnDays =
  CivilDate(year: 2026, month: 9, day: 1)
  .days...CivilDate(
    year: 2026, month: 12, day: 31
  ).days

/// The fingerprint key of all tests.
let testFingerprints = FingerprintKey(k0: 0x0706_0504_0302_0100, k1: 0x0F0E_0D0C_0B0A_0908)
