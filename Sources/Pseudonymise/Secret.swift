import Crypto
import Foundation

/// Thirty-two bytes of key material, overwritten with zeros when they go out of scope.
///
/// Not copyable, so it cannot be printed, interpolated, logged or captured by accident: each of
/// those asks for a `Copyable` value and fails to compile. The bytes lie in swift-crypto's
/// `SymmetricKey`, whose storage is zeroed when it is released.
package struct Secret: ~Copyable, Sendable {
  /// The length of every secret.
  package static let byteCount = 32

  let material: SymmetricKey

  init(_ material: SymmetricKey) {
    precondition(material.bitCount == 8 * Secret.byteCount, "a secret has 32 bytes")
    self.material = material
  }

  /// Copies `bytes`, or returns `nil` when they are not exactly 32.
  ///
  /// The caller owes the overwriting of its own copy.
  package init?(copying bytes: Span<UInt8>) {
    guard bytes.count == Secret.byteCount else { return nil }
    // SAFETY: the pointer is used only inside the closure, which copies what it shows.
    material = unsafe bytes.withUnsafeBytes { unsafe SymmetricKey(data: $0) }
  }

  /// Returns a fresh secret from the kernel's generator.
  package static func random() -> Secret { Secret(SymmetricKey(size: .bits256)) }

  /// Returns the public secret 00 01 02 … 1f of a replay, which protects nobody.
  package static func replay() -> Secret {
    Secret(SymmetricKey(data: (0..<UInt8(byteCount)).map { $0 }))
  }

  /// Lends the bytes to `body`, which must not keep them.
  package func withBytes<Result>(
    _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result {
    // SAFETY: the span lives no longer than the closure, and the storage is initialised.
    try unsafe material.withUnsafeBytes { try unsafe body(Span(_unsafeBytes: $0)) }
  }
}
