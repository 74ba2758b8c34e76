import Foundation
import GRDB
import Synchronization

/// What ran on what with what result: the memory of one state folder, in SQLite.
///
/// It holds names, digests, dates, counts and tokens; never a value of a record and never a secret.
/// The caller holds the lock of the state folder while it writes; readers need none. Every method
/// is one transaction: it has happened wholly when it returns, also after a power cut, or not at
/// all. What goes wrong is a ``LedgerFault``, which never carries the arguments of a statement.
package final class Ledger: Sendable {
  /// The file.
  package let path: String

  private let database: DatabaseQueue
  /// Whether the names in the folder are durable since SQLite has made its journal.
  private let isFolderDurable = Mutex(false)
  /// Why nothing more is written.
  private let failure = Mutex<LedgerFault?>(nil)

  /// Connections whose journal could not be made durable. Closing one would synchronise it again,
  /// and the second time is no proof; what the journal holds is read back by the next run.
  private static let leftOpen = Mutex<[DatabaseQueue]>([])

  /// Opens the ledger at `path` after checking it; makes it unless it `mustExist`.
  ///
  /// WAL with `synchronous = FULL`: a commit that returned survives a power cut; with NORMAL the
  /// last ones are lost. The file is for its owner alone. A damaged file, one of a newer version
  /// and a link in its place are refused; nothing is repaired and nothing begun anew.
  package init(path: String, mustExist: Bool = false) throws(LedgerFault) {
    self.path = path
    try Ledger.makePrivate(path, mustExist: mustExist)
    var configuration = Configuration()
    configuration.label = "ledger"
    // A reader of another process may be in the middle of a look.
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = FULL")
      try database.execute(sql: "PRAGMA secure_delete = ON")
    }
    do {
      database = try DatabaseQueue(path: path, configuration: configuration)
      let findings = try database.read { database in
        try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
      }
      guard findings == ["ok"] else { throw LedgerFault(.damaged, path) }
      let isNewer = try database.read { try LedgerSchema.migrator.hasBeenSuperseded($0) }
      guard !isNewer else { throw LedgerFault(.newer, path) }
      try LedgerSchema.migrator.migrate(database)
      do {
        try database.read { try LedgerSchema.check($0) }
      } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
        throw LedgerFault(.damaged, path)
      }
    } catch let fault as LedgerFault {
      throw fault
    } catch {
      throw LedgerFault(error, path)
    }
  }

  /// Looks something up.
  func read<Result>(_ body: (Database) throws -> Result) throws(LedgerFault) -> Result {
    do {
      return try database.read(body)
    } catch let fault as LedgerFault {
      throw fault
    } catch {
      throw LedgerFault(error, path)
    }
  }

  /// Writes something down, wholly or not at all; after a failed synchronisation nothing more.
  func write<Result>(_ body: (Database) throws -> Result) throws(LedgerFault) -> Result {
    if let fault = failure.withLock({ $0 }) { throw fault }
    do {
      let result = try database.write(body)
      try makeFolderDurable()
      return result
    } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_IOERR_FSYNC {
      let fault = LedgerFault(error, path)
      failure.withLock { $0 = fault }
      Ledger.leftOpen.withLock { $0.append(database) }
      throw fault
    } catch let fault as LedgerFault {
      throw fault
    } catch {
      throw LedgerFault(error, path)
    }
  }

  /// Makes the name of SQLite's journal durable, once, after the first writing has made it.
  ///
  /// SQLite synchronises the folder too and does not look at the answer (`unixSync` in
  /// `os_unix.c`); a journal whose name a power cut takes along would take every commit in it
  /// along.
  private func makeFolderDurable() throws {
    try isFolderDurable.withLock { isDurable in
      if isDurable { return }
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
      guard let handle = FileHandle(forReadingAtPath: folder),
        (try? handle.synchronize()) != nil
      else {
        // The second time is no proof here either.
        let fault = LedgerFault(.inputOutput(code: Ledger.folderIsNotDurable), path)
        failure.withLock { $0 = fault }
        throw fault
      }
      try? handle.close()
      isDurable = true
    }
  }

  /// SQLITE_IOERR_DIR_FSYNC.
  private static let folderIsNotDurable: Int32 = 1290

  /// Makes an empty file of mode 0600 where there is none: SQLite's own would follow the umask, and
  /// its journals take the mode of the file.
  private static func makePrivate(_ path: String, mustExist: Bool) throws(LedgerFault) {
    let files = FileManager.default
    let attributes = try? files.attributesOfItem(atPath: path)
    let kind = attributes?[.type] as? FileAttributeType
    switch kind {
    case nil:
      guard !mustExist else { throw LedgerFault(.missing, path) }
      guard files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
      else { throw LedgerFault(.cannotOpen, path) }
    case .typeRegular?:
      if attributes?[.posixPermissions] as? Int == 0o600 { return }
      do {
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      } catch {
        throw LedgerFault(.cannotOpen, path)
      }
    default: throw LedgerFault(.notAFile, path)
    }
  }
}
