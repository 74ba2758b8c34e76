package import Records

/// The page beside a table for the person who works with it: what it is, until when, how to read it.
package enum AnalystReadme {
  /// Returns the page in Markdown.
  package static func text(
    for table: TableDescription, partitions: [Partition]
  ) -> String {
    var text = "# \(table.table)\n\n"
    text += "One row is \(table.grain). For \(table.audience), from \(table.controller).\n\n"
    if table.isReplay {
      text += "**Made from synthetic data with the public replay key.**\n\n"
    }
    if table.isPersonal {
      text +=
        "**This is pseudonymous personal data.** A token stands for a person whom the shop can still "
        + "find. Do not try to find out who it is, do not join it with other data about persons, and "
        + "do not pass it on.\n\n"
    }
    text += "## Columns\n\n| column | type | what was done | for |\n|---|---|---|---|\n"
    for column in table.columns {
      var meaning = column.treatment
      if let about = column.about { meaning = "\(about) (\(meaning))" }
      if let unit = column.unit { meaning += ", in \(unit)" }
      text +=
        "| \(cell(column.column.name)) | \(column.column.type.form.tableSchemaType) | "
        + "\(cell(meaning)) | \(column.purposes.joined(separator: ", ")) |\n"
    }
    text += "\n## What it may be used for\n\n"
    for purpose in table.purposes {
      text += "- **\(purpose.name)**: \(purpose.why). Legal basis: \(purpose.basis).\n"
    }
    text +=
      "\n## Until when\n\nEach partition must be gone after its date (\(table.retention)).\n\n"
    text += "| partition | rows | delete after |\n|---|---:|---|\n"
    for partition in partitions {
      let rows = partition.files.reduce(0) { $0 + $1.rows }
      text += "| \(partition.date) | \(rows) | \(partition.deleteAfter ?? "no rows") |\n"
    }
    text += "\n## What was removed\n\n"
    text +=
      "Every field of the raw data that the table above does not name was dropped before it was read. "
      + "Values that could not be read, or that looked like an identifier, are empty."
    if let protection = table.protection { text += " Persons a row: \(protection)." }
    text += " Times are in \(table.timezone).\n\n"
    text += "## How to read it\n\n" + reading(table) + "\n"
    text += "## Questions\n\n\(table.contact)"
    if let officer = table.officer { text += "; data protection officer: \(officer)" }
    return text + "\n"
  }

  /// A text inside a Markdown table.
  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
      .split(separator: "\n").joined(separator: " ")
  }

  private static func reading(_ table: TableDescription) -> String {
    let name = TableEncoder.fileName(
      part: 0, format: table.format, compression: table.compression)
    let files = "data/*/\(name)"
    var lines: [String] = []
    switch table.format {
    case .csv:
      // Codes with zeros in front are texts: 01 is not 1.
      let texts = table.columns.filter { $0.column.type.form == .text }.map(\.column.name)
      let duck = texts.map { "'\($0)': 'VARCHAR'" }.joined(separator: ", ")
      let pandas = texts.map { "\"\($0)\": str" }.joined(separator: ", ")
      let r = texts.map { "\($0) = \"character\"" }.joined(separator: ", ")
      lines = [
        "-- DuckDB", "SELECT * FROM read_csv('\(files)', types = {\(duck)});",
        "# pandas",
        "pandas.concat(pandas.read_csv(f, dtype={\(pandas)}) for f in glob.glob(\"\(files)\"))",
        "# R",
        "do.call(rbind, lapply(Sys.glob(\"\(files)\"), read.csv, colClasses = c(\(r))))",
      ]
    case .ndjson:
      lines = [
        "-- DuckDB", "SELECT * FROM read_ndjson('\(files)');",
        "# pandas",
        "pandas.concat(pandas.read_json(f, lines=True) for f in glob.glob(\"\(files)\"))",
        "# R",
        "do.call(rbind, lapply(Sys.glob(\"\(files)\"), function(f) "
          + "jsonlite::stream_in(file(f))))",
      ]
    case .parquet:
      lines = [
        "-- DuckDB", "SELECT * FROM read_parquet('\(files)');",
        "# pandas", "pandas.read_parquet(\"data\")",
        "# R", "arrow::open_dataset(\"data\")",
      ]
    }
    return "```\n" + lines.joined(separator: "\n") + "\n```\n"
  }
}
