/// Appends the 27 characters of `token`: a tag and base32 in lower case without padding.
///
/// The tag is `t`, in a replay `r`. The text begins with a letter and holds letters and the digits 2
/// to 7 only (RFC 4648 §6), so it is never a spreadsheet formula, never a number and needs no
/// quoting. Texts sort as bytes, which is not the order of the numbers.
package func appendTokenText(_ token: UInt128, replay: Bool, to bytes: inout [UInt8]) {
  bytes.append(replay ? UInt8(ascii: "r") : UInt8(ascii: "t"))
  // 26 digits of five bits: the thirteenth straddles the two words, the last has three bits and two
  // zeros. Words and not the whole number, because shifts of 128 bits cost several times as much.
  let high = UInt64(truncatingIfNeeded: token >> 64)
  let low = UInt64(truncatingIfNeeded: token)
  for index in 0..<12 { bytes.append(base32Digit(high &>> UInt64(59 &- 5 &* index))) }
  bytes.append(base32Digit(high &<< 1 | low &>> 63))
  for index in 0..<12 { bytes.append(base32Digit(low &>> UInt64(58 &- 5 &* index))) }
  bytes.append(base32Digit(low &<< 2))
}

/// Returns the lower-case base32 digit of the lowest five bits.
private func base32Digit(_ bits: UInt64) -> UInt8 {
  let value = UInt8(truncatingIfNeeded: bits) & 31
  return value < 26 ? UInt8(ascii: "a") &+ value : UInt8(ascii: "2") &+ (value &- 26)
}
