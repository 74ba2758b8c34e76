import Engine
import Foundation
import Records
import Support
import Testing

/// A real access log and what another program counted in it (a regular expression of Python's `re`
/// for the nine fields, `\"` read as part of a field).
struct RealLog: Sendable, CustomTestStringConvertible {
  var file: String
  var date: String
  var read: Int
  var malformed = 0
  var byteSum: Int
  /// Records by status.
  var statuses: [String: Int]
  /// Distinct first fields of the records.
  var clients: Int
  var testDescription: String { file }

  static let all = [
    RealLog(
      file: "elastic/apache_logs", date: "2015-05-20", read: 10_000, malformed: 1,
      byteSum: 2_747_282_505,
      statuses: [
        "200": 9_125, "404": 213, "304": 445, "301": 164, "206": 45, "500": 3, "403": 2, "416": 2,
      ], clients: 1_753),
    RealLog(
      file: "advertools/combined_no_errors.log", date: "2015-05-17", read: 885, byteSum: 228_530,
      statuses: ["304": 248, "200": 31, "404": 603, "206": 1, "403": 2], clients: 64),
    RealLog(
      file: "advertools/nginx_access.log", date: "2021-11-22", read: 1_000, byteSum: 14_644_503,
      statuses: ["200": 546, "404": 294, "400": 75, "308": 14, "405": 18, "204": 53],
      clients: 228),
    RealLog(
      file: "lnav/logfile_access_log.0", date: "2009-07-20", read: 3, byteSum: 125_273,
      statuses: ["200": 2, "404": 1], clients: 1),
  ]
}

extension RealData {
  @Suite struct Logs {
    /// Returns what identifies a visitor in each line: the first field, the user, the whole user
    /// agent, and whole targets and referrers that have a query.
    static func identities(_ file: String) throws -> RealDataIdentities {
      var identities = RealDataIdentities()
      for line in try SharedData.bytes("logs/" + file).split(separator: UInt8(ascii: "\n")) {
        let text = String(decoding: line, as: UTF8.self)
        let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        if words.count > 2 {
          identities.insert(String(words[0]), of: "ip")
          identities.insert(String(words[2]), of: "user")
        }
        // Escaped quotes stand inside a field.
        let quoted = text.replacing("\\\"", with: "\u{1}")
          .split(separator: "\"", omittingEmptySubsequences: false)
          .map { String($0.replacing("\u{1}", with: "\\\"")) }
        if quoted.count > 1, let target = quoted[1].split(separator: " ").dropFirst().first,
          target.contains("?")
        {
          identities.insert(String(target), of: "target")
        }
        if quoted.count > 3, quoted[3].contains("?") {
          identities.insert(quoted[3], of: "referrer")
        }
        if quoted.count > 5 { identities.insert(quoted[5], of: "user_agent") }
      }
      return identities
    }

    static func night(_ file: String) throws -> RealDataNight {
      try RealDataNight("access-rows", links: ["access.log": "logs/" + file])
    }

    @Test(arguments: RealLog.all)
    func everyLineIsAccountedFor(_ log: RealLog) async throws {
      let night = try Self.night(log.file)
      let report = try await night.run(log.date)
      let counts = try report.counts("access")
      #expect(counts.read == log.read)
      #expect(counts.rejected == log.malformed)
      #expect(counts.kept == log.read - log.malformed)
      #expect(try report.rejects("access") == (log.malformed > 0 ? ["malformed 1"] : []))
      let rows = try night.table("operations", "access")
      #expect(rows.rows.count == counts.kept)
      #expect(rows.sum("bytes") == Decimal(log.byteSum))
      #expect(Set(rows.values("device")).count >= log.clients)
      var statuses: [String: Int] = [:]
      for row in try night.table("operations", "answers").rows {
        statuses[row[1], default: 0] += Int(row[2]) ?? 0
      }
      #expect(statuses == log.statuses)
      for devices in try night.table("editors", "pages").values("devices") {
        #expect((Int(devices) ?? 0) >= 10)
      }
      try expectTokens(rows, ["visitor", "device"])
    }

    @Test(arguments: RealLog.all)
    func noVisitorLeaves(_ log: RealLog) async throws {
      let night = try Self.night(log.file)
      let report = try await night.run(log.date)
      let identities = try Self.identities(log.file)
      #expect((identities.values["ip"]?.count ?? 0) >= log.clients)
      try expectNothingLeaks(identities, night, report)
    }

    /// The place of the one broken line, and nothing of what it says.
    @Test func brokenLineIsNamedByItsPlace() async throws {
      let night = try Self.night("elastic/apache_logs")
      _ = try await night.run("2015-05-20")
      let rejects = try night.contents(of: ["state"]).filter { $0.key.hasSuffix("rejects.ndjson") }
      let text = String(decoding: try #require(rejects.first?.value), as: UTF8.self)
      #expect(rejects.count == 1)
      #expect(
        text.hasPrefix(
          #"{"source":"access","file":"access.log","record":8899,"line":8899,"byte":"#))
      #expect(text.hasSuffix(#","rule":"malformed"}"# + "\n"))
    }

    /// Logs that are no access logs, or too few of whose lines are: nothing is published, and the
    /// message and the list of places hold no word of them.
    @Test(
      arguments: [
        ("lnav/logfile_bad_access_log.0", "1 bad records of 3"),
        ("lnav/logfile_crlf.0", "2 bad records of 2"),
        ("lnav/logfile_invalid_utf8.0", "6 bad records of 6"),
        ("lnav/logfile_haproxy.0", "17 bad records of 17"),
        ("advertools/nginx_custom_date.log", "20 bad records of 20"),
      ])
    func badLogsAreRefusedWithoutAWord(_ file: String, _ bad: String) async throws {
      let night = try Self.night(file)
      let failure = await #expect(throws: RunFailure.self) { try await night.run("2021-11-23") }
      let message = try #require(failure).message
      #expect(failure?.code == .badInput)
      #expect(message.contains(bad), "\(message)")
      #expect(try night.contents(of: ["out"]).isEmpty)
      #expect(
        try night.contents(of: ["state"]).contains { $0.key.hasSuffix("rejects.ndjson") })
      var identities = try Self.identities(file)
      for line in try SharedData.bytes("logs/" + file).split(separator: UInt8(ascii: "\n")) {
        identities.insert(String(decoding: line, as: UTF8.self), of: "line")
        for word in line.split(separator: UInt8(ascii: " ")) where word.count > 8 {
          identities.insert(String(decoding: word, as: UTF8.self), of: "word")
        }
      }
      let search = RealDataLeakSearch(identities, publicText: night.pipelineText)
      let findings = try search.findings(in: night, nil, messages: [message])
      #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "; "))")
    }

    @Test func emptyLogIsAnEmptyNight() async throws {
      let night = try Self.night("lnav/logfile_empty.0")
      let report = try await night.run("2021-11-23")
      #expect(try report.counts("access") == RecordCounts())
      #expect(try night.table("operations", "access").rows.isEmpty)
      #expect(try night.table("editors", "pages").rows.isEmpty)
    }

    /// Five lines of which one was cut off in the middle of a text.
    @Test func cutOffJSONLineIsRejectedAlone() async throws {
      let file = "logs/lnav/logfile_invalid_json.json"
      let night = try RealDataNight("lines", links: ["lines.json": file])
      let report = try await night.run("2013-09-07")
      let counts = try report.counts("lines")
      #expect(counts.read == 5)
      #expect(counts.rejected == 1)
      #expect(try report.rejects("lines") == ["malformed 1"])
      #expect(
        try night.table("operations", "lines").lines("day", "level")
          == [
            "2013-09-06 TRACE", "2013-09-06 INFO", "2013-09-06 other", "2013-09-06 other",
          ])
      var identities = RealDataIdentities()
      for line in try SharedData.bytes(file).split(separator: UInt8(ascii: "\n")) {
        for piece in String(decoding: line, as: UTF8.self).split(separator: "\"") {
          for word in piece.split(separator: "\\n") where word.count >= 8 {
            identities.insert(String(word), of: "line")
          }
        }
      }
      try expectNothingLeaks(identities, night, report)
    }
  }
}
