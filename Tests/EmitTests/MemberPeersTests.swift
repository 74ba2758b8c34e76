import Emit
import Foundation
import Records
import Support
import Testing

/// A file of many gzip members as the tools of analysts read it.
@Suite struct MemberPeersTests {
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

  @Test(
    .enabled(if: Tools.runPython, "no .build/venv with pandas, duckdb and polars"),
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
    let scratch = try Scratch()
    let place = scratch.folder.appendingPathComponent("part.csv.gz")
    try Data(file).write(to: place)
    let gzip = try Program.shell("gzip -t part.csv.gz", in: scratch.folder)
    #expect(gzip.status == 0, "\(gzip.errors)")
    #expect(gzip.errors.isEmpty)
    let readers = try Program.run(
      Tools.python, ["-c", Self.script, place.path], in: scratch.folder)
    #expect(readers.output == String(repeating: "21000 220489500\n", count: 3), "\(readers.errors)")
  }
}
