// Advice to the next reader: every loop here reads eight bytes at a time while eight are left
// and finishes byte by byte. The tests hold each against the obvious loop from every start to
// every end, so change one only with a number that justifies it.

/// Returns the offset of the first `needle` at or after `start`, or the span's count.
package func firstOffset(of needle: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int {
  firstOffset(of: needle, in: bytes, from: start, to: bytes.count)
}

/// Returns the offset of the first `needle` in `start..<end`, or `end`.
package func firstOffset(
  of needle: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int
) -> Int {
  requireRange(start, end, of: bytes.count)
  let words = unsafe bytes.bytes
  let pattern = UInt64(needle) &* everyByte
  var offset = start
  while end &- offset >= 32 {
    // SAFETY: start <= offset and offset + 32 <= end <= byteCount, checked by this loop.
    let first = firstZeroByteMark(unsafe words.word(at: offset) ^ pattern)
    let second = firstZeroByteMark(unsafe words.word(at: offset &+ 8) ^ pattern)
    let third = firstZeroByteMark(unsafe words.word(at: offset &+ 16) ^ pattern)
    let fourth = firstZeroByteMark(unsafe words.word(at: offset &+ 24) ^ pattern)
    if first | second | third | fourth != 0 { break }
    offset &+= 32
  }
  while end &- offset >= 8 {
    // SAFETY: start <= offset and offset + 8 <= end <= byteCount, checked by this loop.
    let mark = firstZeroByteMark(unsafe words.word(at: offset) ^ pattern)
    if mark != 0 { return offset &+ mark.trailingZeroBitCount / 8 }
    offset &+= 8
  }
  while offset < end, bytes[offset] != needle { offset &+= 1 }
  return offset
}

/// Returns the offset of the first byte at or after `start` that is `a` or `b`, or the count.
package func firstOffset(
  ofEither a: UInt8, _ b: UInt8, in bytes: Span<UInt8>, from start: Int
) -> Int {
  firstOffset(ofEither: a, b, in: bytes, from: start, to: bytes.count)
}

/// Returns the offset of the first byte in `start..<end` that is `a` or `b`, or `end`.
package func firstOffset(
  ofEither a: UInt8, _ b: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int
) -> Int {
  requireRange(start, end, of: bytes.count)
  let words = unsafe bytes.bytes
  let patternA = UInt64(a) &* everyByte
  let patternB = UInt64(b) &* everyByte
  var offset = start
  while end &- offset >= 8 {
    // SAFETY: start <= offset and offset + 8 <= end <= byteCount, checked by this loop.
    let word = unsafe words.word(at: offset)
    let mark = firstZeroByteMark(word ^ patternA) | firstZeroByteMark(word ^ patternB)
    if mark != 0 { return offset &+ mark.trailingZeroBitCount / 8 }
    offset &+= 8
  }
  while offset < end, bytes[offset] != a, bytes[offset] != b { offset &+= 1 }
  return offset
}

/// Returns the offset of the first byte at or after `start` that is `a`, `b` or `c`, or the count.
package func firstOffset(
  ofAny a: UInt8, _ b: UInt8, _ c: UInt8, in bytes: Span<UInt8>, from start: Int
) -> Int {
  firstOffset(ofAny: a, b, c, in: bytes, from: start, to: bytes.count)
}

/// Returns the offset of the first byte in `start..<end` that is `a`, `b` or `c`, or `end`.
package func firstOffset(
  ofAny a: UInt8, _ b: UInt8, _ c: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int
) -> Int {
  requireRange(start, end, of: bytes.count)
  let words = unsafe bytes.bytes
  let patternA = UInt64(a) &* everyByte
  let patternB = UInt64(b) &* everyByte
  let patternC = UInt64(c) &* everyByte
  var offset = start
  while end &- offset >= 8 {
    // SAFETY: start <= offset and offset + 8 <= end <= byteCount, checked by this loop.
    let word = unsafe words.word(at: offset)
    let mark =
      firstZeroByteMark(word ^ patternA) | firstZeroByteMark(word ^ patternB)
      | firstZeroByteMark(word ^ patternC)
    if mark != 0 { return offset &+ mark.trailingZeroBitCount / 8 }
    offset &+= 8
  }
  while offset < end, bytes[offset] != a, bytes[offset] != b, bytes[offset] != c { offset &+= 1 }
  return offset
}

/// Returns the offset of the first byte in `start..<end` that is `a`, `b`, `c` or `d`, or `end`.
package func firstOffset(
  ofAny a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, in bytes: Span<UInt8>, from start: Int,
  to end: Int
) -> Int {
  requireRange(start, end, of: bytes.count)
  let words = unsafe bytes.bytes
  let patternA = UInt64(a) &* everyByte
  let patternB = UInt64(b) &* everyByte
  let patternC = UInt64(c) &* everyByte
  let patternD = UInt64(d) &* everyByte
  var offset = start
  while end &- offset >= 8 {
    // SAFETY: start <= offset and offset + 8 <= end <= byteCount, checked by this loop.
    let word = unsafe words.word(at: offset)
    let mark =
      firstZeroByteMark(word ^ patternA) | firstZeroByteMark(word ^ patternB)
      | firstZeroByteMark(word ^ patternC) | firstZeroByteMark(word ^ patternD)
    if mark != 0 { return offset &+ mark.trailingZeroBitCount / 8 }
    offset &+= 8
  }
  while offset < end, bytes[offset] != a, bytes[offset] != b, bytes[offset] != c,
    bytes[offset] != d
  { offset &+= 1 }
  return offset
}

/// Returns the offset of the last `needle` of `bytes`, or `nil`.
package func lastOffset(of needle: UInt8, in bytes: Span<UInt8>) -> Int? {
  lastOffset(of: needle, in: bytes, from: 0, to: bytes.count)
}

/// Returns the offset of the last `needle` in `start..<end`, or `nil`.
package func lastOffset(
  of needle: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int
) -> Int? {
  requireRange(start, end, of: bytes.count)
  let words = unsafe bytes.bytes
  let pattern = UInt64(needle) &* everyByte
  var offset = end
  while offset &- start >= 8 {
    // SAFETY: offset - 8 >= start >= 0 and offset <= end <= byteCount, checked by this loop.
    let marks = zeroByteMarks(unsafe words.word(at: offset &- 8) ^ pattern)
    if marks != 0 { return offset &- 1 &- marks.leadingZeroBitCount / 8 }
    offset &-= 8
  }
  while offset > start {
    offset &-= 1
    if bytes[offset] == needle { return offset }
  }
  return nil
}

/// Returns how many bytes of `start..<end` are `needle`.
///
/// Each byte of a word counts its own hits for at most 255 words, then the eight counts are
/// summed; the inner loop has no branch and the compiler turns it into vector code.
package func count(of needle: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
  requireRange(start, end, of: bytes.count)
  let words = unsafe bytes.bytes
  let pattern = UInt64(needle) &* everyByte
  var total = 0
  var offset = start
  while end &- offset >= 8 {
    let round = min((end &- offset) / 8, 255)
    var hits: UInt64 = 0
    for step in 0..<round {
      // SAFETY: offset + 8 * round <= end <= byteCount by the choice of `round`.
      hits &+= zeroByteMarks(unsafe words.word(at: offset &+ step &* 8) ^ pattern) >> 7
    }
    // Sums of two neighbours fit into 16 bits; the product adds the four sums in its top lane.
    let pairs = (hits & 0x00FF_00FF_00FF_00FF) &+ ((hits >> 8) & 0x00FF_00FF_00FF_00FF)
    total &+= Int(truncatingIfNeeded: (pairs &* 0x0001_0001_0001_0001) >> 48)
    offset &+= round &* 8
  }
  while offset < end {
    if bytes[offset] == needle { total &+= 1 }
    offset &+= 1
  }
  return total
}

// MARK: Arrays, without a copy

/// Returns the offset of the first `needle` in `start..<end`, or `end`.
package func firstOffset(of needle: UInt8, in bytes: [UInt8], from start: Int, to end: Int) -> Int {
  firstOffset(of: needle, in: bytes.span, from: start, to: end)
}

/// Returns the offset of the first byte in `start..<end` that is `a` or `b`, or `end`.
package func firstOffset(
  ofEither a: UInt8, _ b: UInt8, in bytes: [UInt8], from start: Int, to end: Int
) -> Int {
  firstOffset(ofEither: a, b, in: bytes.span, from: start, to: end)
}

/// Returns the offset of the first byte in `start..<end` that is `a`, `b` or `c`, or `end`.
package func firstOffset(
  ofAny a: UInt8, _ b: UInt8, _ c: UInt8, in bytes: [UInt8], from start: Int, to end: Int
) -> Int {
  firstOffset(ofAny: a, b, c, in: bytes.span, from: start, to: end)
}

/// Returns the offset of the last `needle` in `start..<end`, or `nil`.
package func lastOffset(of needle: UInt8, in bytes: [UInt8], from start: Int, to end: Int) -> Int? {
  lastOffset(of: needle, in: bytes.span, from: start, to: end)
}

/// Returns how many bytes of `start..<end` are `needle`.
package func count(of needle: UInt8, in bytes: [UInt8], from start: Int, to end: Int) -> Int {
  count(of: needle, in: bytes.span, from: start, to: end)
}
