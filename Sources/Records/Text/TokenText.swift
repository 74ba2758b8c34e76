package import Bytes

/// Appends the 27 characters of `token`: a tag and base32 in lower case without padding.
///
/// The tag is `t`, in a replay `r`. The text begins with a letter and holds letters and the digits
/// 2 to 7 only (RFC 4648 §6), so it is never a spreadsheet formula, never a number and needs no
/// quoting. Texts sort as bytes, which is not the order of the numbers.
package func appendTokenText(_ token: UInt128, replay: Bool, to bytes: inout [UInt8]) {
  let digits = TokenDigits(of: token)
  bytes.append(tokenTag(replay: replay))
  for index in digits.words.indices {
    bytes.append(littleEndian: digits.words[index], count: 8)
  }
  bytes.append(littleEndian: digits.last, count: 2)
}

/// Appends the text of a token, as above.
package func appendTokenText(_ token: UInt128, replay: Bool, to buffer: inout OutputBuffer) {
  let digits = TokenDigits(of: token)
  buffer.append(tokenTag(replay: replay))
  for index in digits.words.indices {
    buffer.append(littleEndian: digits.words[index], count: 8)
  }
  buffer.append(littleEndian: digits.last, count: 2)
}

private func tokenTag(replay: Bool) -> UInt8 { UInt8(ascii: replay ? "r" : "t") }

/// The 26 digits of a token as words, of which the lowest byte is the first digit.
///
/// The last digit has three bits of the token and two zeros.
private struct TokenDigits {
  var words: [3 of UInt64]
  /// The last two.
  var last: UInt64

  @inline(__always)
  init(of token: UInt128) {
    // Words and not the whole number, because shifts of 128 bits cost several times as much.
    let high = UInt64(truncatingIfNeeded: token >> 64)
    let low = UInt64(truncatingIfNeeded: token)
    words = [
      eightDigits(high &>> 24), eightDigits(high &<< 16 | low &>> 48), eightDigits(low &>> 8),
    ]
    last = eightDigits(low &<< 32) & 0xFFFF
  }
}

/// Returns the lower-case base32 digits of the lowest forty bits, the first in the lowest byte.
///
/// The bits are moved apart in three steps, to twenty, ten and five a digit, and all eight digits
/// are spelt at once.
@inline(__always)
private func eightDigits(_ bits: UInt64) -> UInt64 {
  var lanes = (bits &<< 12 & 0x000F_FFFF_0000_0000) | (bits & 0xF_FFFF)
  lanes = (lanes &<< 6 & 0x03FF_0000_03FF_0000) | (lanes & 0x03FF_0000_03FF)
  lanes = (lanes &<< 3 & 0x1F00_1F00_1F00_1F00) | (lanes & 0x001F_001F_001F_001F)
  // A digit of 26 and more reaches the top bit of its byte.
  let isNumber = (lanes &+ 0x6666_6666_6666_6666) &>> 7 & 0x0101_0101_0101_0101
  // `a` is 73 above what stands for 26, had letters gone on.
  let text = lanes &+ 0x6161_6161_6161_6161 &- isNumber &* 73
  return text.byteSwapped
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
