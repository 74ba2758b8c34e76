import Bytes
import Ledger

/// The data files of a partition as they lie.
enum PublishedFiles {
  struct Found: Sendable {
    var name: String
    var sha256: String
    var byteCount: Int
  }

  /// Returns the files of a partition's folder, hashed, by name; a link is refused.
  static func all(in partition: String) throws -> [Found] {
    try Folder.names(in: partition).filter { $0.hasPrefix("part-") }.map { name in
      let file = try PositionedFile(path: "\(partition)/\(name)")
      return Found(name: name, sha256: try file.sha256(), byteCount: file.byteCount)
    }
  }

  /// Refuses a partition below `output` that is not as it was published: gone, changed, or behind a
  /// link, where it would be read and another one written in the link's place.
  static func requireUnchanged(_ partition: LedgerPartition, in output: String) throws {
    let path = try requireFolder(partition, in: output)
    let found = try all(in: path)
    for file in partition.files
    where !found.contains(where: { $0.name == file.name && $0.sha256 == file.sha256 }) {
      throw RunFailure.changedPartition("\(path)/\(file.name)", partition)
    }
  }

  /// Returns the path of a partition's folder; refuses one that is gone or that a link leads to.
  @discardableResult
  static func requireFolder(_ partition: LedgerPartition, in output: String) throws -> String {
    var path = output
    for name in partition.path.split(separator: "/") {
      path += "/\(name)"
      guard try FileFacts.exists(path) else {
        throw RunFailure.missingPartition("\(output)/\(partition.path)", partition)
      }
      if try FileFacts(of: path).kind == .link { throw RunFailure.isLinked(path) }
    }
    return path
  }

  static func digests(in partition: String) throws -> [Publication.FileDigest] {
    try all(in: partition).map { Publication.FileDigest(name: $0.name, sha256: $0.sha256) }
  }
}

extension RunFailure {
  static func changedPartition(_ path: String, _ partition: LedgerPartition) -> RunFailure {
    RunFailure(
      .badInput,
      "the published file '\(path)' is not as run '\(partition.run)' has left it; nothing was changed; "
        + "restore it, or publish \(partition.date) again with '--replace'")
  }

  static func missingPartition(_ path: String, _ partition: LedgerPartition) -> RunFailure {
    RunFailure(
      .inputOutput,
      "the partition '\(path)' of run '\(partition.run)' is gone; restore it, or publish "
        + "\(partition.date) again; then ask once more")
  }

  static func isLinked(_ path: String) -> RunFailure {
    RunFailure(
      .inputOutput,
      "'\(path)' is a link, and what lies behind it would stay; put the folder itself there")
  }
}
