import Emit
import Foundation
import ParquetSupport
import Records
import Support
import Testing

@Suite struct AnalystReadmeTests {
  @Test func tellsWhatItIs() {
    let text = AnalystReadme.text(
      for: .example(), partitions: [.example("2026-05-01"), .example("2026-05-02", rows: 0)])
    for line in [
      "# regions",
      "One row is one record of source 'orders'. For finance, from Example \\| Shop; about customers.",
      "| region | text | where it went | prefix: 2 | revenue |",
      "| visitor | pseudonym |  | pseudonym: visitor | revenue |",
      "| revenue | decimal, 2 places | in EUR | round: 1 | revenue |",
      "- **revenue**: plan \\<the\\> week. Legal basis: legitimate_interest (LIA-1).",
      "| 2026-05-01 | 3 | 93 % | 2026-07-30 |", "| 2026-05-02 | 0 | 93 % | no rows |",
      "Ask privacy@shop.example; the data protection officer is officer@shop.example.",
      "Times are in Europe/Berlin, with their offset.",
    ] {
      #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)")
    }
    #expect(text.contains("**This is pseudonymous personal data**"))
    #expect(!text.contains("replay key"))
  }

  @Test func callsOnlyPersonalDataPersonal() {
    let text = AnalystReadme.text(
      for: .example(isPersonal: false, protection: "at least 10 distinct buyer"), partitions: [])
    #expect(!text.contains("personal data"))
    #expect(text.contains("Small cells: at least 10 distinct buyer."))
  }

  @Test func warnsOfTheReplayKey() {
    let text = AnalystReadme.text(for: .example(isReplay: true), partitions: [])
    #expect(text.contains("**Made with the public replay key, from synthetic data.**"))
  }

  @Test func listsTheNewestPartitions() {
    let dates = (0..<40).map { CivilDate(days: 20_574 + $0).description }
    let text = AnalystReadme.text(for: .example(), partitions: dates.map { .example($0) })
    #expect(
      text == AnalystReadme.text(for: .example(), partitions: dates.reversed().map { .example($0) })
    )
    #expect(text.contains("| \(dates[39]) | 3 |"))
    #expect(!text.contains("| \(dates[8]) | 3 |"))
    #expect(text.contains("The older ones stand in `datapackage.json`."))
  }

  @Test(arguments: [
    (OutputFormat.csv, OutputCompression.none, "data/*/part-*.csv'"),
    (.csv, .small, "data/*/part-*.csv.gz'"), (.ndjson, .zstd, "data/*/part-*.ndjson.zst'"),
    (.parquet, .zstd, "data/*/part-*.parquet'"),
  ])
  func namesItsFiles(_ format: OutputFormat, _ compression: OutputCompression, _ files: String) {
    let text = AnalystReadme.text(for: .example(format, compression), partitions: [])
    #expect(text.contains(files))
    #expect(text.contains("zstdcat") == (format != .parquet && compression == .zstd))
    #expect(text.contains("apostrophe") == (format == .csv))
  }

  @Test func freeTextCannotBreakTheTable() {
    var table = TableDescription.example()
    table.columns[0].about = "one | two\nthree `four` <b>"
    let text = AnalystReadme.text(for: table, partitions: [])
    #expect(text.contains("one \\| two three \\`four\\` \\<b\\>"))
  }

  // MARK: - The commands of the page

  /// Returns the lines of the page's block in `language`.
  private func block(_ language: String, of text: String) throws -> String {
    let parts = text.components(separatedBy: "```\(language)\n")
    try #require(parts.count == 2)
    return parts[1].components(separatedBy: "```")[0]
  }

  /// Writes two partitions of a table of all forms into a folder as a run would.
  private func write(_ table: TableDescription, to folder: URL) throws {
    let columns = table.columns.map(\.column)
    let hour: Int64 = 1_792_886_400_000_000
    let null = Values.nullNumber
    let values: [Values] = [
      .number([hour, hour + 3_600_000_000, null]), .number([20_574, null, -1]),
      CellCase.texts(["01", "NA", nil]),
      .identity(IdentityCells(fingerprints: [1, 2, 0], tokens: [1, 2, 0])),
      .number([1 << 53, null, -3]), .number([1250, null, -5]),
      .number([12_500_000, null, 1]), .number([1, 0, null]),
    ]
    let batch = zip(columns, values).map { Column(type: $0.type, values: $1) }
    let name = TableEncoder.fileName(
      part: 0, format: table.format, compression: table.compression)
    for date in ["2026-05-01", "2026-05-02"] {
      let data = folder.appendingPathComponent("data/dt=\(date)")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      // The second night is empty.
      let rows: [UInt32] = date == "2026-05-01" ? [0, 1, 2] : []
      var bytes: [UInt8]
      if table.format == .parquet {
        let encoder = ParquetEncoder(
          columns: columns, compression: table.compression, isReplay: false)
        let group = encoder.encode([
          ParquetEncoder.Rows(columns: batch, rows: rows, rowCount: rows.count)
        ])
        bytes = encoder.opening() + group.bytes
        bytes += encoder.closing(rows.isEmpty ? [] : [group.summary], keyValues: [])
      } else {
        var encoder = TableEncoder(
          columns: columns, format: table.format, compression: table.compression,
          zone: try #require(Zone(named: table.timezone)), isReplay: false)
        bytes = encoder.opening() + encoder.encode(batch, rows: rows, rowCount: 3).bytes
      }
      try Data(bytes).write(to: data.appendingPathComponent(name))
      try Data().write(to: data.appendingPathComponent("_SUCCESS"))
    }
  }

  private func run(_ script: String, in folder: URL) throws -> String {
    let ending = try Program.run(Tools.python, ["-c", script], in: folder)
    return ending.output + ending.errors
  }

  @Test(
    .enabled(if: Tools.runPython, "no .build/venv with pyarrow, duckdb and pandas"),
    arguments: [
      (OutputFormat.csv, OutputCompression.none), (.csv, .gzip), (.csv, .zstd),
      (.ndjson, .gzip), (.ndjson, .zstd), (.parquet, .zstd),
    ])
  func itsCommandsReadTheTable(_ format: OutputFormat, _ compression: OutputCompression) throws {
    let scratch = try Scratch()
    let folder = scratch.folder
    let table = TableDescription.example(format, compression)
    try write(table, to: folder)
    let page = AnalystReadme.text(for: table, partitions: [])
    let sql = try block("sql", of: page)
    let found = try run(
      """
      import duckdb
      duckdb.sql("SET TimeZone = 'UTC'")
      duckdb.sql('''CREATE TABLE t AS \(sql)''')
      for row in duckdb.sql("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM t").fetchall(): print(*row)
      """, in: folder)
    let tokens = [1, 2].map { "t" + slowBase32($0) }
    #expect(
      found == """
        2026-10-25 00:00:00+00 2026-05-01 01 \(tokens[0]) 9007199254740992 12.50 \
        12.500000 true 2026-05-01
        2026-10-25 01:00:00+00 None NA \(tokens[1]) None None None false 2026-05-01
        None 1969-12-31 None None -3 -0.05 0.000001 None 2026-05-01

        """)
    if compression == .zstd, format != .parquet { return }
    let pandas = try run(
      try block("python", of: page)
        + """
        for column in ["hour", "day", "region", "visitor", "lines", "revenue", "is-new"]:
          print(column, *("-" if pandas.isna(c) else c for c in table[column]))
        """, in: folder)
    #expect(
      pandas == """
        hour 2026-10-25 00:00:00+00:00 2026-10-25 01:00:00+00:00 -
        day \(format == .parquet ? "2026-05-01 - 1969-12-31" : "2026-05-01 00:00:00 - 1969-12-31 00:00:00")
        region 01 NA -
        visitor \(tokens[0]) \(tokens[1]) -
        lines \(format == .parquet ? "9007199254740992.0 - -3.0" : "9007199254740992 - -3")
        revenue \(format == .parquet ? "12.50" : "12.5") - -0.05
        is-new True False -

        """)
  }
}
