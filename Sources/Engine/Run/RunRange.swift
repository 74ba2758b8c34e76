package import PipelineFile
package import Records

/// The runs of a range of dates, one each, in order.
package struct RunRange: Sendable {
  private let plan: Plan
  private let pipelineText: String
  private let options: RunOptions
  package let dates: ClosedRange<CivilDate>

  package init(
    plan: Plan, pipelineText: String, options: RunOptions, dates: ClosedRange<CivilDate>
  ) {
    self.plan = plan
    self.pipelineText = pipelineText
    self.options = options
    self.dates = dates
  }

  /// Runs every date; stops at the first that fails and says which are done.
  ///
  /// `onReport` is told of each date that is done.
  package func execute(
    onProgress: @escaping (Run.Progress) -> Void = { _ in },
    onReport: (CivilDate, Run.Report) -> Void
  ) async throws(RunFailure) {
    if dates.lowerBound < dates.upperBound,
      let source = plan.sources.first(where: { $0.files == "-" })
    {
      throw RunFailure(
        .usage,
        "source '\(source.name)' reads standard input, which carries one date: run each date by itself, "
          + "with '--date'")
    }
    var last: CivilDate?
    for days in dates.lowerBound.days...dates.upperBound.days {
      let date = CivilDate(days: days)
      var options = options
      options.date = date
      let report: Run.Report
      do throws(RunFailure) {
        report = try await Run(plan: plan, pipelineText: pipelineText, options: options)
          .execute(onProgress: onProgress)
      } catch {
        var failure = error
        failure.message = "\(date): \(error.message)\(RunRange.done(dates, last))"
        throw failure
      }
      last = date
      onReport(date, report)
    }
  }

  private static func done(_ dates: ClosedRange<CivilDate>, _ last: CivilDate?) -> String {
    guard let last else { return "; no date of the range is done" }
    return last == dates.lowerBound
      ? "; \(last) is done" : "; \(dates.lowerBound) to \(last) are done"
  }
}
