// Advice to the next reader: searches read sixteen bytes at a time (`Lanes`), others eight, and
// finish byte by byte. The tests hold each against the obvious loop from every start to every end,
// so change one only with a number that justifies it.

/// Returns the offset of the first `needle` at or after `start`, or the span's count.
package func firstOffset(of needle: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int {
  firstOffset(of: needle, in: bytes, from: start, to: bytes.count)
}

/// Returns the offset of the first `needle` in `start..<end`, or `end`.
package func firstOffset(
  of needle: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int
) -> Int {
  firstOffset(
    in: bytes, from: start, to: end, bits: { $0.bits(of: needle) }, matches: { $0 == needle })
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
  firstOffset(
    in: bytes, from: start, to: end, bits: { $0.bits(of: a, b) },
    matches: { $0 == a || $0 == b })
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
  firstOffset(
    in: bytes, from: start, to: end, bits: { $0.bits(of: a, b) | $0.bits(of: c) },
    matches: { $0 == a || $0 == b || $0 == c })
}

/// Returns the offset of the first byte in `start..<end` that is `a`, `b`, `c` or `d`, or `end`.
package func firstOffset(
  ofAny a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, in bytes: Span<UInt8>, from start: Int,
  to end: Int
) -> Int {
  firstOffset(
    in: bytes, from: start, to: end, bits: { $0.bits(of: a, b, c, d) },
    matches: { $0 == a || $0 == b || $0 == c || $0 == d })
}

/// Whether all bytes of `start..<end` are digits of base32 in lower case (RFC 4648 §6): `a` to `z`
/// and `2` to `7`.
package func isBase32(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
  requireRange(start, end, of: bytes.count)
  func others(_ lanes: Lanes) -> UInt32 {
    ~(lanes.bits(from: 0x61, count: 26) | lanes.bits(from: 0x32, count: 6)) & 0xFFFF
  }
  if end &- start >= laneCount, end &- start <= 2 &* laneCount {
    let raw = unsafe bytes.bytes
    // SAFETY: the first and the last sixteen bytes of the range, which may overlap.
    return unsafe others(raw.lanes(at: start)) | others(raw.lanes(at: end &- laneCount)) == 0
  }
  let other = firstOffset(
    in: bytes, from: start, to: end, bits: others,
    matches: { !($0 &- 0x61 < 26 || $0 &- 0x32 < 6) })
  return other == end
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
/// Each of sixteen lanes counts its own hits for at most 255 rounds, then the counts are summed.
package func count(of needle: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
  requireRange(start, end, of: bytes.count)
  let raw = unsafe bytes.bytes
  var total = 0
  var offset = start
  while end &- offset >= laneCount {
    let stop = offset &+ min((end &- offset) / laneCount, 255) &* laneCount
    var hits = Lanes()
    while offset < stop {
      // SAFETY: offset + 16 <= stop <= end <= byteCount.
      hits = unsafe hits.counting(needle, in: raw.lanes(at: offset))
      offset &+= laneCount
    }
    total &+= hits.sum
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
