import Bytes
import Records

// Numbers and times as this program writes them, and no other spelling: what is read here prints as
// it was read.

/// Returns the number in minor units of `form`, or `nil` where it is not in its one spelling.
func number(
  _ bytes: Span<UInt8>, from: Int, to end: Int, form: ValueForm, zone: Zone
) -> Int64? {
  switch form {
  case .integer: return integer(bytes, from: from, to: end)
  case .decimal(let scale, let keepsPlaces):
    return decimal(bytes, from, end, scale: scale, keepsPlaces: keepsPlaces)
  case .boolean: return boolean(bytes, from, end)
  case .date: return day(bytes, from, end)
  case .timestamp: return time(bytes, from, end, zone)
  case .text, .token: return nil
  }
}

/// Returns the integer in its one spelling; up to eight digits are read at once.
@inline(__always)
func integer(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int64? {
  let count = end &- from
  if count > 0, count <= 8 {
    let word = shortWord(bytes, from: from, count: count)
    let digits = digitValues(word, count: count)
    if marksAboveNine(digits) == 0, count == 1 || UInt8(truncatingIfNeeded: word) != 48 {
      return Int64(number(ofDigits: digits))
    }
  }
  return decimal(bytes, from, end, scale: 0, keepsPlaces: true)
}

/// Reads `-12.50` or, without `keepsPlaces`, `-12.5`.
private func decimal(
  _ bytes: Span<UInt8>, _ from: Int, _ end: Int, scale: Int, keepsPlaces: Bool
) -> Int64? {
  var index = from
  let isNegative = index < end && bytes[index] == UInt8(ascii: "-")
  if isNegative { index &+= 1 }
  let start = index
  // Negative numbers reach one further than positive ones, but that one stands for null.
  var units: Int64 = 0
  while index < end, bytes[index] &- 48 < 10 {
    guard append(bytes[index], to: &units) else { return nil }
    index &+= 1
  }
  guard index > start, index &- start == 1 || bytes[start] != 48 else { return nil }
  var places = 0
  if index < end {
    guard bytes[index] == UInt8(ascii: "."), scale > 0 else { return nil }
    index &+= 1
    while index < end, bytes[index] &- 48 < 10, places < scale {
      guard append(bytes[index], to: &units) else { return nil }
      index &+= 1
      places &+= 1
    }
    guard index == end, places > 0, keepsPlaces || bytes[end &- 1] != 48 else { return nil }
  }
  guard !keepsPlaces || places == scale, !isNegative || units != 0 else { return nil }
  for _ in places..<scale {
    guard append(48, to: &units) else { return nil }
  }
  return isNegative ? -units : units
}

@inline(__always)
private func append(_ digit: UInt8, to units: inout Int64) -> Bool {
  let (product, overflows) = units.multipliedReportingOverflow(by: 10)
  let (sum, exceeds) = product.addingReportingOverflow(Int64(digit &- 48))
  units = sum
  return !overflows && !exceeds
}

private func boolean(_ bytes: Span<UInt8>, _ from: Int, _ end: Int) -> Int64? {
  if equals(bytes, from, end, trueText) { return 1 }
  return equals(bytes, from, end, falseText) ? 0 : nil
}

private let trueText = Array("true".utf8)
private let falseText = Array("false".utf8)

func equals(_ bytes: Span<UInt8>, _ from: Int, _ end: Int, _ text: [UInt8]) -> Bool {
  guard end &- from == text.count else { return false }
  for index in 0..<text.count where bytes[from &+ index] != text[index] { return false }
  return true
}

/// Reads `2026-05-01`, also of a year before 0 or of five digits.
private func day(_ bytes: Span<UInt8>, _ from: Int, _ end: Int) -> Int64? {
  var start = from
  let isNegative = start < end && bytes[start] == UInt8(ascii: "-")
  if isNegative { start &+= 1 }
  let yearEnd = end &- 6
  guard yearEnd &- start == 4 || yearEnd &- start == 5 && bytes[start] != 48,
    bytes[yearEnd] == UInt8(ascii: "-"), bytes[yearEnd &+ 3] == UInt8(ascii: "-"),
    let year = digits(bytes, start, yearEnd), let month = digits(bytes, yearEnd &+ 1, yearEnd &+ 3),
    let day = digits(bytes, yearEnd &+ 4, end), !isNegative || year > 0
  else { return nil }
  let date = CivilDate(year: isNegative ? -year : year, month: month, day: day)
  return date.isValid ? Int64(date.days) : nil
}

/// Reads `2026-05-01T10:00:00.5+02:00` with the offset that the zone has then; `Z` in UTC.
private func time(_ bytes: Span<UInt8>, _ from: Int, _ end: Int, _ zone: Zone) -> Int64? {
  var separator = from
  while separator < end, bytes[separator] != UInt8(ascii: "T") { separator &+= 1 }
  let clock = separator &+ 1
  guard clock &+ 9 <= end, let days = day(bytes, from, separator),
    bytes[clock &+ 2] == UInt8(ascii: ":"), bytes[clock &+ 5] == UInt8(ascii: ":"),
    let hours = digits(bytes, clock, clock &+ 2), hours < 24,
    let minutes = digits(bytes, clock &+ 3, clock &+ 5), minutes < 60,
    let seconds = digits(bytes, clock &+ 6, clock &+ 8), seconds < 60
  else { return nil }
  var index = clock &+ 8
  var fraction: Int64 = 0
  if bytes[index] == UInt8(ascii: ".") {
    let start = index &+ 1
    index = start
    while index < end, bytes[index] &- 48 < 10, index &- start < 6 {
      fraction = fraction &* 10 &+ Int64(bytes[index] &- 48)
      index &+= 1
    }
    guard index > start, bytes[index &- 1] != 48 else { return nil }
    for _ in (index &- start)..<6 { fraction &*= 10 }
  }
  let local = days &* 86_400 &+ Int64(hours &* 3600 &+ minutes &* 60 &+ seconds)
  var offset = 0
  if zone.isUTC {
    guard index &+ 1 == end, bytes[index] == UInt8(ascii: "Z") else { return nil }
  } else {
    guard index &+ 6 == end, bytes[index &+ 3] == UInt8(ascii: ":"),
      let offsetHours = digits(bytes, index &+ 1, index &+ 3),
      let offsetMinutes = digits(bytes, index &+ 4, end)
    else { return nil }
    offset = offsetHours &* 3600 &+ offsetMinutes &* 60
    switch bytes[index] {
    case UInt8(ascii: "+"): break
    case UInt8(ascii: "-"): offset = -offset
    default: return nil
    }
    guard zone.offset(at: local &- Int64(offset)) / 60 * 60 == offset else { return nil }
  }
  let (micros, overflow) = (local &- Int64(offset)).multipliedReportingOverflow(by: 1_000_000)
  return overflow ? nil : micros &+ fraction
}

/// Returns the number of a few digits, or `nil` where another byte is among them.
private func digits(_ bytes: Span<UInt8>, _ from: Int, _ end: Int) -> Int? {
  guard from >= 0, from < end else { return nil }
  var number = 0
  for index in from..<end {
    guard bytes[index] &- 48 < 10 else { return nil }
    number = number &* 10 &+ Int(bytes[index] &- 48)
  }
  return number
}
