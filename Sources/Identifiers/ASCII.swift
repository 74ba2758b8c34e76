/// Questions about single bytes of ASCII text, and two that every grammar here needs.
@usableFromInline
package enum ASCII {
  @inlinable @inline(always)
  package static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

  @inlinable @inline(always)
  package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }

  @inlinable @inline(always)
  package static func isUpper(_ byte: UInt8) -> Bool { byte &- 65 < 26 }

  @inlinable @inline(always)
  package static func isLower(_ byte: UInt8) -> Bool { byte &- 97 < 26 }

  @inlinable @inline(always)
  package static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  @inlinable @inline(always)
  package static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- 97 < 6
  }

  /// Blank, tab, line feed, vertical tab, form feed or carriage return.
  @inlinable @inline(always)
  package static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte &- 9 < 5 }

  @inlinable @inline(always)
  package static func lowercased(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }

  /// Returns the value of a hexadecimal digit, or `nil` for any other byte.
  @inlinable @inline(always)
  package static func hexValue(_ byte: UInt8) -> UInt8? {
    if isDigit(byte) { return byte &- 48 }
    let letter = (byte | 0x20) &- 97
    return letter < 6 ? letter &+ 10 : nil
  }

  /// Returns the byte that `%XX` at `index` stands for, or `nil` when none is there.
  package static func escapedByte(_ bytes: Span<UInt8>, at index: Int, to end: Int) -> UInt8? {
    guard index &+ 2 < end, bytes[index] == UInt8(ascii: "%"),
      let high = hexValue(bytes[index &+ 1]), let low = hexValue(bytes[index &+ 2])
    else { return nil }
    return high &* 16 &+ low
  }

  /// Returns whether the bytes are `word`, which is lower case, in any case of letters.
  package static func matches(
    _ bytes: Span<UInt8>, from: Int, to end: Int, word: [UInt8]
  ) -> Bool {
    end &- from == word.count && hasPrefix(bytes, from: from, to: end, word: word)
  }

  /// Returns whether the bytes begin with `word`, which is lower case, in any case of letters.
  package static func hasPrefix(
    _ bytes: Span<UInt8>, from: Int, to end: Int, word: [UInt8]
  ) -> Bool {
    guard end &- from >= word.count else { return false }
    for index in 0..<word.count where lowercased(bytes[from &+ index]) != word[index] {
      return false
    }
    return true
  }

  /// Returns whether the bytes end with `word`, which is lower case, in any case of letters.
  package static func hasSuffix(
    _ bytes: Span<UInt8>, from: Int, to end: Int, word: [UInt8]
  ) -> Bool {
    hasPrefix(bytes, from: max(from, end &- word.count), to: end, word: word)
  }

  /// Returns the range without the ASCII blanks at both of its ends.
  package static func trimmed(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Range<Int> {
    var lower = from
    var upper = end
    while lower < upper, isSpace(bytes[lower]) { lower &+= 1 }
    while upper > lower, isSpace(bytes[upper &- 1]) { upper &-= 1 }
    return lower..<upper
  }

  /// Returns the words of `text`, which blanks or line ends separate, as bytes.
  package static func words(_ text: String) -> [[UInt8]] {
    text.split { $0 == " " || $0 == "\n" }.map { Array($0.utf8) }
  }
}
