import Bytes
import Ledger
import Records

/// The folder of a shop's runs and keys: owner only, one run at a time.
struct StateFolder: Sendable {
  let path: String

  var keys: String { "\(path)/keys" }
  var runs: String { "\(path)/runs" }
  var plans: String { "\(path)/plans" }

  /// Where the plan of a run lies whose items are done apart.
  func plan(_ date: CivilDate, pipeline: String) -> String { "\(plans)/\(date).\(pipeline)" }

  /// Makes the folder where it is missing.
  func prepare() throws {
    do {
      try Folder.make(path, mode: 0o700, intermediate: true)
      try Folder.make(runs, mode: 0o700, intermediate: true)
    } catch let fault {
      throw RunFailure(fault.isNoSpace ? .inputOutput : .cannotCreate, fault.description)
    }
  }

  /// The lock of a state folder, held as long as this lives.
  final class HeldLock: Sendable {
    private let lock: FileLock

    init(_ lock: consuming FileLock) { self.lock = lock }
  }

  /// Takes the lock of the folder.
  func lock() throws -> HeldLock {
    guard let lock = try FileLock.take("\(path)/lock") else {
      throw RunFailure(
        .locked, "another run holds the lock '\(path)/lock'; wait for its end and start again")
    }
    return HeldLock(lock)
  }

  var ledgerPath: String { "\(path)/ledger.sqlite" }

  /// Whether there is a ledger; a folder that holds copied keys only has none.
  var hasLedger: Bool {
    get throws(SystemFault) { try FileFacts.exists(ledgerPath) }
  }

  /// The memory of the folder, made if there is none.
  func ledger() throws -> Ledger {
    let path = ledgerPath
    let isNew = try !FileFacts.exists(path)
    let ledger = try Ledger(path: path)
    // SQLite makes its files durable, not the name of the first one.
    if isNew { try Folder.sync(self.path) }
    return ledger
  }

  /// The memory of a folder that a run has made; there is nothing to tell where there is none.
  func existingLedger() throws -> Ledger {
    guard try hasLedger else {
      throw RunFailure(
        .inputMissing, "there is no ledger in '\(path)'; name the state folder of your runs")
    }
    return try ledger()
  }

  func runFolder(_ run: String) -> String { "\(runs)/\(run)" }

  func manifest(_ run: String) -> String { "\(runFolder(run))/manifest.json" }

  /// Returns a name for a new run: date, pipeline and a number, none of which tells of its input.
  func nextRunName(_ date: CivilDate, pipeline: String, _ ledger: Ledger?) throws -> String {
    let names = Set(try Folder.names(in: runs))
    var number = 1
    while true {
      let name = "\(date).\(pipeline).\(number)"
      if !names.contains(name), try ledger?.run(named: name) == nil { return name }
      number += 1
    }
  }

  /// Removes what a run left that published nothing; the places of its rejects stay.
  func forget(_ run: String) throws {
    let folder = runFolder(run)
    guard try FileFacts.exists(folder) else { return }
    for name in try Folder.names(in: folder) where name != RejectFile.name {
      try Folder.removeTree("\(folder)/\(name)")
    }
    if try Folder.names(in: folder).isEmpty { try Folder.removeTree(folder) }
    try Folder.sync(runs)
  }

  /// Removes what a run has staged and writes down that nothing came of it.
  ///
  /// What cannot be removed now, on a full disk perhaps, the next run removes: the failure that led
  /// here is the one to tell.
  func abandon(_ run: String, _ layout: OutputLayout, _ ledger: Ledger?) {
    try? layout.removeStaging(run)
    try? forget(run)
    try? ledger?.drop(run, at: Timestamp.now)
  }
}
