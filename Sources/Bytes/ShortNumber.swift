/// Returns the number of `count` ASCII digits at `start`, at most eight, or -1 where there is
/// anything else or nothing.
///
/// All digits are read as one word and added in three steps, pairs, fours, eights, so that the
/// number's length costs no branch.
package func shortNumber(_ bytes: Span<UInt8>, from start: Int, count: Int) -> Int64 {
  let end = start &+ count
  precondition(
    start >= 0 && count >= 0 && end <= bytes.count, "a number's range lies inside its bytes")
  guard count > 0, count <= 8 else { return -1 }
  // The last digit stands highest; what is in front of the first one is taken out.
  var word: UInt64
  if end >= 8 {
    // SAFETY: end - 8 >= 0 and end <= byteCount.
    word = unsafe bytes.bytes.word(at: end &- 8) ^ (0x30 &* everyByte)
    word &= UInt64.max &<< UInt64(64 &- 8 &* count)
  } else {
    word = 0
    for index in start..<end { word = word &>> 8 | UInt64(bytes[index] ^ 0x30) &<< 56 }
  }
  if ((word & ~highBits) &+ (0x76 &* everyByte) | word) & highBits != 0 { return -1 }
  word = (word &* 10 &+ word &>> 8) & 0x00FF_00FF_00FF_00FF
  word = (word &* 100 &+ word &>> 16) & 0x0000_FFFF_0000_FFFF
  word = (word &* 10_000 &+ word &>> 32) & 0x0000_0000_FFFF_FFFF
  return Int64(truncatingIfNeeded: word)
}
