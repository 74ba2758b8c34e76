import Diagnostics
import Draft
import Engine
import Foundation

/// A draft in a test: made of files, with its purposes filled in, compiled.
enum DraftText {
  /// Makes the draft of files of the given names and contents, in a folder of their own.
  static func draft(_ files: KeyValuePairs<String, String>) throws -> String {
    try draft(bytes: files.map { ($0.key, Array($0.value.utf8)) })
  }

  static func draft(bytes files: [(name: String, bytes: [UInt8])]) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "draft-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var paths: [String] = []
    for file in files {
      let url = folder.appendingPathComponent(file.name)
      try Data(file.bytes).write(to: url)
      paths.append(url.path)
    }
    return try PipelineDraft(files: paths).yaml
  }

  /// Returns the content of a gzip file as gzip itself decompresses it.
  static func gunzip(_ path: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return [UInt8](bytes)
  }

  /// Fills the purpose in as a person would.
  static func filled(_ yaml: String) -> String {
    yaml.replacingOccurrences(of: "why:          #", with: "why: see what is bought   #")
      .replacingOccurrences(of: "basis:        #", with: "basis: legitimate_interest   #")
      .replacingOccurrences(of: "# assessment:   #", with: "assessment: LIA-1   #")
  }

  /// The errors that the compiler finds, a sentence each.
  static func errors(_ yaml: String) -> [String] {
    Pipeline(text: yaml, name: "draft.yaml").diagnostics.filter { $0.severity == .error }
      .map { "\($0.code.rawValue) \($0.range.start.line): \($0.message)" }
  }

  /// The line of the draft that declares or shows the column.
  static func line(of column: String, in yaml: String) -> String? {
    yaml.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .first { $0.hasPrefix("\(column): {") || $0.hasPrefix("# \(column): {") }
  }
}
