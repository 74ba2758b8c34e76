import Bytes
import Records

/// Writes dates and times in ISO 8601, times with the offset of a zone.
struct TimeText {
  private let zone: Zone
  /// The UTC seconds of the local hour last written, as far as its offset is known to hold.
  private var hour = Int64.max..<Int64.max
  /// What every time of that hour begins and ends with: `2026-05-01T10:` and `+02:00`.
  private var beginning: [UInt8] = []
  private var ending: [UInt8] = []

  init(zone: Zone) { self.zone = zone }

  /// Appends `2026-05-01T10:00:00+02:00`, with a fraction only where there is one, and `Z` in UTC.
  mutating func append(microseconds: Int64, to output: inout OutputBuffer) {
    let seconds = floorDivide(microseconds, 1_000_000)
    if !hour.contains(seconds) { turn(to: seconds) }
    output.append(beginning)
    let second = Int(truncatingIfNeeded: seconds &- hour.lowerBound)
    appendTwoDigits(second / 60, to: &output)
    output.append(UInt8(ascii: ":"))
    appendTwoDigits(second % 60, to: &output)
    var fraction = Int(truncatingIfNeeded: microseconds &- seconds &* 1_000_000)
    if fraction != 0 {
      output.append(UInt8(ascii: "."))
      var unit = 100_000
      while fraction != 0 {
        output.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: fraction / unit))
        fraction %= unit
        unit /= 10
      }
    }
    output.append(ending)
  }

  /// Sets the hour to the local one that `seconds` lies in.
  private mutating func turn(to seconds: Int64) {
    // ISO 8601 has offsets of whole minutes. Local mean times have seconds too: these are written
    // with the minutes only and the local time that belongs to them, which is the same instant.
    let offset = zone.offset(at: seconds) / 60 * 60
    let local = seconds + Int64(offset)
    let start = floorDivide(local, 3600) * 3600 - Int64(offset)
    // Where clocks change inside the hour the offset is asked for again each time.
    let isSteady =
      zone.offset(at: start) / 60 * 60 == offset
      && zone.offset(at: start + 3599) / 60 * 60 == offset
    hour = start..<(isSteady ? start + 3600 : start)
    var text = OutputBuffer(capacity: 64)
    append(day: Int(floorDivide(local, 86_400)), to: &text)
    text.append(UInt8(ascii: "T"))
    appendTwoDigits(Int(local - floorDivide(local, 86_400) * 86_400) / 3600, to: &text)
    text.append(UInt8(ascii: ":"))
    beginning = text.take()
    if zone.isUTC {
      text.append(UInt8(ascii: "Z"))
    } else {
      text.append(UInt8(ascii: offset < 0 ? "-" : "+"))
      appendTwoDigits(abs(offset) / 3600, to: &text)
      text.append(UInt8(ascii: ":"))
      appendTwoDigits(abs(offset) / 60 % 60, to: &text)
    }
    ending = text.take()
  }

  /// Appends `2026-05-01` for days since 1970-01-01.
  ///
  /// Years beyond 9999 have their five digits; readers of dates take none of them.
  func append(day: Int, to output: inout OutputBuffer) {
    let date = CivilDate(days: day)
    if date.year < 0 { output.append(UInt8(ascii: "-")) }
    let year = abs(date.year)
    if year > 9999 { output.append(decimal: Int64(year / 10_000)) }
    appendTwoDigits(year / 100 % 100, to: &output)
    appendTwoDigits(year % 100, to: &output)
    output.append(UInt8(ascii: "-"))
    appendTwoDigits(date.month, to: &output)
    output.append(UInt8(ascii: "-"))
    appendTwoDigits(date.day, to: &output)
  }

  private func appendTwoDigits(_ number: Int, to output: inout OutputBuffer) {
    output.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 10))
    output.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10))
  }
}
