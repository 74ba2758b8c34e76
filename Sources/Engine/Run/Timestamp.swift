import Foundation
import Records

/// Moments as the ledger writes them: UTC, ISO 8601, to the second.
package enum Timestamp {
  package static var now: String { Foundation.Date().ISO8601Format() }
}

/// The day that it is.
enum Today {
  static func date(in zone: Zone) -> CivilDate {
    let now = Int64(Foundation.Date().timeIntervalSince1970) * 1_000_000
    return CivilDate(days: Int(zone.localDays(microseconds: now)))
  }

  /// Returns the day to judge by: as asked, never one that is still to come.
  static func judging(asked: CivilDate?, in zone: Zone) throws(RunFailure) -> CivilDate {
    let today = date(in: zone)
    guard let asked, asked > today else { return asked ?? today }
    throw RunFailure(
      .usage, "'--date \(asked)' is still to come; nothing is deleted before its time")
  }
}
