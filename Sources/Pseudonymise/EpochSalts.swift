import Bytes

/// What the fingerprints of a column's values are xored with, by the number of an epoch in the ring.
struct EpochSalts: Sendable {
  /// Of each epoch, so that equal values of two of them differ.
  let salts: [UInt128]
  /// Of each epoch what takes its salt away and leaves one that all epochs have in common.
  let masks: [UInt128]

  /// `heads` are the framed type names of a tuple's parts.
  init(ring: KeyRing, domain: String, heads: [[UInt8]], _ key: FingerprintKey) {
    func salt(of epoch: String?) -> UInt128 {
      var place: [UInt8] = []
      for part in [ring.name, domain] + (epoch.map { [$0] } ?? []) {
        appendFramed(Array(part.utf8), to: &place)
      }
      // Tuples of other types are other messages, and the ring's tokens are remembered together.
      for head in heads { place += head }
      return key.fingerprint(place, from: 0, count: place.count)
    }
    let common = salt(of: nil)
    salts = ring.epochs.map { salt(of: $0.description) }
    masks = salts.map { $0 ^ common }
  }
}
