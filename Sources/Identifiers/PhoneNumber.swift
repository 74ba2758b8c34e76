/// Telephone numbers: the international form of ITU-T E.164.
package enum PhoneNumber {
  /// Appends `+` and 7 to 15 digits, or appends nothing and returns `false`.
  ///
  /// The number must begin with `+` or `00`; blanks, hyphens, full stops, slashes and parentheses
  /// go, and so does a trunk zero in parentheses, `+49 (0)30`.
  package static func appendNormalised(
    _ bytes: Span<UInt8>, from: Int, to end: Int, to text: inout [UInt8]
  ) -> Bool {
    let range = ASCII.trimmed(bytes, from: from, to: end)
    var index = range.lowerBound
    let upper = range.upperBound
    guard index < upper else { return false }
    if bytes[index] == UInt8(ascii: "+") {
      index &+= 1
    } else if index &+ 2 < upper, bytes[index] == 48, bytes[index &+ 1] == 48 {
      index &+= 2
    } else {
      return false
    }
    let mark = text.count
    text.append(UInt8(ascii: "+"))
    var digits = 0
    while index < upper {
      let byte = bytes[index]
      if ASCII.isDigit(byte) {
        // A country code never begins with 0.
        if digits == 0, byte == 48 { break }
        text.append(byte)
        digits &+= 1
        if digits > 15 { break }
        index &+= 1
      } else if byte == UInt8(ascii: "("), index &+ 2 < upper, bytes[index &+ 1] == 48,
        bytes[index &+ 2] == UInt8(ascii: ")")
      {
        index &+= 3
      } else {
        let width = separatorWidth(bytes, at: index, to: upper)
        guard width > 0 else { break }
        index &+= width
      }
    }
    if index == upper, digits >= 7 { return true }
    text.removeLast(text.count - mark)
    return false
  }

  /// Width of a blank, hyphen, full stop, slash, parenthesis, no-break space or Unicode hyphen.
  static func separatorWidth(_ bytes: Span<UInt8>, at index: Int, to end: Int) -> Int {
    switch bytes[index] {
    case 32, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("),
      UInt8(ascii: ")"):
      return 1
    case 0xC2:
      return index &+ 1 < end && bytes[index &+ 1] == 0xA0 ? 2 : 0
    case 0xE2:
      // U+2010 to U+2015 (hyphens and dashes), U+2009 and U+202F (thin blanks).
      guard index &+ 2 < end, bytes[index &+ 1] == 0x80 else { return 0 }
      let last = bytes[index &+ 2]
      return (0x90...0x95).contains(last) || last == 0x89 || last == 0xAF ? 3 : 0
    default: return 0
    }
  }
}
