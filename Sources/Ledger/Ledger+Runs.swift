import GRDB

extension Ledger {
  /// Writes down that a run begins; its state is `intent`.
  package func begin(_ run: LedgerRun) throws(LedgerFault) {
    try write { try insert(run, in: $0) }
  }

  /// Writes down all that a run has staged; from here on it will be published, come what may.
  ///
  package func prepare(
    _ run: String, _ preparation: LedgerPreparation, at time: String
  ) throws(LedgerFault) {
    try write { database in
      try move(run, from: [.intent], to: .prepared, "prepared", time, in: database)
      for partition in preparation.partitions { try insert(partition, in: database) }
      for input in preparation.inputs { try insert(input, in: database) }
      for release in preparation.releases { try insert(release, in: database) }
      for file in preparation.resolved { try note(file, ingestedBy: run, in: database) }
      for file in preparation.deferred { try remember(file, in: database) }
      try fix(preparation.audiences, in: database)
    }
  }

  /// Writes down that all partitions of a run are in their places.
  ///
  /// Those that stood there before are noted as replaced, and so is the run that made them if this
  /// one has made its night anew.
  package func publish(_ run: String, at time: String) throws(LedgerFault) {
    try write { try publish(run, at: time, in: $0) }
  }

  /// Writes down that a run ended without publishing anything.
  package func drop(_ run: String, at time: String) throws(LedgerFault) {
    try write { database in
      try move(run, from: [.intent, .prepared], to: .dropped, "ended", time, in: database)
      // What it had ingested and released counts for nothing.
      for table in ["inputs", "releases"] {
        try database.execute(sql: "DELETE FROM \(table) WHERE run = ?", arguments: [run])
      }
      try database.execute(
        sql: "UPDATE deferred SET ingested_by = NULL WHERE ingested_by = ?", arguments: [run])
    }
  }

  /// Writes down a run that an earlier ledger knew, as published.
  package func adopt(
    _ run: LedgerRun, _ preparation: LedgerPreparation
  ) throws(LedgerFault) {
    try write { database in
      try insert(run, in: database)
      try move(run.name, from: [.intent], to: .prepared, "prepared", run.begun, in: database)
      for partition in preparation.partitions { try insert(partition, in: database) }
      for input in preparation.inputs { try insert(input, in: database) }
      for release in preparation.releases { try insert(release, in: database) }
      try fix(preparation.audiences, in: database)
      try publish(run.name, at: run.begun, in: database)
    }
  }

  /// Writes down whom keys have reached that have reached nobody before.
  private func fix(_ audiences: [String: String], in database: Database) throws {
    for (key, audience) in audiences {
      try database.execute(
        sql: "UPDATE keys SET audience = ? WHERE name = ? AND audience IS NULL",
        arguments: [audience, key])
    }
  }

  /// All runs, oldest first.
  package func runs() throws(LedgerFault) -> [LedgerRun] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM runs ORDER BY begun, rowid").map(
        LedgerRun.init)
    }
  }

  /// The run of that name.
  package func run(named name: String) throws(LedgerFault) -> LedgerRun? {
    try read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM runs WHERE name = ?", arguments: [name])
        .map(LedgerRun.init)
    }
  }

  /// Runs that were cut off, oldest first: neither published nor dropped.
  package func unfinishedRuns() throws(LedgerFault) -> [LedgerRun] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM runs WHERE state IN ('intent', 'prepared') ORDER BY begun, rowid"
      ).map(LedgerRun.init)
    }
  }

  /// The run that made a date's partitions in a folder from raw files and counts, if there is one.
  package func night(
    pipeline: String, date: String, folder: String
  ) throws(LedgerFault) -> LedgerRun? {
    try read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT * FROM runs WHERE (pipeline, date, folder, state) = (?, ?, ?, 'published')
            AND kind <> 'rewrite' AND replaced_by IS NULL ORDER BY rowid DESC
          """, arguments: [pipeline, date, folder]
      ).map(LedgerRun.init)
    }
  }

  /// Writes down that an output folder lies elsewhere now.
  package func moveFolder(
    from old: String, to new: String
  ) throws(LedgerFault) {
    try write { database in
      for table in ["runs", "deletions"] {
        try database.execute(
          sql: "UPDATE \(table) SET folder = ? WHERE folder = ?", arguments: [new, old])
      }
    }
  }

  /// The partitions that a run has made, whatever became of them.
  package func partitions(of run: String) throws(LedgerFault) -> [LedgerPartition] {
    try read { database in
      try partitions("run = ?", [run], in: database)
    }
  }

  /// All partitions that were published and neither replaced nor removed.
  ///
  /// What is `nil` is not asked for; `folder` is the output folder, absolute.
  package func livePartitions(
    folder: String? = nil, output: String? = nil, table: String? = nil, date: String? = nil
  ) throws(LedgerFault) -> [LedgerPartition] {
    try read { database in
      try partitions(
        """
        (?1 IS NULL OR output = ?1) AND (?2 IS NULL OR table_name = ?2) AND (?3 IS NULL OR date = ?3)
        AND replaced_by IS NULL AND removed IS NULL
        AND run IN
          (SELECT name FROM runs WHERE state = 'published' AND (?4 IS NULL OR folder = ?4))
        """, [output, table, date, folder], in: database)
    }
  }

  /// Writes down that a partition was deleted for good.
  package func markRemoved(
    _ partition: LedgerPartition, at time: String
  ) throws(LedgerFault) {
    try write { database in
      try database.execute(
        sql: """
          UPDATE partitions SET removed = ?
          WHERE (run, output, table_name, date) = (?, ?, ?, ?) AND removed IS NULL
          """,
        arguments: [
          time, partition.run, partition.output, partition.table, partition.date,
        ])
    }
  }
}

extension Ledger {
  private func insert(_ run: LedgerRun, in database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO runs (name, kind, pipeline, pipeline_digest, date, folder, state, replaces, begun)
        VALUES (?, ?, ?, ?, ?, ?, 'intent', ?, ?)
        """,
      arguments: [
        run.name, run.kind.rawValue, run.pipeline, run.pipelineDigest, run.date, run.folder,
        run.replaces, run.begun,
      ])
  }

  private func publish(_ run: String, at time: String, in database: Database) throws {
    try move(run, from: [.prepared], to: .published, "ended", time, in: database)
    try database.execute(
      sql: """
        UPDATE runs SET replaced_by = :run
        WHERE name <> :run AND state = 'published' AND replaced_by IS NULL AND kind <> 'rewrite'
          AND (pipeline, date, folder) =
            (SELECT pipeline, date, folder FROM runs WHERE name = :run AND kind <> 'rewrite')
        """, arguments: ["run": run])
    try database.execute(
      sql: """
        UPDATE partitions SET replaced_by = :run
        WHERE run <> :run AND replaced_by IS NULL AND removed IS NULL
          AND (output, table_name, date) IN
            (SELECT output, table_name, date FROM partitions WHERE run = :run)
          AND run IN (SELECT name FROM runs WHERE state = 'published' AND folder =
            (SELECT folder FROM runs WHERE name = :run))
        """, arguments: ["run": run])
  }

  private func move(
    _ run: String, from states: [LedgerRun.State], to state: LedgerRun.State, _ column: String,
    _ time: String, in database: Database
  ) throws {
    let allowed = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    try database.execute(
      sql: "UPDATE runs SET state = ?, \(column) = ? WHERE name = ? AND state IN (\(allowed))",
      arguments: [state.rawValue, time, run])
    guard database.changesCount == 1 else {
      throw LedgerFault(
        .contradiction("run '\(run)' cannot become '\(state.rawValue)'"), path)
    }
  }

  private func insert(_ partition: LedgerPartition, in database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO partitions
          (run, output, table_name, date, path, staged, delete_after, share_published, earliest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        partition.run, partition.output, partition.table, partition.date, partition.path,
        partition.staged, partition.deleteAfter, partition.sharePublished, partition.earliest,
      ])
    for file in partition.files {
      try database.execute(
        sql: "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          partition.run, partition.output, partition.table, partition.date, file.name, file.sha256,
          file.byteCount, file.rowCount,
        ])
    }
  }

  private func partitions(
    _ condition: String, _ arguments: StatementArguments, in database: Database
  ) throws -> [LedgerPartition] {
    try Row.fetchAll(
      database,
      sql: "SELECT * FROM partitions WHERE \(condition) ORDER BY output, table_name, date, rowid",
      arguments: arguments
    ).map { row in
      var partition = LedgerPartition(row)
      partition.files = try Row.fetchAll(
        database,
        sql: """
          SELECT name, sha256, bytes, rows FROM files
          WHERE (run, output, table_name, date) = (?, ?, ?, ?) ORDER BY name
          """,
        arguments: [partition.run, partition.output, partition.table, partition.date]
      ).map {
        LedgerPartition.File(
          name: $0["name"], sha256: $0["sha256"], byteCount: $0["bytes"], rowCount: $0["rows"])
      }
      return partition
    }
  }
}

extension LedgerRun {
  init(_ row: Row) throws {
    self.init(
      name: row["name"], kind: try row.word("kind"), pipeline: row["pipeline"],
      pipelineDigest: row["pipeline_digest"], date: row["date"], folder: row["folder"],
      replaces: row["replaces"], begun: row["begun"])
    state = try row.word("state")
    replacedBy = row["replaced_by"]
    prepared = row["prepared"]
    ended = row["ended"]
  }
}

extension LedgerPartition {
  fileprivate init(_ row: Row) {
    self.init(
      run: row["run"], output: row["output"], table: row["table_name"], date: row["date"],
      path: row["path"], staged: row["staged"], deleteAfter: row["delete_after"],
      sharePublished: row["share_published"], files: [])
    earliest = row["earliest"]
    replacedBy = row["replaced_by"]
    removed = row["removed"]
  }
}
