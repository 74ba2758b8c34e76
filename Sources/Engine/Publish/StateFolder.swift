import Bytes
import Foundation
import Records

/// The folder of a shop's runs and keys: owner only, one run at a time.
struct StateFolder: Sendable {
  let path: String

  var keys: String { "\(path)/keys" }
  var runs: String { "\(path)/runs" }
  var plans: String { "\(path)/plans" }

  /// Where the plan of a run lies whose items are done apart.
  func plan(_ date: CivilDate, pipeline: String) -> String { "\(plans)/\(date).\(pipeline)" }

  /// Makes the folder where it is missing.
  func prepare() throws {
    do {
      try Folder.make(path, mode: 0o700, intermediate: true)
      try Folder.make(runs, mode: 0o700, intermediate: true)
    } catch let fault {
      throw RunFailure(fault.isNoSpace ? .inputOutput : .cannotCreate, fault.description)
    }
  }

  /// The lock of a state folder, held as long as this lives.
  final class HeldLock: Sendable {
    private let lock: FileLock

    init(_ lock: consuming FileLock) { self.lock = lock }
  }

  /// Takes the lock of the folder.
  func lock() throws -> HeldLock {
    guard let lock = try FileLock.take("\(path)/lock") else {
      throw RunFailure(
        .locked, "another run holds the lock '\(path)/lock'; wait for its end and start again")
    }
    return HeldLock(lock)
  }

  func runFolder(_ run: String) -> String { "\(runs)/\(run)" }

  /// Returns what earlier runs left, oldest first by name.
  ///
  /// A manifest that cannot be read stops the run: what it knew of keys must not be forgotten.
  func history() throws -> [PastRun] {
    var past: [PastRun] = []
    for name in try Folder.names(in: runs) {
      let path = "\(runs)/\(name)/manifest.json"
      guard try FileFacts.exists(path) else { continue }
      guard let file = try? WholeFile(path: path, limit: 1 << 28),
        let run = PastRun(name: name, manifest: Data(file.bytes))
      else {
        throw RunFailure(
          .inputOutput,
          "cannot read the manifest '\(path)'; restore it from a backup or move its folder away")
      }
      past.append(run)
    }
    return past
  }

  /// Returns a name for a new run: date, pipeline and a number, none of which tells of its input.
  func nextRunName(_ date: CivilDate, pipeline: String) throws -> String {
    let names = Set(try Folder.names(in: runs))
    var number = 1
    while names.contains("\(date).\(pipeline).\(number)") { number += 1 }
    return "\(date).\(pipeline).\(number)"
  }
}

/// What a run needs to know of an earlier one, read back from its manifest.
struct PastRun: Sendable {
  var name: String
  var pipelineName: String
  var pipelineDigest: String
  var date: String
  var isReplay: Bool
  /// For each source the sorted digests of its files.
  var inputs: [String: [String]]
  var deferred: Set<String>
  /// Check values by key name and epoch.
  var keyChecks: [String: String]
  /// What it made of each table, by output and name: `output/table`.
  var tables: [String: PastTable]

  init?(name: String, manifest: Data) {
    guard let root = try? JSONSerialization.jsonObject(with: manifest) as? [String: Any],
      root["sparsam"] as? Int == 1,
      let pipeline = root["pipeline"] as? [String: Any],
      let pipelineName = pipeline["name"] as? String,
      let digest = pipeline["sha256"] as? String,
      let date = root["date"] as? String, let isReplay = root["replay"] as? Bool,
      let sources = root["sources"] as? [String: [String: Any]],
      let keys = root["keys"] as? [[String: Any]]
    else { return nil }
    guard let tables = PastTable.all(in: root["outputs"]) else { return nil }
    self.tables = tables
    self.name = name
    self.pipelineName = pipelineName
    pipelineDigest = digest
    self.date = date
    self.isReplay = isReplay
    inputs = sources.mapValues { source in
      ((source["files"] as? [[String: Any]]) ?? []).compactMap { $0["sha256"] as? String }.sorted()
    }
    deferred = Set(
      sources.flatMap { name, source in
        ((source["deferred"] as? [String]) ?? []).map { "\(name)/\($0)" }
      })
    keyChecks = [:]
    for key in keys {
      guard let name = key["name"] as? String, let epoch = key["epoch"] as? String,
        let check = key["check"] as? String
      else { return nil }
      keyChecks["\(name)/\(epoch)"] = check
    }
  }
}

/// A table of an earlier run, read back from its manifest.
struct PastTable: Sendable {
  var rowCount: Int
  var files: [(name: String, sha256: String, byteCount: Int)]
  var deleteAfter: String?

  /// Reads a manifest's `outputs`; the keys are `output/table`. Returns `nil` when it is damaged.
  static func all(in outputs: Any?) -> [String: PastTable]? {
    guard let outputs = outputs as? [String: [String: [String: Any]]] else { return nil }
    var all: [String: PastTable] = [:]
    for (output, tables) in outputs {
      for (name, table) in tables {
        guard let rowCount = table["rows"] as? Int, let files = table["files"] as? [[String: Any]]
        else { return nil }
        var past = PastTable(
          rowCount: rowCount, files: [], deleteAfter: table["delete_after"] as? String)
        for file in files {
          guard let name = file["name"] as? String, let sha256 = file["sha256"] as? String,
            let byteCount = file["bytes"] as? Int
          else { return nil }
          past.files.append((name, sha256, byteCount))
        }
        all["\(output)/\(name)"] = past
      }
    }
    return all
  }
}
