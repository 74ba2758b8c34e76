import Bytes
import Emit
import Ledger
import PipelineFile
import Records

extension Run {
  /// Whether the night is published from these very inputs, so that nothing is left to do.
  ///
  /// A table that is not described any more is described. Partitions that lie there from others are
  /// an error, unless they are to be replaced. A data package that cannot be read stops the run
  /// before it begins.
  func isDone(_ found: FoundItems, _ publisher: Publisher, _ ledger: Ledger?) throws -> Bool {
    var present = 0
    var undescribed: [TableTarget.Place] = []
    for place in publisher.places {
      let isListed = try publisher.listed(place).contains { $0.date == date.description }
      guard try publisher.isPublished(place) else { continue }
      present += 1
      if !isListed { undescribed.append(place) }
    }
    // A replay has no memory: it makes everything and compares.
    guard let ledger, present > 0, !options.replaces else { return false }
    guard
      let night = try ledger.night(
        pipeline: plan.name, date: date.description, folder: publisher.folder),
      night.pipelineDigest == pipelineDigest, try reads(nothingBesides: night, found, ledger)
    else { throw RunFailure.isPublishedFromOthers(self) }
    guard present == publisher.places.count else { return false }
    try describe(undescribed, night, publisher, ledger)
    return true
  }

  /// Writes data package and analyst's page of tables whose partitions lie there.
  private func describe(
    _ places: [TableTarget.Place], _ night: LedgerRun, _ publisher: Publisher, _ ledger: Ledger
  ) throws {
    guard !places.isEmpty else { return }
    _ = try publisher.stage(night.name, threads: 1)
    var moves: [Publication.Move] = []
    for place in places {
      try publisher.stageDescription(of: place, with: nil, night.name, ledger)
      moves += try ledger.livePartitions(
        folder: publisher.folder, output: publisher.output(place).name,
        table: publisher.tableName(place), date: date.description
      ).map { $0.move(in: publisher.layout) }
    }
    let publication = Publication(
      layout: publisher.layout, run: night.name, moves: moves, replaces: false)
    try publication.perform()
    try publication.cleanUp()
  }

  /// Whether every file found was ingested by that run, or by one of another date.
  ///
  /// Files may have gone since. One that was unfinished then is left for the next night, whatever
  /// it is now; damaged ones are left to whom they concern.
  private func reads(
    nothingBesides night: LedgerRun, _ found: FoundItems, _ ledger: Ledger
  ) throws -> Bool {
    let inputs = try ledger.inputs(of: night.name)
    for (source, items) in zip(plan.sources, found.bySource) {
      let left = Set(
        found.deferred.filter { $0.known.source == source.name }.compactMap(\.name))
      let known = Set(inputs.filter { $0.source == source.name }.map(\.content))
      let memory = InputMemory(
        ledger, pipeline: plan.name, source: source, date: date.description)
      for item in items where !left.contains(item.name) {
        guard let content = try item.completeContent() else { continue }
        if content.length == 0 || known.contains(content) { continue }
        if try memory.admits(content) { return false }
      }
    }
    return true
  }
}
