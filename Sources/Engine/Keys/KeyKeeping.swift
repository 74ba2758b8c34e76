import Bytes
import Foundation
import Ledger
package import PipelineFile
import Pseudonymise
package import Records

/// Looks after the secrets of a state folder: lists, checks and destroys them.
///
/// Destroying is two steps, the ledger first: a destruction that is written down and not yet done
/// is finished by the next one, and the runs in between count its records as late.
package struct KeyKeeping: Sendable {
  let state: StateFolder
  let plans: [Plan]
  /// Called between the steps of a destruction, by tests that break it off there.
  let pause: @Sendable (String) throws -> Void

  /// Looks after `state`; the pipelines say until when keys are needed.
  package init(
    state: String, plans: [Plan], pause: @escaping @Sendable (String) throws -> Void = { _ in }
  ) {
    self.state = StateFolder(path: state)
    self.plans = plans
    self.pause = pause
  }

  private var store: KeyStore { KeyStore(folder: state.keys) }

  /// Today in the first pipeline's timezone, else in UTC.
  package var today: CivilDate { Today.date(in: zone) }

  private var zone: Zone { plans.first?.zone ?? .utc }

  /// Returns the day to judge by: as asked, never one that is still to come.
  package func day(asked: CivilDate?) throws(RunFailure) -> CivilDate {
    try Today.judging(asked: asked, in: zone)
  }

  /// Returns all secrets that ledger or store know, by key and epoch.
  package func list() throws(RunFailure) -> [KeyEntry] {
    try RunFailure.explaining { try entries(state.existingLedger()) }
  }

  private func entries(_ ledger: Ledger) throws -> [KeyEntry] {
    let schedule = KeySchedule(plans, carried: try CarriedKeys(ledger, state))
    let ending = try KeyKeeping.ending(ledger)
    var entries: [KeyEntry] = []
    for known in try ledger.epochs() {
      let epoch = try Epoch(inLedger: known.epoch, of: known.key)
      var entry = KeyEntry(
        key: known.key, epoch: known.epoch, standing: .live, check: known.check,
        created: known.created, destroyed: known.destroyed,
        dueAfter: schedule.dueAfter(epoch, of: known.key),
        tables: schedule.tables(of: known.key, epoch))
      if ending.contains(entry.name) {
        entry.standing = .ending
      } else if known.destroyed != nil {
        entry.standing = .destroyed
      } else if try !store.holds(name: known.key, epoch: epoch) {
        entry.standing = .missing
      }
      entries.append(entry)
    }
    let listed = Set(entries.map(\.name))
    for key in try store.names() {
      for epoch in try store.epochs(of: key) where !listed.contains("\(key)/\(epoch)") {
        entries.append(
          KeyEntry(
            key: key, epoch: epoch.description, standing: .unlisted, check: nil, created: nil,
            destroyed: nil, dueAfter: schedule.dueAfter(epoch, of: key),
            tables: schedule.tables(of: key, epoch)))
      }
    }
    return entries.sorted { ($0.key, $0.epoch) < ($1.key, $1.epoch) }
  }

  /// The secrets as `key/epoch` whose destruction was begun and is not known to be done.
  static func ending(_ ledger: Ledger) throws -> Set<String> {
    Set(try ledger.unfinishedDeletions(.key, in: nil).map(\.subject))
  }

  /// One secret and what is wrong with it, if anything.
  package struct Finding: Sendable {
    package var entry: KeyEntry
    package var fault: String?
  }

  /// Opens every key file and compares it with the ledger; tells all that is wrong.
  package func check() throws(RunFailure) -> [Finding] {
    try RunFailure.explaining {
      let ledger = try state.existingLedger()
      let shop = try ledger.shop ?? ""
      return try entries(ledger).map { entry in
        Finding(entry: entry, fault: try fault(of: entry, shop))
      }
    }
  }

  private func fault(of entry: KeyEntry, _ shop: String) throws -> String? {
    let epoch = try Epoch(inLedger: entry.epoch, of: entry.key)
    let standing: EpochStanding
    switch entry.standing {
    case .destroyed:
      guard try store.holds(name: entry.key, epoch: epoch) else { return nil }
      return RunFailure.isBackAgain(entry, store.path(name: entry.key, epoch: epoch)).message
    case .ending: return RunFailure.isNotFinished(entry).message
    case .unlisted: standing = .unknown
    case .live, .missing: standing = entry.check.map { .known(check: $0) } ?? .unknown
    }
    do {
      _ = try store.existingKey(
        shop: shop, name: entry.key, epoch: epoch, standing: standing)
      return nil
    } catch let fault as KeyFault {
      return fault.description
    }
  }

  /// Returns the secrets that are due on `today`, and destroys them if `confirms`.
  ///
  /// Every pipeline with published partitions in the state folder must be among the plans, because
  /// it may need the same keys for longer.
  package func expire(today: CivilDate, confirms: Bool) throws(RunFailure) -> [KeyEntry] {
    try RunFailure.explaining {
      let lock = try confirms ? state.lock() : nil
      defer { withExtendedLifetime(lock) {} }
      let ledger = try state.existingLedger()
      try requireAllPipelines(ledger)
      let due = try entries(ledger).filter { $0.isDue(today) }
      guard confirms else { return due }
      return try due.map { entry in
        let reason = entry.dueAfter.map { "due after \($0)" } ?? "begun before"
        return try destroy(entry, because: reason, by: "keys expire", ledger)
      }
    }
  }

  /// Destroys the secret of one epoch before its time, if `confirms`; returns what it is.
  package func destroy(
    _ key: String, _ epoch: String, confirms: Bool
  ) throws(RunFailure) -> KeyEntry {
    try RunFailure.explaining {
      let lock = try confirms ? state.lock() : nil
      defer { withExtendedLifetime(lock) {} }
      let ledger = try state.existingLedger()
      guard let entry = try entries(ledger).first(where: { $0.key == key && $0.epoch == epoch })
      else { throw RunFailure.noSuchKey(key, epoch, state.path) }
      if entry.standing == .unlisted { throw RunFailure.isUnlisted(entry) }
      guard confirms else { return entry }
      return try destroy(entry, because: "asked for", by: "keys destroy", ledger)
    }
  }

  /// Returns the entry, whose file counts as missing where there was none to overwrite.
  private func destroy(
    _ entry: KeyEntry, because reason: String, by command: String, _ ledger: Ledger
  ) throws -> KeyEntry {
    let epoch = try Epoch(inLedger: entry.epoch, of: entry.key)
    let id = try ledger.intendDeletion(
      .key, of: entry.name, in: nil, because: reason, by: command, at: Timestamp.now)
    try pause("intended")
    // A file that came back after its destruction goes again; one that is gone is no error.
    let wasThere = try store.destroy(name: entry.key, epoch: epoch)
    try pause("destroyed")
    let known = try ledger.epochs(of: entry.key).first { $0.epoch == entry.epoch }
    if known?.destroyed == nil {
      try ledger.markDestroyed(key: entry.key, epoch: entry.epoch, at: Timestamp.now)
    }
    try pause("marked")
    try ledger.markDeleted(id, at: Timestamp.now)
    var done = entry
    if !wasThere { done.standing = .missing }
    return done
  }

  /// Refuses to judge keys without the pipelines that may need them.
  private func requireAllPipelines(_ ledger: Ledger) throws {
    let given = Set(plans.map(\.name))
    let runs = try ledger.runs()
    let live = Set(try ledger.livePartitions().map(\.run))
    for run in runs where live.contains(run.name) && !given.contains(run.pipeline) {
      throw RunFailure(
        .usage,
        "pipeline '\(run.pipeline)' has published with the keys of '\(state.path)' too; name its "
          + "file as well, because it may need them for longer")
    }
  }
}

extension RunFailure {
  static func isBackAgain(_ entry: KeyEntry, _ path: String) -> RunFailure {
    RunFailure(
      .key,
      "key '\(entry.key)' of epoch '\(entry.epoch)' was destroyed on "
        + "\((entry.destroyed ?? "").prefix(10)), and '\(path)' is there again; find out which backup "
        + "still holds it, then run 'sparsam keys destroy \(entry.key) \(entry.epoch) --yes'")
  }

  static func isNotFinished(_ entry: KeyEntry) -> RunFailure {
    RunFailure(
      .key,
      "the destruction of key '\(entry.key)' of epoch '\(entry.epoch)' was begun and not finished; "
        + "run 'sparsam keys destroy \(entry.key) \(entry.epoch) --yes'")
  }

  static func noSuchKey(_ key: String, _ epoch: String, _ state: String) -> RunFailure {
    RunFailure(
      .usage,
      "no key '\(key)' of epoch '\(epoch)' is known in '\(state)'; 'sparsam keys list' shows all")
  }

  static func isUnlisted(_ entry: KeyEntry) -> RunFailure {
    RunFailure(
      .usage,
      "key '\(entry.key)' of epoch '\(entry.epoch)' was never used here: nothing is written down "
        + "of it; delete its file")
  }
}
