import Engine
import Foundation
import Records
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
}
