import Foundation
import Support
import Testing

/// One whole-program case: a folder with a command, its input files and what must come of it.
///
/// `command` is a shell script run in a copy of the folder; `exit` holds its exit code, `messages`
/// all that it said, `expected/` every file that it left (gzip files decompressed). A case is added
/// by adding a folder; `RECORD_GOLDEN=1` writes the expectations and fails.
struct RunCase: Sendable, CustomTestStringConvertible {
  var name: String
  var testDescription: String { name }

  static let folder = Program.root.appendingPathComponent("Tests/GoldenTests/Runs")

  private static let without =
    (ProcessInfo.processInfo.environment["SPARSAM_WITHOUT"] ?? "").split(separator: " ")
    .map(String.init)

  /// Those named in SPARSAM_WITHOUT are left out, where a sanitizer's runtime cannot live in them.
  static let all: [RunCase] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { !$0.hasPrefix(".") && !without.contains($0) }.sorted().map { RunCase(name: $0) }

  var folder: URL { Self.folder.appendingPathComponent(name) }
}

@Suite struct RunTests {
  /// What a case left.
  private struct Result: Equatable {
    var exit: String
    var messages: String
    var files: [String: String]
  }

  private static let isRecording =
    ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

  @Test func thereAreCases() {
    #expect(RunCase.all.count >= 5)
  }

  @Test(arguments: RunCase.all)
  func leavesWhatIsExpected(_ example: RunCase) throws {
    let scratch = try Scratch()
    let copy = scratch.folder.appendingPathComponent("case")
    try FileManager.default.copyItem(at: example.folder, to: copy)
    for own in ["expected", "messages", "exit"] {
      try? FileManager.default.removeItem(at: copy.appendingPathComponent(own))
    }
    let before = try files(in: copy)
    let script = try String(contentsOf: copy.appendingPathComponent("command"), encoding: .utf8)
    let ending = try Program.shell("exec 2>&1\n" + script, in: copy)
    let made = try files(in: copy).filter { before[$0.key] != $0.value }
    let result = Result(
      exit: "\(ending.status)\n", messages: ending.output + ending.errors, files: made)
    if Self.isRecording {
      try record(result, example)
      Issue.record("recorded '\(example.name)'; review the difference like code")
      return
    }
    let expected = try read(example)
    #expect(result.exit == expected.exit)
    #expect(result.messages == expected.messages)
    #expect(result.files.keys.sorted() == expected.files.keys.sorted())
    for (path, text) in expected.files.sorted(by: { $0.key < $1.key }) {
      #expect(result.files[path] == text, "\(path)")
    }
  }

  private func read(_ example: RunCase) throws -> Result {
    func text(_ name: String) throws -> String {
      try String(contentsOf: example.folder.appendingPathComponent(name), encoding: .utf8)
    }
    return Result(
      exit: try text("exit"), messages: try text("messages"),
      files: try files(in: example.folder.appendingPathComponent("expected")))
  }

  private func record(_ result: Result, _ example: RunCase) throws {
    try Data(result.exit.utf8).write(to: example.folder.appendingPathComponent("exit"))
    try Data(result.messages.utf8).write(to: example.folder.appendingPathComponent("messages"))
    let expected = example.folder.appendingPathComponent("expected")
    try? FileManager.default.removeItem(at: expected)
    for (path, text) in result.files {
      let file = expected.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  /// Returns the text of every file below `folder`, by its path; keys, which are random, ledgers,
  /// which hold times, and empty locks are left out.
  private func files(in folder: URL) throws -> [String: String] {
    var texts: [String: String] = [:]
    guard let walk = FileManager.default.enumerator(atPath: folder.path) else { return [:] }
    for case let path as String in walk {
      let file = folder.appendingPathComponent(path)
      var isFolder: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
        !isFolder.boolValue, !path.hasSuffix(".key"), !path.hasSuffix("/lock"),
        !path.contains("/ledger.sqlite")
      else { continue }
      if path.hasSuffix(".gz") {
        let ending = try Program.shell("gzip -dcf '\(file.path)'", in: folder)
        texts[path] = ending.output
      } else {
        texts[path] = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      }
    }
    return texts
  }
}
