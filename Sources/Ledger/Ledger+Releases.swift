import GRDB

/// That an input left for an audience in one form of a table.
package struct Release: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case row
    case group
    case person
  }

  /// Trimmed and case-folded by the caller.
  package var audience: String
  /// The ``InputContent/id`` of the input.
  package var input: String
  /// The digest of what was released of it, in hex.
  package var definitionDigest: String
  /// The definition itself: text of a pipeline, nothing of a record.
  package var definition: String
  package var output: String
  package var table: String
  package var run: String
  package var kind: Kind

  package init(
    audience: String, input: String, definitionDigest: String, definition: String, output: String,
    table: String, run: String, kind: Kind
  ) {
    self.audience = audience
    self.input = input
    self.definitionDigest = definitionDigest
    self.definition = definition
    self.output = output
    self.table = table
    self.run = run
    self.kind = kind
  }
}

extension Ledger {
  /// What has left of an input for an audience, in any run that was prepared or published, also if
  /// its partitions were replaced since: what was read cannot be unread.
  package func releases(
    to audience: String, of input: String
  ) throws(LedgerFault) -> [Release] {
    try read { database in
      try releases("audience = ? AND input = ?", [audience, input], in: database)
    }
  }

  /// What runs of a pipeline on a date have released to an audience, of whatever inputs.
  package func releases(
    to audience: String, pipeline: String, date: String
  ) throws(LedgerFault) -> [Release] {
    try read { database in
      try releases(
        "audience = ? AND run IN (SELECT name FROM runs WHERE pipeline = ? AND date = ?)",
        [audience, pipeline, date], in: database)
    }
  }

  /// What a run has released.
  package func releases(by run: String) throws(LedgerFault) -> [Release] {
    try read { database in
      try releases("run = ?", [run], in: database)
    }
  }

  private func releases(
    _ condition: String, _ arguments: StatementArguments, in database: Database
  ) throws -> [Release] {
    try Row.fetchAll(
      database, sql: "SELECT * FROM releases WHERE \(condition) ORDER BY rowid",
      arguments: arguments
    ).map {
      Release(
        audience: $0["audience"], input: $0["input"], definitionDigest: $0["definition_digest"],
        definition: $0["definition"], output: $0["output"], table: $0["table_name"],
        run: $0["run"], kind: try $0.word("kind"))
    }
  }

  func insert(_ release: Release, in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        release.audience, release.input, release.definitionDigest, release.definition,
        release.output, release.table, release.run, release.kind.rawValue,
      ])
  }
}
