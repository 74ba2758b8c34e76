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

/// The number of characters of a token's text.
package let tokenTextByteCount = 27

/// Returns the token whose text stands at `start`, or `nil` when none does.
///
/// Only the one spelling that `appendTokenText` writes is read, with the tag `t`.
package func token(in bytes: Span<UInt8>, at start: Int) -> UInt128? {
  guard start >= 0, start &+ tokenTextByteCount <= bytes.count, bytes[start] == UInt8(ascii: "t")
  else { return nil }
  var token: UInt128 = 0
  for index in 1..<tokenTextByteCount {
    let byte = bytes[start &+ index]
    let digit: UInt8
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte &- UInt8(ascii: "a")
    case UInt8(ascii: "2")...UInt8(ascii: "7"): digit = byte &- UInt8(ascii: "2") &+ 26
    default: return nil
    }
    if index < tokenTextByteCount &- 1 {
      token = token << 5 | UInt128(digit)
    } else {
      // The last digit has three bits of the token and two zeros.
      guard digit & 3 == 0 else { return nil }
      token = token << 3 | UInt128(digit >> 2)
    }
  }
  return token
}
