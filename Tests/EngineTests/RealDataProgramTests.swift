import Foundation
import Support
import Testing

/// The built command, where the package was built as a whole.
struct RealDataProgram {
  /// The program beside the test bundle, or `nil` where it was not built.
  static let executable: URL? = {
    var bundles = [CommandLine.arguments[0]]
    if let option = CommandLine.arguments.firstIndex(of: "--test-bundle-path"),
      option + 1 < CommandLine.arguments.count
    {
      bundles.insert(CommandLine.arguments[option + 1], at: 0)
    }
    for bundle in bundles where bundle.contains(".xctest") {
      var folder = URL(fileURLWithPath: bundle)
      while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
      let program = folder.appendingPathComponent("sparsam")
      if FileManager.default.isExecutableFile(atPath: program.path) { return program }
    }
    return nil
  }()

  /// Runs the command in a night's folder; returns its exit code and everything it said.
  static func run(
    _ arguments: [String], in night: RealDataNight
  ) throws -> (status: Int32, said: [String]) {
    let program = try #require(executable)
    let files = ["output", "errors"].map { night.folder.appendingPathComponent($0) }
    for file in files { try Data().write(to: file) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = night.folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = environment
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus,
      try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    )
  }
}

extension RealData {
  /// What the command itself says of real files, on standard output and standard error.
  @Suite(.enabled(if: RealDataProgram.executable != nil, "the program 'sparsam' is not built"))
  struct Command {
    @Test(arguments: ["--verbose", "--json", "--dry-run"])
    func commandSaysNothingOfAPerson(_ option: String) throws {
      let log = "elastic/apache_logs"
      try expectSilence(
        try Logs.night(log), try Logs.identities(log), pipeline: "access-rows",
        date: "2015-05-20", option)
      try expectSilence(
        try Messages.night("careless-messages"),
        try Messages.identities(onlyAddresses: true).all, pipeline: "careless-messages",
        date: "2023-09-01", option)
    }

    @Test(arguments: ["--verbose", "--json"])
    func refusalSaysNothingOfAPerson(_ option: String) throws {
      let log = "advertools/nginx_custom_date.log"
      try expectSilence(
        try Logs.night(log), try Logs.identities(log), pipeline: "access-rows",
        date: "2021-11-23", option, status: 65)
    }

    private func expectSilence(
      _ night: RealDataNight, _ identities: RealDataIdentities, pipeline: String, date: String,
      _ option: String, status: Int32 = 0
    ) throws {
      let path = RealDataNight.pipelines.appendingPathComponent("\(pipeline).yaml").path
      let ending = try RealDataProgram.run(
        ["run", path, "--input", "in", "--date", date, option], in: night)
      #expect(ending.status == status)
      #expect(ending.said.contains { !$0.isEmpty })
      let search = RealDataLeakSearch(identities, publicText: night.pipelineText)
      let findings = try search.findings(in: night, nil, messages: ending.said)
      #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "; "))")
    }
  }
}
