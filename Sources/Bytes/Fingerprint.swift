import CSystem

/// The secret key of in-memory fingerprints.
package struct FingerprintKey: Hashable, Sendable {
  package let k0: UInt64
  package let k1: UInt64

  /// Creates a key from its two halves, little-endian words as in the SipHash paper.
  package init(k0: UInt64, k1: UInt64) {
    self.k0 = k0
    self.k1 = k1
  }

  /// Returns a key from the kernel's generator.
  package static func random() -> FingerprintKey {
    FingerprintKey(k0: randomWord(), k1: randomWord())
  }
}

extension FingerprintKey {
  /// Returns the identity of the `count` bytes at `start` under this key; it is never zero.
  ///
  /// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input
  /// PRF", 2012, and their reference code). It stands for a value in memory, in distinct counts
  /// and person tables; it is never published.
  package func fingerprint(_ bytes: Span<UInt8>, from start: Int, count: Int) -> UInt128 {
    precondition(
      start >= 0 && count >= 0 && start <= bytes.count && count <= bytes.count &- start,
      "a fingerprinted range lies inside its bytes")
    let words = unsafe bytes.bytes
    var state = SipState(k0: k0, k1: k1)
    let end = start &+ count
    var offset = start
    while end &- offset >= 8 {
      // SAFETY: start <= offset and offset + 8 <= end <= byteCount.
      state.absorb(unsafe words.word(at: offset))
      offset &+= 8
    }
    let rest = shortWord(bytes, from: offset, count: end &- offset)
    state.absorb(UInt64(truncatingIfNeeded: count) << 56 | rest)
    let result = state.finish()
    return result == 0 ? 1 : result
  }

  /// Returns the identity of the `count` bytes at `start` under this key; it is never zero.
  package func fingerprint(_ bytes: [UInt8], from start: Int, count: Int) -> UInt128 {
    fingerprint(bytes.span, from: start, count: count)
  }
}

/// The identity of several values together, made of their own identities in order.
///
/// SipHash-128 of these sixteen bytes each: equal where all parts are, and as hard to meet else.
/// The number of parts is not told apart, so identities are compared among tuples of one kind.
package struct JointFingerprint: Sendable {
  private var state: SipState
  private var count: UInt64 = 0

  package init(_ key: FingerprintKey) { state = SipState(k0: key.k0, k1: key.k1) }

  /// Adds the next part's identity, or 0 where it is missing.
  package mutating func add(_ part: UInt128) {
    state.absorb(UInt64(truncatingIfNeeded: part))
    state.absorb(UInt64(truncatingIfNeeded: part &>> 64))
    count &+= 16
  }

  /// Returns the identity; it is never zero.
  package consuming func finish() -> UInt128 {
    state.absorb(count &<< 56)
    let result = state.finish()
    return result == 0 ? 1 : result
  }
}

/// The four words of SipHash.
private struct SipState {
  var v0: UInt64
  var v1: UInt64
  var v2: UInt64
  var v3: UInt64

  @inline(__always)
  init(k0: UInt64, k1: UInt64) {
    v0 = k0 ^ 0x736F_6D65_7073_6575
    // The longer output is told apart by 0xEE here and in `finish`.
    v1 = k1 ^ 0x646F_7261_6E64_6F6D ^ 0xEE
    v2 = k0 ^ 0x6C79_6765_6E65_7261
    v3 = k1 ^ 0x7465_6462_7974_6573
  }

  @inline(__always)
  mutating func absorb(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  @inline(__always)
  mutating func finish() -> UInt128 {
    v2 ^= 0xEE
    for _ in 0..<4 { round() }
    let low = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xDD
    for _ in 0..<4 { round() }
    let high = v0 ^ v1 ^ v2 ^ v3
    return UInt128(high) << 64 | UInt128(low)
  }

  @inline(__always)
  mutating func round() {
    v0 &+= v1
    v1 = rotated(v1, 13) ^ v0
    v0 = rotated(v0, 32)
    v2 &+= v3
    v3 = rotated(v3, 16) ^ v2
    v0 &+= v3
    v3 = rotated(v3, 21) ^ v0
    v2 &+= v1
    v1 = rotated(v1, 17) ^ v2
    v2 = rotated(v2, 32)
  }
}

@inline(__always)
private func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
  (word &<< count) | (word &>> (64 &- count))
}

/// Returns eight bytes from the kernel's generator.
///
/// A machine whose generator fails cannot protect anything, so the program stops.
func randomWord() -> UInt64 {
  var word: UInt64 = 0
  // SAFETY: the address of `word` and its size.
  let status = unsafe withUnsafeMutableBytes(of: &word) { bytes in
    unsafe sparsam_random_bytes(bytes.baseAddress, UInt(bytes.count))
  }
  precondition(status == 0, "the kernel gives random bytes")
  return word
}
