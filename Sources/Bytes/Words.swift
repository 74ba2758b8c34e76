/// Every byte of a word set to one; a byte times this repeats it eight times.
let everyByte: UInt64 = 0x0101_0101_0101_0101

/// The highest bit of every byte of a word.
let highBits: UInt64 = 0x8080_8080_8080_8080

/// Returns a word with the high bit of exactly the zero bytes of `word`.
@inline(__always)
func zeroByteMarks(_ word: UInt64) -> UInt64 {
  ~(((word & ~highBits) &+ ~highBits) | word | ~highBits)
}

extension RawSpan {
  /// Returns the eight bytes at `offset`, the first one lowest.
  ///
  /// The caller proves that `offset` >= 0 and `offset` + 8 <= `byteCount`.
  @unsafe
  @inlinable @inline(__always)
  func word(at offset: Int) -> UInt64 {
    UInt64(
      littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// Returns the four bytes at `offset`, the first one lowest.
  ///
  /// The caller proves that `offset` >= 0 and `offset` + 4 <= `byteCount`.
  @unsafe
  @inlinable @inline(__always)
  func halfWord(at offset: Int) -> UInt64 {
    UInt64(
      UInt32(
        littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)))
  }

  /// Returns the byte at `offset`; the caller proves that it lies inside the span.
  @unsafe
  @inlinable @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// Whether the `count` bytes at `offset` equal those of `other` at `otherOffset`.
  ///
  /// The caller proves that both ranges lie inside their spans.
  @unsafe
  @inlinable @inline(__always)
  func equals(_ other: RawSpan, at offset: Int, otherAt otherOffset: Int, count: Int) -> Bool {
    if count >= 8 {
      var done = 8
      while done < count {
        // SAFETY: 8 <= done < count, so both loads end inside the ranges.
        let difference =
          unsafe word(at: offset &+ done &- 8)
          ^ other.word(at: otherOffset &+ done &- 8)
        if difference != 0 { return false }
        done &+= 8
      }
      // SAFETY: count >= 8: the last eight bytes of each range, overlapping what was compared.
      return unsafe word(at: offset &+ count &- 8) == other.word(at: otherOffset &+ count &- 8)
    }
    if count >= 4 {
      // SAFETY: count >= 4: the first and the last four bytes of each range.
      let first = unsafe halfWord(at: offset) ^ other.halfWord(at: otherOffset)
      let last =
        unsafe halfWord(at: offset &+ count &- 4)
        ^ other.halfWord(at: otherOffset &+ count &- 4)
      return first | last == 0
    }
    if count == 0 { return true }
    // SAFETY: count in 1...3: first, middle and last byte of each range, which may coincide.
    let first = unsafe byte(at: offset) ^ other.byte(at: otherOffset)
    let middle = unsafe byte(at: offset &+ count / 2) ^ other.byte(at: otherOffset &+ count / 2)
    let last = unsafe byte(at: offset &+ count &- 1) ^ other.byte(at: otherOffset &+ count &- 1)
    return first | middle | last == 0
  }
}

/// Stops the program if `start` and `end` do not bound a range of `count` bytes.
@inline(__always)
func requireRange(_ start: Int, _ end: Int, of count: Int) {
  precondition(start >= 0 && start <= end && end <= count, "a range lies inside its bytes")
}
