import Ingest
import Records
import Support
import Testing

/// A real log and what was counted in it with another program.
struct LogFileCase: Sendable, CustomTestStringConvertible {
  var file: String
  var layout = Reading.Layout.combined
  var records: Int
  var malformed = 0
  /// Records whose request is no request line.
  var garbage = 0
  /// Records without referrer.
  var withoutReferrer = 0
  /// Records whose referrer is escaped bytes of another encoding.
  var spoiled = 0
  var testDescription: String { file }

  static let all = [
    LogFileCase(
      file: "elastic/apache_logs", records: 9_999, malformed: 1, withoutReferrer: 4_072,
      spoiled: 3),
    LogFileCase(
      file: "advertools/combined_no_errors.log", records: 885, withoutReferrer: 885),
    LogFileCase(
      file: "advertools/nginx_access.log", records: 1_000, garbage: 43, withoutReferrer: 560),
    LogFileCase(
      file: "advertools/nginx_custom_date.log", records: 20, garbage: 2, withoutReferrer: 19),
    LogFileCase(file: "lnav/logfile_access_log.0", records: 3, withoutReferrer: 3),
    LogFileCase(
      file: "lnav/logfile_bad_access_log.0", records: 2, malformed: 1, withoutReferrer: 2),
    LogFileCase(file: "lnav/logfile_crlf.0", records: 0, malformed: 2),
    LogFileCase(file: "lnav/logfile_invalid_utf8.0", records: 0, malformed: 6),
    LogFileCase(file: "lnav/logfile_empty.0", records: 0),
    LogFileCase(file: "lnav/logfile_haproxy.0", records: 0, malformed: 17),
  ]
}

@Suite(
  .enabled(if: SharedData.isPresent, "the folder of real exports is absent"))
struct AccessLogRealFileTests {
  @Test(arguments: LogFileCase.all)
  func readsFile(_ example: LogFileCase) throws {
    let file = try SharedData.bytes("logs/" + example.file)
    let reading = Reading(format: .accessLog(example.layout))
    let slots = ["method", "target", "status", "bytes", "time", "ip", "referrer", "user_agent"]
    let found = try Scanned.read(file, reading, slots: slots)
    #expect(found.rows.count == example.records)
    #expect(found.faults.count == example.malformed)
    #expect(found.faults.allSatisfy { $0.rule == .malformed })
    #expect(found.rows.filter { $0[0] == nil }.count == example.garbage)
    #expect(found.rows.filter { $0[6] == nil }.count == example.withoutReferrer + example.spoiled)
    #expect(found.rows.allSatisfy { Int($0[2] ?? "") != nil && Int($0[3] ?? "") != nil })
    #expect(found.spoiled.count == example.spoiled)
    #expect(found.spoiled.allSatisfy { $0.slot == 6 && $0.rule == .encoding })
    let cut = try Scanned.read(file, reading, slots: slots, blockSize: 3000)
    #expect(cut.rows == found.rows)
    #expect(cut.faults == found.faults)
    #expect(cut.bytes == found.bytes)
  }
}
