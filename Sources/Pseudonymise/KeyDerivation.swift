import Crypto
import Foundation
import Records

/// The root of one key name in one epoch, from which the keys of all domains are expanded.
///
/// Construction version 1 of the cryptographic design: HKDF-SHA-256 (RFC 5869) over an independent
/// secret per key name and epoch. The info strings are framed by lengths, so that no two different
/// lists of shop, key name, epoch and domain can read the same.
///
/// A class, so that it prints as its bare name and its key material has one place in memory.
package final class EpochKey: Sendable {
  /// The epoch as text, such as `q2026-4`.
  package let epoch: String

  /// Sixteen lower-case hex digits that tell which secret this is without revealing it, as they
  /// stand in manifest and ledger.
  package let check: String

  private let root: SymmetricKey
  private let frame: [UInt8]

  /// Derives the root of `secret` for the key `name` of `shop` in `epoch`.
  package init(of secret: borrowing Secret, shop: String, name: String, epoch: String) {
    self.epoch = epoch
    let root = SymmetricKey(
      data: HKDF<SHA256>.extract(
        inputKeyMaterial: secret.material, salt: EpochKey.protocolName + Array(" epoch-root".utf8)))
    var frame: [UInt8] = []
    for part in [shop, name, epoch] { appendFramed(Array(part.utf8), to: &frame) }
    self.root = root
    self.frame = frame
    let check = HKDF<SHA256>.expand(
      pseudoRandomKey: root, info: EpochKey.label("check") + frame, outputByteCount: 8)
    // SAFETY: the pointer is read only inside the closure.
    let number = unsafe check.withUnsafeBytes { bytes in
      unsafe bytes.reduce(into: UInt64(0)) { $0 = $0 << 8 | UInt64($1) }
    }
    self.check = number.padded(to: 16, radix: 16)
  }

  /// Returns the key K under which the values of `domain` are hashed.
  package func key(for domain: String) -> Secret {
    var info = EpochKey.label("pseudonym") + frame
    appendFramed(Array(domain.utf8), to: &info)
    return Secret(
      HKDF<SHA256>.expand(
        pseudoRandomKey: root, info: info, outputByteCount: Secret.byteCount))
  }

  /// Returns the maker of tokens for the values of `domain`.
  package func tokenMaker(for domain: String) -> TokenMaker {
    TokenMaker(key: key(for: domain), domain: domain)
  }

  private static let protocolName = Array("sparsam/v1".utf8)

  private static func label(_ use: String) -> [UInt8] {
    var bytes: [UInt8] = []
    appendFramed(protocolName, to: &bytes)
    appendFramed(Array(use.utf8), to: &bytes)
    return bytes
  }
}

/// Appends `part` behind its length in two bytes, big-endian: `lp(x)` of the design.
func appendFramed(_ part: [UInt8], to bytes: inout [UInt8]) {
  precondition(part.count <= 65_535, "a framed part has at most 65,535 bytes")
  bytes.append(UInt8(truncatingIfNeeded: part.count >> 8))
  bytes.append(UInt8(truncatingIfNeeded: part.count))
  bytes.append(contentsOf: part)
}
