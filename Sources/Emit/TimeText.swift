import Bytes
import Records

/// Writes times and dates in ISO 8601, times in a zone with their offset.
struct TimeText {
  private let zone: Zone
  /// The quarter of an hour last asked for, and its offset: no zone changes inside one.
  private var quarter = Int64.min
  private var offset = 0

  init(zone: Zone) { self.zone = zone }

  /// Appends `2026-05-01T10:00:00+02:00`, with a fraction only where there is one, and `Z` in UTC.
  mutating func append(microseconds: Int64, to output: inout OutputBuffer) {
    let seconds = floorDivide(microseconds, 1_000_000)
    let thisQuarter = floorDivide(seconds, 900)
    if thisQuarter != quarter {
      quarter = thisQuarter
      offset = zone.offset(at: seconds)
    }
    let local = seconds + Int64(offset)
    let day = floorDivide(local, 86_400)
    let second = Int(local - day * 86_400)
    append(day: day, to: &output)
    output.append(UInt8(ascii: "T"))
    appendTwoDigits(second / 3600, to: &output)
    output.append(UInt8(ascii: ":"))
    appendTwoDigits(second / 60 % 60, to: &output)
    output.append(UInt8(ascii: ":"))
    appendTwoDigits(second % 60, to: &output)
    var fraction = Int(microseconds - seconds * 1_000_000)
    if fraction != 0 {
      output.append(UInt8(ascii: "."))
      var unit = 100_000
      while fraction != 0 {
        output.append(UInt8(ascii: "0") + UInt8(fraction / unit))
        fraction %= unit
        unit /= 10
      }
    }
    if zone.isUTC {
      output.append(UInt8(ascii: "Z"))
    } else {
      output.append(UInt8(ascii: offset < 0 ? "-" : "+"))
      appendTwoDigits(abs(offset) / 3600, to: &output)
      output.append(UInt8(ascii: ":"))
      appendTwoDigits(abs(offset) / 60 % 60, to: &output)
    }
  }

  /// Appends `2026-05-01` for days since 1970-01-01.
  func append(day: Int64, to output: inout OutputBuffer) {
    let date = CivilDate(days: Int(day))
    appendTwoDigits(date.year / 100, to: &output)
    appendTwoDigits(date.year % 100, to: &output)
    output.append(UInt8(ascii: "-"))
    appendTwoDigits(date.month, to: &output)
    output.append(UInt8(ascii: "-"))
    appendTwoDigits(date.day, to: &output)
  }

  private func appendTwoDigits(_ number: Int, to output: inout OutputBuffer) {
    output.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 10 % 10))
    output.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10))
  }
}
