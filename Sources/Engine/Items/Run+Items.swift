import Aggregate
package import Bytes
import Emit
import Ledger
import PipelineFile
import Records

/// The items of a run that were done apart, each with its partial, and the plan they follow.
struct ItemsApart {
  var plan: ItemPlan
  /// For each source its items in name order.
  var items: [[Item]]

  /// The items, with those among them that earlier nights have left; they are known by their names.
  func found(_ ledger: Ledger?) throws -> FoundItems {
    let left =
      try ledger?.deferredFiles(
        pipeline: plan.pipelineName, date: plan.date.description) ?? []
    let names = Set(plan.items.map(\.name))
    return FoundItems(
      bySource: items,
      deferred: left.map { file in
        let isHere = names.contains("\(file.source)/\(file.name)")
        return DeferredItem(known: file, name: isHere ? file.name : nil)
      })
  }
}

extension Run {
  /// What one item that was done apart came to.
  package struct ItemDone: Sendable {
    package var plan: ItemPlan
    package var entry: ItemPlan.Entry
    package var ending: InputEnding
    package var counts: RecordCounts
    /// Where its partial lies.
    package var path: String
  }

  /// Does one item of a plan and leaves what came of it as a partial in `folder`.
  ///
  /// Takes no lock and publishes nothing: items run at the same time, on one state folder or on
  /// copies of its keys. An item that is done again replaces its partial.
  package func executeItem(
    _ name: String, planFile: String? = nil, partials folder: String,
    onProgress: @escaping (Progress) -> Void = { _ in }
  ) async throws(RunFailure) -> ItemDone {
    try await RunFailure.explainingAsync {
      let (planned, path) = try readPlan(planFile)
      // By bytes: names that are one text to Unicode are two files.
      guard let entry = planned.items.first(where: { $0.name.utf8.elementsEqual(name.utf8) }),
        let source = plan.sources.firstIndex(where: { $0.name == entry.source }),
        let number = planned.items(of: entry.source).firstIndex(where: {
          $0.name.utf8.elementsEqual(entry.name.utf8)
        })
      else { throw RunFailure.unknownItem(name, path) }
      let run = following(planned)
      try run.checkOptions()
      try run.checkPartials(folder)
      let rings = try run.plannedRings(planned)
      let partials = PartialFolder(path: folder)
      try partials.prepare()
      let program = SourceProgram(
        plan: plan, sourceNumber: source, targets: TableTarget.published(by: plan, from: source),
        rings: rings, fingerprints: planned.fingerprints,
        rights: try run.plannedRights(planned, of: plan.sources[source]), runDate: planned.date,
        itemCount: 1, rowUse: .encoded, isReplay: planned.isReplay,
        memory: MemoryLimit(
          byteCount: options.memory, folder: SpillFolder(path: partials.aside())),
        identifiers: Verification.looksUp(plan, isReplay: planned.isReplay)
          ? DeclaredIdentifiers(rememberingUnder: planned.fingerprints) : nil)
      let item = run.item(entry, of: plan.sources[source])
      let rows = try PartialRows(
        program, PartialHeader(planned, entry, number: number),
        at: partials.temporary(source: entry.source, number: number),
        threads: run.threads)
      do {
        let outcome = try await ItemRun(
          program: program, threads: run.threads, pool: WorkerPool(program),
          onProgress: {
            onProgress(
              Progress(source: entry.source, bytesRead: $0, bytesInAll: entry.byteCount))
          }
        ).run(item, into: rows)
        if case .damaged(let damage) = outcome.ending, program.source.damage == .stop {
          throw RunFailure.damaged(entry.file, of: entry.source, damage)
        }
        if outcome.isCutOff { throw RunFailure.cutOff(entry.file, of: entry.source) }
        let place = partials.place(source: entry.source, number: number)
        try await rows.finish(outcome, as: place)
        return ItemDone(
          plan: planned, entry: entry, ending: outcome.ending, counts: outcome.report.counts,
          path: place)
      } catch {
        rows.abandon()
        throw error
      }
    }
  }

  /// Puts the partials of all items of a plan together and publishes the run.
  ///
  /// Holds the locks of a run. In the end the partials and the plan are deleted; a failure leaves
  /// them, so that it can be mended and merged again.
  package func mergeItems(
    planFile: String? = nil, partials folders: [String]
  ) async throws(RunFailure) -> Report {
    try await RunFailure.explainingAsync {
      let (planned, path) = try readPlan(planFile)
      let run = following(planned)
      try run.checkStateIsApart()
      for folder in folders { try run.checkPartials(folder) }
      let apart = ItemsApart(plan: planned, items: try run.collect(planned, from: folders))
      let report = try await run.night(apart) { _ in }
      for folder in folders { try PartialFolder(path: folder).clear() }
      try Folder.removeFile(path)
      return report
    }
  }

  /// Refuses a plan that was made before somebody was forgotten: no record is judged once more when
  /// partials are put together.
  func checkForgotten(_ planned: ItemPlan, _ ledger: Ledger?) throws {
    let forgotten = try SourceRights.forgottenAlone(ledger)
    guard forgotten.digest(under: planned.fingerprints) == planned.forgotten else {
      throw RunFailure.forgottenAreOther
    }
  }

  /// Finds the one partial of each item and refuses all that do not belong to the plan.
  private func collect(_ planned: ItemPlan, from folders: [String]) throws -> [[Item]] {
    var found: [ItemPlan.Entry: PartialFile] = [:]
    for folder in folders {
      let folder = PartialFolder(path: folder)
      try folder.check()
      for path in try folder.partials() {
        let partial = try PartialFile(path: path)
        try partial.header.check(against: planned, path: path)
        let entry = planned.items(of: partial.header.source)[partial.header.number]
        if let first = found.updateValue(partial, forKey: entry) {
          throw RunFailure.twoPartials(of: entry.name, first.path, path)
        }
      }
    }
    let missing = planned.items.filter { found[$0] == nil }
    guard missing.isEmpty else { throw RunFailure.noPartials(of: missing.map(\.name)) }
    return plan.sources.map { source in
      planned.items(of: source.name).compactMap { entry in
        found[entry].map {
          Item(name: entry.file, content: .partial($0), byteCount: entry.byteCount)
        }
      }
    }
  }

  private func item(_ entry: ItemPlan.Entry, of source: SourcePlan) -> Item {
    Item(
      name: entry.file,
      content: source.files == "-"
        ? .standardInput : .file(path: "\(Run.canonical(options.input))/\(entry.file)"),
      byteCount: entry.byteCount)
  }

  /// Refuses a folder of partials where analysts or globs would find it.
  private func checkPartials(_ folder: String) throws(RunFailure) {
    let place = Run.canonical(folder)
    if Run.lies(place, in: Run.canonical(options.output)) {
      throw .partialsInside(folder, options.output, "output")
    }
    let input = Run.canonical(options.input)
    if Run.lies(place, in: input), input != Run.canonical(".") || place == input {
      throw .partialsInside(folder, options.input, "input")
    }
  }
}
