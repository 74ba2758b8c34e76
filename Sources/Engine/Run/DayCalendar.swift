import PipelineFile
import Pseudonymise
import Records

/// Decides by an event's day whether its record is late or expired, and which tables it may enter.
///
/// A block has few distinct days; each is worked out once.
struct DayCalendar {
  enum Fate {
    case kept, late, expired
  }

  private struct Verdict {
    var fate: Fate
    /// For each target whether a record of the day may enter.
    var enters: [Bool]
  }

  private let window: ClosedRange<Int32>
  private let runDay: Int32
  private let targets: [TableTarget]
  /// Where the epoch of a day is destroyed, its records are late.
  private let rings: [KeyRing]
  private var verdicts: [Int32: Verdict] = [:]
  private var last: (day: Int32, verdict: Verdict)?

  init(_ program: SourceProgram) {
    window = program.window
    runDay = program.runDay
    targets = program.targets
    rings = program.rings.compactMap { $0 }
  }

  /// The fate of a record of that day; one of another standing than 0 may not enter every table, and
  /// expires with those that are left to it.
  mutating func fate(of day: Int32, standing: UInt16) -> Fate {
    if last?.day != day { last = (day, verdict(of: day)) }
    guard let verdict = last?.verdict else { return .late }
    guard standing != 0, case .kept = verdict.fate, !targets.isEmpty else { return verdict.fate }
    let isLeft = targets.indices.contains {
      verdict.enters[$0] && !targets[$0].isLost[Int(standing)]
    }
    return isLeft ? .kept : .expired
  }

  private mutating func verdict(of day: Int32) -> Verdict {
    if let known = verdicts[day] { return known }
    var verdict = Verdict(fate: .kept, enters: [])
    if !window.contains(day) || rings.contains(where: { $0.number(ofDay: day) == KeyRing.noEpoch })
    {
      verdict.fate = .late
    } else {
      let date = CivilDate(days: Int(day))
      verdict.enters = targets.map { target in
        guard let end = target.end(for: date) else { return true }
        return end.days >= Int(runDay)
      }
      if !targets.isEmpty, !verdict.enters.contains(true) { verdict.fate = .expired }
    }
    verdicts[day] = verdict
    return verdict
  }

  /// Returns the rows that enter a target, or `nil` when all do.
  ///
  /// `barred` tells the rows that may not for another reason; empty where there is none.
  mutating func rows(
    entering target: Int, days: [Int32], barred isBarred: [Bool]
  ) -> [UInt32]? {
    let barred = verdicts.filter { $0.value.fate == .kept && !$0.value.enters[target] }
    if barred.isEmpty, isBarred.isEmpty { return nil }
    var rows: [UInt32] = []
    for row in days.indices where barred[days[row]] == nil && (isBarred.isEmpty || !isBarred[row]) {
      rows.append(UInt32(truncatingIfNeeded: row))
    }
    return rows
  }
}
