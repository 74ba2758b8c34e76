extension ReservedValues {
  /// Returns whether the number lies in a range that regulators keep for films, books and tests.
  ///
  /// Germany: the Bundesnetzagentur's numbers for drama; North America: 555-0100 to 555-0199;
  /// United Kingdom: Ofcom's numbers for drama; France: ARCEP's. International or with a trunk
  /// zero.
  package static func isTestPhone(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    var digits: [UInt8] = []
    var isInternational = false
    for index in from..<end {
      let byte = bytes[index]
      if ASCII.isDigit(byte) {
        digits.append(byte)
      } else if byte == UInt8(ascii: "+"), digits.isEmpty {
        isInternational = true
      } else if ASCII.isLetter(byte) {
        return false
      }
    }
    if !isInternational, digits.starts(with: [48, 48]) {
      digits.removeFirst(2)
      isInternational = true
    }
    if isInternational {
      for (code, ranges) in national where digits.starts(with: code) {
        var rest = Array(digits[code.count...])
        // +49 (0)30: the trunk zero that people leave in.
        if rest.first == 48 { rest.removeFirst() }
        return lies(rest, in: ranges)
      }
      return digits.first == 49 && isNorthAmerican(Array(digits.dropFirst()))
    }
    if digits.first == 48 {
      let rest = Array(digits.dropFirst())
      return national.contains { lies(rest, in: $0.ranges) }
    }
    return isNorthAmerican(digits.count == 11 && digits[0] == 49 ? Array(digits[1...]) : digits)
  }

  /// Area code, 555, 01 and two more digits.
  private static func isNorthAmerican(_ digits: [UInt8]) -> Bool {
    digits.count == 10 && digits[0] >= 50 && Array(digits[3..<8]) == Array("55501".utf8)
  }

  /// A pattern is digits and `x` for any digit.
  private static func lies(_ digits: [UInt8], in patterns: [[UInt8]]) -> Bool {
    patterns.contains { pattern in
      pattern.count == digits.count
        && pattern.indices.allSatisfy {
          pattern[$0] == UInt8(ascii: "x") || pattern[$0] == digits[$0]
        }
    }
  }

  /// Without trunk zero, by country code.
  private static let national: [(code: [UInt8], ranges: [[UInt8]])] = [
    (
      Array("49".utf8),
      ASCII.words(
        """
        3023125xxx 6990009xxx 4066969xxx 2214710xxx 8999998xxx 15228817386 15228895456 15254599371
        17139200xx 1729925904 1729968532 1729973185 1729973186 1729980752 1749091317 1749464308
        176040690xx
        """)
    ),
    (
      Array("44".utf8),
      ASCII.words(
        """
        1632960xxx 7700900xxx 2079460xxx 1134960xxx 1144960xxx 1154960xxx 1164960xxx 1174960xxx
        1184960xxx 1214960xxx 1314960xxx 1414960xxx 1514960xxx 1614960xxx 1914980xxx 2920180xxx
        2896496xxx 8081570xxx 9098790xxx 3069990xxx
        """)
    ),
    (
      Array("33".utf8),
      ASCII.words("19900xxxx 26191xxxx 35301xxxx 46571xxxx 53649xxxx 63998xxxx")
    ),
  ]
}
