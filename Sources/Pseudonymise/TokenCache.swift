/// The tokens of recently seen fingerprints, in a fixed number of places.
///
/// A place belongs to the low bits of the fingerprint and remembers the last one only. It takes two
/// MiB from the first token on, whatever the input.
struct TokenCache: Sendable {
  private static let placeCount = 1 << 16

  private var fingerprints: [UInt128] = []
  private var tokens: [UInt128] = []

  /// Returns the token of a fingerprint that is not 0, or `nil` when it is not remembered.
  func token(of fingerprint: UInt128) -> UInt128? {
    if fingerprints.isEmpty { return nil }
    let place = TokenCache.place(of: fingerprint)
    return fingerprints[place] == fingerprint ? tokens[place] : nil
  }

  /// Remembers the token in place of what was there.
  mutating func remember(_ token: UInt128, of fingerprint: UInt128) {
    if fingerprints.isEmpty {
      fingerprints = [UInt128](repeating: 0, count: TokenCache.placeCount)
      tokens = fingerprints
    }
    let place = TokenCache.place(of: fingerprint)
    fingerprints[place] = fingerprint
    tokens[place] = token
  }

  private static func place(of fingerprint: UInt128) -> Int {
    Int(truncatingIfNeeded: fingerprint) & (placeCount &- 1)
  }
}
