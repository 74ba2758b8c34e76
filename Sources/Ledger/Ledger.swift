import GRDB

/// What ran on what with what result: the memory of one state folder, in SQLite.
///
/// It holds names, digests, dates, counts and tokens; never a value of a record and never a secret.
package final class Ledger: Sendable {
  private let database: DatabaseQueue

  /// Opens the ledger at `path`, or makes it.
  ///
  /// WAL with `synchronous = FULL`: a commit that returned survives a power cut; with NORMAL the last
  /// ones are lost.
  package init(path: String) throws {
    var configuration = Configuration()
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    database = try DatabaseQueue(path: path, configuration: configuration)
  }
}
