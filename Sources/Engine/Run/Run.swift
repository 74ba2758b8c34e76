import Aggregate
import Bytes
import Crypto
import Foundation
import Ledger
package import PipelineFile
import Pseudonymise
package import Records

/// One run of a checked pipeline: plan → items → partials → merge → verify → publish.
package struct Run: Sendable {
  let plan: Plan
  /// SHA-256 of the pipeline file, in hex.
  let pipelineDigest: String
  package let options: RunOptions

  /// What a run tells while it is going on.
  package struct Progress: Sendable {
    package var source: String
    package var bytesRead: Int
    package var bytesInAll: Int
  }

  /// What a run leaves to tell.
  package struct Report: Sendable {
    package var date: CivilDate
    /// `nil` when there was nothing new.
    package var manifest: Manifest?
    package var warnings: [String]
    /// Decompressed bytes that were read.
    package var byteCount: Int
    /// Where the time has gone; `nil` where nothing was published.
    package var times: RunTimes?
  }

  package init(plan: Plan, pipelineText: String, options: RunOptions) {
    self.init(
      plan: plan, pipelineDigest: hexText(SHA256.hash(data: Array(pipelineText.utf8))),
      options: options)
  }

  init(plan: Plan, pipelineDigest: String, options: RunOptions) {
    self.plan = plan
    self.pipelineDigest = pipelineDigest
    self.options = options
  }

  /// The run's date: as asked, or yesterday in the pipeline's timezone.
  package var date: CivilDate {
    if let date = options.date { return date }
    return CivilDate(days: Today.date(in: plan.zone).days - 1)
  }

  var threads: Int {
    options.threads > 0 ? options.threads : ProcessInfo.processInfo.activeProcessorCount
  }

  /// Does the run.
  ///
  /// When it cannot go on, nothing is published, or what was prepared stays prepared for the next
  /// run to finish.
  package func execute(
    onProgress: @escaping (Progress) -> Void = { _ in }
  ) async throws(RunFailure) -> Report {
    try await RunFailure.explainingAsync {
      try checkOptions()
      return try await options.isDryRun ? dryRun(onProgress) : night(nil, onProgress)
    }
  }

  /// The order of publishing: lock, recover, decide, stage, verify, prepare, publish.
  ///
  /// The items are found, or they were done `apart` and are merged. What was recovered or adopted
  /// stays so where the rest fails: the failure tells of it.
  func night(
    _ apart: ItemsApart?, _ onProgress: @escaping (Progress) -> Void
  ) async throws(RunFailure) -> Report {
    var warnings: [String] = []
    do {
      return try await night(apart, warning: &warnings, onProgress)
    } catch {
      var failure = RunFailure(explaining: error)
      failure.warnings = warnings
      throw failure
    }
  }

  private func night(
    _ apart: ItemsApart?, warning warnings: inout [String],
    _ onProgress: @escaping (Progress) -> Void
  ) async throws -> Report {
    let watch = Stopwatch()
    let state = StateFolder(path: options.state)
    try state.prepare()
    let lock = try state.lock()
    defer { withExtendedLifetime(lock) {} }
    let publisher = Publisher(
      plan: plan, layout: OutputLayout(output: options.output), date: date,
      isReplay: options.isReplay, folder: Run.canonical(options.output))
    let output = try publisher.prepare()
    defer { withExtendedLifetime(output) {} }

    let ledger = options.isReplay ? nil : try state.ledger()
    if let ledger {
      try checkKeyFacts(ledger)
      warnings += try RunRecovery(ledger: ledger, state: state, publisher: publisher).recover()
    }
    try publisher.refuseOtherKind()
    if let ledger {
      warnings += try RunAdoption(run: self, ledger: ledger, state: state, publisher: publisher)
        .settle(adopts: options.adopts)
      warnings += try adoptKeys(state, ledger)
    }
    warnings += try LeftStaging(ledger: ledger, state: state, layout: publisher.layout).drop()

    let found = try apart?.found(ledger) ?? findItems(ledger)
    warnings += found.warnings
    if try isDone(found, publisher, ledger) {
      return Report(date: date, manifest: nil, warnings: warnings, byteCount: 0)
    }
    let name = try state.nextRunName(date, pipeline: plan.name, ledger)
    let attempt = RunAttempt(
      run: self, name: name, state: state, publisher: publisher, ledger: ledger, apart: apart)
    var report = try await attempt.make(of: found, onProgress)
    report.warnings = warnings + report.warnings
    report.times?.whole = watch.whole
    return report
  }
}
