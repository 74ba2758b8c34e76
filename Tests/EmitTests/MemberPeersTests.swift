import Emit
import Foundation
import Records
import Support
import Testing

/// A file of many gzip members as the tools of analysts read it.
@Suite struct MemberPeersTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let python = root.appendingPathComponent(".build/venv/bin/python")
  private static let isPresent = FileManager.default.isExecutableFile(atPath: python.path)

  /// Prints rows and sum of `n` as every reader sees them.
  private static let script = """
    import sys, duckdb, pandas, polars
    file = sys.argv[1]
    table = pandas.read_csv(file)
    print(len(table), table["n"].sum())
    print(*duckdb.sql(f"SELECT count(*), sum(n)::BIGINT FROM read_csv('{file}')").fetchall()[0])
    table = polars.read_csv(file)
    print(table.height, table["n"].sum())
    """

  private static func run(_ tool: URL, _ arguments: [String]) throws -> (
    status: Int32, text: String
  ) {
    let process = Process()
    process.executableURL = tool
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  @Test(
    .enabled(if: isPresent, "no .build/venv with pandas, duckdb and polars"),
    arguments: [OutputCompression.gzip, .small])
  func othersReadAllMembers(_ compression: OutputCompression) throws {
    let types = [ValueForm.integer, .text].map { ColumnType(source: nil, form: $0) }
    var encoder = TableEncoder(
      columns: [
        TableColumn(name: "n", type: types[0]), TableColumn(name: "word", type: types[1]),
      ], format: .csv, compression: compression, zone: .utc, isReplay: false)
    var file = encoder.opening()
    for member in 0..<30 {
      let numbers = (0..<700).map { Int64(member * 700 + $0) }
      file +=
        encoder.encode(
          [
            Column(type: types[0], values: .number(numbers)),
            Column(
              type: types[1], dictionary: CellCase.texts(["a,b", "\"c\"", "d"]),
              codes: numbers.map { UInt32($0 % 3) }),
          ], rows: nil, rowCount: numbers.count
        ).bytes
    }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sparsam-members-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = folder.appendingPathComponent("part.csv.gz")
    try Data(file).write(to: place)
    let gzip = try Self.run(URL(fileURLWithPath: "/usr/bin/env"), ["gzip", "-t", place.path])
    #expect(gzip.status == 0, "\(gzip.text)")
    #expect(gzip.text.isEmpty)
    let readers = try Self.run(Self.python, ["-c", Self.script, place.path])
    #expect(readers.text == String(repeating: "21000 220489500\n", count: 3))
  }
}
