import Bytes
import Ledger
import Records

/// Finishes or drops the runs that were cut off, before anything else happens.
///
/// `intent`: what was staged is unfinished and counts for nothing. `prepared`: everything was
/// staged, verified and durable; where each partition stands is read back, and what is missing is
/// done. Its pipeline is not needed, and its output folder may be another one than this run's.
struct RunRecovery {
  let ledger: Ledger
  let state: StateFolder
  /// This run's output, which is locked.
  let publisher: Publisher

  /// Returns what is to be told of it.
  func recover() throws -> [String] {
    var told: [String] = []
    for run in try ledger.unfinishedRuns() {
      let isMine = run.folder == publisher.folder
      let layout = isMine ? publisher.layout : OutputLayout(output: run.folder)
      let exists = try FileFacts.exists(layout.output)
      let lock = isMine || !exists ? nil : try OutputLock(layout.output)
      defer { withExtendedLifetime(lock) {} }
      if run.state == .prepared {
        told.append(try finish(run, layout))
      } else {
        try drop(run, layout)
      }
    }
    return told
  }

  private func finish(_ run: LedgerRun, _ layout: OutputLayout) throws -> String {
    let publication = Publication(
      layout: layout, run: run.name,
      moves: try ledger.partitions(of: run.name).map { $0.move(in: layout) },
      replaces: run.replaces)
    switch try publication.outcome() {
    case .open:
      try publication.perform()
      try ledger.publish(run.name, at: Timestamp.now)
      try publication.cleanUp()
      return "run '\(run.name)' was cut off while it published; it is finished now"
    case .gone:
      try drop(run, layout)
      return
        "run '\(run.name)' was cut off while it published, and nothing of it is left in "
        + "'\(layout.output)'; it is dropped"
    case .torn(let missing):
      throw RunFailure(
        .inputOutput,
        "run '\(run.name)' was cut off while it published, and '\(missing)' is neither there nor in "
          + "'\(layout.staging(run.name))'; restore it, or delete the run's other partitions to have "
          + "the night made anew")
    }
  }

  private func drop(_ run: LedgerRun, _ layout: OutputLayout) throws {
    try Folder.removeTree(layout.staging(run.name))
    try state.forget(run.name)
    try ledger.drop(run.name, at: Timestamp.now)
  }
}

/// What lies in the staging folder although its run has ended, or belongs to none.
///
/// Both folders are locked: nobody writes there.
struct LeftStaging {
  /// `nil` in a replay, which asks no ledger.
  let ledger: Ledger?
  let state: StateFolder
  let layout: OutputLayout

  /// Removes what can be nobody's only copy; returns what is to be told of the rest.
  func drop() throws -> [String] {
    guard try FileFacts.exists(layout.stagingRoot) else { return [] }
    var told: [String] = []
    for name in try Folder.names(in: layout.stagingRoot) {
      if try isOver(name) {
        try Folder.removeTree(layout.staging(name))
      } else if ledger != nil {
        told.append(
          "'\(layout.staging(name))' belongs to no run of '\(state.path)'; a run with that state "
            + "folder finishes it, or remove it if there is none")
      }
    }
    return told
  }

  private func isOver(_ run: String) throws -> Bool {
    // A partition on its way out, whose deletion is written down.
    if run.hasPrefix(Expiry.leavingPrefix) { return true }
    // The runs that a ledger knows were finished or dropped before.
    if try ledger?.run(named: run) != nil { return true }
    guard try FileFacts.exists(state.runFolder(run)) else { return false }
    // A replay that was cut off: it is made anew. Without a manifest nothing was finished.
    let manifest = state.manifest(run)
    return try !FileFacts.exists(manifest) || PastRun(reading: manifest).isReplay
  }
}
