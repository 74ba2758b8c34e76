/// Returns the `count` bytes at `start`, at most eight, the first one lowest and zeros above.
@inlinable @inline(__always)
package func shortWord(_ bytes: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
  precondition(
    start >= 0 && count >= 0 && count <= 8 && start <= bytes.count && count <= bytes.count &- start,
    "a short word lies inside its bytes")
  let words = unsafe bytes.bytes
  let unused = UInt64(truncatingIfNeeded: 64 &- 8 &* count)
  if bytes.count &- start >= 8 {
    // SAFETY: start >= 0 and start + 8 <= byteCount. For no bytes all are shifted out.
    return count == 0 ? 0 : unsafe (words.word(at: start) &<< unused) &>> unused
  }
  var word: UInt64 = 0
  for index in 0..<count { word |= UInt64(bytes[start &+ index]) << UInt64(8 &* index) }
  return word
}

/// Returns the eight bytes at `offset`, the first one lowest.
@inlinable @inline(__always)
package func wholeWord(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
  precondition(offset >= 0 && offset <= bytes.count &- 8, "a word lies inside its bytes")
  // SAFETY: 0 <= offset and offset + 8 <= byteCount.
  return unsafe bytes.bytes.word(at: offset)
}

/// Whether the `count` bytes at `first` and those of `others` at `second` are the same.
@inlinable @inline(__always)
package func areEqual(
  _ bytes: Span<UInt8>, at first: Int, _ others: Span<UInt8>, at second: Int, count: Int
) -> Bool {
  precondition(
    first >= 0 && second >= 0 && count >= 0 && first <= bytes.count && second <= others.count
      && count <= bytes.count &- first && count <= others.count &- second,
    "compared ranges lie inside their bytes")
  let words = unsafe bytes.bytes
  // SAFETY: both ranges were checked above.
  return unsafe words.equals(others.bytes, at: first, otherAt: second, count: count)
}
