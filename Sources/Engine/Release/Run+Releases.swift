import Ledger
import PipelineFile
import Records

extension Run {
  /// What a run on `date` has given to its audiences of these inputs, as far as they held a record.
  func releases(
    of inputs: [LedgerInput], on date: String, by run: String, retraction: String?,
    tombstones: [Tombstone]
  ) -> [TableRelease] {
    plan.sources.indices.flatMap { number in
      let source = plan.sources[number].name
      return ReleaseGuard.releases(
        of: number, in: plan,
        inputs: Set(
          inputs.filter { $0.source == source && $0.recordCount > 0 }.map(\.content.id)),
        date: date, run: run, retraction: retraction, tombstones: tombstones)
    }
  }

  /// Refuses to replace cells that were released, unless a reason is given.
  func checkRetraction(_ publisher: Publisher) throws {
    guard options.replaces, options.retraction == nil else { return }
    for place in publisher.places {
      let table = plan.outputs[place.output].tables[place.table]
      guard case .aggregate(let number, _) = table.content,
        case .group = plan.aggregates[number].definition.shape,
        try publisher.isPublished(place)
      else { continue }
      throw RunFailure.needsRetraction(
        "\(publisher.output(place).name)/\(table.name)", date: date.description)
    }
  }
}
