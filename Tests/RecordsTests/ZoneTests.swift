import Foundation
import Records
import Support
import Testing

@Suite struct ZoneTests {
  static let names = [
    "Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca",
    "Europe/Dublin",
    "Asia/Tehran", "Pacific/Chatham", "Asia/Tokyo", "Etc/GMT+2", "CET", "EST", "Japan",
  ]

  /// Offsets at random moments and around every change, against Foundation.
  @Test(arguments: names)
  func offsetsAgreeWithFoundation(_ name: String) throws {
    let zone = try #require(Zone(named: name))
    let system = try #require(TimeZone(identifier: name))
    var random = SplitMix(seed: 5)
    var moments = (0..<500).map { _ in
      Int64.random(in: -2_000_000_000...4_000_000_000, using: &random)
    }
    var change = Date(timeIntervalSince1970: 0)
    while let next = system.nextDaylightSavingTimeTransition(after: change),
      next.timeIntervalSince1970 < 2_500_000_000, next > change
    {
      let second = Int64(next.timeIntervalSince1970)
      moments += [second - 1, second, second + 1]
      change = next
    }
    for moment in moments {
      let offset = system.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))
      #expect(zone.offset(at: moment) == offset, "\(name) \(moment)")
      let local = moment * 1_000_000 + Int64(offset) * 1_000_000
      #expect(
        Int64(zone.localDays(microseconds: moment * 1_000_000))
          == floorDivide(local, 86_400_000_000))
    }
  }

  /// A local time is a moment that shows it; the first of two; in a gap, as if the clock had not
  /// been changed.
  @Test(arguments: names)
  func localTimesFindTheirMoments(_ name: String) throws {
    let zone = try #require(Zone(named: name))
    let system = try #require(TimeZone(identifier: name))
    func offset(_ moment: Int64) -> Int64 {
      Int64(system.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment))))
    }
    var random = SplitMix(seed: 6)
    var locals = (0..<300).map { _ in
      Int64.random(in: -1_000_000_000...3_000_000_000, using: &random)
    }
    var gaps = 0
    var overlaps = 0
    var change = Date(timeIntervalSince1970: 0)
    while let next = system.nextDaylightSavingTimeTransition(after: change),
      next.timeIntervalSince1970 < 2_000_000_000, next > change
    {
      let second = Int64(next.timeIntervalSince1970)
      let before = offset(second - 1)
      let after = offset(second)
      for step in stride(from: -5400, through: 5400, by: 900) {
        locals.append(second + before + Int64(step))
      }
      locals += [
        second + before - 1, second + before, second + after, second + after - 1,
      ]
      change = next
    }
    for local in locals {
      let found = zone.utcSeconds(local: local)
      // All moments that show this local time, by trying the offsets around it.
      let offsets = Set(
        stride(from: -200_000, through: 200_000, by: 25_000).map { offset(local + $0) })
      let moments = offsets.map { local - $0 }.filter { $0 + offset($0) == local }.sorted()
      if let first = moments.first {
        #expect(found == first, "\(name) \(local)")
        overlaps += moments.count > 1 ? 1 : 0
      } else {
        gaps += 1
        // The offset before the gap: the one in force a while earlier, at the moment itself.
        let before = offset(found - 90_000)
        #expect(found == local - before, "\(name) \(local)")
        #expect(offset(found) > before, "\(name) \(local)")
      }
    }
    if name.hasPrefix("Europe") {
      #expect(gaps > 100)
      #expect(overlaps > 100)
    }
  }

  @Test func berlinChangesItsClocks() throws {
    let zone = try #require(Zone(named: "Europe/Berlin"))
    let day = Int64(CivilDate(year: 2026, month: 3, day: 29).days) * 86_400
    #expect(zone.utcSeconds(local: day + 7199) == day + 3599)
    #expect(zone.utcSeconds(local: day + 7200) == day + 3600)  // 02:00, which does not exist
    #expect(zone.utcSeconds(local: day + 10_799) == day + 7199)
    #expect(zone.utcSeconds(local: day + 10_800) == day + 3600)
    let autumn = Int64(CivilDate(year: 2026, month: 10, day: 25).days) * 86_400
    #expect(zone.utcSeconds(local: autumn + 7200) == autumn)  // 02:00, the first of two
    #expect(zone.utcSeconds(local: autumn + 10_799) == autumn + 3599)
    #expect(zone.utcSeconds(local: autumn + 10_800) == autumn + 7200)
  }

  @Test func utcIsItself() throws {
    let zone = try #require(Zone(named: "UTC"))
    #expect(zone == Zone.utc)
    #expect(zone.isUTC)
    #expect(zone.offset(at: 1_777_630_623) == 0)
    #expect(zone.utcSeconds(local: -5) == -5)
    #expect(zone.localDays(microseconds: -1) == -1)
    #expect(zone.localDays(microseconds: 0) == 0)
    #expect(try #require(Zone(named: "Europe/Berlin")).isUTC == false)
  }

  @Test(arguments: [
    "", "Berlin", "Europe/Nowhere", "europe/berlin", "+02:00", "CEST ", "CEST", "../etc",
    "GMT+0200",
  ])
  func unknownNamesAreRefused(_ name: String) {
    #expect(Zone(named: name) == nil)
  }

  @Test(arguments: [(7, 2, 3), (-7, 2, -4), (-8, 2, -4), (0, 5, 0), (-1, 1_000_000, -1)])
  func divisionRoundsDown(_ dividend: Int64, _ divisor: Int64, _ quotient: Int64) {
    #expect(floorDivide(dividend, divisor) == quotient)
  }
}
