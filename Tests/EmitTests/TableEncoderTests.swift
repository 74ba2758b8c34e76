import Bytes
import Emit
import Foundation
import Records
import Support
import Testing

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
    #expect(try example.rows(.csv) == example.csv.map { "1,\($0)\n" }.joined())
    #expect(
      try example.rows(.ndjson)
        == example.json.map { "{\"row\":1,\"cell\":\($0)}\n" }.joined())
  }

  /// Whether the dictionary is written as a whole or, being larger than the rows, by rows.
  @Test(arguments: CellCase.all, [1, 3, 500])
  func codedColumnsGiveTheSameBytes(_ example: CellCase, rowCount: Int) throws {
    let codes = (0..<rowCount).map { UInt32(($0 * 7 + 1) % example.values.count) }
    #expect(
      try example.rows(.csv, codes: codes)
        == codes.map { "1,\(example.csv[Int($0)])\n" }.joined())
    #expect(
      try example.rows(.ndjson, codes: codes)
        == codes.map { "{\"row\":1,\"cell\":\(example.json[Int($0)])}\n" }.joined())
  }

  @Test func nullIsNoEmptyLineWhereItIsAlone() throws {
    var encoder = try encoder(.text, .csv)
    let column = Column(
      type: ColumnType(source: nil, form: .text), values: CellCase.texts(["a", nil, ""]))
    #expect(text(encoder.encode([column], rows: nil, rowCount: 3).bytes) == "a\n\"\"\n\"\"\n")
  }

  /// The encoder keeps its memory and its codec's state from chunk to chunk, but no byte.
  @Test(arguments: OutputCompression.allCases)
  func earlierChunksDoNotMatter(_ compression: OutputCompression) throws {
    func chunk(_ count: Int, _ text: String) -> Column {
      Column(
        type: ColumnType(source: nil, form: .text),
        dictionary: CellCase.texts((0..<count).map { "\(text) \($0)" }),
        codes: (0..<3000).map { UInt32($0 * 7 % count) })
    }
    var used = try encoder(.text, .csv, compression: compression)
    for (count, text) in [(900, "a longer text before"), (1, "x"), (4, "other")] {
      _ = used.encode([chunk(count, text)], rows: nil, rowCount: 3000)
    }
    var fresh = try encoder(.text, .csv, compression: compression)
    let expected = fresh.encode([chunk(40, "shoes")], rows: [2, 5, 7], rowCount: 3000)
    #expect(
      used.encode([chunk(40, "shoes")], rows: [2, 5, 7], rowCount: 3000).bytes == expected.bytes)
  }

  @Test func headerNamesTheColumns() throws {
    let type = ColumnType(source: nil, form: .text)
    let names = ["hour", "größe", "a-b_c"]
    let encoder = TableEncoder(
      columns: names.map { TableColumn(name: $0, type: type) }, format: .csv, compression: .none,
      zone: .utc, isReplay: false)
    #expect(text(encoder.opening()) == "hour,größe,a-b_c\n")
  }

  /// More rows than a strip, more bytes than a member, dictionaries of every size.
  @Test(arguments: [OutputFormat.csv, .ndjson], [OutputCompression.none, .gzip, .zstd])
  func manyRowsAreOneTable(_ format: OutputFormat, _ compression: OutputCompression) throws {
    let rowCount = 150_000
    let types = [ValueForm.integer, .text, .text, .text].map {
      ColumnType(source: nil, form: $0)
    }
    var encoder = TableEncoder(
      columns: types.enumerated().map { TableColumn(name: "c\($0)", type: $1) }, format: format,
      compression: compression, zone: .utc, isReplay: false)
    func texts(_ count: Int) -> Values {
      CellCase.texts((0..<count).map { "text number \($0) of the column" })
    }
    let columns = [
      Column(type: types[0], values: .number((0..<rowCount).map { Int64($0) })),
      Column(
        type: types[1], dictionary: texts(5), codes: (0..<rowCount).map { UInt32($0 % 5) }),
      Column(
        type: types[2], dictionary: texts(70_000),
        codes: (0..<rowCount).map { UInt32($0 % 70_000) }),
      Column(type: types[3], values: texts(rowCount)),
    ]
    let bytes = encoder.encode(columns, rows: nil, rowCount: rowCount).bytes
    var reader = BlockReader(bytes: bytes)
    var seen: [UInt8] = []
    while let block = try reader.next() { seen += block.bytes }
    #expect(reader.ending == .complete)
    var expected = ""
    for row in 0..<rowCount {
      let texts = [row % 5, row % 70_000, row].map { "text number \($0) of the column" }
      expected +=
        format == .csv
        ? "\(row),\(texts[0]),\(texts[1]),\(texts[2])\n"
        : "{\"c0\":\(row),\"c1\":\"\(texts[0])\",\"c2\":\"\(texts[1])\",\"c3\":\"\(texts[2])\"}\n"
    }
    #expect(seen == Array(expected.utf8))
  }

  /// What an encoder wrote before leaves no trace in what it writes next.
  @Test(arguments: OutputCompression.allCases)
  func chunksDependOnTheirRowsAlone(_ compression: OutputCompression) throws {
    let type = ColumnType(source: nil, form: .text)
    func batch(_ seed: Int) -> Column {
      Column(
        type: type, values: CellCase.texts((0..<900).map { "text \($0 * seed % 97)" }))
    }
    var used = try encoder(.text, .csv, compression: compression)
    _ = used.encode([batch(3)], rows: nil, rowCount: 900)
    let second = used.encode([batch(5)], rows: nil, rowCount: 900)
    var fresh = try encoder(.text, .csv, compression: compression)
    #expect(fresh.encode([batch(5)], rows: nil, rowCount: 900).bytes == second.bytes)
  }

  @Test func noRowsAreNoBytes() throws {
    var encoder = try encoder(.integer, .csv, compression: .gzip)
    let column = Column(type: ColumnType(source: nil, form: .integer), values: .number([1]))
    #expect(encoder.encode([column], rows: [], rowCount: 1).bytes.isEmpty)
  }

  @Test func pseudonymsWithoutTokensStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let type = ColumnType(source: nil, form: .token)
      var encoder = TableEncoder(
        columns: [TableColumn(name: "c", type: type)], format: .csv, compression: .none,
        zone: .utc, isReplay: false)
      let column = Column(
        type: type, values: .identity(IdentityCells(fingerprints: [1], epochs: [0])))
      _ = encoder.encode([column], rows: nil, rowCount: 1)
    }
  }

  @Test(arguments: [("gzip", OutputCompression.gzip), ("gzip", .small), ("zstd", .zstd)])
  func otherProgramsFindTheFileSound(_ program: String, _ compression: OutputCompression) throws {
    var encoder = try encoder(.integer, .ndjson, compression: compression)
    let column = Column(
      type: ColumnType(source: nil, form: .integer), values: .number((0..<5000).map { $0 }))
    let chunks = (0..<3).map { _ in encoder.encode([column], rows: nil, rowCount: 5000).bytes }
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("sparsam-emit-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(encoder.opening() + chunks.joined()).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, "-dc"]
    process.standardInput = try FileHandle(forReadingFrom: file)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let read = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus == 127 { try Test.cancel("no program '\(program)'") }
    #expect(process.terminationStatus == 0)
    let rows = (0..<5000).map { "{\"cell\":\($0)}\n" }.joined()
    #expect(text(Array(read)) == rows + rows + rows)
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
}
