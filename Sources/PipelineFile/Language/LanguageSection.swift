/// One section of the pipeline language: its keys, and what each means.
///
/// The binder refuses keys that are not in this table, messages tell from it where a misplaced key
/// belongs, and the reference page is made from it.
struct LanguageSection: Sendable {
  struct Key: Sendable {
    var name: String
    var isRequired: Bool
    /// What may stand behind the colon, and what it means.
    var about: String

    init(_ name: String, _ about: String, required: Bool = false) {
      self.name = name
      isRequired = required
      self.about = about
    }
  }

  /// Where the section stands: `outputs.<name>`.
  var path: String
  var keys: [Key]

  var names: [String] { keys.map(\.name) }

  /// All sections, in the order of the reference page.
  static let all = [
    top, controller, retention, purpose, key, source, read, clock, consent, objection, raw, field,
    from, derived, aggregate, measure, protection, output, test, givenRows,
  ]

  static let top = LanguageSection(
    path: "",
    keys: [
      Key("sparsam", "the version of the language: 1", required: true),
      Key("name", "the pipeline's name, a slug `[a-z][a-z0-9-]*`", required: true),
      Key("shop", "a slug; part of every key's derivation and never to be changed", required: true),
      Key("controller", "who answers for the data", required: true),
      Key("timezone", "an IANA name; how local times are read and where a day ends; default UTC"),
      Key("retention", "deletion classes by name", required: true),
      Key("purposes", "what the data is for, by name", required: true),
      Key("keys", "the names of the keys under which pseudonyms are made"),
      Key("sources", "the raw files, by name", required: true),
      Key("aggregates", "tables of cells or persons, by name"),
      Key("outputs", "who gets which tables, by name", required: true),
      Key("tests", "a list of examples that must hold"),
    ])

  static let controller = LanguageSection(
    path: "controller",
    keys: [
      Key("name", "the controller's name", required: true),
      Key("contact", "where to ask", required: true),
      Key("officer", "the data protection officer"),
    ])

  static let retention = LanguageSection(
    path: "retention.<class>",
    keys: [
      Key(
        "starts", "what starts the clock: `event` or `year_end` (of the event's year)",
        required: true),
      Key("keep", "how long it runs: `<n>d`, `w`, `mo` or `y`", required: true),
    ])

  static let purpose = LanguageSection(
    path: "purposes.<name>",
    keys: [
      Key("why", "the purpose in a sentence", required: true),
      Key(
        "basis",
        "`consent`, `contract`, `legal_obligation`, `vital_interest`, `public_task` or "
          + "`legitimate_interest`", required: true),
      Key("law", "the law; needed by `legal_obligation`"),
      Key("assessment", "the balancing of interests; needed by `legitimate_interest`"),
      Key("retention", "a class of the section `retention`", required: true),
    ])

  static let key = LanguageSection(
    path: "keys.<name>",
    keys: [
      Key("rotate", "`never`, `day`, `week`, `month`, `quarter` or `year`", required: true),
      Key(
        "keep",
        "how long the secret stays after its epoch; default the longest retention of its tables"),
    ])

  static let source = LanguageSection(
    path: "sources.<name>",
    keys: [
      Key("holds", "`master`, `purchase` or `tracking`", required: true),
      Key("read", "which files, and how they are read", required: true),
      Key(
        "clock", "the raw field that says when it happened, `{from, format}`, or `run`",
        required: true),
      Key("fields", "the columns that may leave, by name", required: true),
      Key("derive", "columns that are computed, by name"),
      Key("consent", "where the consent stands; demanded by the basis `consent`"),
      Key("objections", "lists of persons whose records lose the columns of some purposes"),
      Key("where", "raw fields and the values with which a record enters"),
      Key("each", "the nested array of which every element is a record (NDJSON)"),
      Key(
        "delivers",
        "CSV, NDJSON: `increments` (default), each record once, or `snapshots`, full exports of which "
          + "only records of the run's date enter"),
      Key("window", "how far before the run's date an event may lie; default `7d`"),
      Key("persons", "whose data it is; default customers"),
      Key("raw", "how long the raw files may lie there: `{keep: 7d}`"),
      Key("necessary", "why tracking with a cookie needs no consent"),
    ])

  static let read = LanguageSection(
    path: "sources.<name>.read",
    keys: [
      Key("format", "`access_log`, `csv` or `ndjson`", required: true),
      Key(
        "layout",
        "of an access log: `common`, `combined` (default) or `vhost_combined`"),
      Key(
        "files",
        "a pattern below the input folder; `{date}` or `{date:<pattern>}` is the run's date; `\"-\"` "
          + "is standard input", required: true),
      Key("missing", "`ok` where no file is no error"),
      Key("damaged", "`stop` (default) or `skip` a broken archive"),
      Key("max_bad_records", "a share (`0.1%`) or a number; default `1%`"),
      Key("delimiter", "CSV: default `,`; `tab` for TSV"),
      Key("quote", "CSV: default `\"`; `none` where fields stand in no quotes (Snowplow's TSV)"),
      Key("decimal", "CSV: `.` (default) or `,`"),
      Key("thousands", "CSV: the sign between thousands; default none"),
      Key("encoding", "CSV: `utf-8` (default), `windows-1252` or `iso-8859-1`"),
      Key("header", "CSV: `true` (default), or the list of names where the file has none"),
      Key("null", "CSV: texts that mean nothing; default `[\"\"]`"),
      Key("trim", "CSV: `true` takes blanks off the ends of values"),
    ])

  static let clock = LanguageSection(
    path: "sources.<name>.clock",
    keys: [
      Key("from", "a raw field", required: true),
      Key("format", "how its times are written"),
    ])

  static let consent = LanguageSection(
    path: "sources.<name>.consent",
    keys: [
      Key("field", "a raw field", required: true),
      Key("equals", "the text that means yes", required: true),
    ])

  static let objection = LanguageSection(
    path: "sources.<name>.objections",
    keys: [
      Key("files", "a pattern below the input folder, as in `read`", required: true),
      Key("type", "what the list holds: a direct identifier such as `email`", required: true),
      Key("purposes", "one purpose or several that the persons object to", required: true),
      Key("field", "the raw field to compare; default all that a column reads as this type"),
      Key("column", "the list is a CSV file with a header, and this its column"),
      Key("delimiter", "of a list with `column`: default `,`; `tab` for TSV"),
      Key("missing", "`ok` where no list is no error"),
    ])

  static let raw = LanguageSection(
    path: "sources.<name>.raw",
    keys: [Key("keep", "a span of time", required: true)])

  static let field = LanguageSection(
    path: "sources.<name>.fields.<column>",
    keys: [
      Key("from", "a raw path, `{first: [...]}` or `{all: [...]}`; default the column's name"),
      Key("type", "what the values mean; mandatory for CSV and NDJSON"),
      Key("format", "how times and dates are written; default ISO 8601"),
      Key("treat", "one treatment, or a list in the order of application"),
      Key("for", "one purpose or several", required: true),
      Key("scale", "places of a `decimal`, at most 9; default 6"),
      Key("distinct", "how many distinct values a `text` may hold; default 1000"),
      Key("unit", "documentation: the unit of the values"),
      Key("about", "documentation: what the column means"),
    ])

  static let from = LanguageSection(
    path: "sources.<name>.fields.<column>.from",
    keys: [
      Key("first", "raw paths; the first that is neither missing nor empty"),
      Key("all", "raw paths; all of them, unambiguously joined"),
    ])

  static let derived = LanguageSection(
    path: "sources.<name>.derive.<column>",
    keys: [
      Key("is", "an expression", required: true),
      Key("for", "one purpose or several; mandatory where raw paths are named"),
      Key("scale", "places of the result; rounds half to even"),
    ])

  static let aggregate = LanguageSection(
    path: "aggregates.<table>",
    keys: [
      Key("from", "a source", required: true),
      Key("where", "columns and the values with which a row enters"),
      Key("group", "columns: one row a cell"),
      Key("per", "a pseudonym column: one row a person"),
      Key("measure", "what is measured, by name", required: true),
      Key("k", "how many persons a cell needs", required: true),
    ])

  static let measure = LanguageSection(
    path: "aggregates.<table>.measure.<name>",
    keys: [
      Key("count", "`true`: rows"),
      Key("distinct", "a column: distinct values"),
      Key("sum", "a number column"),
      Key("min", "a number, date or time column"),
      Key("max", "a number, date or time column"),
      Key("mean", "a number column; half to even at its scale, two places for int"),
      Key("bands", "integer bounds for the finished value"),
      Key("round", "the nearest multiple, ties to even"),
      Key("clamp", "`[low, high]`"),
    ])

  static let protection = LanguageSection(
    path: "aggregates.<table>.k",
    keys: [
      Key("least", "distinct persons a cell needs: 5 or more"),
      Key("of", "the pseudonym column that is counted"),
      Key("below", "`suppress` (default) or `other`"),
      Key("counts", "`devices` where `of` is an address or joined fields"),
      Key("dominance", "a share (`50%`) of a sum above which one person dominates a cell"),
      Key("none", "instead of all others: why no protection is needed"),
    ])

  static let output = LanguageSection(
    path: "outputs.<name>",
    keys: [
      Key("audience", "who reads it", required: true),
      Key("may_use", "purposes", required: true),
      Key("tables", "tables, or `{table: [columns]}` to narrow one", required: true),
      Key("format", "`parquet`, `csv` or `ndjson`", required: true),
      Key(
        "compression",
        "parquet: `zstd` (default), `gzip`, `none`; csv, ndjson: `gzip` (default), `small`, "
          + "`zstd`, `none`"),
      Key("keep", "a retention class, never longer than the purposes allow"),
      Key("group", "the Unix group that may read"),
      Key("recipient", "`internal` (default), `processor` or `third`"),
      Key("country", "where the recipient is"),
    ])

  static let test = LanguageSection(
    path: "tests",
    keys: [
      Key("name", "what the test shows", required: true),
      Key("given", "by source: raw text, `{times, row}`, or a list of rows", required: true),
      Key("expect", "by table: rows; columns not named are not compared"),
      Key("suppressed", "by table: the number of suppressed cells"),
      Key("rejected", "by source: rules and numbers"),
      Key("never", "texts that must occur nowhere"),
      Key("date", "the run's date; default that of the latest event given"),
    ])

  static let givenRows = LanguageSection(
    path: "tests.given.<source>",
    keys: [
      Key("times", "how often the row is repeated", required: true),
      Key("row", "raw fields and their texts; `{n}` counts from 1", required: true),
    ])
}
