import GRDB

extension Ledger {
  /// The inputs of a source that begin with this content and that a run has ingested.
  ///
  /// Only runs that count, prepared or published and not made anew by another one, and only of
  /// other dates than `date`: a date that is run again reads its inputs again.
  package func ingested(
    pipeline: String, source: String, head: String, besides date: String? = nil
  ) throws(LedgerFault) -> [LedgerInput] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM inputs WHERE pipeline = ?1 AND source = ?2 AND head = ?3
            AND run IN (SELECT name FROM runs WHERE state IN ('prepared', 'published')
              AND replaced_by IS NULL AND (?4 IS NULL OR date <> ?4))
          ORDER BY rowid
          """, arguments: [pipeline, source, head, date]
      ).map(LedgerInput.init)
    }
  }

  /// The inputs that a run has ingested, in its order.
  package func inputs(of run: String) throws(LedgerFault) -> [LedgerInput] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM inputs WHERE run = ? ORDER BY rowid", arguments: [run]
      ).map(LedgerInput.init)
    }
  }

  /// Every input that this content was ingested as, by any pipeline.
  package func inputs(
    with content: InputContent
  ) throws(LedgerFault) -> [LedgerInput] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM inputs WHERE (length, crc32, head, tail) = (?, ?, ?, ?) ORDER BY rowid
          """, arguments: [content.length, content.crc32, content.head, content.tail]
      ).map(LedgerInput.init)
    }
  }

  /// The files of a pipeline that were unfinished and that a run of `date` is to ingest: those that
  /// none has ingested since, and those that a run of that date has, which is made anew.
  package func deferredFiles(
    pipeline: String, date: String
  ) throws(LedgerFault) -> [DeferredFile] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM deferred WHERE pipeline = ?1
            AND (ingested_by IS NULL OR ingested_by IN
              (SELECT name FROM runs WHERE pipeline = ?1 AND date = ?2))
          ORDER BY source, name
          """, arguments: [pipeline, date]
      ).map(DeferredFile.init)
    }
  }

  func note(_ file: DeferredFile, ingestedBy run: String, in database: Database) throws {
    try database.execute(
      sql: "UPDATE deferred SET ingested_by = ? WHERE (pipeline, source, name) = (?, ?, ?)",
      arguments: [run, file.pipeline, file.source, file.name])
  }

  /// A content that a run has read twice, such as an empty file, stands once.
  func insert(_ input: LedgerInput, in database: Database) throws {
    try database.execute(
      sql: "INSERT OR IGNORE INTO inputs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        input.run, input.pipeline, input.source, input.content.length, input.content.crc32,
        input.content.head, input.content.tail, input.name, input.sha256, input.byteCount,
        input.recordCount, input.beginning,
      ])
  }

  func remember(_ file: DeferredFile, in database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO deferred VALUES (?, ?, ?, ?, ?, ?, NULL)",
      arguments: [
        file.pipeline, file.source, file.name, file.prefixLength, file.prefix, file.firstSeen,
      ])
  }
}

extension LedgerInput {
  fileprivate init(_ row: Row) {
    self.init(
      run: row["run"], pipeline: row["pipeline"], source: row["source"],
      content: InputContent(
        length: row["length"], crc32: row["crc32"], head: row["head"], tail: row["tail"]),
      name: row["name"], sha256: row["sha256"], byteCount: row["bytes"],
      recordCount: row["records"], beginning: row["beginning"])
  }
}

extension DeferredFile {
  fileprivate init(_ row: Row) {
    self.init(
      pipeline: row["pipeline"], source: row["source"], name: row["name"],
      prefixLength: row["prefix_length"], prefix: row["prefix"], firstSeen: row["first_seen"])
  }
}
