import GRDB

/// How an input that was ingested began.
package struct LedgerBeginning: Hashable, Sendable {
  package var run: String
  /// The name under which the input was found.
  package var name: String
  /// The ``InputContent/id`` of the input.
  package var content: String
  /// What its writer told of its first records.
  package var beginning: String

  package init(run: String, name: String, content: String, beginning: String) {
    self.run = run
    self.name = name
    self.content = content
    self.beginning = beginning
  }
}

extension Ledger {
  /// How the inputs of a source began, as far as that was told, oldest first.
  ///
  /// Only of runs that count, and of none of the date `besides`, which may be made anew.
  package func beginnings(
    pipeline: String, source: String, besides date: String
  ) throws(LedgerFault) -> [LedgerBeginning] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM inputs
          WHERE pipeline = ?1 AND source = ?2 AND beginning IS NOT NULL
            AND run IN (SELECT name FROM runs WHERE state IN ('prepared', 'published')
              AND replaced_by IS NULL AND NOT (pipeline = ?1 AND date = ?3))
          ORDER BY rowid
          """, arguments: [pipeline, source, date]
      ).map { row in
        let content = InputContent(
          length: row["length"], crc32: row["crc32"], head: row["head"], tail: row["tail"])
        return LedgerBeginning(
          run: row["run"], name: row["name"], content: content.id, beginning: row["beginning"])
      }
    }
  }
}
