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
  @discardableResult
  func run(_ date: String, threads: Int = 2) async throws -> Run.Report {
    try await Run(
      plan: plan, pipelineText: pipeline,
      options: RunOptions(
        input: path("in"), output: path("out"), state: path("state"),
        date: CivilDate(date), threads: threads)
    ).execute()
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
