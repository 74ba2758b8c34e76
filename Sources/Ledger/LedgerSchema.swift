import GRDB

/// The tables, as a row of migrations; one that was released never changes.
///
/// A migration is added at the end and carries a name that says what it brings. GRDB remembers
/// which have run; a ledger that knows more of them than the program is refused.
enum LedgerSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 runs, inputs, keys, releases, deletions, tombstones") {
      try $0.execute(sql: first)
    }
    migrator.registerMigration("2 earliest event of a partition") {
      try $0.execute(sql: "ALTER TABLE partitions ADD COLUMN earliest TEXT")
    }
    migrator.registerMigration("3 audience of a key") {
      try $0.execute(sql: "ALTER TABLE keys ADD COLUMN audience TEXT")
    }
    migrator.registerMigration("4 who ingested a deferred file") {
      try $0.execute(sql: "ALTER TABLE deferred ADD COLUMN ingested_by TEXT REFERENCES runs(name)")
    }
    migrator.registerMigration("5 folder of a deletion") {
      try $0.execute(sql: "ALTER TABLE deletions ADD COLUMN folder TEXT")
    }
    return migrator
  }

  /// The columns of all tables, as the last migration leaves them.
  static let columns: KeyValuePairs = [
    "facts": "name, value",
    "runs":
      "name, kind, pipeline, pipeline_digest, date, folder, state, replaces, "
      + "replaced_by, begun, prepared, ended",
    "partitions":
      "run, output, table_name, date, path, staged, delete_after, share_published, "
      + "replaced_by, removed, earliest",
    "files": "run, output, table_name, date, name, sha256, bytes, rows",
    "inputs":
      "run, pipeline, source, length, crc32, head, tail, name, sha256, bytes, records, "
      + "beginning",
    "deferred": "pipeline, source, name, prefix_length, prefix, first_seen, ingested_by",
    "keys": "name, rotation, timezone, audience",
    "epochs": "key, epoch, check_value, created, destroyed",
    "releases": "audience, input, definition_digest, definition, output, table_name, run, kind",
    "deletions": "id, kind, subject, reason, command, state, intended, done, folder",
    "tombstones": "key, epoch, token, date",
  ]

  /// Refuses a ledger whose schema was damaged: a check of its pages does not see that a column has
  /// another name, and whoever reads it by its own could not go on.
  static func check(_ database: Database) throws {
    for (table, columns) in columns {
      _ = try database.makeStatement(sql: "SELECT \(columns) FROM \(table)")
    }
  }

  /// STRICT, because SQLite would else store what it is given, of whatever type.
  private static let first = """
    CREATE TABLE facts (
      name TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;

    CREATE TABLE runs (
      name TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('night', 'rewrite', 'adopted')),
      pipeline TEXT NOT NULL,
      pipeline_digest TEXT NOT NULL,
      date TEXT NOT NULL,
      folder TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('intent', 'prepared', 'published', 'dropped')),
      replaces INTEGER NOT NULL DEFAULT 0,
      replaced_by TEXT REFERENCES runs(name),
      begun TEXT NOT NULL,
      prepared TEXT,
      ended TEXT
    ) STRICT;
    CREATE INDEX runs_by_date ON runs (pipeline, date);

    CREATE TABLE partitions (
      run TEXT NOT NULL REFERENCES runs(name),
      output TEXT NOT NULL,
      table_name TEXT NOT NULL,
      date TEXT NOT NULL,
      path TEXT NOT NULL,
      staged TEXT NOT NULL,
      delete_after TEXT,
      share_published INTEGER,
      replaced_by TEXT REFERENCES runs(name),
      removed TEXT,
      PRIMARY KEY (run, output, table_name, date)
    ) STRICT;
    CREATE INDEX partitions_by_table ON partitions (output, table_name, date);

    CREATE TABLE files (
      run TEXT NOT NULL,
      output TEXT NOT NULL,
      table_name TEXT NOT NULL,
      date TEXT NOT NULL,
      name TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      PRIMARY KEY (run, output, table_name, date, name),
      FOREIGN KEY (run, output, table_name, date)
        REFERENCES partitions (run, output, table_name, date)
    ) STRICT;

    CREATE TABLE inputs (
      run TEXT NOT NULL REFERENCES runs(name),
      pipeline TEXT NOT NULL,
      source TEXT NOT NULL,
      length INTEGER NOT NULL,
      crc32 INTEGER NOT NULL,
      head TEXT NOT NULL,
      tail TEXT NOT NULL,
      name TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      records INTEGER NOT NULL,
      beginning TEXT,
      PRIMARY KEY (run, source, length, crc32, head, tail)
    ) STRICT;
    CREATE INDEX inputs_by_head ON inputs (pipeline, source, head);

    CREATE TABLE deferred (
      pipeline TEXT NOT NULL,
      source TEXT NOT NULL,
      name TEXT NOT NULL,
      prefix_length INTEGER NOT NULL,
      prefix TEXT NOT NULL,
      first_seen TEXT NOT NULL,
      PRIMARY KEY (pipeline, source, name)
    ) STRICT;

    CREATE TABLE keys (
      name TEXT NOT NULL PRIMARY KEY,
      rotation TEXT NOT NULL,
      timezone TEXT NOT NULL
    ) STRICT;

    CREATE TABLE epochs (
      key TEXT NOT NULL REFERENCES keys(name),
      epoch TEXT NOT NULL,
      check_value TEXT NOT NULL,
      created TEXT NOT NULL,
      destroyed TEXT,
      PRIMARY KEY (key, epoch)
    ) STRICT;

    CREATE TABLE releases (
      audience TEXT NOT NULL,
      input TEXT NOT NULL,
      definition_digest TEXT NOT NULL,
      definition TEXT NOT NULL,
      output TEXT NOT NULL,
      table_name TEXT NOT NULL,
      run TEXT NOT NULL REFERENCES runs(name),
      kind TEXT NOT NULL CHECK (kind IN ('row', 'group', 'person')),
      PRIMARY KEY (audience, input, output, table_name, run)
    ) STRICT;

    CREATE TABLE deletions (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('partition', 'raw', 'key', 'person')),
      subject TEXT NOT NULL,
      reason TEXT NOT NULL,
      command TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('intended', 'done')),
      intended TEXT NOT NULL,
      done TEXT
    ) STRICT;

    CREATE TABLE tombstones (
      key TEXT NOT NULL,
      epoch TEXT NOT NULL,
      token BLOB NOT NULL CHECK (length(token) = 16),
      date TEXT NOT NULL,
      PRIMARY KEY (key, epoch, token)
    ) STRICT, WITHOUT ROWID;
    """
}
