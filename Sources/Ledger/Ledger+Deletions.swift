import GRDB

/// Something that is deleted for a reason, written down before it goes and when it is gone.
package struct Deletion: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case partition
    case raw
    case key
    /// Rows of one person; what is named is the table, never the person.
    case person
  }

  /// Given by the ledger.
  package var id: Int64
  package var kind: Kind
  /// The path or the name of what goes.
  package var subject: String
  package var reason: String
  /// The command that was given.
  package var command: String
  package var intended: String
  /// When it was gone; `nil` while that is not known.
  package var done: String?

  package init(
    id: Int64, kind: Kind, subject: String, reason: String, command: String, intended: String,
    done: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.subject = subject
    self.reason = reason
    self.command = command
    self.intended = intended
    self.done = done
  }

  package var isDone: Bool { done != nil }
}

extension Ledger {
  /// Writes down that something will be deleted, before it is; returns the entry's number.
  package func intendDeletion(
    _ kind: Deletion.Kind, of subject: String, because reason: String, by command: String,
    at time: String
  ) throws(LedgerFault) -> Int64 {
    try write { database in
      try database.execute(
        sql: """
          INSERT INTO deletions (kind, subject, reason, command, state, intended)
          VALUES (?, ?, ?, ?, 'intended', ?)
          """, arguments: [kind.rawValue, subject, reason, command, time])
      return database.lastInsertedRowID
    }
  }

  /// Writes down that what was to be deleted is gone.
  package func markDeleted(_ id: Int64, at time: String) throws(LedgerFault) {
    try write { database in
      try database.execute(
        sql: "UPDATE deletions SET state = 'done', done = ? WHERE id = ? AND state = 'intended'",
        arguments: [time, id])
      guard database.changesCount == 1 else {
        throw LedgerFault(.contradiction("deletion \(id) is not intended"), path)
      }
    }
  }

  /// All deletions, oldest first.
  package func deletions() throws(LedgerFault) -> [Deletion] {
    try read { try deletions("1", in: $0) }
  }

  /// Deletions that were begun and of which it is not known that they were finished.
  package func unfinishedDeletions() throws(LedgerFault) -> [Deletion] {
    try read { try deletions("state = 'intended'", in: $0) }
  }

  private func deletions(_ condition: String, in database: Database) throws -> [Deletion] {
    try Row.fetchAll(database, sql: "SELECT * FROM deletions WHERE \(condition) ORDER BY id").map {
      Deletion(
        id: $0["id"], kind: Deletion.Kind(rawValue: $0["kind"]) ?? .partition,
        subject: $0["subject"], reason: $0["reason"], command: $0["command"],
        intended: $0["intended"], done: $0["done"])
    }
  }
}
