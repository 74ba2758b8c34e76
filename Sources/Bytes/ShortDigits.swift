// Up to eight decimal digits in a word, one a byte, the last one in the highest byte.

/// The digits `0`, eight times.
@usableFromInline let zeroDigits: UInt64 = 0x3030_3030_3030_3030

/// Returns the values of the `count` digits of a short word (see `shortWord`), zeros before the
/// first.
///
/// A byte that is no digit has a value above 9.
@inlinable @inline(__always)
package func digitValues(_ word: UInt64, count: Int) -> UInt64 {
  let padding = UInt64(truncatingIfNeeded: 64 &- 8 &* count)
  return count == 0 ? 0 : (word ^ zeroDigits) &<< padding
}

/// Returns a word with the high bit of each byte of `values` that is above 9.
@inlinable @inline(__always)
package func marksAboveNine(_ values: UInt64) -> UInt64 {
  let high: UInt64 = 0x8080_8080_8080_8080
  return ((values & ~high) &+ 0x7676_7676_7676_7676 | values) & high
}

/// Returns the number that eight values of digits stand for: neighbours are joined to pairs, pairs
/// to four and four to eight digits.
@inlinable @inline(__always)
package func number(ofDigits values: UInt64) -> UInt64 {
  let joined = values &* 10 &+ values &>> 8
  let pairs: UInt64 = 0x0000_00FF_0000_00FF
  return
    ((joined & pairs) &* 0x000F_4240_0000_0064
    &+ (joined &>> 16 & pairs) &* 0x0000_2710_0000_0001) &>> 32
}
