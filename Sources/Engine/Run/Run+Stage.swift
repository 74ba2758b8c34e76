import Aggregate
import Bytes
import Ledger
import PipelineFile
import Pseudonymise
import Records

/// What a run made of its sources, all of it staged.
struct StagedSources {
  var sources: [Manifest.Source] = []
  /// Files that are still being written.
  var deferred: [DeferredFile] = []
  /// Files that an earlier night has left and that this one has dealt with.
  var resolved: [DeferredFile] = []
  var keys: Set<UsedKey> = []
  var warnings: [String] = []
  /// Decompressed bytes that were read.
  var byteCount = 0
  /// How each source was read, to read it again.
  var programs: [SourceProgram] = []
  /// The identifiers that were read; `nil` where no published text is looked up among them.
  var identifiers: DeclaredIdentifiers?

  /// The inputs that were ingested, as the ledger knows them.
  func inputs(of run: String, _ pipeline: String) -> [LedgerInput] {
    sources.flatMap { source in
      source.files.compactMap { file in
        file.content.map {
          LedgerInput(
            run: run, pipeline: pipeline, source: source.name, content: $0, name: file.name,
            sha256: file.sha256, byteCount: file.byteCount, recordCount: file.records,
            beginning: file.beginning)
        }
      }
    }
  }
}

extension Run {
  /// Reads, treats and stages all sources, one after the other.
  func stage(
    _ found: FoundItems, _ rings: [String: KeyRing], _ apart: ItemsApart?, into staging: Staging,
    rejectsIn folder: String, _ ledger: Ledger?, _ onProgress: @escaping (Progress) -> Void
  ) async throws -> StagedSources {
    var staged = StagedSources(resolved: found.deferred.map(\.known))
    if let apart { try checkForgotten(apart.plan, ledger) }
    let fingerprints = apart?.plan.fingerprints ?? .random()
    if Verification.looksUp(plan, isReplay: options.isReplay) {
      staged.identifiers = DeclaredIdentifiers(rememberingUnder: fingerprints)
    }
    for number in plan.sources.indices {
      let program = SourceProgram(
        plan: plan, sourceNumber: number, targets: TableTarget.published(by: plan, from: number),
        rings: rings, fingerprints: fingerprints,
        // The records of a partial were judged when its item was done.
        rights: try apart == nil ? rights(of: plan.sources[number], fingerprints, ledger) : .nobody,
        runDate: date, itemCount: found.bySource[number].count, rowUse: .encoded,
        isReplay: options.isReplay,
        memory: MemoryLimit(
          byteCount: options.memory,
          folder: SpillFolder(
            path: "\(staging.publisher.layout.staging(staging.run))/.aside")),
        identifiers: staged.identifiers)
      staged.programs.append(program)
      let rows = try staging.openRows(program)
      let items = found.bySource[number]
      let total = items.reduce(0) { $0 + $1.byteCount }
      let name = program.source.name
      let (report, gathered) = try await SourceRun(
        program: program, threads: threads,
        inputs: InputMemory(
          ledger, pipeline: plan.name, source: program.source, date: date.description),
        onProgress: {
          onProgress(Progress(source: name, bytesRead: $0, bytesInAll: total))
        },
        onFailure: { rejects in
          try RejectFile.write(rejects, source: name, in: folder)
          return "\(options.state)/runs/\(staging.run)/\(RejectFile.name)"
        }
      ).run(items, into: rows)
      try settleDeferred(report, found.deferred, &staged)
      staged.warnings += report.warnings(of: items.count, on: date)
      try await staging.finish(program, report, gathered)
      try RejectFile.write(report.rejects, source: name, in: folder)
      staged.sources.append(Manifest.Source(report, program))
      staged.keys.formUnion(report.keys)
      staged.byteCount += report.byteCount
    }
    return staged
  }

  /// Leaves unfinished files for the next night; one that was left before stops the run.
  private func settleDeferred(
    _ report: SourceReport, _ earlier: [DeferredItem], _ staged: inout StagedSources
  ) throws {
    for (name, beginning) in report.deferred {
      let known = earlier.first { $0.known.source == report.name && $0.name == name }?.known
      if let known, known.firstSeen < date.description {
        throw RunFailure(
          .badInput,
          "file '\(name)' of source '\(report.name)' is still unfinished a night later; it was cut "
            + "off: replace it or take it away")
      }
      staged.deferred.append(
        DeferredFile(
          pipeline: plan.name, source: report.name, name: name,
          prefixLength: beginning.byteCount, prefix: beginning.sha256,
          firstSeen: known?.firstSeen ?? date.description))
      staged.warnings.append(
        "file '\(name)' of source '\(report.name)' is still being written; it is left for the next "
          + "night")
    }
  }
}
