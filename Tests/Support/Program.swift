package import Foundation

/// A built program of this package, run as a user runs it.
package struct Program {
  /// What a program left when it ended.
  package struct Ending {
    package var status: Int32
    package var output: String
    package var errors: String
  }

  /// Why a program cannot be run.
  package struct Missing: Error, CustomStringConvertible {
    package var name: String
    package var folder: String
    package var description: String {
      "there is no program '\(name)' in '\(folder)'; build it with: swift build --build-tests"
    }
  }

  /// The package's root folder.
  package static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The folder that the package's programs are built into: the one that holds the test bundle.
  package static let folder: URL = {
    let arguments = CommandLine.arguments
    let option = arguments.firstIndex(of: "--test-bundle-path")
    var bundles = [arguments[0]]
    if let option, option + 1 < arguments.count { bundles.insert(arguments[option + 1], at: 0) }
    for bundle in bundles where bundle.contains(".xctest") {
      var folder = URL(fileURLWithPath: bundle)
      while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
      return folder
    }
    return root.appendingPathComponent(".build/debug")
  }()

  private let executable: URL

  /// Finds the program `name` beside the test bundle.
  package init(_ name: String) throws {
    executable = Self.folder.appendingPathComponent(name)
    guard FileManager.default.isExecutableFile(atPath: executable.path) else {
      throw Missing(name: name, folder: Self.folder.path)
    }
  }

  /// Runs the program with `arguments` in `folder` and waits for its end.
  package func run(_ arguments: [String], in folder: URL) throws -> Ending {
    try Self.run(executable, arguments, in: folder)
  }

  /// Runs `script` with the shell in `folder`, with this package's programs first in the path.
  package static func shell(_ script: String, in folder: URL) throws -> Ending {
    try run(URL(fileURLWithPath: "/bin/sh"), ["-euc", script], in: folder)
  }

  /// Runs another's program with `arguments` in `folder`, with this package's first in the path.
  package static func run(_ executable: URL, _ arguments: [String], in folder: URL) throws -> Ending
  {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = "\(Self.folder.path):\(environment["PATH"] ?? "/usr/bin:/bin")"
    environment["SWIFT_BACKTRACE"] = "enable=no"
    environment["NO_COLOR"] = "1"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    // Files rather than pipes: a program that says much cannot block on a reader.
    let scratch = try Scratch()
    let output = try scratch.emptyFile("output")
    let errors = try scratch.emptyFile("errors")
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Ending(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}

/// A folder that is removed when nobody needs it any more.
package final class Scratch {
  package let folder: URL

  package init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sparsam-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Creates an empty file and returns its place.
  package func emptyFile(_ name: String) throws -> URL {
    let file = folder.appendingPathComponent(name)
    try Data().write(to: file)
    return file
  }

  /// Copies the entries `names` of the package's root into the folder.
  ///
  /// Links are followed: a copied link would let a test change the original.
  package func copyFromPackage(_ names: [String]) throws {
    for name in names {
      try FileManager.default.copyItem(
        at: Program.root.appendingPathComponent(name).resolvingSymlinksInPath(),
        to: folder.appendingPathComponent(name))
    }
  }
}
