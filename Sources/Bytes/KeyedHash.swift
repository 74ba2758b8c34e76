/// The secrets of one process for its hash tables.
///
/// The function is of the wyhash family: 128-bit products of words masked with secret words.
/// It is fast, not a cryptographic hash: the keys are new in every process and never leave it,
/// so that nobody can prepare a file whose values all collide.
@usableFromInline
struct KeyedHash: Sendable {
  @usableFromInline let a: UInt64
  @usableFromInline let b: UInt64
  @usableFromInline let c: UInt64
  @usableFromInline let d: UInt64

  /// The secrets of this process.
  static let ofProcess = KeyedHash()

  private init() {
    // Odd words are never zero, so no input can blank a product for certain.
    a = randomWord() | 1
    b = randomWord() | 1
    c = randomWord() | 1
    d = randomWord() | 1
  }

  /// The secrets that belong to a key, the same in every process that has it.
  init(_ key: FingerprintKey) {
    // Each secret is a product of its own of the key's halves, so that none tells of another.
    a = folded(key.k0 ^ 0xA076_1D64_78BD_642F, key.k1 ^ 0xE703_7ED1_A0B4_28DB) | 1
    b = folded(key.k0 ^ 0x8EBC_6AF0_9C88_C6E3, key.k1 ^ 0x5899_65CC_7537_4CC3) | 1
    c = folded(key.k0 ^ 0x1D8E_4E27_C47D_124F, key.k1 ^ 0xEB44_ACCA_B455_D165) | 1
    d = folded(key.k0 ^ 0x9E37_79B9_7F4A_7C15, key.k1 ^ 0xBF58_476D_1CE4_E5B9) | 1
  }

  /// Returns the hash of `count` bytes at `start`, which the caller proves to lie in `bytes`.
  @unsafe
  @inlinable @inline(__always)
  func hash(_ bytes: RawSpan, from start: Int, count: Int) -> UInt64 {
    let end = start &+ count
    var first: UInt64
    var second: UInt64
    var seed = c
    if count <= 16 {
      if count >= 8 {
        // SAFETY: count >= 8: the first and the last eight bytes.
        unsafe first = bytes.word(at: start)
        unsafe second = bytes.word(at: end &- 8)
      } else if count >= 4 {
        // SAFETY: count >= 4: the first and the last four bytes.
        unsafe first = bytes.halfWord(at: start)
        unsafe second = bytes.halfWord(at: end &- 4)
      } else if count > 0 {
        // SAFETY: count in 1...3: first, middle and last byte.
        unsafe first =
          UInt64(bytes.byte(at: start)) << 16 | UInt64(bytes.byte(at: start &+ count / 2)) << 8
          | UInt64(bytes.byte(at: end &- 1))
        second = 0
      } else {
        first = 0
        second = 0
      }
    } else {
      var offset = start
      while end &- offset > 16 {
        // SAFETY: offset + 16 < end.
        unsafe seed = folded(bytes.word(at: offset) ^ a, bytes.word(at: offset &+ 8) ^ seed)
        offset &+= 16
      }
      // SAFETY: count > 16: the last sixteen bytes, overlapping what was read.
      unsafe first = bytes.word(at: end &- 16)
      unsafe second = bytes.word(at: end &- 8)
    }
    let mixed = folded(first ^ b, second ^ seed)
    return folded(mixed ^ d, UInt64(truncatingIfNeeded: count) ^ a)
  }
}

extension KeyedHash {
  /// Returns a hash of `count` bytes, at most 32, that stand in four words with zeros behind them.
  ///
  /// It is another one than that of the bytes by themselves.
  @inlinable @inline(__always)
  func hash(_ words: (UInt64, UInt64, UInt64, UInt64), count: Int) -> UInt64 {
    let low = folded(words.0 ^ a, words.1 ^ c)
    let high = folded(words.2 ^ b, words.3 ^ d)
    return folded(low ^ d, high ^ UInt64(truncatingIfNeeded: count) ^ a)
  }
}

/// Returns both halves of the 128-bit product of `x` and `y` folded into one word.
@inlinable @inline(__always)
func folded(_ x: UInt64, _ y: UInt64) -> UInt64 {
  let product = x.multipliedFullWidth(by: y)
  return product.high ^ product.low
}
