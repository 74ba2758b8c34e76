package import Records

/// Where the time of a run has gone, as a clock on the wall tells it.
///
/// It is told on request and stands in no manifest: the evidence of two equal runs is equal.
package struct RunTimes: Hashable, Sendable {
  /// Reading and treating the inputs, writing the tables.
  package var staging: Duration = .zero
  /// Reading the tables back and checking them.
  package var verification: Duration = .zero
  /// Describing, storing, writing down and renaming what was verified.
  package var publication: Duration = .zero
  /// From the first step to the last: finding the inputs and what else is none of these included.
  package var whole: Duration = .zero

  package init() {}

  /// The share that verification has of the whole, from 0 to 1.
  package var verificationShare: Double {
    whole == .zero ? 0 : verification / whole
  }

  /// One line for a person.
  package var text: String {
    "\(seconds(whole)): staging \(seconds(staging)), verification \(seconds(verification)) "
      + "(\(Int((verificationShare * 100).rounded())) %), publication \(seconds(publication))\n"
  }

  /// Whole milliseconds, for a program.
  package var milliseconds: JSONText {
    .object([
      .init("staging", .integer(RunTimes.milliseconds(staging))),
      .init("verification", .integer(RunTimes.milliseconds(verification))),
      .init("publication", .integer(RunTimes.milliseconds(publication))),
      .init("whole", .integer(RunTimes.milliseconds(whole))),
    ])
  }

  private func seconds(_ duration: Duration) -> String {
    let all = RunTimes.milliseconds(duration)
    return "\(all / 1_000).\((all % 1_000).padded(to: 3)) s"
  }

  private static func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}

/// Laps of a clock that does not stop.
struct Stopwatch {
  private let begun = ContinuousClock.now
  private var last = ContinuousClock.now

  /// Returns the time since the lap before, or since the start.
  mutating func lap() -> Duration {
    let now = ContinuousClock.now
    defer { last = now }
    return now - last
  }

  /// The time since the start.
  var whole: Duration { ContinuousClock.now - begun }
}
