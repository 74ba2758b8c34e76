/// Segments of URL paths that stand for one person, order or thing rather than for a kind of page.
package enum URLSegment {
  /// What one pass over a segment's decoded bytes has seen.
  private struct Shape {
    var count = 0
    var digits = 0
    var hexDigits = 0
    var letters = 0
    var marks = 0
    var others = 0
    var hasAtSign = false
    /// Longest run of digits, and whether it is four digits that read as a year.
    var digitRun = 0
    var longestDigitRun = 0
    var runValue = 0
    var hasLongNumber = false
    /// The run of letters and digits at hand: its length, its turns between the two, its capitals
    /// behind small letters.
    var run = 0
    var turns = 0
    var humps = 0
    var isToken = false
    var previous: UInt8 = 0

    mutating func add(_ byte: UInt8) {
      count &+= 1
      if byte == UInt8(ascii: "@") { hasAtSign = true }
      if ASCII.isDigit(byte) {
        digits &+= 1
        digitRun &+= 1
        runValue = min(runValue &* 10 &+ Int(byte &- 48), 99_999)
      } else {
        endNumber()
      }
      if ASCII.isHexDigit(byte) { hexDigits &+= 1 }
      if ASCII.isAlphanumeric(byte) {
        if ASCII.isLetter(byte) { letters &+= 1 }
        if run > 0 {
          if ASCII.isDigit(byte) != ASCII.isDigit(previous) { turns &+= 1 }
          if ASCII.isUpper(byte), ASCII.isLower(previous) { humps &+= 1 }
        }
        run &+= 1
      } else {
        endRun()
        if URLSegment.isMark(byte) { marks &+= 1 } else { others &+= 1 }
      }
      previous = byte
    }

    mutating func finish() {
      endNumber()
      endRun()
    }

    private mutating func endNumber() {
      longestDigitRun = max(longestDigitRun, digitRun)
      // Four digits and more number orders and customers; a year in a campaign's name does not.
      if digitRun > 4 || digitRun == 4 && !(1900...2099).contains(runValue) { hasLongNumber = true }
      digitRun = 0
      runValue = 0
    }

    private mutating func endRun() {
      if run >= 8, turns >= 3 { isToken = true }
      if run >= 16, turns >= 2 || humps &* 4 > run { isToken = true }
      if run >= 32 { isToken = true }
      run = 0
      turns = 0
      humps = 0
    }
  }

  /// Returns whether the segment is an identifier: numeric, hexadecimal, a UUID, like a token, or
  /// an e-mail address, percent-encoded or not, with or without an extension such as `.html`.
  ///
  /// Numbers may carry a prefix (`order-100234`), but two- and three-digit numbers and years in a
  /// name (`iphone-15`, `sale-2026`) are names.
  package static func isIdentifier(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    guard from < end else { return false }
    let stop = stemEnd(bytes, from: from, to: end)
    var shape = Shape()
    var index = from
    while index < stop {
      if let byte = ASCII.escapedByte(bytes, at: index, to: stop) {
        shape.add(byte)
        index &+= 3
      } else {
        shape.add(bytes[index])
        index &+= 1
      }
    }
    shape.finish()
    if shape.hasAtSign || shape.hasLongNumber || shape.isToken { return true }
    guard shape.others == 0, shape.digits + shape.letters > 0 else { return false }
    // 4711, 12-34, 2026; 203.0.113.7.
    if shape.digits > 0, shape.letters == 0 { return true }
    // deadbeef and 123e4567-e89b-12d3-a456-426614174000, but not a word of a few such letters; what
    // mixes letters and digits, as 1a2b3c4 does, is hardly a word.
    guard shape.hexDigits == shape.digits + shape.letters else { return false }
    if shape.hexDigits >= 8 { return shape.digits > 0 || shape.marks == 0 }
    return shape.hexDigits >= 6 && shape.digits > 0 && shape.marks == 0
  }

  /// Returns where an extension of up to five letters or digits, one letter at least, begins.
  private static func stemEnd(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int {
    var index = end
    var letters = 0
    while index > from, end &- index <= 5, ASCII.isAlphanumeric(bytes[index &- 1]) {
      index &-= 1
      if ASCII.isLetter(bytes[index]) { letters &+= 1 }
    }
    guard index < end, letters > 0, index &- from > 1, bytes[index &- 1] == UInt8(ascii: ".") else {
      return end
    }
    // Everything before it must not hold an address's at sign: anna@x.test keeps its domain.
    return index &- 1
  }

  fileprivate static func isMark(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ","),
      UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "~"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), 32:
      return true
    default: return false
    }
  }
}
