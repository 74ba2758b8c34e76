import Diagnostics
import Engine
import Foundation
import Records
import Support
import Testing

/// The suites that run the engine on real exports; each is skipped where those are absent.
///
/// One after another: the files are large for a debug build. No value of an input is ever part of a
/// failure: what is reported are files, columns, fields and counts.
@Suite(.serialized, .enabled(if: SharedData.isPresent, "the folder ../shared is absent"))
enum RealData {}

/// One night in a folder of its own: links to real files in, a published run out.
///
/// The folder is removed when nobody needs it any more; keys are real ones, made for it.
final class RealDataNight {
  /// Why a night cannot be run.
  struct Refused: Error, CustomStringConvertible {
    var description: String
  }

  let folder: URL
  let pipelineText: String
  private let pipelineName: String
  private let isReplay: Bool

  var input: String { folder.appendingPathComponent("in").path }
  var output: String { folder.appendingPathComponent("out").path }
  var state: String { folder.appendingPathComponent("state").path }

  /// The folder of the pipelines that these tests run.
  static let pipelines = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("RealDataPipelines")

  /// The project's root.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Links each file of the shared data, by its name in the night, into a new input folder.
  convenience init(_ pipeline: String, links: [String: String]) throws {
    guard let shared = SharedData.folder else {
      throw Refused(description: "the folder ../shared is absent")
    }
    try self.init(
      pipeline: Self.pipelines.appendingPathComponent("\(pipeline).yaml"),
      links: links.mapValues { shared.appendingPathComponent($0) }, isReplay: false)
  }

  init(pipeline: URL, links: [String: URL], isReplay: Bool) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sparsam-real-\(UUID().uuidString)", isDirectory: true)
    pipelineName = pipeline.lastPathComponent
    pipelineText = try String(contentsOf: pipeline, encoding: .utf8)
    self.isReplay = isReplay
    let files = FileManager.default
    try files.createDirectory(
      at: folder.appendingPathComponent("in"), withIntermediateDirectories: true)
    for (name, file) in links {
      try files.createSymbolicLink(
        at: folder.appendingPathComponent("in").appendingPathComponent(name),
        withDestinationURL: file.resolvingSymlinksInPath())
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Runs the pipeline for `date`; throws a `RunFailure` when the engine refuses.
  func run(_ date: String, threads: Int = 2) async throws -> Run.Report {
    let pipeline = Pipeline(text: pipelineText, name: pipelineName)
    guard let plan = pipeline.plan else {
      throw Refused(
        description: "'\(pipelineName)' is no valid pipeline: "
          + pipeline.diagnostics.map(\.message).joined(separator: "; "))
    }
    let day = try #require(CivilDate(date))
    return try await Run(
      plan: plan, pipelineText: pipelineText,
      options: RunOptions(
        input: input, output: output, state: state, date: day, threads: threads,
        isReplay: isReplay)
    ).execute()
  }

  /// Gives this night the keys that another has made.
  func takeKeys(of other: RealDataNight) throws {
    let files = FileManager.default
    try files.createDirectory(
      atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/cp")
    process.arguments = ["-a", "\(other.state)/keys", "\(state)/keys"]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Refused(description: "the keys could not be copied")
    }
  }

  /// Returns every file below the given folders of the night, by its path, decompressed.
  func contents(of parts: [String] = ["out", "state"]) throws -> [String: [UInt8]] {
    var all: [String: [UInt8]] = [:]
    for part in parts {
      let top = folder.appendingPathComponent(part)
      guard let walk = FileManager.default.enumerator(atPath: top.path) else { continue }
      for case let path as String in walk {
        let file = top.appendingPathComponent(path)
        let kind = try FileManager.default.attributesOfItem(atPath: file.path)[.type]
        guard kind as? FileAttributeType == .typeRegular else { continue }
        all["\(part)/\(path)"] =
          path.hasSuffix(".gz") ? try Self.gunzip(file) : [UInt8](try Data(contentsOf: file))
      }
    }
    return all
  }

  /// Returns the content of a gzip file as gzip itself decompresses it.
  static func gunzip(_ file: URL) throws -> [UInt8] {
    let plain = FileManager.default.temporaryDirectory
      .appendingPathComponent("sparsam-plain-\(UUID().uuidString)")
    try Data().write(to: plain)
    defer { try? FileManager.default.removeItem(at: plain) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    process.standardOutput = try FileHandle(forWritingTo: plain)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Refused(description: "gzip refuses a published file")
    }
    return [UInt8](try Data(contentsOf: plain))
  }

  /// Returns the one published file of a table.
  func table(_ output: String, _ table: String) throws -> RealDataTable {
    let data = "out/\(output)/\(table)/data/"
    let parts = try contents(of: ["out"]).filter {
      $0.key.hasPrefix(data) && $0.key.contains("/part-")
    }
    let part = try #require(parts.first, "table '\(table)' was not published")
    #expect(parts.count == 1)
    return try RealDataTable(published: part.value, path: part.key)
  }
}

extension Run.Report {
  /// What became of the records of the source; checks that every record is accounted for.
  func counts(_ source: String) throws -> RecordCounts {
    let manifest = try #require(manifest, "nothing was new")
    let found = try #require(manifest.sources.first { $0.name == source })
    let counts = found.counts
    #expect(counts.isConserved, "the records of '\(source)' do not add up")
    #expect(found.files.reduce(0) { $0 + $1.records } == counts.read)
    #expect(found.rejects.total == counts.rejected)
    return counts
  }

  /// The values of a source that became null, as `column rule count`, in declared order.
  func nulled(_ source: String) throws -> [String] {
    let manifest = try #require(manifest, "nothing was new")
    let found = try #require(manifest.sources.first { $0.name == source })
    return found.nulled.flatMap { column, rules in
      rules.entries.map { "\(column) \($0.rule.rawValue) \($0.count)" }
    }
  }

  /// The rejected records of a source, as `rule count`.
  func rejects(_ source: String) throws -> [String] {
    let manifest = try #require(manifest, "nothing was new")
    let found = try #require(manifest.sources.first { $0.name == source })
    return found.rejects.entries.map { "\($0.rule.rawValue) \($0.count)" }
  }
}
