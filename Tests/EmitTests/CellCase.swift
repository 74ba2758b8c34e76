import Emit
import Records
import Testing

/// One column of one form, its values, and how CSV and NDJSON print them.
///
/// The cells stand in a table of two columns, behind a column `row` that is always 1.
struct CellCase: Sendable, CustomTestStringConvertible {
  var name: String
  var form: ValueForm
  var values: Values
  var zone = "UTC"
  var csv: [String]
  var json: [String]
  var testDescription: String { name }

  static func texts(_ texts: [String?]) -> Values {
    var cells = TextCells()
    for text in texts { cells.append(text) }
    return .text(cells)
  }

  private static let null = Values.nullNumber

  static let all = [
    CellCase(
      name: "plain text and null", form: .text, values: texts(["shoes", nil, "Köln"]),
      csv: ["shoes", "", "Köln"], json: ["\"shoes\"", "null", "\"Köln\""]),
    CellCase(
      name: "text that needs quotes", form: .text,
      values: texts(["a,b", "say \"hi\"", "two\nlines", "cr\rhere"]),
      csv: ["\"a,b\"", "\"say \"\"hi\"\"\"", "\"two\nlines\"", "\"cr\rhere\""],
      json: ["\"a,b\"", "\"say \\\"hi\\\"\"", "\"two\\nlines\"", "\"cr\\rhere\""]),
    CellCase(
      name: "text that a spreadsheet would take for a formula", form: .text,
      values: texts(["=1+1", "+49", "-x", "@cmd", "\ttab", "\r", "=a,b", "a=b"]),
      csv: ["'=1+1", "'+49", "'-x", "'@cmd", "'\ttab", "\"'\r\"", "\"'=a,b\"", "a=b"],
      json: [
        "\"=1+1\"", "\"+49\"", "\"-x\"", "\"@cmd\"", "\"\\ttab\"", "\"\\r\"", "\"=a,b\"",
        "\"a=b\"",
      ]),
    CellCase(
      name: "control characters and a backslash", form: .text, values: texts(["\u{1}", "\\"]),
      csv: ["\u{1}", "\\"], json: ["\"\\u0001\"", "\"\\\\\""]),
    CellCase(
      name: "integers stay numbers", form: .integer,
      values: .number([-5, 0, Int64.max, Int64.min + 1, null]),
      csv: ["-5", "0", "9223372036854775807", "-9223372036854775807", ""],
      json: ["-5", "0", "9223372036854775807", "-9223372036854775807", "null"]),
    CellCase(
      name: "money keeps its places", form: .decimal(scale: 2, keepsPlaces: true),
      values: .number([1250, -5, 300, 0, null]), csv: ["12.50", "-0.05", "3.00", "0.00", ""],
      json: ["12.50", "-0.05", "3.00", "0.00", "null"]),
    CellCase(
      name: "decimals are as short as they can be", form: .decimal(scale: 6, keepsPlaces: false),
      values: .number([12_500_000, -50_000, 3_000_000, 1, 0]),
      csv: ["12.5", "-0.05", "3", "0.000001", "0"],
      json: ["12.5", "-0.05", "3", "0.000001", "0"]),
    CellCase(
      name: "eighteen places", form: .decimal(scale: 18, keepsPlaces: false),
      values: .number([Int64.max, 1]),
      csv: ["9.223372036854775807", "0.000000000000000001"],
      json: ["9.223372036854775807", "0.000000000000000001"]),
    CellCase(
      name: "booleans", form: .boolean, values: .number([1, 0, null]),
      csv: ["true", "false", ""], json: ["true", "false", "null"]),
    CellCase(
      name: "dates, also before 1970 and in the year 9999", form: .date,
      values: .number([0, -1, 20_574, 2_932_896, null]),
      csv: ["1970-01-01", "1969-12-31", "2026-05-01", "9999-12-31", ""],
      json: ["\"1970-01-01\"", "\"1969-12-31\"", "\"2026-05-01\"", "\"9999-12-31\"", "null"]),
    CellCase(
      name: "times in UTC, with a fraction only where there is one", form: .timestamp,
      values: .number([1_777_622_400_000_000, 1_777_622_400_500_000, -1, null]),
      csv: [
        "2026-05-01T08:00:00Z", "2026-05-01T08:00:00.5Z", "1969-12-31T23:59:59.999999Z", "",
      ],
      json: [
        "\"2026-05-01T08:00:00Z\"", "\"2026-05-01T08:00:00.5Z\"",
        "\"1969-12-31T23:59:59.999999Z\"", "null",
      ]),
    CellCase(
      name: "the hour that Berlin has twice", form: .timestamp,
      values: .number([1_792_886_400_000_000, 1_792_890_000_000_000, 1_792_893_600_000_000]),
      zone: "Europe/Berlin",
      csv: [
        "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00",
      ],
      json: [
        "\"2026-10-25T02:00:00+02:00\"", "\"2026-10-25T02:00:00+01:00\"",
        "\"2026-10-25T03:00:00+01:00\"",
      ]),
    CellCase(
      name: "tokens are a tag and 26 letters", form: .token,
      values: .identity(IdentityCells(fingerprints: [1, 0, 2], tokens: [1, 0, UInt128.max])),
      csv: ["raaaaaaaaaaaaaaaaaaaaaaaaae", "", "r7777777777777777777777777" + "4"],
      json: [
        "\"raaaaaaaaaaaaaaaaaaaaaaaaae\"", "null", "\"r7777777777777777777777777" + "4\"",
      ]),
  ]
}

extension CellCase {
  /// Returns the table's rows as text; `codes` make its columns dictionaries.
  func rows(_ format: OutputFormat, codes: [UInt32]? = nil) throws -> String {
    let types = [
      ColumnType(source: nil, form: .integer), ColumnType(source: nil, form: form),
    ]
    var encoder = TableEncoder(
      columns: [
        TableColumn(name: "row", type: types[0]), TableColumn(name: "cell", type: types[1]),
      ], format: format, compression: .none, zone: try #require(Zone(named: zone)),
      isReplay: true)
    let ones = Values.number([Int64](repeating: 1, count: values.count))
    let columns =
      codes.map { codes in
        zip(types, [ones, values]).map { Column(type: $0, dictionary: $1, codes: codes) }
      } ?? zip(types, [ones, values]).map { Column(type: $0, values: $1) }
    let rowCount = codes?.count ?? values.count
    let chunk = encoder.encode(columns, rows: nil, rowCount: rowCount)
    #expect(chunk.summary.rowCount == rowCount)
    return String(decoding: chunk.bytes, as: UTF8.self)
  }
}
