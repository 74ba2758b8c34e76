import Bytes
import Emit
import Ledger
import PipelineFile
import Pseudonymise
import Records

/// The making of one night under its name: intent, stage, verify, durable, prepared, publish.
///
/// Up to `prepared` whatever goes wrong leaves nothing; from there on nothing is undone, and what
/// is left to do is done by the next run (``RunRecovery``).
struct RunAttempt {
  let run: Run
  let name: String
  let state: StateFolder
  let publisher: Publisher
  let ledger: Ledger?
  /// The items that were done apart, if the night is merged of them.
  let apart: ItemsApart?

  func make(
    of found: FoundItems, _ onProgress: @escaping (Run.Progress) -> Void
  ) async throws -> Run.Report {
    var watch = Stopwatch()
    var times = RunTimes()
    try run.checkRetraction(publisher)
    try Folder.make(state.runFolder(name), mode: 0o700, intermediate: false)
    try Folder.sync(state.runs)
    try ledger?.begin(
      LedgerRun(
        name: name, kind: .night, pipeline: run.plan.name, pipelineDigest: run.pipelineDigest,
        date: run.date.description, folder: publisher.folder, replaces: run.options.replaces,
        begun: Timestamp.now))
    let staging: Staging
    let staged: StagedSources
    let manifest: Manifest
    let preparation: LedgerPreparation
    do {
      let rings = try apart.map { try run.plannedRings($0.plan) } ?? run.keyRings(ledger)
      staging = try publisher.stage(name, threads: run.threads)
      staged = try await run.stage(
        found, rings, apart, into: staging, rejectsIn: state.runFolder(name), ledger, onProgress)
      if try isPublishedAlready(staging) {
        abandon()
        // Nothing failed, so nobody looks for the places of rejected records.
        try Folder.removeTree(state.runFolder(name))
        return Run.Report(
          date: run.date, manifest: nil, warnings: staged.warnings, byteCount: staged.byteCount)
      }
      let releases = try run.releases(
        of: staged.inputs(of: name, run.plan.name), on: run.date.description, by: name,
        retraction: run.options.retraction, tombstones: ledger?.tombstones() ?? [])
      try ReleaseGuard.check(releases, against: ledger)
      times.staging = watch.lap()
      try await run.verify(staging, staged, found)
      times.verification = watch.lap()
      try staging.becomeDurable()
      for place in publisher.places {
        try publisher.stageDescription(of: place, with: staging.partition(place), name, ledger)
      }
      manifest = Manifest(run, name, staged, staging, rings)
      // The last file of all: what lies in staging is finished and verified once it is there.
      try DurableFile.write(
        Array(manifest.json.pretty.utf8), to: state.manifest(name), mode: 0o600)
      preparation = try self.preparation(staged, staging, releases)
    } catch {
      abandon()
      throw error
    }
    try prepare(preparation)
    try publish(staging)
    times.publication = watch.lap()
    return Run.Report(
      date: run.date, manifest: manifest, warnings: staged.warnings, byteCount: staged.byteCount,
      times: times)
  }

  /// Writes down that all lies ready. Where the ledger cannot tell whether that stands, nothing is
  /// removed: the next run reads it back.
  private func prepare(_ preparation: LedgerPreparation) throws(LedgerFault) {
    do {
      try ledger?.prepare(name, preparation, at: Timestamp.now)
    } catch {
      if !error.leavesOutcomeOpen { abandon() }
      throw error
    }
  }

  private func preparation(
    _ staged: StagedSources, _ staging: Staging, _ releases: [TableRelease]
  ) throws -> LedgerPreparation {
    LedgerPreparation(
      partitions: try publisher.places.map { try staging.ledgerPartition($0) },
      inputs: staged.inputs(of: name, run.plan.name), deferred: staged.deferred,
      resolved: staged.resolved, releases: releases.flatMap(\.entries),
      audiences: run.plan.audiences(of: Set(staged.keys.map(\.name))))
  }

  private func publish(_ staging: Staging) throws {
    let publication = Publication(
      layout: publisher.layout, run: name,
      moves: try publisher.places.map {
        try staging.ledgerPartition($0).move(in: publisher.layout)
      },
      replaces: run.options.replaces)
    try publication.perform()
    try ledger?.publish(name, at: Timestamp.now)
    try publication.cleanUp()
  }

  /// Whether every partition of the night lies there as it was staged; another version is an error,
  /// unless it is to be replaced.
  private func isPublishedAlready(_ staging: Staging) throws -> Bool {
    if run.options.replaces { return false }
    var same = 0
    for place in publisher.places where try publisher.isPublished(place) {
      guard
        try PublishedFiles.digests(in: publisher.partition(place))
          == staging.ledgerPartition(place).digests
      else {
        throw ledger == nil
          ? RunFailure.isPublishedFromOthers(run) : RunFailure.isMadeOtherwise(run)
      }
      if try publisher.listed(place).contains(where: { $0.date == run.date.description }) {
        same += 1
      }
    }
    return same == publisher.places.count
  }

  private func abandon() { state.abandon(name, publisher.layout, ledger) }
}

extension RunFailure {
  /// A partition of the night is gone, and what is made of the same inputs is not what lies beside it.
  static func isMadeOtherwise(_ run: Run) -> RunFailure {
    RunFailure(
      .cannotCreate,
      "a part of \(run.date) is gone from '\(run.options.output)', and what is made of the same inputs "
        + "now differs from the rest that lies there: somebody was forgotten or objected, a key was "
        + "destroyed, or the program is another version; nothing was changed; restore the part from a backup, or let '--replace' "
        + "publish what is left to be made")
  }

  /// The date has partitions that this run would not make.
  static func isPublishedFromOthers(_ run: Run) -> RunFailure {
    RunFailure(
      .cannotCreate,
      "\(run.date) is published already in '\(run.options.output)' from other inputs or another "
        + "pipeline; nothing was changed; '--replace' publishes it again")
  }
}

extension Manifest {
  fileprivate init(
    _ run: Run, _ name: String, _ staged: StagedSources, _ staging: Staging,
    _ rings: [String: KeyRing]
  ) {
    self.init(
      run: name, pipelineName: run.plan.name, pipelineDigest: run.pipelineDigest, date: run.date,
      isReplay: run.options.isReplay, sources: staged.sources, outputs: staging.outputs,
      keys: staged.keys.inOrder(of: rings))
  }
}
