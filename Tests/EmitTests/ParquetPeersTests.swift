import Emit
import Foundation
import ParquetSupport
import Records
import Support
import Testing

/// The files as programs of other languages read them.
///
/// `make test` installs pyarrow, DuckDB and Polars, `make test-readers` Spark and fastparquet.
@Suite struct ParquetPeersTests {
  private static let readers =
    Program.root.appendingPathComponent(".build/venv-readers/bin/python")
  private static let asksReaders =
    ProcessInfo.processInfo.environment["SPARSAM_TEST_READERS"] != nil

  private func typeName(_ form: ValueForm) -> String {
    switch form {
    case .text, .token: "text"
    case .integer: "integer"
    case .decimal(let scale, _): "decimal \(scale)"
    case .boolean: "boolean"
    case .date: "date"
    case .timestamp: "timestamp"
    }
  }

  /// Writes the file of `example`, its groups `repeats` times over, and beside it what a reader
  /// must find.
  private func write(
    _ example: ParquetExample, _ compression: OutputCompression, repeats: Int = 1, number: Int,
    to folder: URL
  ) throws {
    let file = folder.appendingPathComponent("\(number).parquet")
    try Data(example.file(compression, repeats: repeats)).write(to: file)
    var columns: [JSONText] = []
    for (column, cells) in zip(example.columns, example.expected) {
      let values = cells.map { cell -> JSONText in
        switch cell {
        case .null: .null
        case .number(let number): .integer(Int(number))
        case .text(let text): .string(text)
        }
      }
      columns.append(
        .members([
          "name": .string(column.name), "type": .string(typeName(column.type.form)),
          "values": .array(values),
        ]))
    }
    let expected = JSONText.members([
      "name": .string("\(example.name), \(compression)"),
      "repeats": .integer(repeats * example.cycleCount),
      "columns": .array(columns),
    ])
    try Data(expected.compact.utf8).write(to: folder.appendingPathComponent("\(number).json"))
  }

  /// Writes all examples and holds the readers to them.
  private func check(
    _ examples: [ParquetExample], with python: URL, _ readers: [String]
  ) throws {
    let scratch = try Scratch()
    let folder = scratch.folder
    for (number, example) in examples.enumerated() {
      let compression = [OutputCompression.zstd, .gzip, .none, .zstd, .small][number % 5]
      try write(example, compression, number: number, to: folder)
    }
    try write(.eighth, .zstd, repeats: 8, number: examples.count, to: folder)
    let script = Program.root.appendingPathComponent("Tests/Support/parquet_check.py").path
    let ending = try Program.run(python, [script, folder.path] + readers, in: folder)
    #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
    let list = readers.joined(separator: ", ")
    #expect(ending.output == "\(examples.count + 1) files read alike by \(list)\n")
  }

  private static let seeds: Range<UInt64> = 100..<112

  @Test(.enabled(if: Tools.runPython, "no .build/venv with pyarrow, duckdb and polars"))
  func othersReadTheSameValues() throws {
    try check(
      ParquetExample.edges + Self.seeds.map { ParquetExample.random(seed: $0) },
      with: Tools.python, ["pyarrow", "DuckDB", "Polars"])
  }

  @Test(.enabled(if: asksReaders, "'make test-readers' installs Spark and asks for this"))
  func sparkReadsTheSameValues() throws {
    try check(
      ParquetExample.edges + Self.seeds.map { ParquetExample.random(seed: $0) },
      with: Self.readers, ["Spark"])
  }

  /// It holds times in nanoseconds, so only those it can hold are asked of it.
  @Test(.enabled(if: asksReaders, "'make test-readers' installs fastparquet and asks for this"))
  func fastparquetReadsTheSameValues() throws {
    try check(
      ParquetExample.edges.filter { $0.name != "extremes" }
        + Self.seeds.map { ParquetExample.random(seed: $0, years: 1678...2261) },
      with: Self.readers, ["fastparquet"])
  }
}
