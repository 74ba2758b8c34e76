import Aggregate
import Bytes
import Crypto
import Foundation
package import PipelineFile
import Pseudonymise
package import Records

/// One run of a checked pipeline: plan → items → partials → merge → publish.
package struct Run: Sendable {
  let plan: Plan
  /// SHA-256 of the pipeline file, in hex.
  let pipelineDigest: String
  let options: RunOptions

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
    let now = Int64(Foundation.Date().timeIntervalSince1970) * 1_000_000
    return CivilDate(days: Int(plan.zone.localDays(microseconds: now)) - 1)
  }

  var threads: Int {
    options.threads > 0 ? options.threads : ProcessInfo.processInfo.activeProcessorCount
  }

  /// Does the run; throws a `RunFailure` when it cannot go on, and then nothing is published.
  package func execute(onProgress: @escaping (Progress) -> Void = { _ in }) async throws -> Report {
    try await namingFailures {
      try checkOptions()
      return try await options.isDryRun ? dryRun(onProgress) : publish(nil, onProgress)
    }
  }

  /// Turns whatever stops `body` into a `RunFailure`, which has a sentence and an exit code.
  func namingFailures<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let failure as RunFailure {
      throw failure
    } catch let fault as SystemFault {
      throw RunFailure(fault)
    } catch let fault as KeyFault {
      throw RunFailure(.key, fault.description)
    } catch let fault as PlanFault {
      throw RunFailure(.pipeline, fault.message)
    } catch let fault as AggregateFault {
      throw RunFailure(.badInput, fault.description)
    }
  }

  /// Runs the items found, or merges those that were done apart, and publishes what comes of them.
  func publish(
    _ apart: ItemsApart?, _ onProgress: @escaping (Progress) -> Void
  ) async throws -> Report {
    let state = StateFolder(path: options.state)
    try state.prepare()
    let lock = try state.lock()
    defer { withExtendedLifetime(lock) {} }
    let history = try state.history()
    let items = try apart?.items ?? findItems()
    let layout = OutputLayout(output: options.output)
    let publisher = Publisher(
      plan: plan, layout: layout, date: date, isReplay: options.isReplay)
    let output = try publisher.prepare()
    defer { withExtendedLifetime(output) {} }
    let standing = try publisher.standing()
    switch standing {
    case .absent: break
    case .partial, .complete:
      guard try isSameAsBefore(history, items, publisher) else {
        throw RunFailure(
          .cannotCreate,
          "\(date) is published already in '\(options.output)' from other inputs or another pipeline; "
            + "nothing was changed")
      }
      if standing == .complete {
        return Report(date: date, manifest: nil, warnings: [], byteCount: 0)
      }
    }
    let adopted = apart == nil ? try adoptedKeys(state) : []
    let name = try state.nextRunName(date, pipeline: plan.name)
    let folder = state.runFolder(name)
    try Folder.make(folder, mode: 0o700, intermediate: false)
    do {
      let rings = try apart.map { try plannedRings($0.plan) } ?? keyRings(history)
      var report = try await work(
        name, folder: folder, items, rings, apart, publisher, history, onProgress)
      report.warnings = adopted + report.warnings
      return report
    } catch {
      // The folder stays when it holds the places of rejected records, else the name is free again.
      if try Folder.names(in: folder).isEmpty { try Folder.removeTree(folder) }
      try publisher.dropStaging()
      throw error
    }
  }

  private func work(
    _ name: String, folder: String, _ items: [[Item]], _ rings: [String: KeyRing],
    _ apart: ItemsApart?, _ publisher: Publisher, _ history: [PastRun],
    _ onProgress: @escaping (Progress) -> Void
  ) async throws -> Report {
    var warnings: [String] = []
    var sources: [Manifest.Source] = []
    var keys: Set<UsedKey> = []
    let staging = try publisher.stage(name, threads: threads)
    let fingerprints = apart?.plan.fingerprints ?? .random()
    var byteCount = 0
    for number in plan.sources.indices {
      let program = SourceProgram(
        plan: plan, sourceNumber: number, targets: TableTarget.published(by: plan, from: number),
        rings: rings, fingerprints: fingerprints,
        // The records of a partial were judged when its item was done.
        rights: try apart == nil ? rights(of: plan.sources[number], fingerprints) : .nobody,
        runDate: date, capturesRows: false,
        isReplay: options.isReplay, encodes: true,
        memory: MemoryLimit(
          byteCount: options.memory,
          folder: SpillFolder(path: "\(publisher.layout.staging(name))/.aside")))
      let rows = try staging.openRows(program)
      let report: SourceReport
      let gathered: Gathered
      let total = items[number].reduce(0) { $0 + $1.byteCount }
      let sourceName = program.source.name
      do {
        (report, gathered) = try await SourceRun(
          program: program, threads: threads,
          onProgress: {
            onProgress(Progress(source: sourceName, bytesRead: $0, bytesInAll: total))
          },
          onFailure: { try RejectFile.write($0, source: sourceName, in: folder) }
        ).run(items[number], into: rows)
      }
      for file in report.deferred {
        if history.contains(where: {
          $0.deferred.contains("\(sourceName)/\(file)") && $0.date < date.description
        }) {
          throw RunFailure(
            .badInput,
            "file '\(file)' of source '\(sourceName)' is still unfinished a night later; it was cut off: "
              + "replace it or take it away")
        }
        warnings.append(
          "file '\(file)' of source '\(sourceName)' is still being written; it is left for the next night"
        )
      }
      for file in report.skipped {
        warnings.append(
          "file '\(file.name)' of source '\(sourceName)' is damaged and was left out: \(file.damage)"
        )
      }
      try await staging.finish(program, report, gathered, threads: threads)
      try RejectFile.write(report.rejects, source: sourceName, in: folder)
      sources.append(Manifest.Source(report, program))
      keys.formUnion(report.keys)
      byteCount += report.byteCount
    }
    let manifest = Manifest(
      run: name, pipelineName: plan.name, pipelineDigest: pipelineDigest, date: date,
      isReplay: options.isReplay, sources: sources, outputs: staging.outputs,
      keys: keys.inOrder(of: rings))
    try DurableFile.write(
      Array(manifest.json.pretty.utf8), to: "\(folder)/manifest.json", mode: 0o600)
    try publisher.publish(staging, history)
    return Report(date: date, manifest: manifest, warnings: warnings, byteCount: byteCount)
  }

  /// Reads, treats and counts everything under throw-away keys; writes nothing.
  private func dryRun(_ onProgress: @escaping (Progress) -> Void) async throws -> Report {
    let items = try findItems()
    let rings = replayRings()
    var sources: [Manifest.Source] = []
    var outputs = plan.outputs.map { Manifest.Output(name: $0.name, tables: []) }
    var warnings: [String] = []
    var byteCount = 0
    let fingerprints = FingerprintKey.random()
    for number in plan.sources.indices {
      let program = SourceProgram(
        plan: plan, sourceNumber: number, targets: TableTarget.published(by: plan, from: number),
        rings: rings, fingerprints: fingerprints,
        rights: try rights(of: plan.sources[number], fingerprints),
        runDate: date, capturesRows: false, isReplay: true,
        encodes: false)
      let total = items[number].reduce(0) { $0 + $1.byteCount }
      let (report, gathered) = try await SourceRun(
        program: program, threads: threads,
        onProgress: {
          onProgress(Progress(source: program.source.name, bytesRead: $0, bytesInAll: total))
        }, onFailure: { _ in }
      ).run(items[number], into: NoRows())
      warnings += report.deferred.map {
        "file '\($0)' of source '\(program.source.name)' is still being written"
      }
      sources.append(Manifest.Source(report, program))
      byteCount += report.byteCount
      for (place, table) in try await TableOutcome.all(
        program, report, gathered, threads: threads)
      {
        outputs[place.output].tables.append(
          Manifest.Table(
            table, plan, place, date: date, files: [],
            path: OutputLayout(output: options.output).partition(
              output: plan.outputs[place.output].name, table: table.name, date: date),
            isReplay: true))
      }
    }
    let manifest = Manifest(
      run: "dry-run", pipelineName: plan.name, pipelineDigest: pipelineDigest, date: date,
      isReplay: options.isReplay, sources: sources, outputs: outputs, keys: [])
    return Report(date: date, manifest: manifest, warnings: warnings, byteCount: byteCount)
  }
}
