import Bytes
import Records

/// Reads moments as microseconds since 1970 UTC, and dates as days since 1970.
///
/// ISO 8601 is `YYYY-MM-DD`, for moments followed by `T` or a blank, `hh:mm`, optional seconds with
/// a fraction of any length (after a point or comma), and an optional offset, before which one
/// blank may stand; a moment without a time of day is the day's beginning. Without offset the zone
/// decides. Years are 1 to 9999, in UTC and as the zone shows them.
struct TimeReading: Sendable {
  private let format: TimeFormat
  private let zone: Zone
  private let isUTC: Bool
  /// The first and the last second of the years 1 to 9999, which a date of four digits can show.
  private let firstSecond: Int
  private let lastSecond: Int
  private let epoch: NumberReading
  /// For a pattern whose parts stand at fixed places.
  private let layout: TimeLayout?
  /// The date read last, as one number, and its days: the dates of a file repeat themselves.
  private var lastDate = 0
  private var lastDays = 0
  /// The date that the access log line read last began with.
  private var lastPrefix: (UInt64, UInt64) = (0, 0)
  private var lastPrefixDays = 0
  private var lastSuffix = UInt64.max
  private var lastOffset = 0

  init(format: TimeFormat, numbers: NumberStyle, zone: Zone) {
    self.format = format
    self.zone = zone
    isUTC = zone.isUTC
    let (first, last) = (-62_135_596_800, 253_402_300_799)
    firstSecond = max(first, Int(zone.utcSeconds(local: Int64(first))))
    lastSecond = min(last, Int(zone.utcSeconds(local: Int64(last))))
    let places =
      switch format {
      case .epochMilliseconds: 3
      case .epochMicroseconds: 0
      case .epochNanoseconds: -3
      default: 6
      }
    if case .pattern(let pattern) = format {
      layout = TimeLayout(pattern)
    } else {
      layout = nil
    }
    epoch = NumberReading(style: numbers, scale: places)
  }

  /// Fills `moments` with the microseconds of the cells, and reports what is none.
  mutating func readMoments(
    _ bytes: borrowing Span<UInt8>, _ cells: [TextCell], into moments: inout [Int64],
    faults: inout ValueFaults
  ) {
    // One loop for each format, so that a cell costs no dispatch.
    switch format {
    case .iso8601:
      for index in cells.indices {
        fetchAhead(cells.span, at: index, of: bytes)
        let range = CellRange(bytes, cells[index])
        var fields = TimeFields()
        if !range.isEmpty, readISO(bytes, from: range.start, to: range.end, into: &fields) {
          take(microseconds(of: fields), range, index, into: &moments, faults: &faults)
        } else {
          take(Values.nullNumber, range, index, into: &moments, faults: &faults)
        }
      }
    case .accessLog:
      for index in cells.indices {
        fetchAhead(cells.span, at: index, of: bytes)
        let range = CellRange(bytes, cells[index])
        let moment =
          range.isEmpty
          ? Values.nullNumber : accessLogMoment(bytes, from: range.start, to: range.end)
        take(moment, range, index, into: &moments, faults: &faults)
      }
    case .pattern where layout != nil:
      guard let layout else { return }
      // Neighbours often say the same: the lines of an order.
      var last = TextCell.null
      for index in cells.indices {
        fetchAhead(cells.span, at: index, of: bytes)
        let cell = cells[index]
        if cell.count > 0, cell.count == last.count,
          areEqual(bytes, at: cell.lower, bytes, at: last.lower, count: Int(cell.count))
        {
          moments.append(moments[moments.count &- 1])
          continue
        }
        let range = CellRange(bytes, cell)
        last = .null
        var fields = TimeFields()
        if !range.isEmpty, layout.read(bytes, from: range.start, to: range.end, into: &fields) {
          let moment = microseconds(of: fields)
          take(moment, range, index, into: &moments, faults: &faults)
          if moment != Values.nullNumber { last = cell }
        } else {
          take(Values.nullNumber, range, index, into: &moments, faults: &faults)
        }
      }
    case .pattern(let pattern):
      for index in cells.indices {
        fetchAhead(cells.span, at: index, of: bytes)
        let range = CellRange(bytes, cells[index])
        var fields = TimeFields()
        if !range.isEmpty, pattern.read(bytes, from: range.start, to: range.end, into: &fields) {
          take(microseconds(of: fields), range, index, into: &moments, faults: &faults)
        } else {
          take(Values.nullNumber, range, index, into: &moments, faults: &faults)
        }
      }
    case .epochSeconds, .epochMilliseconds, .epochMicroseconds, .epochNanoseconds:
      for index in cells.indices {
        let range = CellRange(bytes, cells[index])
        let moment =
          range.isEmpty ? Values.nullNumber : epochMoment(bytes, from: range.start, to: range.end)
        take(moment, range, index, into: &moments, faults: &faults)
      }
    }
  }

  /// Fills `days` with the dates of the cells, and reports what is none.
  mutating func readDates(
    _ bytes: borrowing Span<UInt8>, _ cells: [TextCell], into days: inout [Int64],
    faults: inout ValueFaults
  ) {
    for index in cells.indices {
      let range = CellRange(bytes, cells[index])
      let day =
        range.isEmpty ? Values.nullNumber : date(bytes, from: range.start, to: range.end)
      take(day, range, index, into: &days, faults: &faults)
    }
  }

  /// Appends a number, and reports it when there was something that is none.
  @inline(__always)
  private func take(
    _ number: Int64, _ range: CellRange, _ index: Int, into numbers: inout [Int64],
    faults: inout ValueFaults
  ) {
    if number == Values.nullNumber, !range.isEmpty { faults.add(.type, at: index) }
    numbers.append(number)
  }

  private func epochMoment(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int
  ) -> Int64 {
    var moment = epoch.read(bytes, from: start, to: end)
    // More digits than are kept.
    if moment == Values.nullNumber { moment = epoch.readFloor(bytes, from: start, to: end) }
    guard moment >= Int64(firstSecond) &* 1_000_000,
      moment < Int64(lastSecond &+ 1) &* 1_000_000
    else { return Values.nullNumber }
    return moment
  }

  private mutating func date(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int
  ) -> Int64 {
    var fields = TimeFields()
    switch format {
    case .iso8601:
      guard end &- start == 10, readISODate(bytes, at: start, into: &fields) else {
        return Values.nullNumber
      }
    case .pattern(let pattern):
      guard pattern.read(bytes, from: start, to: end, into: &fields), fields.hasValidTime else {
        return Values.nullNumber
      }
    case .accessLog, .epochSeconds, .epochMilliseconds, .epochMicroseconds, .epochNanoseconds:
      let moment =
        format == .accessLog
        ? accessLogMoment(bytes, from: start, to: end)
        : epochMoment(bytes, from: start, to: end)
      return moment == Values.nullNumber ? moment : Int64(zone.localDays(microseconds: moment))
    }
    let days = days(of: fields)
    return days == Int.min ? Values.nullNumber : Int64(days)
  }

  // MARK: Parts

  /// Returns the days since 1970 of a date of the years 1 to 9999, or `Int.min` when it is none.
  @inline(__always)
  private mutating func days(of fields: TimeFields) -> Int {
    let key = (fields.year &* 10_000 &+ fields.month) &* 10_000 &+ fields.day
    if key == lastDate { return lastDays }
    let date = CivilDate(year: fields.year, month: fields.month, day: fields.day)
    guard fields.year >= 1, fields.year <= 9999, date.isValid else { return Int.min }
    lastDate = key
    lastDays = date.days
    return lastDays
  }

  @inline(__always)
  private mutating func microseconds(of fields: TimeFields) -> Int64 {
    let days = days(of: fields)
    guard days != Int.min, fields.hasValidTime else { return Values.nullNumber }
    var seconds = days &* 86_400 &+ fields.secondOfDay
    if fields.hasOffset {
      seconds &-= fields.offset
    } else if !isUTC {
      seconds = Int(zone.utcSeconds(local: Int64(seconds)))
    }
    guard seconds >= firstSecond, seconds <= lastSecond else {
      return Values.nullNumber
    }
    return Int64(seconds) &* 1_000_000 &+ Int64(fields.microsecond)
  }

  @inline(__always)
  private func readISODate(
    _ bytes: borrowing Span<UInt8>, at start: Int, into fields: inout TimeFields
  ) -> Bool {
    fields.year = TimeText.fourDigits(bytes, at: start)
    fields.month = TimeText.twoDigits(bytes, at: start &+ 5)
    fields.day = TimeText.twoDigits(bytes, at: start &+ 8)
    return bytes[start &+ 4] == UInt8(ascii: "-") && bytes[start &+ 7] == UInt8(ascii: "-")
  }

  @inline(__always)
  private func readISO(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int, into fields: inout TimeFields
  ) -> Bool {
    guard end &- start >= 10, readISODate(bytes, at: start, into: &fields) else { return false }
    var offset = start &+ 10
    if offset == end { return true }
    let separator = bytes[offset]
    guard separator | 0x20 == UInt8(ascii: "t") || separator == UInt8(ascii: " "),
      end &- offset >= 6, bytes[offset &+ 3] == UInt8(ascii: ":")
    else { return false }
    fields.hour = TimeText.twoDigits(bytes, at: offset &+ 1)
    fields.minute = TimeText.twoDigits(bytes, at: offset &+ 4)
    offset &+= 6
    if end &- offset >= 3, bytes[offset] == UInt8(ascii: ":") {
      fields.second = TimeText.twoDigits(bytes, at: offset &+ 1)
      offset &+= 3
      if offset < end, bytes[offset] == UInt8(ascii: ".") || bytes[offset] == UInt8(ascii: ",") {
        offset &+= 1
        guard TimeText.readFraction(bytes, at: &offset, to: end, into: &fields) else {
          return false
        }
      }
    }
    if offset == end { return true }
    if bytes[offset] == UInt8(ascii: " ") { offset &+= 1 }
    return TimeText.readOffset(bytes, at: &offset, to: end, into: &fields) && offset == end
  }

  /// Reads `dd/MMM/yyyy:HH:mm:ss ±hhmm`.
  private mutating func accessLogMoment(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int
  ) -> Int64 {
    guard end &- start >= 20, bytes[start &+ 11] == UInt8(ascii: ":"),
      bytes[start &+ 14] == UInt8(ascii: ":"), bytes[start &+ 17] == UInt8(ascii: ":")
    else { return Values.nullNumber }
    let prefix = (
      JSONSyntax.word(bytes, at: start), JSONSyntax.word(bytes, at: start &+ 3)
    )
    if prefix != lastPrefix {
      var fields = TimeFields()
      fields.day = TimeText.twoDigits(bytes, at: start)
      var offset = start &+ 3
      fields.month = TimeText.readMonth(bytes, at: &offset, to: end)
      fields.year = TimeText.fourDigits(bytes, at: start &+ 7)
      let days = days(of: fields)
      guard offset == start &+ 6, bytes[start &+ 2] == UInt8(ascii: "/"),
        bytes[start &+ 6] == UInt8(ascii: "/"), days != Int.min
      else { return Values.nullNumber }
      lastPrefix = prefix
      lastPrefixDays = days
    }
    var fields = TimeFields()
    fields.hour = TimeText.twoDigits(bytes, at: start &+ 12)
    fields.minute = TimeText.twoDigits(bytes, at: start &+ 15)
    fields.second = TimeText.twoDigits(bytes, at: start &+ 18)
    guard fields.hasValidTime, readZone(bytes, from: start &+ 20, to: end, into: &fields) else {
      return Values.nullNumber
    }
    let seconds = lastPrefixDays &* 86_400 &+ fields.secondOfDay &- fields.offset
    guard seconds >= firstSecond, seconds <= lastSecond else {
      return Values.nullNumber
    }
    return Int64(seconds) &* 1_000_000
  }

  /// Reads ` ±hhmm`, which few logs change; the last one is remembered as it was written.
  private mutating func readZone(
    _ bytes: borrowing Span<UInt8>, from start: Int, to end: Int, into fields: inout TimeFields
  ) -> Bool {
    let isPlain = end &- start == 6
    let suffix = isPlain ? JSONSyntax.word(bytes, at: end &- 8) &>> 16 : 0
    if isPlain, suffix == lastSuffix {
      fields.offset = lastOffset
      fields.hasOffset = true
      return true
    }
    var offset = start
    if offset < end, bytes[offset] == UInt8(ascii: " ") { offset &+= 1 }
    guard TimeText.readOffset(bytes, at: &offset, to: end, into: &fields), offset == end else {
      return false
    }
    if isPlain { (lastSuffix, lastOffset) = (suffix, fields.offset) }
    return true
  }
}
