import Bytes
import Ledger
import PipelineFile
import Records

// The report frame of a partial: counts and places, never a value of a record.

extension ItemOutcome {
  func json(_ program: SourceProgram) -> JSONText {
    .members([
      "ending": ending.json,
      "sha256": .string(item.sha256), "bytes": .integer(item.byteCount),
      "records": .integer(item.records),
      "content": item.content?.json ?? .null, "beginning": item.beginning?.json ?? .null,
      "first": item.first.map { .strings($0.digests) } ?? .null,
      "counts": .array(report.counts.all.map { .integer($0) }),
      "rejected": report.rejectedByRule.json,
      "nulled": .array(report.nulled.map(\.json)),
      "rejects": .array(
        report.rejects.map {
          .array([
            .integer($0.record), .integer($0.line), .integer($0.byte), .string($0.rule.rawValue),
            $0.column.map { .string($0) } ?? .null,
          ])
        }),
      "dropped": .integer(report.dropped),
      "entered": .array(report.entered.map { .integer($0) }),
      "earliest": .array(report.earliest.map { $0.map { .integer(Int($0)) } ?? .null }),
      "decompressed": .integer(report.byteCount),
      "latest": report.latestDay.map { .integer(Int($0)) } ?? .null,
      "keys": .array(
        report.keys.sorted { ($0.name, $0.epoch) < ($1.name, $1.epoch) }
          .map { .strings([$0.name, $0.epoch, $0.check]) }),
    ])
  }

  /// Reads `json` back, or returns `nil` when it is no report on an item of this source.
  init?(_ payload: [UInt8], file: String, gathered: Gathered, program: SourceProgram) {
    guard let root = PartialFile.object(payload),
      let ending = (root["ending"] as? [String: Any]).flatMap({ InputEnding($0) }),
      let sha256 = root["sha256"] as? String, let byteCount = root["bytes"] as? Int,
      let records = root["records"] as? Int,
      let report = SourceReport(root, file: file, program: program)
    else { return nil }
    self.init(
      item: ItemReport(
        name: file, sha256: sha256, byteCount: byteCount, records: records,
        content: InputContent(json: root["content"]),
        beginning: InputBeginning(json: root["beginning"]),
        first: (root["first"] as? [String]).map { FirstRecords(digests: $0) }),
      ending: ending, report: report, gathered: gathered)
  }
}

extension InputContent {
  fileprivate var json: JSONText {
    .array([.integer(length), .integer(Int(crc32)), .string(head), .string(tail)])
  }

  init?(json: Any?) {
    guard let parts = json as? [Any], parts.count == 4, let length = parts[0] as? Int,
      let crc32 = (parts[1] as? Int).flatMap({ UInt32(exactly: $0) }),
      let head = parts[2] as? String, let tail = parts[3] as? String
    else { return nil }
    self.init(length: length, crc32: crc32, head: head, tail: tail)
  }
}

extension InputBeginning {
  fileprivate var json: JSONText { .array([.integer(byteCount), .string(sha256)]) }

  fileprivate init?(json: Any?) {
    guard let parts = json as? [Any], parts.count == 2, let byteCount = parts[0] as? Int,
      let sha256 = parts[1] as? String
    else { return nil }
    self.init(byteCount: byteCount, sha256: sha256)
  }
}

extension SourceReport {
  fileprivate init?(_ root: [String: Any], file: String, program: SourceProgram) {
    self.init(program)
    guard let counts = (root["counts"] as? [Int]).flatMap({ RecordCounts(all: $0) }),
      let rejected = (root["rejected"] as? [String: Int]).flatMap({ RuleCounts($0) }),
      let nulled = root["nulled"] as? [[String: Int]], nulled.count == self.nulled.count,
      let rejects = root["rejects"] as? [[Any]], let dropped = root["dropped"] as? Int,
      let entered = root["entered"] as? [Int], entered.count == self.entered.count,
      let earliest = root["earliest"] as? [Any], earliest.count == self.earliest.count,
      let byteCount = root["decompressed"] as? Int, let keys = root["keys"] as? [[String]]
    else { return nil }
    self.counts = counts
    rejectedByRule = rejected
    self.nulled = nulled.compactMap { RuleCounts($0) }
    self.rejects = rejects.compactMap { RecordFault($0, file: file) }
    self.dropped = dropped
    self.entered = entered
    self.earliest = earliest.map { ($0 as? Int).flatMap { Int32(exactly: $0) } }
    self.byteCount = byteCount
    latestDay = (root["latest"] as? Int).flatMap { Int32(exactly: $0) }
    for key in keys where key.count == 3 {
      self.keys.insert(UsedKey(name: key[0], epoch: key[1], check: key[2]))
    }
    guard self.nulled.count == nulled.count, self.rejects.count == rejects.count,
      self.keys.count == keys.count
    else { return nil }
  }
}

extension RecordFault {
  fileprivate init?(_ place: [Any], file: String) {
    guard place.count == 5, let record = place[0] as? Int, let line = place[1] as? Int,
      let byte = place[2] as? Int, let rule = (place[3] as? String).flatMap({ Rule(rawValue: $0) })
    else { return nil }
    self.init(
      file: file, record: record, line: line, byte: byte, rule: rule, column: place[4] as? String)
  }
}

extension RecordCounts {
  fileprivate var all: [Int] { [read, kept, rejected, noConsent, filtered, late, expired] }

  fileprivate init?(all counts: [Int]) {
    guard counts.count == 7 else { return nil }
    self.init()
    (read, kept, rejected, noConsent) = (counts[0], counts[1], counts[2], counts[3])
    (filtered, late, expired) = (counts[4], counts[5], counts[6])
  }
}

extension RuleCounts {
  fileprivate init?(_ counts: [String: Int]) {
    self.init()
    for (name, count) in counts {
      guard let rule = Rule(rawValue: name) else { return nil }
      self[rule] = count
    }
  }
}

extension InputEnding {
  fileprivate var json: JSONText {
    switch self {
    case .complete: .members(["is": .string("complete")])
    case .unfinished(let offset):
      .members(["is": .string("unfinished"), "offset": .integer(offset)])
    case .damaged(let damage):
      .members([
        "is": .string("damaged"), "kind": .string(damage.kind.rawValue),
        "format": .string(damage.format.rawValue), "member": .integer(damage.member),
        "offset": .integer(damage.offset),
      ])
    }
  }

  init?(_ root: [String: Any]) {
    switch root["is"] as? String {
    case "complete": self = .complete
    case "unfinished":
      guard let offset = root["offset"] as? Int else { return nil }
      self = .unfinished(offset: offset)
    case "damaged":
      guard let kind = (root["kind"] as? String).flatMap({ Damage.Kind(rawValue: $0) }),
        let format = (root["format"] as? String).flatMap({ Damage.Format(rawValue: $0) }),
        let member = root["member"] as? Int, let offset = root["offset"] as? Int
      else { return nil }
      self = .damaged(Damage(kind: kind, format: format, member: member, offset: offset))
    default: return nil
    }
  }

  /// One word for the command's answer.
  package var word: String {
    switch self {
    case .complete: "complete"
    case .unfinished: "unfinished"
    case .damaged: "damaged"
    }
  }
}
