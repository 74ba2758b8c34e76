import Bytes
import Emit
import Foundation
import Records
import Support
import Testing

/// One column of one form, its values, and how CSV and NDJSON print them.
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

@Suite struct TableEncoderTests {
  private func encoder(
    _ form: ValueForm, _ format: OutputFormat, zone: String = "UTC",
    compression: OutputCompression = .none
  ) throws -> TableEncoder {
    TableEncoder(
      columns: [TableColumn(name: "cell", type: ColumnType(source: nil, form: form))],
      format: format, compression: compression, zone: try #require(Zone(named: zone)),
      isReplay: true)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test(arguments: CellCase.all)
  func printsCells(_ example: CellCase) throws {
    let column = Column(
      type: ColumnType(source: nil, form: example.form), values: example.values)
    let count = example.values.count
    var csv = try encoder(example.form, .csv, zone: example.zone)
    #expect(
      text(csv.encode([column], rows: nil, rowCount: count).bytes)
        == example.csv.map { $0 + "\n" }.joined())
    var json = try encoder(example.form, .ndjson, zone: example.zone)
    #expect(
      text(json.encode([column], rows: nil, rowCount: count).bytes)
        == example.json.map { "{\"cell\":\($0)}\n" }.joined())
  }

  @Test(arguments: CellCase.all)
  func codedColumnsGiveTheSameBytes(_ example: CellCase) throws {
    let count = example.values.count
    let type = ColumnType(source: nil, form: example.form)
    let codes = (0..<count).reversed().map { UInt32($0) }
    let coded = Column(type: type, dictionary: example.values, codes: codes)
    var encoder = try encoder(example.form, .csv, zone: example.zone)
    let chunk = encoder.encode([coded], rows: nil, rowCount: count)
    #expect(text(chunk.bytes) == example.csv.reversed().map { $0 + "\n" }.joined())
  }

  @Test func encodesTheChosenRowsOnly() throws {
    var encoder = try encoder(.integer, .csv)
    let column = Column(
      type: ColumnType(source: nil, form: .integer), values: .number([10, 20, 30]))
    let chunk = encoder.encode([column], rows: [2, 0], rowCount: 3)
    #expect(text(chunk.bytes) == "30\n10\n")
    #expect(chunk.summary.rowCount == 2)
  }

  @Test(arguments: OutputCompression.allCases)
  func chunksBehindEachOtherAreOneFile(_ compression: OutputCompression) throws {
    var encoder = try encoder(.integer, .csv, compression: compression)
    var file = encoder.opening()
    var expected = "cell\n"
    for part in 0..<3 {
      let numbers = (0..<500).map { Int64($0 * part) }
      let column = Column(
        type: ColumnType(source: nil, form: .integer), values: .number(numbers))
      file += encoder.encode([column], rows: nil, rowCount: 500).bytes
      expected += numbers.map { "\($0)\n" }.joined()
    }
    file += encoder.closing([])
    var reader = BlockReader(bytes: file)
    var seen: [UInt8] = []
    while let block = try reader.next() { seen += block.bytes }
    #expect(reader.ending == .complete)
    #expect(text(seen) == expected)
  }

  @Test(arguments: OutputCompression.allCases)
  func aTableWithoutRowsIsAValidFile(_ compression: OutputCompression) throws {
    let encoder = try encoder(.text, .ndjson, compression: compression)
    var reader = BlockReader(bytes: encoder.opening())
    #expect(try reader.next() == nil)
    #expect(reader.ending == .complete)
    #expect(compression == .none || !encoder.opening().isEmpty)
  }

  /// Random texts come back from an independent reader of RFC 4180.
  @Test(arguments: [1 as UInt64, 2, 3, 0x5EED])
  func textsSurviveTheWayThroughCSV(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let alphabet = Array("ab,\"\n\r =+-@;é")
    let texts: [String] = (0..<200).map { _ in
      let length = Int.random(in: 1...6, using: &generator)
      return String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "a" })
    }
    var encoder = try encoder(.text, .csv)
    let column = Column(
      type: ColumnType(source: nil, form: .text), values: CellCase.texts(texts))
    let bytes = encoder.encode([column], rows: nil, rowCount: texts.count).bytes
    let read = CSVText.firstFields(of: text(bytes))
    let expected = texts.map { text in
      let starts: Set<UInt8> = [0x3D, 0x2B, 0x2D, 0x40, 0x0D, 0x09]
      return text.utf8.first.map { starts.contains($0) } == true ? "'" + text : text
    }
    #expect(read.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "seed \(seed)")
  }

  @Test func fileNamesTellFormatAndCompression() {
    #expect(
      TableEncoder.fileName(part: 0, format: .csv, compression: .small) == "part-00000.csv.gz")
    #expect(
      TableEncoder.fileName(part: 12, format: .ndjson, compression: .zstd)
        == "part-00012.ndjson.zst")
    #expect(
      TableEncoder.fileName(part: 0, format: .parquet, compression: .zstd)
        == "part-00000.parquet")
    #expect(TableEncoder.fileName(part: 0, format: .csv, compression: .none) == "part-00000.csv")
  }

  @Test func cellTextsHaveNeitherQuotesNorApostrophes() {
    let column = Column(
      type: ColumnType(source: nil, form: .text),
      values: CellCase.texts(["=a,b", nil, "\"q\""]))
    #expect(
      cellTexts(column, rowCount: 3, zone: .utc, isReplay: true) == ["=a,b", nil, "\"q\""])
  }
}

/// A slow reader of one-column CSV, for comparison.
enum CSVText {
  static func firstFields(of text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var fields: [String] = []
    var index = 0
    while index < scalars.count {
      var field = String.UnicodeScalarView()
      if scalars[index] == "\"" {
        index += 1
        while index < scalars.count {
          if scalars[index] != "\"" {
            field.append(scalars[index])
            index += 1
          } else if index + 1 < scalars.count, scalars[index + 1] == "\"" {
            field.append("\"")
            index += 2
          } else {
            index += 1
            break
          }
        }
      }
      while index < scalars.count, scalars[index] != "\n" {
        field.append(scalars[index])
        index += 1
      }
      index += 1
      fields.append(String(field))
    }
    return fields
  }
}
