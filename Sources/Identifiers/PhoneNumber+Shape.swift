// Advice to the next reader: everything here weighs precision against recall. A number is taken for
// a telephone's only by its own shape (a plus, 00 and a country, an area code in parentheses, a
// trunk zero and groups, the North American 3-3-4), or because the word before it says so. Dates,
// times, prices, versions, article and order numbers have tests that keep them out; measure with
// DetectorShareTests before and after a change.

extension PhoneNumber {
  /// Digit groups of a candidate, as far as the rules below look at them.
  private struct Groups {
    /// Lengths of up to eight groups, four bits each.
    private var lengths: UInt64 = 0
    private(set) var count = 0
    var digits = 0
    /// End of the last group.
    var end = 0
    /// The separator in front of the second group, and whether all others are the same.
    var separator: UInt8 = 0
    var hasOneSeparator = true
    var hasParentheses = false
    /// Whether what follows the last group allows a number to end there.
    var endsNumber = false

    mutating func add(_ length: Int, end: Int) {
      lengths |= UInt64(min(length, 15)) << UInt64(4 * min(count, 15))
      count &+= 1
      digits &+= length
      self.end = end
    }

    subscript(index: Int) -> Int { Int(lengths >> UInt64(4 * index) & 0xF) }
  }

  /// Returns the end of the telephone number that begins at `from`, or `nil` when none does.
  ///
  /// `lowest` is where text begins that may be looked at for a word such as `Tel.` in front.
  static func match(_ bytes: Span<UInt8>, from: Int, lowest: Int, to end: Int) -> Int? {
    let first = bytes[from]
    var digitsStart = from
    var isInternational = false
    if first == UInt8(ascii: "+") {
      digitsStart = from &+ 1
      isInternational = true
    } else if ASCII.escapedByte(bytes, at: from, to: end) == UInt8(ascii: "+") {
      digitsStart = from &+ 3
      isInternational = true
    }
    if isInternational, digitsStart < end, bytes[digitsStart] == 32 { digitsStart &+= 1 }
    // The longest number first; one that does not hold may be a shorter one and another number.
    var limit = 8
    while limit > 0, let groups = groups(bytes, from: digitsStart, to: end, limit: limit) {
      if groups.endsNumber {
        let holds =
          isInternational
          ? isInternationalNumber(groups, bytes, from: digitsStart)
          : isShaped(groups, bytes, from: from)
            || isAnnounced(groups, bytes, from: from, lowest: lowest)
        if holds { return extensionEnd(bytes, from: groups.end, to: end) }
      }
      limit = groups.count &- 1
    }
    return nil
  }

  /// Behind a plus: a country code, which never begins with 0, and 7 to 15 digits in all.
  private static func isInternationalNumber(
    _ groups: Groups, _ bytes: Span<UInt8>, from: Int
  ) -> Bool {
    bytes[from] != 48 && bytes[from] != UInt8(ascii: "(") && groups.digits >= 7
      && groups.digits <= 15
  }

  /// Digits of no telephone's shape of their own, but behind a word such as `Tel.`.
  private static func isAnnounced(
    _ groups: Groups, _ bytes: Span<UInt8>, from: Int, lowest: Int
  ) -> Bool {
    groups.digits >= 6 && groups.digits <= 15 && !isDate(groups, bytes, from: from)
      && followsCue(bytes, at: from, lowest: lowest)
  }

  /// Reads groups of digits with at most " - ", ") " or one separator between two of them.
  ///
  /// Reads `limit` groups at most; `nil` where there is none.
  private static func groups(
    _ bytes: Span<UInt8>, from: Int, to end: Int, limit: Int
  ) -> Groups? {
    var groups = Groups()
    var index = from
    var isOpen = false
    if index < end, bytes[index] == UInt8(ascii: "(") {
      isOpen = true
      groups.hasParentheses = true
      index &+= 1
    }
    while index < end {
      let start = index
      while index < end, ASCII.isDigit(bytes[index]) { index &+= 1 }
      guard index > start else { break }
      groups.add(index &- start, end: index)
      if groups.count == limit {
        // Cut here only at a blank: what hyphens or full stops go on with is one number.
        groups.endsNumber =
          endsHere(bytes, at: index, to: end)
          || index < end && bytes[index] == UInt8(ascii: ")") && isOpen
        break
      }
      // Up to three bytes of separators, each kind at most once, and then a digit again.
      var separators = 0
      var next = index
      var kind: UInt8 = 0
      while next < end, separators < 3 {
        let width = separatorWidth(bytes, at: next, to: end)
        guard width > 0 else { break }
        let byte = bytes[next]
        if byte == UInt8(ascii: "(") {
          guard !isOpen else { break }
          isOpen = true
          groups.hasParentheses = true
        } else if byte == UInt8(ascii: ")") {
          guard isOpen else { break }
          isOpen = false
          if separators == 0 { groups.end = next &+ 1 }
        } else if byte == kind {
          break
        }
        if byte != 32 || kind == 0 { kind = byte }
        next &+= width
        separators &+= 1
      }
      guard separators > 0, next < end, ASCII.isDigit(bytes[next]) else {
        groups.endsNumber = endsHere(bytes, at: groups.end, to: end)
        break
      }
      if groups.count == 1 {
        groups.separator = kind
      } else if kind != groups.separator {
        groups.hasOneSeparator = false
      }
      index = next
    }
    return groups.count > 0 ? groups : nil
  }

  /// Returns whether a number may end at `index`: no letter, unit, decimals or time go on there.
  private static func endsHere(_ bytes: Span<UInt8>, at index: Int, to end: Int) -> Bool {
    guard index < end else { return true }
    let byte = bytes[index]
    if byte | 0x20 == UInt8(ascii: "x") { return true }
    if ASCII.isAlphanumeric(byte) { return false }
    switch byte {
    case UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "%"): return false
    case UInt8(ascii: "-"):
      // 030 23125123-Fax, but not an article's 0301234567-A.
      var letters = index &+ 1
      while letters < end, letters &- index < 4, ASCII.isLetter(bytes[letters]) { letters &+= 1 }
      return index &+ 1 >= end || letters &- index >= 4 || !ASCII.isAlphanumeric(bytes[index &+ 1])
    case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"):
      return index &+ 1 >= end || !ASCII.isAlphanumeric(bytes[index &+ 1])
    default: return true
    }
  }

  /// Returns whether the groups alone make a number a telephone's.
  private static func isShaped(_ groups: Groups, _ bytes: Span<UInt8>, from: Int) -> Bool {
    let start = bytes[from] == UInt8(ascii: "(") ? from &+ 1 : from
    let first = bytes[start]
    let second = start &+ 1 < groups.end ? bytes[start &+ 1] : 0
    if bytes[from] == UInt8(ascii: "(") {
      // (030) 1234567, (212) 555-0100, (37) 788-063.
      guard groups.count >= 2, groups.digits >= 7, groups.digits <= 13 else { return false }
      return first == 48 && groups[0] >= 2 && groups[0] <= 6 || groups[0] == 2
        || groups[0] == 3 && first > 49
    }
    if first == 48 {
      if second == 48 { return isDialled(groups, bytes, from: from) }
      if groups.count == 1 { return isUnseparated(groups, bytes, from: from) }
      guard groups.digits >= 8, groups.digits <= 13, groups[0] >= 2, groups[0] <= 6,
        !isDate(groups, bytes, from: from)
      else { return false }
      // Groups of one digit are sizes and lists; two groups need nine digits (030 123456).
      for index in 1..<groups.count where groups[index] < 2 { return false }
      return groups.digits >= 9
    }
    // North America: 212-555-0100, 1-212-555-0100, 212.555.0100, 212 555 0100.
    let shift = groups.count == 4 && groups[0] == 1 && first == 49 ? 1 : 0
    return groups.count == 3 &+ shift && groups[shift] == 3 && groups[shift &+ 1] == 3
      && groups[shift &+ 2] == 4 && groups.hasOneSeparator && groups.separator != UInt8(ascii: "/")
      && bytes[start &+ 2 &* shift] > 49
  }

  /// `00`, a country code and the number: 0049 30 1234567.
  private static func isDialled(_ groups: Groups, _ bytes: Span<UInt8>, from: Int) -> Bool {
    guard groups.digits >= 11, groups.digits <= 17, groups[0] >= 3 || groups[0] == 2,
      from &+ 2 < groups.end
    else { return false }
    // Skip the separator of "00 49".
    var index = from &+ 2
    while index < groups.end, !ASCII.isDigit(bytes[index]) { index &+= 1 }
    guard index < groups.end else { return false }
    switch bytes[index] {
    case 48: return false
    // Zone 1 and zone 7 have numbers of exactly ten digits after the code.
    case 49, 55: return groups.digits == 13
    default: return true
    }
  }

  /// A trunk zero and digits in one run: 01701234567, 0612345678.
  ///
  /// Ten digits with the check digit of an ISBN-10 are a book's.
  private static func isUnseparated(_ groups: Groups, _ bytes: Span<UInt8>, from: Int) -> Bool {
    guard groups.digits >= 10 else { return false }
    let second = bytes[from &+ 1]
    switch groups.digits {
    case 10:
      var sum = 0
      for index in 0..<10 { sum &+= Int(bytes[from &+ index] &- 48) &* (10 &- index) }
      return sum % 11 != 0
    case 11: return true
    case 12: return second == 49 && (53...55).contains(bytes[from &+ 2])
    default: return false
    }
  }

  /// Returns whether the first three groups read as a date: 01.05.2026, 5/1/26, 2026-05-01.
  private static func isDate(_ groups: Groups, _ bytes: Span<UInt8>, from: Int) -> Bool {
    guard groups.count >= 3, !groups.hasParentheses else { return false }
    // Five pairs are a French number, 01.02.03.04.05.
    if groups.count == 5, groups.hasOneSeparator,
      (0..<5).allSatisfy({ groups[$0] == 2 })
    {
      return false
    }
    var values = (0, 0, 0)
    var index = from
    for group in 0..<3 {
      var value = 0
      while index < groups.end, !ASCII.isDigit(bytes[index]) { index &+= 1 }
      while index < groups.end, ASCII.isDigit(bytes[index]) {
        value = min(value &* 10 &+ Int(bytes[index] &- 48), 99_999)
        index &+= 1
      }
      switch group {
      case 0: values.0 = value
      case 1: values.1 = value
      default: values.2 = value
      }
    }
    let isYear = { (value: Int) in value >= 1900 && value <= 2099 }
    if groups[0] == 4, groups[1] <= 2, groups[2] <= 2 {
      return isYear(values.0) && values.1 <= 12 && values.2 <= 31
    }
    guard groups[0] <= 2, groups[1] <= 2, groups[2] == 4 && isYear(values.2) || groups[2] == 2
    else { return false }
    return values.0 <= 31 && values.1 <= 12 || values.0 <= 12 && values.1 <= 31
  }

  /// Returns the end with an extension, `x4587` or ` ext. 12`, or `index` without one.
  private static func extensionEnd(_ bytes: Span<UInt8>, from index: Int, to end: Int) -> Int {
    var cursor = index
    if cursor < end, bytes[cursor] == 32 { cursor &+= 1 }
    if ASCII.hasPrefix(bytes, from: cursor, to: end, word: extensionWord) {
      cursor &+= 3
      if cursor < end, bytes[cursor] == UInt8(ascii: ".") { cursor &+= 1 }
      if cursor < end, bytes[cursor] == 32 { cursor &+= 1 }
    } else if cursor < end, bytes[cursor] | 0x20 == UInt8(ascii: "x") {
      cursor &+= 1
    } else {
      return index
    }
    let start = cursor
    while cursor < end, cursor &- start < 6, ASCII.isDigit(bytes[cursor]) { cursor &+= 1 }
    return cursor > start && (cursor == end || !ASCII.isAlphanumeric(bytes[cursor]))
      ? cursor : index
  }

  private static let extensionWord = Array("ext".utf8)

  /// Returns whether one of the two words before `at` announces a telephone number.
  private static func followsCue(_ bytes: Span<UInt8>, at: Int, lowest: Int) -> Bool {
    let limit = max(lowest, at &- 28)
    var index = at
    for distance in 0..<3 {
      while index > limit, !ASCII.isAlphanumeric(bytes[index &- 1]), bytes[index &- 1] < 0x80 {
        // `Phone:` may stand on the line above, but no other word of it counts.
        if distance > 0, bytes[index &- 1] == 10 { return false }
        index &-= 1
      }
      // The word's letters as one number, the last one lowest.
      var word: UInt128 = 0
      var count = 0
      while index > limit, ASCII.isLetter(bytes[index &- 1]) || bytes[index &- 1] >= 0x80 {
        index &-= 1
        if count < 16 { word |= UInt128(ASCII.lowercased(bytes[index])) << UInt128(8 &* count) }
        count &+= 1
      }
      guard count > 0 else { return false }
      if index > lowest, ASCII.isDigit(bytes[index &- 1]) { return false }
      if count <= 16, cues.contains(word) { return true }
    }
    return false
  }

  /// Words in front of a telephone number, as numbers like the above.
  private static let cues: [UInt128] = ASCII.words(
    """
    tel telefon telefonnummer telephone phone mobile mobil mobilnummer cell cellphone handy
    handynummer fax rufnummer whatsapp call ring anrufen ruf durchwahl
    """
  ).map { word in word.reduce(0) { $0 << 8 | UInt128($1) } }
}
