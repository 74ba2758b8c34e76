import Bytes
import Engine
import Foundation
import Records
import Support
import Testing

/// A pattern, the files of a folder, and those that match on 2026-05-01.
struct FilePatternCase: Sendable, CustomTestStringConvertible {
  var name: String
  var pattern: String
  var files: [String]
  var matches: [String]
  var testDescription: String { name }

  static let all = [
    FilePatternCase(
      name: "date in its default form", pattern: "orders-{date}.csv",
      files: ["orders-2026-05-01.csv", "orders-2026-05-02.csv"],
      matches: ["orders-2026-05-01.csv"]),
    FilePatternCase(
      name: "date in a pattern of its own", pattern: "access-{date:yyyyMMdd}*.log.gz",
      files: ["access-20260501.log.gz", "access-20260501-b.log.gz", "access-20260502.log.gz"],
      matches: ["access-20260501-b.log.gz", "access-20260501.log.gz"]),
    FilePatternCase(
      name: "short forms and two dates", pattern: "{date:yy}/{date:M-d}.csv",
      files: ["26/5-1.csv", "26/05-01.csv"], matches: ["26/5-1.csv"]),
    FilePatternCase(
      name: "names that begin with a dot never match", pattern: "*",
      files: [".hidden.csv", "a.csv", ".folder/b.csv"], matches: ["a.csv"]),
    FilePatternCase(
      name: "a star stays inside one name", pattern: "*.csv", files: ["a.csv", "sub/b.csv"],
      matches: ["a.csv"]),
    FilePatternCase(
      name: "two stars cross folders", pattern: "**/*.csv",
      files: ["a.csv", "sub/b.csv", "sub/deep/c.csv"],
      matches: ["a.csv", "sub/b.csv", "sub/deep/c.csv"]),
    FilePatternCase(
      name: "a set and a question mark", pattern: "shop[0-2]-?.log",
      files: ["shop1-a.log", "shop3-a.log", "shop2-ab.log"], matches: ["shop1-a.log"]),
    FilePatternCase(
      name: "a negated set", pattern: "x[!0-9].log", files: ["x1.log", "xa.log"],
      matches: ["xa.log"]),
    FilePatternCase(
      name: "stars that must come back", pattern: "a*b*c", files: ["aXbYbZc", "abcd", "abc"],
      matches: ["aXbYbZc", "abc"]),
    FilePatternCase(
      name: "a bracket that nothing closes is itself", pattern: "a[b", files: ["a[b", "ab"],
      matches: ["a[b"]),
  ]
}

@Suite struct FilePatternTests {
  @Test(arguments: FilePatternCase.all)
  func finds(_ example: FilePatternCase) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("pattern-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in example.files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: file)
    }
    let pattern = FilePattern(example.pattern, date: CivilDate(year: 2026, month: 5, day: 1))
    #expect(try pattern.matches(in: folder.path) == example.matches)
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("pattern-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  /// To Unicode the two names are one text, and to the file system they are two files.
  @Test func namesAreToldApartByTheirBytes() throws {
    try inFolder { folder in
      for name in ["k\u{E4}se.csv", "ka\u{308}se.csv"] {
        try #require(
          FileManager.default.createFile(atPath: "\(folder.path)/\(name)", contents: nil))
      }
      let found = try FilePattern("*.csv", date: CivilDate(days: 0)).matches(in: folder.path)
      #expect(found.map { Array($0.utf8).count } == [10, 9])
    }
  }

  /// A name that is no text stops who might mean it, and nobody else.
  @Test func aNameThatIsNoTextConcernsWhoMatchesIt() throws {
    try inFolder { folder in
      try #require(
        makeFile(named: Array("k".utf8) + [0xFC] + Array("che.csv".utf8), in: folder.path))
      func found(_ pattern: String) throws -> [String] {
        try FilePattern(pattern, date: CivilDate(days: 0)).matches(in: folder.path)
      }
      #expect(try found("orders-*.csv").isEmpty)
      #expect(throws: (any Error).self) { try found("k*.csv") }
      #expect(throws: (any Error).self) { try found("**/orders-*.csv") }
    }
  }

  /// A link that leads back would read a file again and again, and one that leads out reads others'.
  @Test func twoStarsFollowNoLink() throws {
    try inFolder { folder in
      try Data().write(to: folder.appendingPathComponent("a.csv"))
      try FileManager.default.createSymbolicLink(
        atPath: folder.appendingPathComponent("loop").path, withDestinationPath: ".")
      let date = CivilDate(days: 0)
      #expect(try FilePattern("**/*.csv", date: date).matches(in: folder.path) == ["a.csv"])
      #expect(try FilePattern("loop/*.csv", date: date).matches(in: folder.path) == ["loop/a.csv"])
    }
  }

  /// Its path is longer than the system takes, so that even root cannot tell what it is.
  @Test func whatCannotBeExaminedIsNotPassedOver() throws {
    let scratch = try Scratch()
    let deep = """
      import os
      os.chdir(os.getcwd())
      while len(os.getcwd()) < 3900:
          name = "d" * min(200, 3950 - len(os.getcwd()))
          os.mkdir(name)
          os.chdir(name)
      print(os.getcwd(), end="")
      os.mkdir("x" * 200)
      """
    let made = try Program.shell("python3 -c '\(deep)'", in: scratch.folder)
    #expect(made.status == 0, "\(made.errors)")
    defer { _ = try? Program.shell("rm -rf d*", in: scratch.folder) }
    let root = scratch.folder.path
    let start = try #require(made.output.range(of: "/dddd"))
    let path =
      root + made.output[start.lowerBound...] + "/" + String(repeating: "x", count: 200)
    let pattern = FilePattern("**/*.csv", date: CivilDate(year: 2026, month: 5, day: 1))
    let fault = #expect(throws: SystemFault.self) { try pattern.matches(in: root) }
    #expect(fault?.description == "cannot examine '\(path)': the name is too long")
  }

  /// A link that leads to itself, or to nowhere, is no folder, and what lies beside it is found.
  @Test func linksThatLeadNowhereAreNoFolders() throws {
    let scratch = try Scratch()
    let made = try Program.shell(
      "ln -s loop loop; ln -s absent nowhere; mkdir sub; echo > sub/a.csv", in: scratch.folder)
    #expect(made.status == 0, "\(made.errors)")
    let pattern = FilePattern("*/*.csv", date: CivilDate(year: 2026, month: 5, day: 1))
    #expect(try pattern.matches(in: scratch.folder.path) == ["sub/a.csv"])
  }
}
