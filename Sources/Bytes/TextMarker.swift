/// Tells what texts are known by in `RecentTexts`, under this process's secret keys.
///
/// Texts of up to 32 bytes, whatever their length, take one way without a branch: where lengths
/// come as they like, each wrong guess of the processor costs as much as the hash.
@usableFromInline
package struct TextMarker: Sendable {
  @usableFromInline let keyed = KeyedHash.ofProcess
  @usableFromInline let field: UInt64
  /// 32 bytes of ones and 32 zeros: read at `32 - n`, a mask of the first `n` bytes.
  @usableFromInline let masks: [8 of UInt64] = [.max, .max, .max, .max, 0, 0, 0, 0]

  /// The mark that no text has.
  @inlinable @inline(__always)
  package static var none: UInt64 { .max }

  /// Texts of one `field` are known apart from those of another.
  package init(field: Int = 0) {
    // An odd factor takes no two numbers to the same one.
    self.field = UInt64(truncatingIfNeeded: field) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Returns what the `count` bytes at `start` are known by.
  @inlinable @inline(__always)
  package func mark(of bytes: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
    precondition(
      start >= 0 && count >= 0 && start <= bytes.count && count <= bytes.count &- start,
      "a marked range lies inside its bytes")
    if count <= 32, start <= bytes.count &- 32 {
      // SAFETY: start + 32 <= byteCount.
      return mark(ofHash: unsafe hash(bytes.bytes, from: start, count: count))
    }
    return markOfOther(bytes, from: start, count: count)
  }

  /// Returns what a text of that secretly keyed hash is known by, among texts of the same key.
  @inlinable @inline(__always)
  package func mark(ofHash hash: UInt64) -> UInt64 {
    let mark = hash ^ field
    // 0 stands for an empty place, and `TextMarker.none` for what is no text.
    return mark == 0 || mark == TextMarker.none ? 1 : mark
  }

  /// Longer texts, and those of which the next 32 bytes are not there.
  @usableFromInline
  func markOfOther(_ bytes: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
    if count > 32 {
      // SAFETY: the caller has checked the range.
      return mark(ofHash: unsafe keyed.hash(bytes.bytes, from: start, count: count))
    }
    var copy: [32 of UInt8] = .init(repeating: 0)
    for index in 0..<count { copy[index] = bytes[start &+ index] }
    // SAFETY: there are 32 bytes.
    return mark(ofHash: unsafe hash(copy.span.bytes, from: 0, count: count))
  }

  /// Returns the hash of at most 32 bytes; the caller proves that as many are there from `start`
  /// on.
  @unsafe
  @inlinable @inline(__always)
  func hash(_ bytes: RawSpan, from start: Int, count: Int) -> UInt64 {
    let ones = unsafe masks.span.bytes
    let first = 32 &- count
    // SAFETY: 0 <= first <= 32, and there are 64 bytes of masks; the caller has proved the rest.
    let words = unsafe (
      bytes.word(at: start) & ones.word(at: first),
      bytes.word(at: start &+ 8) & ones.word(at: first &+ 8),
      bytes.word(at: start &+ 16) & ones.word(at: first &+ 16),
      bytes.word(at: start &+ 24) & ones.word(at: first &+ 24)
    )
    return keyed.hash(words, count: count)
  }
}
