import Foundation
import Support
import Testing

/// README.md tells the truth: its commands run, its targets exist, its output is what is printed.
@Suite struct ReadmeTests {
  private static let samples = ["Pipelines", "SampleData"]

  @Test func everyMakeTargetExists() throws {
    let targets = try Makefile().targets
    let readme = try Readme()
    var named: [String] = []
    for line in readme.commands.joined() where line.hasPrefix("make ") {
      named += line.dropFirst(5).split(separator: " ").map(String.init)
    }
    for piece in readme.text.components(separatedBy: "`make ").dropFirst() {
      named.append(String(piece.prefix { $0 != "`" && $0 != " " }))
    }
    #expect(named.contains("run"))
    for target in named {
      #expect(targets.contains(target), "README.md names 'make \(target)', which does not exist")
    }
  }

  @Test func everyListedTargetIsSaidToBePhony() throws {
    let makefile = try Makefile()
    #expect(!makefile.targets.isEmpty)
    for target in makefile.targets {
      #expect(makefile.text.contains(".PHONY: \(target)\n"), "'\(target)' may be taken for a file")
    }
  }

  /// The test plays the newcomer: it types the blocks in order, in a folder with the samples, and
  /// decides on the draft by taking over a finished pipeline.
  @Test func everyCommandRuns() throws {
    let scratch = try Scratch()
    try scratch.copyFromPackage(Self.samples)
    let draft = scratch.folder.appendingPathComponent("my-shop.yaml")
    let finished = Program.root.appendingPathComponent("Pipelines/shop-nightly.yaml")
    var typed = 0
    for block in try Readme().commands {
      let lines = block.filter { !$0.hasPrefix("make ") && !$0.hasPrefix("export PATH=") }
        .map { $0.replacing(".build/release/", with: "") }
      guard !lines.isEmpty else { continue }
      typed += lines.count
      let ending = try Program.shell(lines.joined(separator: "\n"), in: scratch.folder)
      #expect(ending.status == 0, "\(lines.joined(separator: "; ")): \(ending.errors)")
      if block.contains(where: { $0.hasPrefix("sparsam draft") }) {
        let text = try String(contentsOf: draft, encoding: .utf8)
        #expect(text.contains("sparsam: 1"))
        try Data(contentsOf: finished).write(to: draft)
      }
    }
    #expect(typed >= 7)
  }

  @Test func cronLineRunsAndIsSilent() throws {
    let scratch = try Scratch()
    try scratch.copyFromPackage(Self.samples)
    let lines = try #require(Readme().blocks.first { $0.language == "cron" }).lines
    let line = try #require(lines.first { $0.contains("sparsam run") })
    // Five fields of time, then the command.
    var command = line.split(separator: " ").dropFirst(5).joined(separator: " ")
    #expect(command.hasPrefix("/usr/local/bin/sparsam run "))
    for (installed, here) in [
      ("/usr/local/bin/", ""), ("/etc/sparsam/", "Pipelines/"), ("/srv/shop/raw", "SampleData"),
      ("/srv/shop/out", "out"), ("/var/lib/sparsam", "state"),
    ] {
      #expect(command.contains(installed))
      command = command.replacing(installed, with: here)
    }
    let ending = try Program.shell(command + " --date 2026-04-30", in: scratch.folder)
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output.isEmpty)
    #expect(ending.errors.isEmpty)
  }

  /// What `make run` prints, from the command that stands in the Makefile.
  @Test func outputOfRunIsTheRealOne() throws {
    let scratch = try Scratch()
    try scratch.copyFromPackage(Self.samples)
    let command = try Makefile().runCommand
    let first = try Program.shell(command, in: scratch.folder)
    #expect(first.status == 0, "\(first.errors)")
    let printed = (first.output + first.errors).trimmingCharacters(in: .newlines)
    let readme = try Readme()
    #expect(!printed.isEmpty)
    #expect(readme.runOutput == printed, "run 'make golden' and review the difference")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try Data(readme.replacingRunOutput(with: printed).utf8).write(to: Readme.file)
      Issue.record("README.md was written anew; review the difference like code")
    }
    let second = try Program.shell(command, in: scratch.folder)
    #expect(second.status == 0, "a second run of the same night changes nothing: \(second.errors)")
  }

  /// One way into each exit code that can be provoked from outside.
  struct Provocation: Sendable, CustomTestStringConvertible {
    var code: Int32
    var script: String
    var testDescription: String { "exit \(code)" }

    static let run =
      "sparsam run Pipelines/access-log.yaml --input SampleData --output out --state state "
      + "--date 2026-04-30"

    static let all = [
      Provocation(code: 0, script: "\(run)\n\(run)"),
      Provocation(
        code: 1,
        script: "sed 's/requests: 11,/requests: 12,/' Pipelines/access-log.yaml >a.yaml\n"
          + "sparsam test a.yaml"),
      Provocation(code: 64, script: "\(run) --frugal"),
      Provocation(
        code: 65, script: "printf 'no gzip' >>SampleData/access-20260430.log.gz\n\(run)"),
      Provocation(code: 66, script: "rm SampleData/access-*\n\(run)"),
      Provocation(code: 73, script: "\(run)\nsamples --out SampleData --seed 5\n\(run)"),
      Provocation(
        code: 77,
        script: "\(run)\nchmod 644 state/keys/device/*.key\n"
          + "samples --out SampleData --seed 5 --date 2026-05-01\n"
          + run.replacing("2026-04-30", with: "2026-05-01")),
      Provocation(
        code: 78,
        script: "echo 'sparsam: 2' >a.yaml\n"
          + "sparsam run a.yaml --input SampleData --date 2026-04-30"),
    ]
  }

  @Test(arguments: Provocation.all)
  func exitCodeMeansWhatTheTableSays(_ provocation: Provocation) throws {
    #expect(try Readme().exitCodes.contains(provocation.code))
    let scratch = try Scratch()
    try scratch.copyFromPackage(Self.samples)
    let ending = try Program.shell(provocation.script, in: scratch.folder)
    #expect(ending.status == provocation.code, "\(ending.errors)")
  }

  @Test func linksPointToFilesThatExist() throws {
    let links = try Readme().text.components(separatedBy: "](").dropFirst()
      .map { String($0.prefix { $0 != ")" }) }
    #expect(links.contains("Pipelines/shop-nightly.yaml"))
    for link in links where !link.hasPrefix("https://") {
      let place = Program.root.appendingPathComponent(link)
      #expect(FileManager.default.fileExists(atPath: place.path), "README.md links to '\(link)'")
    }
  }

  @Test func blocksAreFoundInAnyText() {
    let readme = Readme(
      text: "a\n```sh\nmake x\n\nls\n```\n```text\n1\n```\n| exit |\n|---|\n| 64 | usage |\n")
    #expect(readme.commands == [["make x", "ls"]])
    #expect(readme.exitCodes == [64])
    #expect(readme.runOutput.isEmpty)
  }

  @Test func outputIsReplacedBetweenItsMarks() {
    let readme = Readme(
      text: "a\n\(Readme.outputBegins) -->\n```text\nold\n```\n\(Readme.outputEnds)\nb\n")
    #expect(readme.runOutput == "old")
    let renewed = Readme(text: readme.replacingRunOutput(with: "new\nlines"))
    #expect(renewed.runOutput == "new\nlines")
    #expect(renewed.text.hasPrefix("a\n") && renewed.text.hasSuffix("\nb\n"))
  }
}

/// What the tests read in the Makefile.
private struct Makefile {
  let text: String

  init() throws {
    text = try String(
      contentsOf: Program.root.appendingPathComponent("Makefile"), encoding: .utf8)
  }

  /// The targets that `make help` lists.
  var targets: [String] {
    text.split(separator: "\n").filter { !$0.hasPrefix("\t") && $0.contains(":") }
      .filter { $0.contains("## ") }
      .map { String($0.prefix { $0 != ":" }) }
  }

  /// The command of `make run`, with the variables as they are by default.
  var runCommand: String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("\t@.build/release/sparsam run ") })
    else { return "false" }
    var command = ""
    for line in lines[start...] {
      command += line.trimmingCharacters(in: .whitespaces).trimmingPrefix("@")
      guard command.hasSuffix("\\") else { break }
      command.removeLast()
    }
    for name in ["RUN", "DATE"] {
      let assigned = lines.first { $0.hasPrefix(name) && $0.contains("=") } ?? ""
      let value = assigned.drop { $0 != "=" }.dropFirst().trimmingCharacters(in: .whitespaces)
      command = command.replacing("$(\(name))", with: value)
    }
    return command.replacing(".build/release/", with: "")
  }
}
