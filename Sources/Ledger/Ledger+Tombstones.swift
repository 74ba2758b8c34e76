import Foundation
import GRDB

/// The token of a person who is not to come back.
package struct Tombstone: Hashable, Sendable {
  package var key: String
  package var epoch: String
  /// The 16 bytes of the token.
  package var token: [UInt8]
  /// When it was asked for, `YYYY-MM-DD`.
  package var date: String

  package init(key: String, epoch: String, token: [UInt8], date: String) {
    precondition(token.count == 16, "a token has 16 bytes")
    self.key = key
    self.epoch = epoch
    self.token = token
    self.date = date
  }
}

extension Ledger {
  /// Writes tombstones down; one that is there keeps its date.
  package func bury(_ tombstones: [Tombstone]) throws(LedgerFault) {
    try write { database in
      for stone in tombstones {
        try database.execute(
          sql: "INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?)",
          arguments: [stone.key, stone.epoch, Data(stone.token), stone.date])
      }
    }
  }

  /// The tombstones of a key name, or of all.
  package func tombstones(of key: String? = nil) throws(LedgerFault) -> [Tombstone] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM tombstones WHERE ?1 IS NULL OR key = ?1 ORDER BY key, epoch, token
          """, arguments: [key]
      ).map {
        let token: Data = $0["token"]
        return Tombstone(
          key: $0["key"], epoch: $0["epoch"], token: Array(token), date: $0["date"])
      }
    }
  }

  /// Forgets tombstones that nothing could bring back any more.
  package func forgetTombstones(
    key: String, epoch: String
  ) throws(LedgerFault) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM tombstones WHERE (key, epoch) = (?, ?)", arguments: [key, epoch])
    }
  }
}
