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
  /// The output or input folder below which that lies, absolute; `nil` for a key, and where an
  /// older version has not written it down.
  package var folder: String?
  package var reason: String
  /// The command that was given.
  package var command: String
  package var intended: String
  /// When it was gone; `nil` while that is not known.
  package var done: String?

  package init(
    id: Int64, kind: Kind, subject: String, folder: String? = nil, reason: String,
    command: String, intended: String, done: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.subject = subject
    self.folder = folder
    self.reason = reason
    self.command = command
    self.intended = intended
    self.done = done
  }

  package var isDone: Bool { done != nil }
}

extension Ledger {
  /// Writes down that something will be deleted, before it is; returns the entry's number.
  ///
  /// A deletion of the same thing that was begun and not finished goes on under its own entry, also
  /// one that does not say in which folder: whoever asks has found it due here. Each removal of
  /// persons has its own.
  package func intendDeletion(
    _ kind: Deletion.Kind, of subject: String, in folder: String?, because reason: String,
    by command: String, at time: String
  ) throws(LedgerFault) -> Int64 {
    try write { database in
      let begun = try Int64.fetchOne(
        database,
        sql: """
          SELECT id FROM deletions
          WHERE (kind, subject, state) = (?, ?, 'intended') AND kind <> 'person'
            AND (folder IS ? OR folder IS NULL)
          ORDER BY folder IS NULL, id
          """, arguments: [kind.rawValue, subject, folder])
      if let begun {
        try database.execute(
          sql: "UPDATE deletions SET folder = ? WHERE id = ?", arguments: [folder, begun])
        return begun
      }
      try database.execute(
        sql: """
          INSERT INTO deletions (kind, subject, folder, reason, command, state, intended)
          VALUES (?, ?, ?, ?, ?, 'intended', ?)
          """, arguments: [kind.rawValue, subject, folder, reason, command, time])
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

  /// Forgets a deletion that was intended and will not be done.
  package func withdrawDeletion(_ id: Int64) throws(LedgerFault) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM deletions WHERE id = ? AND state = 'intended'", arguments: [id])
    }
  }

  /// All deletions, oldest first.
  package func deletions() throws(LedgerFault) -> [Deletion] {
    try read { try deletions("1", [], in: $0) }
  }

  /// Deletions below a folder, of keys in none, that were begun and of which it is not known that
  /// they were finished.
  package func unfinishedDeletions(
    _ kind: Deletion.Kind, in folder: String?
  ) throws(LedgerFault) -> [Deletion] {
    try read {
      try deletions(
        "(kind, state) = (?, 'intended') AND folder IS ?", [kind.rawValue, folder], in: $0)
    }
  }

  private func deletions(
    _ condition: String, _ arguments: StatementArguments, in database: Database
  ) throws -> [Deletion] {
    try Row.fetchAll(
      database, sql: "SELECT * FROM deletions WHERE \(condition) ORDER BY id",
      arguments: arguments
    ).map {
      Deletion(
        id: $0["id"], kind: try $0.word("kind"), subject: $0["subject"], folder: $0["folder"],
        reason: $0["reason"], command: $0["command"], intended: $0["intended"], done: $0["done"])
    }
  }
}
