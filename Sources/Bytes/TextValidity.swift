/// Whether every byte of `start..<end` is below 128.
@inlinable @inline(__always)
package func isASCII(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
  // Most identifiers are short: their first and last eight bytes are all there is.
  let count = end &- start
  if count < 0 || count > 16 { return isLongASCII(bytes, from: start, to: end) }
  let first = shortWord(bytes, from: start, count: min(count, 8))
  let last = count > 8 ? shortWord(bytes, from: end &- 8, count: 8) : 0
  return (first | last) & 0x8080_8080_8080_8080 == 0
}

@usableFromInline
func isLongASCII(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
  requireRange(start, end, of: bytes.count)
  return firstNonASCII(bytes, from: start, to: end) == end
}

/// Whether every byte of `start..<end` is below 128.
package func isASCII(_ bytes: [UInt8], from start: Int, to end: Int) -> Bool {
  isASCII(bytes.span, from: start, to: end)
}

/// Whether `start..<end` is well-formed UTF-8.
///
/// Strict as the Unicode Standard, table 3-7, and RFC 3629: no surrogates, no overlong forms,
/// nothing above U+10FFFF, no sequence cut off at `end`.
package func isValidUTF8(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
  requireRange(start, end, of: bytes.count)
  var offset = start
  while true {
    offset = firstNonASCII(bytes, from: offset, to: end)
    if offset == end { return true }
    let length = sequenceLength(bytes, at: offset, to: end)
    if length == 0 { return false }
    offset &+= length
  }
}

/// Whether `start..<end` is well-formed UTF-8.
package func isValidUTF8(_ bytes: [UInt8], from start: Int, to end: Int) -> Bool {
  isValidUTF8(bytes.span, from: start, to: end)
}

/// Returns the offset of the first byte of `start..<end` that is not ASCII, or `end`.
private func firstNonASCII(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
  let raw = unsafe bytes.bytes
  var offset = start
  while end &- offset >= 4 &* laneCount {
    // SAFETY: start <= offset and offset + 64 <= end <= byteCount, checked by loop and callers.
    let first = unsafe raw.lanes(at: offset) | raw.lanes(at: offset &+ 16)
    let second = unsafe raw.lanes(at: offset &+ 32) | raw.lanes(at: offset &+ 48)
    if (first | second).nonASCIIBits != 0 { break }
    offset &+= 4 &* laneCount
  }
  return firstOffset(
    in: bytes, from: offset, to: end, bits: { $0.nonASCIIBits }, matches: { $0 >= 0x80 })
}

/// Returns the length of the well-formed sequence of several bytes at `offset`, or 0.
func sequenceLength(_ bytes: Span<UInt8>, at offset: Int, to end: Int) -> Int {
  let left = end &- offset
  guard left >= 2 else { return 0 }
  let lead = bytes[offset]
  let second = bytes[offset &+ 1]
  switch lead {
  case 0xC2...0xDF:
    return isContinuation(second) ? 2 : 0
  case 0xE0...0xEF:
    guard left >= 3, isContinuation(second), isContinuation(bytes[offset &+ 2]) else { return 0 }
    if lead == 0xE0, second < 0xA0 { return 0 }
    if lead == 0xED, second > 0x9F { return 0 }
    return 3
  case 0xF0...0xF4:
    guard
      left >= 4, isContinuation(second), isContinuation(bytes[offset &+ 2]),
      isContinuation(bytes[offset &+ 3])
    else { return 0 }
    if lead == 0xF0, second < 0x90 { return 0 }
    if lead == 0xF4, second > 0x8F { return 0 }
    return 4
  default:
    return 0
  }
}

private func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
