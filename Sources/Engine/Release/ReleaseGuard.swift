package import Ledger
package import PipelineFile
import Records

/// Keeps from an audience what it could subtract from what it has.
///
/// The compiler compares the tables of one pipeline. Here they are compared with what earlier runs,
/// of whatever pipeline of the state folder, have released of the same inputs. What was released
/// stays released: it counts although its partitions were replaced or deleted since.
package struct ReleaseGuard {
  /// Why a table must not follow an earlier one.
  package enum Refusal: Hashable, Sendable {
    /// What the compiler refuses inside one pipeline.
    case conflict(ReleaseDefinition.Conflict)
    /// The same cells or persons, over other inputs or another date besides.
    case inputs
    /// The same cells or persons less somebody who was forgotten in between.
    case forgotten
    /// The rows of one source from two pipelines.
    case rows
  }

  /// Returns why `new` must not reach the audience of `earlier`, of whose inputs it shares one.
  ///
  /// A night that is retracted is no obstacle to the one in its place, and neither are other inputs
  /// of that date.
  package static func refusal(of new: TableRelease, after earlier: PastRelease) -> Refusal? {
    if earlier.run == new.run || earlier.isOfAnotherDay(than: new) { return nil }
    let isRetracted = new.retraction != nil && earlier.date == new.date
    if isRetracted, earlier.pipeline == new.pipeline { return nil }
    if new.definition.kind == .rows, earlier.definition.kind == .rows {
      return earlier.pipeline == new.pipeline ? nil : .rows
    }
    if let conflict = new.definition.conflict(with: earlier.definition) {
      return .conflict(conflict)
    }
    guard new.definition.isProtected, earlier.definition.isProtected,
      !new.definition.isDisjoint(from: earlier.definition), !earlier.isAnotherState(than: new),
      !isRetracted
    else { return nil }
    if new.inputsDigest != earlier.inputsDigest { return .inputs }
    return new.forgotten != earlier.forgotten ? .forgotten : nil
  }

  /// Whether the audience has the very cells or persons of `new` from `earlier`.
  package static func isKnown(_ new: TableRelease, from earlier: PastRelease) -> Bool {
    new.definition.isProtected && earlier.definition.isProtected
      && new.definition.kind == earlier.definition.kind
      && new.inputsDigest == earlier.inputsDigest && new.forgotten == earlier.forgotten
      && !new.definition.isDisjoint(from: earlier.definition)
      && new.definition.conflict(with: earlier.definition) == nil
  }

  /// Returns the tables of a source as releases of the inputs that a run has read of it, without the
  /// records of whom `tombstones` name.
  package static func releases(
    of source: Int, in plan: Plan, inputs: Set<String>, date: String, run: String,
    retraction: String?, tombstones: [Tombstone]
  ) -> [TableRelease] {
    guard !inputs.isEmpty else { return [] }
    let forgotten = TableRelease.forgotten(
      tombstones,
      keys: Set(plan.sources[source].columns.compactMap(\.key).map { plan.keys[$0].name }))
    let around = ReleaseDefinition.Surroundings(
      source: plan.sources[source], purposes: plan.purposes, keys: plan.keys, zone: plan.zone)
    return plan.outputs.flatMap { output in
      output.tables.compactMap { table -> TableRelease? in
        var aggregate: AggregateDefinition?
        switch table.content {
        case .rows(let owner, _): guard owner == source else { return nil }
        case .aggregate(let number, _):
          guard plan.aggregates[number].source == source else { return nil }
          aggregate = plan.aggregates[number].definition
        }
        return TableRelease(
          audience: OutputPlan.folded(audience: output.audience), inputs: inputs,
          definition: ReleaseDefinition(
            table, aggregate: aggregate, mayUse: output.mayUse, in: around
          ).digested,
          pipeline: plan.name, date: date, output: output.name, table: table.name, run: run,
          retraction: retraction,
          admission: TableRelease.Admission(plan.sources[source], in: plan.zone),
          forgotten: forgotten, source: plan.sources[source].name,
          each: plan.sources[source].projection.each?.text,
          conditions: plan.sources[source].conditions.map { condition in
            TableRelease.SourceCondition(
              path: plan.sources[source].projection.slots[condition.slot].text,
              values: Set(condition.values))
          })
      }
    }
  }

  /// Refuses tables that must not stand side by side, or not follow what the ledger knows.
  ///
  /// What an audience has is no news to it, whatever else it has besides.
  package static func check(_ releases: [TableRelease], against ledger: Ledger?) throws {
    try checkSources(releases)
    guard let ledger else { return }
    for release in releases {
      var earlier: [PastRelease] = []
      for input in release.inputs.sorted() {
        for entry in try ledger.releases(to: release.audience, of: input) {
          guard let past = PastRelease(entry) else { throw RunFailure.unreadableRelease(entry) }
          earlier.append(past)
        }
      }
      if earlier.contains(where: { isKnown(release, from: $0) }) { continue }
      for past in earlier {
        if let refusal = refusal(of: release, after: past) {
          throw RunFailure.refused(release, refusal, after: past)
        }
      }
      // The same night of inputs that have changed shares none with the one before.
      for entry in try ledger.releases(
        to: release.audience, pipeline: release.pipeline, date: release.date)
      {
        guard let past = PastRelease(entry) else { throw RunFailure.unreadableRelease(entry) }
        if past.output == release.output, past.table == release.table,
          let refusal = refusal(of: release, after: past)
        {
          throw RunFailure.refused(release, refusal, after: past)
        }
      }
    }
  }

  /// Two sources of one pipeline that read the same file the same way are one to who can subtract.
  ///
  /// The compiler compares the tables of one source and does not know which files a night will
  /// bring. Sources whose `where` lets no record in both are left alone.
  private static func checkSources(_ releases: [TableRelease]) throws {
    for (number, release) in releases.enumerated() {
      for other in releases[..<number]
      where other.source != release.source && other.each == release.each
        && other.audience == release.audience && !other.inputs.isDisjoint(with: release.inputs)
        && !other.readsOthers(than: release)
      {
        let past = PastRelease(other)
        if let conflict = release.definition.conflict(with: other.definition) {
          throw RunFailure.refused(release, .conflict(conflict), after: past)
        }
        if release.definition.isProtected, other.definition.isProtected,
          !release.definition.isDisjoint(from: other.definition),
          release.inputsDigest != other.inputsDigest
        {
          throw RunFailure.refused(release, .inputs, after: past)
        }
      }
    }
  }
}

extension RunFailure {
  package static func refused(
    _ release: TableRelease, _ refusal: ReleaseGuard.Refusal, after earlier: PastRelease
  ) -> RunFailure {
    let difference =
      switch refusal {
      case .conflict(.besideRows): "where rows or persons show what 'k' suppresses"
      case .conflict(.persons): "also one row a person"
      case .conflict(.group): "with another 'group'"
      case .conflict(.filter): "with another 'where'"
      case .conflict(.rule): "with another 'k'"
      case .conflict(.records): "from other records"
      case .inputs: "together with other inputs or for another date"
      case .forgotten: "without persons who were forgotten since"
      case .rows: "also as rows, which line up"
      }
    let advice =
      [.inputs, .forgotten].contains(refusal) && earlier.run != release.run
        && earlier.pipeline == release.pipeline && earlier.date == release.date
      ? "publish the night again with '--replace' and '--retract \"<reason>\"'"
      : "take the same definition and inputs, or name another audience"
    return RunFailure(
      .badInput,
      "table '\(release.output)/\(release.table)' would give '\(release.audience)' inputs that it "
        + "has from '\(earlier.output)/\(earlier.table)' of pipeline '\(earlier.pipeline)', run "
        + "'\(earlier.run)', \(difference): one less the other could show single persons; nothing "
        + "was published; \(advice)")
  }

  package static func unreadableRelease(_ entry: Release) -> RunFailure {
    RunFailure(
      .inputOutput,
      "the ledger's entry of what run '\(entry.run)' released as '\(entry.output)/\(entry.table)' "
        + "cannot be read; restore the ledger from a backup")
  }

  /// A replaced night whose cells were seen needs a reason.
  package static func needsRetraction(_ table: String, date: String) -> RunFailure {
    RunFailure(
      .usage,
      "'--replace' on the group table '\(table)' of \(date) needs '--retract \"<reason>\"': its "
        + "cells were released, and the difference to new ones can show single persons")
  }
}
