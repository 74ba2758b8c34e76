import Foundation
import Records
import Support

/// A server that logs and a logrotate that turns its log over every night, each time as another
/// configuration would.
///
/// Every line carries a number; `closed` are those that stand in files that are rotated.
final class LogrotateNights {
  private let folder: URL
  private var random: SplitMix
  private var live: [String] = []
  private var next = 0
  /// Numbers of all lines in rotated files.
  private(set) var closed: Set<Int> = []
  /// A file whose compression is still going on, with all of its bytes.
  private var unfinished: (name: String, bytes: Data)?
  private(set) var tried: Set<String> = []

  init(in folder: URL, seed: UInt64) {
    self.folder = folder
    random = SplitMix(seed: seed)
  }

  private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: file(name).path)
  }

  /// Logs a day's lines and rotates at its end.
  func pass(_ date: CivilDate, lastNight: Bool) throws {
    for minute in 0..<Int.random(in: 0...40, using: &random) {
      live.append("{\"at\":\"\(date)T10:\(minute / 10 % 6)\(minute % 10):00Z\",\"n\":\(next)}\n")
      next += 1
    }
    try Data(live.joined().utf8).write(to: file("app.log"))
    if let (name, bytes) = unfinished {
      try bytes.write(to: file(name))
      unfinished = nil
    }
    if !live.isEmpty {
      try rotate(date, canBeUnfinished: !lastNight)
      closed = Set(0..<next)
      live = []
    }
    try touchSomething()
  }

  private func rotate(_ date: CivilDate, canBeUnfinished: Bool) throws {
    let way =
      ["create", "copytruncate", "dateext", "delaycompress", "gzip", "reuse", "unfinished"]
      .randomElement(using: &random) ?? "create"
    tried.insert(way)
    try shift()
    switch way {
    case "create", "delaycompress":
      if way == "delaycompress" { try compress("app.log.2") }
      try FileManager.default.moveItem(at: file("app.log"), to: file("app.log.1"))
    case "copytruncate":
      try FileManager.default.copyItem(at: file("app.log"), to: file("app.log.1"))
      try FileHandle(forWritingTo: file("app.log")).truncate(atOffset: 0)
    case "dateext":
      try FileManager.default.moveItem(at: file("app.log"), to: file("app.log-\(date)"))
    case "reuse":
      // The oldest file's inode lives on under the newest name.
      let bytes = try Data(contentsOf: file("app.log"))
      if let old = try names().first(where: { $0.hasPrefix("app.log.1") }) {
        try FileManager.default.moveItem(at: file(old), to: file("app.log.1"))
      }
      if exists("app.log.1") {
        let handle = try FileHandle(forWritingTo: file("app.log.1"))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: bytes)
        try handle.close()
      } else {
        try bytes.write(to: file("app.log.1"))
      }
    case "unfinished" where canBeUnfinished:
      try FileManager.default.moveItem(at: file("app.log"), to: file("app.log.1"))
      try compress("app.log.1")
      let bytes = try Data(contentsOf: file("app.log.1.gz"))
      try bytes.prefix(Int.random(in: bytes.count / 2..<bytes.count, using: &random)).write(
        to: file("app.log.1.gz"))
      unfinished = ("app.log.1.gz", bytes)
    default:
      try FileManager.default.moveItem(at: file("app.log"), to: file("app.log.1"))
      try compress("app.log.1")
    }
  }

  /// app.log.1 becomes app.log.2 and so on; the fifth goes.
  private func shift() throws {
    for number in stride(from: 5, through: 1, by: -1) {
      for ending in ["", ".gz"] where exists("app.log.\(number)\(ending)") {
        let old = file("app.log.\(number)\(ending)")
        if number == 5 {
          try FileManager.default.removeItem(at: old)
        } else {
          try FileManager.default.moveItem(at: old, to: file("app.log.\(number + 1)\(ending)"))
        }
      }
    }
  }

  private func compress(_ name: String) throws {
    guard exists(name) else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "gzip", "-f", "-\(Int.random(in: 1...9, using: &random))", file(name).path,
    ]
    try process.run()
    process.waitUntilExit()
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasPrefix("app.log.")
    }.sorted()
  }

  /// Gives a rotated file another time, as a backup that was put back has.
  private func touchSomething() throws {
    guard let name = try names().randomElement(using: &random) else { return }
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
      ofItemAtPath: file(name).path)
  }
}
