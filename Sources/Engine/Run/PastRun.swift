import Bytes
import Foundation
import Ledger
import Pseudonymise
import Records

/// A run as its manifest tells of it: what the ledger does not keep, and all of it where that was
/// lost.
package struct PastRun {
  var pipelineName: String
  var pipelineDigest: String
  var date: String
  var isReplay: Bool
  /// Whether it has read nothing, and written published partitions anew.
  var isRewriting: Bool
  var keys: [(name: String, epoch: Epoch, check: String)] = []
  /// By table, as `output/table`, and column the name of the key whose tokens it holds.
  private(set) var tokenKeys: [String: [String: String]] = [:]
  /// By table, as `output/table`, how many cells, or persons, it holds back.
  private(set) var heldBack: [String: Int] = [:]
  private var partitions: [LedgerPartition] = []
  private var inputs: [LedgerInput] = []

  /// Reads a manifest; one that cannot be read stops the run: what it knew must not be forgotten.
  package init(reading path: String) throws {
    guard let file = try? WholeFile(path: path),
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
      let date = root["date"] as? String, CivilDate(date) != nil,
      let isReplay = root["replay"] as? Bool,
      let sources = root["sources"] as? [String: [String: Any]],
      let outputs = root["outputs"] as? [String: [String: [String: Any]]],
      let keys = root["keys"] as? [[String: Any]]
    else { return nil }
    pipelineName = name
    pipelineDigest = digest
    self.date = date
    self.isReplay = isReplay
    isRewriting = sources.isEmpty
    for key in keys {
      guard let name = key["name"] as? String,
        let epoch = (key["epoch"] as? String).flatMap({ Epoch($0) }),
        let check = key["check"] as? String
      else { return nil }
      self.keys.append((name, epoch, check))
    }
    for (output, tables) in outputs.sorted(by: { $0.key < $1.key }) {
      for (table, members) in tables.sorted(by: { $0.key < $1.key }) {
        guard let partition = partition(members, output, table),
          let keys = PastRun.tokenKeys(members)
        else { return nil }
        partitions.append(partition)
        tokenKeys["\(output)/\(table)"] = keys
        if let cells = members["cells"] {
          guard let count = (cells as? [String: Any])?["suppressed"] as? Int else { return nil }
          heldBack["\(output)/\(table)"] = count
        }
      }
    }
    for (source, members) in sources.sorted(by: { $0.key < $1.key }) {
      for file in members["files"] as? [[String: Any]] ?? [] {
        if let input = input(file, source) { inputs.append(input) }
      }
    }
  }

  /// The keys of a table's tokens by column; `nil` where its columns are not told.
  private static func tokenKeys(_ members: [String: Any]) -> [String: String]? {
    guard let columns = members["columns"] as? [[String: Any]] else { return nil }
    var keys: [String: String] = [:]
    for column in columns {
      guard let name = column["name"] as? String, let treatment = column["treatment"] as? String
      else { return nil }
      keys[name] = column["key"] as? String ?? key(inWords: treatment)
    }
    return keys
  }

  /// The key that an older version tells in words alone: `pseudonym shopper (quarter)`, whatever was
  /// done before.
  static func key(inWords treatment: String) -> String? {
    treatment.firstMatch(of: #/pseudonym ([^ ]+) \(/#).map { String($0.1) }
  }

  private func partition(
    _ members: [String: Any], _ output: String, _ table: String
  ) -> LedgerPartition? {
    let deleteAfter = members["delete_after"] as? String
    guard let rowCount = members["rows"] as? Int, let files = members["files"] as? [[String: Any]],
      deleteAfter.map({ CivilDate($0) != nil }) != false
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
      deleteAfter: deleteAfter, sharePublished: nil, files: made)
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

extension StateFolder {
  /// What the evidence of a run tells; `nil` where it is not there any more.
  func pastRun(_ name: String) throws -> PastRun? {
    try FileFacts.exists(manifest(name)) ? PastRun(reading: manifest(name)) : nil
  }
}
