/// The tokens of recently seen fingerprints, in a fixed number of places.
///
/// A place belongs to the low bits of the fingerprint and remembers the last one only. Visitors come
/// back within the hour, so the places must outnumber those of an hour or so. It takes four MiB from
/// the first token on, whatever the input.
struct TokenCache: Sendable {
  private struct Entry {
    var fingerprint: UInt128
    var token: UInt128
  }

  private static let placeCount = 1 << 17

  private var entries: [Entry] = []

  /// Returns the token of a fingerprint that is not 0, or `nil` when it is not remembered.
  func token(of fingerprint: UInt128) -> UInt128? {
    if entries.isEmpty { return nil }
    let entry = entries[TokenCache.place(of: fingerprint)]
    return entry.fingerprint == fingerprint ? entry.token : nil
  }

  /// Remembers the token in place of what was there.
  mutating func remember(_ token: UInt128, of fingerprint: UInt128) {
    if entries.isEmpty {
      entries = [Entry](
        repeating: Entry(fingerprint: 0, token: 0), count: TokenCache.placeCount)
    }
    entries[TokenCache.place(of: fingerprint)] = Entry(fingerprint: fingerprint, token: token)
  }

  private static func place(of fingerprint: UInt128) -> Int {
    Int(truncatingIfNeeded: fingerprint) & (placeCount &- 1)
  }
}
