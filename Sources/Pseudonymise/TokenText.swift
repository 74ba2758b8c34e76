/// Appends the 27 characters of `token`: a tag and base32 in lower case without padding.
///
/// The tag is `t`, in a replay `r`. The text begins with a letter and holds letters and the digits 2
/// to 7 only (RFC 4648 §6), so it is never a spreadsheet formula, never a number and needs no
/// quoting. Texts sort as bytes, which is not the order of the numbers.
package func appendTokenText(_ token: UInt128, replay: Bool, to bytes: inout [UInt8]) {
  bytes.append(replay ? UInt8(ascii: "r") : UInt8(ascii: "t"))
  // 128 bits are 25 groups of five and one of three, which two zero bits fill up.
  var shift = 123
  while shift >= 0 {
    bytes.append(base32Digit(UInt8(truncatingIfNeeded: token >> UInt128(shift)) & 31))
    shift &-= 5
  }
  bytes.append(base32Digit(UInt8(truncatingIfNeeded: token << 2) & 31))
}

/// Returns the lower-case base32 digit of a value below 32.
private func base32Digit(_ value: UInt8) -> UInt8 {
  value < 26 ? UInt8(ascii: "a") &+ value : UInt8(ascii: "2") &+ (value &- 26)
}
