import Records

// Types are stated wherever a reader would guess: `01067` is a text and `NA` is no null. The
// commands are run from the table's folder.

extension AnalystReadme {
  /// Returns how to read the table in DuckDB, pandas and R.
  static func reading(_ table: TableDescription) -> String {
    let kind = FileKind(table.format, table.compression)
    let suffix = kind.compression.map { ".\($0)" } ?? ""
    let files = "data/*/part-*.\(kind.format.rawValue)\(suffix)"
    let columns = table.columns.map(\.column)
    var text = "## How to read it\n\nIn this folder; `dt` is the partition's date.\n"
    text += block("sql", "DuckDB", duckDB(files, table.format, columns))
    text += block("python", "pandas", pandas(files, table.format, columns))
    text += block("r", "R", r(files, kind, columns))
    if table.format == .csv {
      text +=
        "\nAn empty field is null, or an empty text. A text that begins with `=`, `+`, `-`, `@`, a "
        + "tab or a carriage return has an apostrophe in front, so that no spreadsheet runs it as a "
        + "formula.\n"
    }
    if table.format != .parquet, kind.compression == "zst" {
      text += "\npandas needs the package `zstandard`, R the program `zstdcat`.\n"
    }
    if columns.contains(where: { $0.type.form == .timestamp }) {
      text +=
        "\nTimes are in \(table.timezone)\(table.format == .parquet ? " when written, in UTC in the files" : ", with their offset").\n"
    }
    return text
  }

  private static func block(_ language: String, _ name: String, _ lines: [String]) -> String {
    "\n\(name):\n\n```\(language)\n" + lines.joined(separator: "\n") + "\n```\n"
  }

  private static func duckDB(
    _ files: String, _ format: OutputFormat, _ columns: [TableColumn]
  ) -> [String] {
    if format == .parquet {
      return ["SELECT * FROM read_parquet('\(files)', hive_partitioning = true);"]
    }
    let types = columns.map { "'\($0.name)': '\($0.type.form.duckDBType)'" }
    let list = "{\(types.joined(separator: ", "))}"
    if format == .csv {
      return [
        "SELECT * FROM read_csv('\(files)',",
        "  header = true, delim = ',', quote = '\"', escape = '\"', hive_partitioning = true,",
        "  types = \(list));",
      ]
    }
    return [
      "SELECT * FROM read_json('\(files)',",
      "  format = 'newline_delimited', hive_partitioning = true,",
      "  columns = \(list));",
    ]
  }

  private static func pandas(
    _ files: String, _ format: OutputFormat, _ columns: [TableColumn]
  ) -> [String] {
    if format == .parquet {
      return ["import pandas", "table = pandas.read_parquet(\"data\")"]
    }
    let types = columns.compactMap { column in
      column.type.form.pandasType.map { "\"\(column.name)\": \"\($0)\"" }
    }
    let list = "{\(types.joined(separator: ", "))}"
    let read =
      format == .csv
      ? "pandas.read_csv(f, keep_default_na=False, na_values=[\"\"], dtype=types)"
      : "pandas.read_json(f, lines=True, dtype=False)"
    var lines = [
      "import glob, pandas",
      "types = \(list)",
      "files = sorted(glob.glob(\"\(files)\"))",
      "table = pandas.concat([\(read).assign(dt=f.split(\"dt=\")[1][:10]) for f in files])",
    ]
    if format == .ndjson { lines.append("table = table.astype(types)") }
    for column in columns {
      switch column.type.form {
      case .timestamp:
        lines.append(
          "table[\"\(column.name)\"] = "
            + "pandas.to_datetime(table[\"\(column.name)\"], format=\"ISO8601\", utc=True)")
      case .date:
        lines.append(
          "table[\"\(column.name)\"] = pandas.to_datetime(table[\"\(column.name)\"])")
      default: continue
      }
    }
    return lines
  }

  private static func r(
    _ files: String, _ kind: FileKind, _ columns: [TableColumn]
  ) -> [String] {
    if kind.format == .parquet {
      return ["table <- dplyr::collect(arrow::open_dataset(\"data\"))"]
    }
    let isZstd = kind.compression == "zst"
    let connection = isZstd ? "pipe(paste(\"zstdcat\", shQuote(f)))" : "gzfile(f)"
    if kind.format == .ndjson {
      return [
        "files <- Sys.glob(\"\(files)\")",
        "table <- jsonlite::rbind_pages(lapply(files, function(f)",
        "  jsonlite::stream_in(\(connection), verbose = FALSE)))",
      ]
    }
    let classes = columns.map { "\"\($0.name)\" = \"\($0.type.form.rClass)\"" }
    return [
      "files <- Sys.glob(\"\(files)\")",
      "classes <- c(\(classes.joined(separator: ", ")))",
      "table <- do.call(rbind, lapply(files, function(f)",
      "  read.csv(\(connection), colClasses = classes, na.strings = \"\", check.names = FALSE,",
      "    encoding = \"UTF-8\")))",
    ]
  }
}

extension ValueForm {
  fileprivate var duckDBType: String {
    switch self {
    case .text, .token: "VARCHAR"
    case .integer: "BIGINT"
    case .decimal(let scale, _): "DECIMAL(38, \(scale))"
    case .boolean: "BOOLEAN"
    case .date: "DATE"
    case .timestamp: "TIMESTAMPTZ"
    }
  }

  /// The nullable type, or `nil` where pandas needs none or converts afterwards.
  fileprivate var pandasType: String? {
    switch self {
    case .text, .token, .date, .timestamp: "string"
    case .integer: "Int64"
    case .boolean: "boolean"
    case .decimal: nil
    }
  }

  fileprivate var rClass: String {
    switch self {
    case .text, .token, .timestamp: "character"
    case .integer, .decimal: "numeric"
    case .boolean: "logical"
    case .date: "Date"
    }
  }
}
