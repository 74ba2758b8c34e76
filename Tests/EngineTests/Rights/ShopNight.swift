import Bytes
import Diagnostics
import Engine
import Foundation
import PipelineFile
import Records
import Testing

/// A shop of its own in a scratch folder: a pipeline, raw files, and nights run over them.
final class ShopNight {
  let folder: URL
  var pipeline: String

  /// Lays the shop out; keys are real ones, made for it.
  init(_ pipeline: String) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sparsam-shop-\(UUID().uuidString)", isDirectory: true)
    self.pipeline = pipeline
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("in"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Writes a raw file below the input folder.
  func put(_ name: String, _ text: String) throws {
    let file = folder.appendingPathComponent("in/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// The checked pipeline.
  var plan: Plan {
    get throws {
      let compiled = Pipeline(text: pipeline, name: "shop.yaml")
      return try #require(
        compiled.plan, "\(compiled.diagnostics.map(\.message).joined(separator: "; "))")
    }
  }

  /// Runs a night; throws a `RunFailure` when the engine refuses.
  ///
  /// Never inlined: under the address sanitizer the compiler (6.3) fails on loops that would hold it.
  @inline(never)
  @discardableResult
  func run(
    _ date: String, threads: Int = 2, replaces: Bool = false, output: String = "out",
    adopts: Bool = false
  ) async throws -> Run.Report {
    try await Run(
      plan: plan, pipelineText: pipeline,
      options: RunOptions(
        input: path("in"), output: path(output), state: path("state"),
        date: CivilDate(date), threads: threads,
        replaces: replaces, retraction: replaces ? "a test" : nil, adopts: adopts)
    ).execute()
  }

  /// Does to the ledger what no run does.
  func execute(_ statement: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);c.execute(sys.argv[2]);c.commit()",
      path("state/ledger.sqlite"), statement,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// Loses the ledger.
  func removeLedger() throws {
    for end in ["", "-wal", "-shm"] {
      let file = path("state/ledger.sqlite\(end)")
      if FileManager.default.fileExists(atPath: file) {
        try FileManager.default.removeItem(atPath: file)
      }
    }
  }

  /// Changes a text of the shop that must be there.
  func change(_ name: String, _ old: String, to new: String) throws {
    let text = try text(name)
    #expect(text.contains(old), "\(name)")
    try Data(text.replacing(old, with: new).utf8).write(to: folder.appendingPathComponent(name))
  }

  /// Takes over the secrets of another shop, so that both make the same tokens.
  func takeKeys(of other: ShopNight) throws {
    try FileManager.default.createDirectory(
      atPath: path("state"), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    try FileManager.default.copyItem(atPath: other.path("state/keys"), toPath: path("state/keys"))
  }

  /// Returns the decompressed bytes of the one data file of a partition.
  func data(_ table: String, _ date: String) throws -> [UInt8] {
    let partition = path("out/\(table)/data/dt=\(date)")
    let names = try FileManager.default.contentsOfDirectory(atPath: partition).sorted()
    #expect(names.count == 2 && names[0] == "_SUCCESS")
    var reader = try BlockReader(path: "\(partition)/\(names[1])")
    var bytes: [UInt8] = []
    while let block = try reader.next() { bytes += block.bytes }
    return bytes
  }

  /// Returns the text of a file of the shop.
  func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// Returns the lines of an uncompressed partition, without the CSV header.
  func rows(_ table: String, _ date: String) throws -> [String] {
    let lines = try text("out/\(table)/data/dt=\(date)/part-00000.csv").split(separator: "\n")
    return lines.dropFirst().map(String.init)
  }
}
