import Emit
import Foundation
import ParquetSupport
import Records
import Support
import Testing

/// The files as pyarrow, DuckDB and Polars read them; `make test` installs these.
@Suite struct ParquetPeersTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let python = root.appendingPathComponent(".build/venv/bin/python")
  private static let isPresent = FileManager.default.isExecutableFile(atPath: python.path)

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

  /// Writes the file of `example` and beside it what a reader must find.
  private func write(
    _ example: ParquetExample, _ compression: OutputCompression, number: Int, to folder: URL
  ) throws {
    let file = folder.appendingPathComponent("\(number).parquet")
    try Data(example.file(compression)).write(to: file)
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
      "name": .string("\(example.name), \(compression)"), "columns": .array(columns),
    ])
    try Data(expected.compact.utf8).write(to: folder.appendingPathComponent("\(number).json"))
  }

  @Test(.enabled(if: isPresent, "no .build/venv with pyarrow, duckdb and polars"))
  func othersReadTheSameValues() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sparsam-parquet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var number = 0
    for example in ParquetExample.edges + (100..<112).map({ ParquetExample.random(seed: $0) }) {
      let compression = [OutputCompression.zstd, .gzip, .none, .zstd, .small][number % 5]
      try write(example, compression, number: number, to: folder)
      number += 1
    }
    let process = Process()
    process.executableURL = Self.python
    process.arguments = [
      Self.root.appendingPathComponent("Tests/Support/parquet_check.py").path, folder.path,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text == "\(number) files read alike by pyarrow, DuckDB and Polars\n")
  }
}
