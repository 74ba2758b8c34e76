import Bytes
import Foundation
import Ledger

/// A run as its manifest tells of it, for when the ledger does not know it.
struct PastRun {
  var pipelineName: String
  var pipelineDigest: String
  var date: String
  var isReplay: Bool
  var keys: [(name: String, epoch: String, check: String)] = []
  /// By table, as `output/table`, the names of the keys whose tokens it holds.
  private(set) var tokenKeys: [String: [String]] = [:]
  private var partitions: [LedgerPartition] = []
  private var inputs: [LedgerInput] = []

  /// Reads a manifest; one that cannot be read stops the run: what it knew must not be forgotten.
  init(reading path: String) throws {
    guard let file = try? WholeFile(path: path, limit: 1 << 28),
      let root = try? JSONSerialization.jsonObject(with: Data(file.bytes)) as? [String: Any],
      let run = PastRun(root)
    else {
      throw RunFailure(
        .inputOutput,
        "cannot read the manifest '\(path)'; restore it from a backup or move its folder away")
    }
    self = run
  }

  /// Its partitions, as those of the run of that name.
  func partitions(named run: String) -> [LedgerPartition] {
    partitions.map { partition in
      var partition = partition
      partition.run = run
      return partition
    }
  }

  /// Its inputs, as far as the manifest says what they are known by.
  func inputs(named run: String) -> [LedgerInput] {
    inputs.map { input in
      var input = input
      input.run = run
      return input
    }
  }

  private init?(_ root: [String: Any]) {
    guard root["sparsam"] as? Int == 1,
      let pipeline = root["pipeline"] as? [String: Any],
      let name = pipeline["name"] as? String, let digest = pipeline["sha256"] as? String,
      let date = root["date"] as? String, let isReplay = root["replay"] as? Bool,
      let sources = root["sources"] as? [String: [String: Any]],
      let outputs = root["outputs"] as? [String: [String: [String: Any]]],
      let keys = root["keys"] as? [[String: Any]]
    else { return nil }
    pipelineName = name
    pipelineDigest = digest
    self.date = date
    self.isReplay = isReplay
    for key in keys {
      guard let name = key["name"] as? String, let epoch = key["epoch"] as? String,
        let check = key["check"] as? String
      else { return nil }
      self.keys.append((name, epoch, check))
    }
    for (output, tables) in outputs.sorted(by: { $0.key < $1.key }) {
      for (table, members) in tables.sorted(by: { $0.key < $1.key }) {
        guard let partition = partition(members, output, table) else { return nil }
        partitions.append(partition)
        // `pseudonym shopper (quarter)`, whatever was done before.
        tokenKeys["\(output)/\(table)"] = (members["columns"] as? [[String: Any]] ?? [])
          .compactMap { column in
            (column["treatment"] as? String)?.firstMatch(of: #/pseudonym ([^ ]+) \(/#)
              .map { String($0.1) }
          }
      }
    }
    for (source, members) in sources.sorted(by: { $0.key < $1.key }) {
      for file in members["files"] as? [[String: Any]] ?? [] {
        if let input = input(file, source) { inputs.append(input) }
      }
    }
  }

  private func partition(
    _ members: [String: Any], _ output: String, _ table: String
  ) -> LedgerPartition? {
    guard let rowCount = members["rows"] as? Int, let files = members["files"] as? [[String: Any]]
    else { return nil }
    var made: [LedgerPartition.File] = []
    for file in files {
      guard let name = file["name"] as? String, let sha256 = file["sha256"] as? String,
        let byteCount = file["bytes"] as? Int
      else { return nil }
      // Every partition is one file so far.
      made.append(
        LedgerPartition.File(
          name: name, sha256: sha256, byteCount: byteCount,
          rowCount: made.isEmpty ? rowCount : 0))
    }
    return LedgerPartition(
      run: "", output: output, table: table, date: date,
      path: "\(output)/\(table)/\(OutputLayout.partitionPath(date))",
      staged: OutputLayout.stagedName(output: output, table: table),
      deleteAfter: members["delete_after"] as? String, sharePublished: nil, files: made)
  }

  private func input(_ file: [String: Any], _ source: String) -> LedgerInput? {
    guard let name = file["name"] as? String, let sha256 = file["sha256"] as? String,
      let byteCount = file["bytes"] as? Int, let records = file["records"] as? Int,
      let content = (file["content"] as? String).flatMap(InputContent.init(id:))
    else { return nil }
    return LedgerInput(
      run: "", pipeline: pipelineName, source: source, content: content, name: name,
      sha256: sha256, byteCount: byteCount, recordCount: records)
  }
}
