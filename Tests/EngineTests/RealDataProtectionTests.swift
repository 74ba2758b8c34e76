import Engine
import Foundation
import Records
import Support
import Testing

extension RealData {
  /// Whether the search for leaks finds them, and whether a night comes out the same each time.
  @Suite struct Proof {
    /// Puts a raw value where it must not be, in each of the ways it could get there.
    @Test(arguments: [
      "cell", "segment", "gzip", "manifest", "readme", "encoded", "name", "message",
    ])
    func searchFindsWhatIsPutThereByHand(_ way: String) async throws {
      let file = "advertools/nginx_access.log"
      let night = try Logs.night(file)
      let report = try await night.run("2021-11-22")
      let identities = try Logs.identities(file)
      let search = RealDataLeakSearch(identities, publicText: night.pipelineText)
      let clean = try search.findings(in: night, report.manifest)
      #expect(clean.isEmpty)
      let client = String(
        decoding: try #require(identities.values["ip"]?.min(by: precedes)), as: UTF8.self)
      let target = String(
        decoding: try #require(identities.values["target"]?.min(by: precedes)), as: UTF8.self)
      let data = night.folder.appendingPathComponent("out/operations/access/data/dt=2021-11-22")
      let part = data.appendingPathComponent("part-00000.csv.gz")
      var messages: [String] = []
      switch way {
      case "cell", "segment", "gzip":
        var text = String(decoding: try RealDataNight.gunzip(part), as: UTF8.self)
        let lines = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        var cells = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(
          String.init)
        let columns = lines[0].split(separator: ",").map(String.init)
        let column = try #require(columns.firstIndex(of: way == "segment" ? "page" : "device"))
        cells[column] = way == "segment" ? "/visitor/\(client)/x" : client
        text = [String(lines[0]), cells.joined(separator: ","), String(lines[2])]
          .joined(separator: "\n")
        let plain = data.appendingPathComponent("part-00000.csv")
        try Data(text.utf8).write(to: plain)
        try FileManager.default.removeItem(at: part)
        if way == "gzip" {
          let process = Process()
          process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
          process.arguments = ["gzip", plain.path]
          try process.run()
          process.waitUntilExit()
        }
      case "manifest":
        try append(client, to: "state/runs/2021-11-22.access-rows.1/manifest.json", night)
      case "readme": try append(client, to: "out/editors/pages/README.md", night)
      case "encoded":
        let encoded = target.utf8.map { byte in
          byte == UInt8(ascii: "?") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
            || byte == UInt8(ascii: "&")
            ? "%" + String(byte, radix: 16, uppercase: true) : String(UnicodeScalar(byte))
        }.joined()
        try append(encoded, to: "out/editors/pages/README.md", night)
      case "name":
        try Data().write(to: night.folder.appendingPathComponent("state/\(client).txt"))
      default: messages = ["file 'access.log' has a bad record of \(client)"]
      }
      let found = try search.findings(in: night, report.manifest, messages: messages)
      #expect(!found.isEmpty)
      #expect(!found.contains { $0.description.contains(client) })
      if way == "cell" || way == "segment" || way == "gzip" {
        let column = way == "segment" ? "page" : "device"
        #expect(found.contains { $0.column == column && $0.field == "ip" && $0.count == 1 })
      }
    }

    private func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
      left.lexicographicallyPrecedes(right)
    }

    private func append(_ text: String, to path: String, _ night: RealDataNight) throws {
      let file = night.folder.appendingPathComponent(path)
      var content = try Data(contentsOf: file)
      content.append(contentsOf: Array("\n\(text)\n".utf8))
      try FileManager.default.removeItem(at: file)
      try content.write(to: file)
    }

    /// With the same keys, real logs and orders come out as the same bytes at every thread count.
    @Test(arguments: ["log", "orders", "nested", "german"])
    func sameBytesAtEveryThreadCount(_ example: String) async throws {
      func night() throws -> (RealDataNight, String) {
        switch example {
        case "log": (try Logs.night("elastic/apache_logs"), "2015-05-20")
        case "orders": (try Orders.retail(), "2011-01-31")
        case "nested": (try Orders.nested(), "2016-12-31")
        default: (try Orders.german(), "2011-12-31")
        }
      }
      let (first, date) = try night()
      _ = try await first.run(date, threads: 1)
      let expected = try first.contents(of: ["out"])
      #expect(expected.count >= 4)
      for threads in [2, 8] {
        let (next, _) = try night()
        try next.takeKeys(of: first)
        _ = try await next.run(date, threads: threads)
        expectSame(try next.contents(of: ["out"]), expected, "\(threads) threads")
      }
    }

    @Test func secondRunOfANightChangesNothing() async throws {
      let night = try Orders.german()
      _ = try await night.run("2011-12-31")
      let before = try night.contents()
      let again = try await night.run("2011-12-31")
      #expect(again.manifest == nil)
      expectSame(try night.contents(), before, "the second run")
    }
  }
}

/// Expects the same files with the same bytes, but for sizes and digests of compressed files.
func expectSame(_ found: [String: [UInt8]], _ expected: [String: [UInt8]], _ what: String) {
  #expect(found.keys.sorted() == expected.keys.sorted(), "\(what)")
  for (path, bytes) in expected { #expect(found[path] == bytes, "\(path), \(what)") }
}

/// The sample night under the public key; real data may never be run with it.
@Suite(.serialized) struct SampleNightReplayTests {
  private func night() throws -> RealDataNight {
    let samples = RealDataNight.root.appendingPathComponent("SampleData")
    let names = try FileManager.default.contentsOfDirectory(atPath: samples.path)
    return try RealDataNight(
      pipeline: RealDataNight.root.appendingPathComponent("Pipelines/shop-nightly.yaml"),
      links: Dictionary(
        uniqueKeysWithValues: names.map { ($0, samples.appendingPathComponent($0)) }),
      isReplay: true)
  }

  @Test func replaysAreTheSameBytesAtEveryThreadCount() async throws {
    let first = try night()
    let report = try await first.run("2026-04-30", threads: 1)
    for source in ["access", "tracking", "orders", "customers"] {
      #expect(try report.counts(source).kept > 0)
    }
    let expected = try first.contents()
    #expect(!expected.keys.contains { $0.hasPrefix("state/keys") })
    for threads in [1, 2, 8] {
      let next = try night()
      _ = try await next.run("2026-04-30", threads: threads)
      expectSame(try next.contents(), expected, "\(threads) threads")
    }
  }

  @Test func realKeysMakeOtherTokens() async throws {
    let replayed = try night()
    _ = try await replayed.run("2026-04-30")
    let rows = try replayed.table("operations", "access")
    #expect(rows.values("visitor").allSatisfy { $0.isEmpty || $0.hasPrefix("r") })
  }
}
