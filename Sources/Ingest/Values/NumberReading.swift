import Bytes
import Records

/// Reads numbers exactly: integers, and decimals as minor units of a scale.
///
/// A number is an optional sign, digits (in groups of three where the style has a thousands sign),
/// a fraction and an exponent (`1e3`), of which the fraction or the digits before it may lack, but
/// not the digits after a decimal sign. No first group begins with a zero: what looks so has
/// another decimal sign. More places than the scale are refused unless they are zeros: nothing is
/// rounded.
struct NumberReading: Sendable {
  private let decimal: UInt8
  private let thousands: [UInt8]
  /// Places after the decimal sign that the result keeps.
  let scale: Int
  /// The greatest magnitude of the minor units; what is beyond is refused.
  private let greatest: UInt64

  init(style: NumberStyle, scale: Int, greatest: Int64 = Int64.max) {
    decimal = style.decimal
    thousands = style.thousands
    self.scale = scale
    self.greatest = UInt64(greatest)
  }

  /// Creates the reading of a column whose values are held in `form`.
  init(style: NumberStyle, form: ValueForm) {
    self.init(style: style, scale: form.scale, greatest: form.greatest)
  }

  /// 10 to the power of the index, written out so that nothing has to be made ready for it.
  static let powers: [20 of UInt64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
    1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000,
    1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]

  /// Returns the minor units of `start..<end`, or `Values.nullNumber` when it is not such a number.
  func read(_ bytes: borrowing Span<UInt8>, from start: Int, to end: Int) -> Int64 {
    var offset = start
    var isNegative = false
    if offset < end, bytes[offset] == UInt8(ascii: "-") {
      isNegative = true
      offset &+= 1
    }
    // The plain case: no more than 18 digits, which cannot overflow on their way.
    guard end &- offset <= 19 else { return readAny(bytes, from: start, to: end) }
    var mantissa: UInt64 = 0
    let first = offset
    while offset < end, bytes[offset] &- 48 < 10 {
      mantissa = mantissa &* 10 &+ UInt64(bytes[offset] &- 48)
      offset &+= 1
    }
    var places = 0
    var digits = offset &- first
    if digits > 0, offset &+ 1 < end, bytes[offset] == decimal {
      offset &+= 1
      let fraction = offset
      while offset < end, bytes[offset] &- 48 < 10 {
        mantissa = mantissa &* 10 &+ UInt64(bytes[offset] &- 48)
        offset &+= 1
      }
      places = offset &- fraction
      digits &+= places
    }
    guard offset == end, digits > 0, digits <= 18, places <= scale else {
      return readAny(bytes, from: start, to: end)
    }
    if places < scale {
      let (product, overflow) = mantissa.multipliedReportingOverflow(
        by: NumberReading.powers[scale &- places])
      guard !overflow else { return Values.nullNumber }
      mantissa = product
    }
    guard mantissa <= greatest else { return Values.nullNumber }
    let magnitude = Int64(truncatingIfNeeded: mantissa)
    return isNegative ? 0 &- magnitude : magnitude
  }

  /// Returns the minor units of the number that a short word holds (see `shortWord`), or
  /// `Values.nullNumber` where that is left to `read`.
  ///
  /// Taken are one to eight digits with or without a decimal sign between them, which is how
  /// nearly all numbers look; all eight bytes are worked on at once.
  @inline(__always)
  func readShort(_ word: UInt64, count: Int) -> Int64 {
    guard count > 0, count <= 8 else { return Values.nullNumber }
    let padding = 8 &- count
    var digits = digitValues(word, count: count)
    let marks = marksAboveNine(digits)
    var places = 0
    if marks != 0 {
      let place = marks.trailingZeroBitCount / 8
      guard marks & (marks &- 1) == 0, place > padding, place < 7, 7 &- place <= scale,
        UInt8(truncatingIfNeeded: word &>> UInt64(8 &* (place &- padding))) == decimal
      else { return Values.nullNumber }
      places = 7 &- place
      // The digits before the sign move up by one.
      let before: UInt64 = (1 &<< UInt64(8 &* place)) &- 1
      digits = (digits & before) << 8 | digits & ~(before << 8 | 0xFF)
    }
    guard scale &- places <= 10 else { return Values.nullNumber }
    let number = number(ofDigits: digits)
    return Int64(truncatingIfNeeded: number &* NumberReading.powers[scale &- places])
  }

  /// The general case of `read`.
  private func readAny(_ bytes: borrowing Span<UInt8>, from start: Int, to end: Int) -> Int64 {
    guard let number = parse(bytes, from: start, to: end), !number.isCut else {
      return Values.nullNumber
    }
    if number.significand == 0 { return 0 }
    let power = number.exponent &+ scale
    guard power >= 0, power <= 18 else { return Values.nullNumber }
    let (product, overflow) = number.significand.multipliedReportingOverflow(
      by: NumberReading.powers[power])
    guard !overflow, product <= greatest else { return Values.nullNumber }
    let magnitude = Int64(truncatingIfNeeded: product)
    return number.isNegative ? 0 &- magnitude : magnitude
  }

  /// Returns the greatest number of minor units that is not above the number `start..<end`, or
  /// `Values.nullNumber` when it is none or does not fit.
  ///
  /// For moments: a clock that shows more digits than are kept is cut off, never rounded up.
  func readFloor(_ bytes: borrowing Span<UInt8>, from start: Int, to end: Int) -> Int64 {
    guard let number = parse(bytes, from: start, to: end) else { return Values.nullNumber }
    if number.significand == 0 { return 0 }
    let power = number.exponent &+ scale
    var magnitude = number.significand
    var isCut = number.isCut
    if power > 18 { return Values.nullNumber }
    if power >= 0 {
      let (product, overflow) = magnitude.multipliedReportingOverflow(
        by: NumberReading.powers[power])
      guard !overflow else { return Values.nullNumber }
      magnitude = product
    } else if power < -19 {
      magnitude = 0
      isCut = true
    } else {
      let divided = magnitude.quotientAndRemainder(dividingBy: NumberReading.powers[0 &- power])
      magnitude = divided.quotient
      isCut = isCut || divided.remainder != 0
    }
    guard magnitude < UInt64(Int64.max) else { return Values.nullNumber }
    let result = Int64(truncatingIfNeeded: magnitude)
    return number.isNegative ? 0 &- result &- (isCut ? 1 : 0) : result
  }

  // MARK: The grammar

  /// A number as `significand` times 10 to the power of `exponent`.
  private struct Parsed {
    var isNegative = false
    var significand: UInt64 = 0
    var exponent = 0
    /// Zeros after the last digit in `significand`, not yet in it.
    var zeros = 0
    /// Whether digits other than 0 were cut off behind `significand`.
    var isCut = false

    /// Adds a digit; zeros wait until another digit follows them.
    mutating func append(_ digit: UInt8) {
      if isCut {
        exponent &+= 1
        return
      }
      if digit == 0 {
        if significand != 0 { zeros &+= 1 }
        return
      }
      if zeros < 19 {
        let (shifted, overflow) = significand.multipliedReportingOverflow(
          by: NumberReading.powers[zeros &+ 1])
        let (sum, carries) = shifted.addingReportingOverflow(UInt64(digit))
        if !overflow, !carries {
          significand = sum
          zeros = 0
          return
        }
      }
      isCut = true
      exponent &+= zeros &+ 1
      zeros = 0
    }
  }

  private func parse(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int
  ) -> Parsed? {
    var number = Parsed()
    var offset = start
    if offset < end, bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+") {
      number.isNegative = bytes[offset] == UInt8(ascii: "-")
      offset &+= 1
    }
    let first = offset
    var digits = 0
    var groups = 0
    var inGroup = 0
    while offset < end {
      let digit = bytes[offset] &- 48
      if digit < 10 {
        number.append(digit)
        digits &+= 1
        inGroup &+= 1
        offset &+= 1
      } else if isThousands(bytes, at: offset, to: end) {
        guard inGroup == 3 || (groups == 0 && inGroup > 0 && inGroup < 3),
          bytes[first] != UInt8(ascii: "0")
        else { return nil }
        groups &+= 1
        inGroup = 0
        offset &+= thousands.count
      } else {
        break
      }
    }
    if groups > 0, inGroup != 3 { return nil }
    if offset < end, bytes[offset] == decimal {
      offset &+= 1
      let first = offset
      while offset < end, bytes[offset] &- 48 < 10 {
        number.append(bytes[offset] &- 48)
        offset &+= 1
      }
      guard offset > first else { return nil }
      number.exponent &-= offset &- first
      digits &+= offset &- first
    }
    guard digits > 0 else { return nil }
    if offset < end, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset &+= 1
      var isNegative = false
      if offset < end, bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+") {
        isNegative = bytes[offset] == UInt8(ascii: "-")
        offset &+= 1
      }
      let first = offset
      var exponent = 0
      while offset < end, bytes[offset] &- 48 < 10 {
        // Beyond any length of digits; more makes no difference.
        if exponent < 1 << 40 { exponent = exponent &* 10 &+ Int(bytes[offset] &- 48) }
        offset &+= 1
      }
      guard offset > first else { return nil }
      number.exponent &+= isNegative ? 0 &- exponent : exponent
    }
    guard offset == end else { return nil }
    number.exponent &+= number.zeros
    return number
  }

  private func isThousands(
    _ bytes: borrowing Span<UInt8>, at offset: Int, to end: Int
  ) -> Bool {
    guard !thousands.isEmpty, end &- offset >= thousands.count else { return false }
    for index in thousands.indices where bytes[offset &+ index] != thousands[index] {
      return false
    }
    return true
  }
}
