import Bytes
import Foundation
import Ledger
import PipelineFile
import Pseudonymise
import Records

extension Run {
  /// What `sparsam plan` has made.
  package struct Planned: Sendable {
    package var plan: ItemPlan
    /// Where it lies.
    package var path: String
    package var warnings: [String]
  }

  /// Finds the run's items, makes the keys of all epochs its events may fall into, writes the plan.
  ///
  /// The keys are made here, so that items that run on copies of the state folder never make
  /// different ones. `path` is by default in the state folder.
  package func planItems(
    writingTo path: String? = nil
  ) throws(RunFailure) -> Planned {
    try RunFailure.explaining {
      try checkOptions()
      if let path,
        Run.lies(Run.canonical(PathText.folder(of: path)), in: Run.canonical(options.output))
      {
        throw RunFailure.planInside(path, options.output)
      }
      let state = StateFolder(path: options.state)
      try state.prepare()
      let lock = try state.lock()
      defer { withExtendedLifetime(lock) {} }
      let ledger = options.isReplay ? nil : try state.ledger()
      var warnings: [String] = []
      if let ledger {
        try checkKeyFacts(ledger)
        warnings += try adoptKeys(state, ledger)
      }
      let found = try findItems(ledger)
      warnings += found.warnings
      let entries = zip(plan.sources, found.bySource).flatMap { source, items in
        items.map {
          ItemPlan.Entry(source: source.name, file: $0.name, byteCount: $0.byteCount)
        }
      }
      if let broken = entries.first(where: { $0.file.contains(where: \.isNewline) }) {
        throw RunFailure(
          .badInput,
          "the name of a file of source '\(broken.source)' holds a line end, and items are named one a "
            + "line; rename it: '\(broken.file)'")
      }
      let fingerprints = FingerprintKey.random()
      let plan = ItemPlan(
        pipelineName: plan.name, pipelineDigest: pipelineDigest, date: date,
        isReplay: options.isReplay, items: entries, keys: try plannedKeys(ledger),
        rights: try plan.sources.map {
          try rights(of: $0, fingerprints, ledger).digest(under: fingerprints)
        },
        forgotten: try SourceRights.forgottenAlone(ledger).digest(under: fingerprints),
        fingerprints: fingerprints)
      let place = path ?? state.plan(date, pipeline: self.plan.name)
      if path == nil { try Folder.make(state.plans, mode: 0o700, intermediate: true) }
      try plan.write(to: place)
      return Planned(plan: plan, path: place, warnings: warnings)
    }
  }

  /// Opens or makes the keys that the sources' columns need; a replay has none of its own.
  private func plannedKeys(_ ledger: Ledger?) throws -> [ItemPlan.Key] {
    if options.isReplay { return [] }
    var keys: [ItemPlan.Key] = []
    let rings = try keyRings(ledger)
    for (number, key) in plan.keys.enumerated() {
      let isUsed = plan.sources.contains { $0.columns.contains { $0.key == number } }
      guard isUsed, let ring = rings[key.name] else { continue }
      let opened = try ring.openAll()
      keys += ring.epochs.map { epoch in
        let name = epoch.description
        return ItemPlan.Key(
          name: key.name, epoch: name, check: opened.first { $0.epoch == name }?.check)
      }
    }
    return keys
  }

  /// Returns the persons of a source whose records are treated apart, if they are the plan's.
  ///
  /// Items that follow different lists would keep of a person on one machine what another leaves
  /// out.
  func plannedRights(_ planned: ItemPlan, of source: SourcePlan) throws -> SourceRights {
    let state = StateFolder(path: options.state)
    // A copy of the keys on another machine has no ledger, and then nobody may have been forgotten.
    let ledger = try planned.isReplay || !state.hasLedger ? nil : state.ledger()
    let rights = try rights(of: source, planned.fingerprints, ledger)
    let number = plan.sources.firstIndex { $0.name == source.name }
    guard let number, planned.rights.indices.contains(number),
      planned.rights[number] == rights.digest(under: planned.fingerprints)
    else { throw RunFailure.rightsAreOther(source.name) }
    return rights
  }

  /// Reads the plan at `path`, by default that of the run's date, and holds it to what was asked.
  func readPlan(_ path: String?) throws -> (plan: ItemPlan, path: String) {
    let path = path ?? StateFolder(path: options.state).plan(date, pipeline: plan.name)
    let planned = try ItemPlan.read(path)
    guard planned.pipelineDigest == pipelineDigest else {
      throw RunFailure.planOfOtherPipeline(path, plan.name)
    }
    if let asked = options.date, asked != planned.date {
      throw RunFailure.planOfOtherDate(path, planned.date, asked)
    }
    if options.isReplay, !planned.isReplay { throw RunFailure.planIsNoReplay(path) }
    return (planned, path)
  }

  /// The run that the plan speaks of: its date, and a replay if it says so.
  func following(_ planned: ItemPlan) -> Run {
    var options = options
    options.date = planned.date
    options.isReplay = planned.isReplay
    return Run(plan: plan, pipelineDigest: pipelineDigest, options: options)
  }

  /// Returns the rings of the plan's keys after finding each of them in the state folder.
  ///
  /// Nothing is made here: a key that is absent or another one ends the run.
  func plannedRings(_ planned: ItemPlan) throws -> [String: KeyRing] {
    if planned.isReplay { return replayRings() }
    let store = KeyStore(folder: StateFolder(path: options.state).keys)
    let known = Dictionary(
      planned.keys.map { ("\($0.name)/\($0.epoch)", $0) }, uniquingKeysWith: { first, _ in first })
    for key in planned.keys {
      guard let check = key.check, let epoch = Epoch(key.epoch) else { continue }
      do {
        _ = try store.key(
          shop: plan.shop, name: key.name, epoch: epoch, standing: .known(check: check))
      } catch let fault as KeyFault {
        switch fault.reason {
        case .missing: throw RunFailure.keyNotHere(key, fault.path)
        case .otherSecret(_, let found): throw RunFailure.keyIsOther(key, fault.path, found: found)
        default: throw fault
        }
      }
    }
    var rings: [String: KeyRing] = [:]
    for (number, key) in plan.keys.enumerated() {
      rings[key.name] = KeyRing(
        shop: plan.shop, name: key.name, rotation: Rotation(key.rotation) ?? .never,
        days: days(ofKey: number), store: store,
        standing: { epoch in
          known["\(key.name)/\(epoch)"]?.check.map { .known(check: $0) } ?? .destroyed
        })
    }
    return rings
  }
}
