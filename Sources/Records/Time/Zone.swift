import Foundation

/// A timezone as a table of offsets, cheap to ask per record.
///
/// Built once from the system's zone database for the years 1900 to 2100.
package struct Zone: Hashable, Sendable {
  /// The IANA name.
  package let name: String
  /// Seconds since 1970 from which `offsets` at the same position holds; the first is `Int64.min`.
  private let starts: [Int64]
  /// Seconds east of UTC.
  private let offsets: [Int32]

  package static let utc = Zone(name: "UTC", starts: [Int64.min], offsets: [0])

  private init(name: String, starts: [Int64], offsets: [Int32]) {
    self.name = name
    self.starts = starts
    self.offsets = offsets
  }

  /// The names of the IANA database that have no region in front.
  private static let shortNames: Set<Substring> = Set(
    """
    CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland
    Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal
    ROC ROK Singapore Turkey UCT Universal W-SU WET Zulu
    """.split(whereSeparator: \.isWhitespace))

  /// Returns the zone of that IANA name, or `nil` when the system knows none.
  package init?(named name: String) {
    if name == "UTC" {
      self = Zone.utc
      return
    }
    // Foundation lists one name of each zone but reads all; its own `GMT+0130` forms are no names.
    let isName = name.utf8.allSatisfy { byte in
      (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte)
        || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "+")
    }
    guard isName,
      name.contains("/") || Zone.shortNames.contains(name[...])
        || TimeZone.knownTimeZoneIdentifiers.contains(name),
      let zone = TimeZone(identifier: name)
    else { return nil }
    let first = Date(timeIntervalSince1970: -2_208_988_800)
    let last = Date(timeIntervalSince1970: 4_133_980_800)
    var starts: [Int64] = [Int64.min]
    var offsets = [Int32(zone.secondsFromGMT(for: first))]
    var moment = first
    while let next = zone.nextDaylightSavingTimeTransition(after: moment), next < last,
      next > moment
    {
      starts.append(Int64(next.timeIntervalSince1970.rounded()))
      offsets.append(Int32(zone.secondsFromGMT(for: next)))
      moment = next
    }
    self.init(name: name, starts: starts, offsets: offsets)
  }

  package var isUTC: Bool { starts.count == 1 && offsets[0] == 0 }

  /// Returns the position of the offset that holds at `seconds` since 1970 UTC.
  private func position(at seconds: Int64) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= seconds { low = middle } else { high = middle }
    }
    return low
  }

  /// Returns the seconds east of UTC at `seconds` since 1970 UTC.
  package func offset(at seconds: Int64) -> Int {
    starts.count == 1 ? Int(offsets[0]) : Int(offsets[position(at: seconds)])
  }

  /// Returns the UTC seconds of a local time given as if it were UTC.
  ///
  /// A local time that occurs twice is its first occurrence; one that is skipped is read with the
  /// offset before the gap.
  package func utcSeconds(local: Int64) -> Int64 {
    if starts.count == 1 { return local - Int64(offsets[0]) }
    let near = position(at: local)
    for index in max(0, near - 1)...min(starts.count - 1, near + 1) {
      let candidate = local - Int64(offsets[index])
      let begins = starts[index]
      let ends = index + 1 < starts.count ? starts[index + 1] : Int64.max
      if candidate >= begins, candidate < ends { return candidate }
      // In a gap: at or after this offset's end, yet before the next one's begin in local time.
      if index + 1 < starts.count, candidate >= ends, local - Int64(offsets[index + 1]) < ends {
        return candidate
      }
    }
    return local - Int64(offsets[near])
  }

  /// Returns the local date, as days since 1970-01-01, of microseconds since 1970 UTC.
  package func localDays(microseconds: Int64) -> Int32 {
    let seconds = floorDivide(microseconds, 1_000_000)
    return Int32(truncatingIfNeeded: floorDivide(seconds + Int64(offset(at: seconds)), 86_400))
  }
}

/// Returns the quotient rounded towards minus infinity.
@inline(always)
package func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
  let quotient = dividend / divisor
  return dividend % divisor < 0 ? quotient - 1 : quotient
}
