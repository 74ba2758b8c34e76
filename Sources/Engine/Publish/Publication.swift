import Bytes
import Records

/// Partitions of one run on their way from staging to their places.
///
/// All that it needs lies on disk and in the ledger, so that a run that was cut off is finished
/// without its pipeline. It may be performed again after a cut at any moment: where a partition
/// stands is read back and never assumed, and nothing is cleaned up that could be somebody's only
/// copy.
struct Publication: Sendable {
  /// One partition: where it is staged, where it goes, and by which files it is recognised.
  struct Move: Sendable {
    var output: String
    var table: String
    /// The folder it was built in.
    var staged: String
    /// The folder it is published as.
    var place: String
    var files: [FileDigest]
  }

  /// A file of a partition as it must be.
  struct FileDigest: Hashable, Sendable {
    var name: String
    /// In hex.
    var sha256: String
  }

  let layout: OutputLayout
  let run: String
  var moves: [Move]
  /// Whether a partition that stands in the place goes, at the moment the new one comes.
  var replaces: Bool

  /// Brings every partition to its place, durably, and then what describes its table.
  ///
  /// All folders are made before the first partition is visible, so that one that cannot be made
  /// stops the run before anything is published.
  func perform() throws {
    for table in tables {
      let access = try access(table)
      for folder in [
        "\(layout.output)/\(table.output)", layout.table(output: table.output, table: table.table),
        "\(layout.table(output: table.output, table: table.table))/data",
      ] { try layout.creating { try make(folder, access) } }
    }
    for table in tables {
      let folder = layout.table(output: table.output, table: table.table)
      for move in moves where move.output == table.output && move.table == table.table {
        try settle(move)
      }
      // Also where all was in place: the cut may have come before this.
      try Folder.sync("\(folder)/data")
      try describe(table)
    }
  }

  /// Removes the staging folder, with the versions that were replaced in it.
  func cleanUp() throws {
    try layout.removeStaging(run)
    try Folder.sync(layout.output)
  }

  /// What is known of where the partitions are, before anything is moved.
  enum Outcome {
    /// Each is staged or in its place.
    case open
    /// None is to be found anywhere.
    case gone
    /// Some are to be found and this one is not.
    case torn(missing: String)
  }

  /// Reads back where the partitions of a run that was cut off are.
  func outcome() throws -> Outcome {
    var found = 0
    var missing: String?
    for move in moves {
      if try isComplete(move.place, move) || isComplete(move.staged, move) {
        found += 1
      } else {
        missing = missing ?? move.place
      }
    }
    guard let missing else { return .open }
    return found == 0 ? .gone : .torn(missing: missing)
  }

  private func isComplete(_ folder: String, _ move: Move) throws -> Bool {
    try FileFacts.exists(folder) && PublishedFiles.digests(in: folder) == move.files
  }

  /// Brings one partition to its place, wherever it is now.
  private func settle(_ move: Move) throws {
    guard try FileFacts.exists(move.place) else {
      return try layout.creating {
        do throws(SystemFault) {
          try Folder.rename(move.staged, to: move.place)
        } catch {
          guard error.exists else { throw error }
          throw RunFailure.isPublishedMeanwhile(move.place)
        }
      }
    }
    // It came there before a cut, or another version stands there.
    if try isComplete(move.place, move) { return }
    guard replaces else { throw RunFailure.isPublishedMeanwhile(move.place) }
    try layout.creating { try Folder.exchange(move.staged, with: move.place) }
  }

  /// Lets the staged description of a table take the place of the one there.
  ///
  /// The package comes last: a partition that it names is wholly published.
  private func describe(_ table: TableKey) throws {
    let folder = layout.table(output: table.output, table: table.table)
    for name in ["README.md", "datapackage.json"] {
      let staged = layout.stagedDescription(run, output: table.output, table: table.table, name)
      if try FileFacts.exists(staged) {
        try layout.creating { try Folder.replaceFile("\(folder)/\(name)", by: staged) }
      }
    }
    try Folder.sync(folder)
  }

  private struct TableKey: Hashable {
    var output: String
    var table: String
  }

  private var tables: [TableKey] {
    var keys: [TableKey] = []
    for move in moves {
      let key = TableKey(output: move.output, table: move.table)
      if !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// Who may read a table's folders: those who may read its partitions.
  private func access(_ table: TableKey) throws -> FileFacts {
    for move in moves where move.output == table.output && move.table == table.table {
      for folder in [move.staged, move.place] where try FileFacts.exists(folder) {
        return try FileFacts(of: folder)
      }
    }
    throw RunFailure(
      .inputOutput,
      "the staged files of table '\(table.output)/\(table.table)' are gone from "
        + "'\(layout.staging(run))'; nothing was published; start again")
  }

  private func make(_ folder: String, _ access: FileFacts) throws(SystemFault) {
    try Folder.make(folder, mode: access.mode, intermediate: true)
    let facts = try FileFacts(of: folder, followsLinks: true)
    if facts.mode != access.mode { try Folder.setMode(of: folder, to: access.mode) }
    if facts.group != access.group { try Folder.setGroup(of: folder, to: access.group) }
    try Folder.sync(around: folder)
  }
}

extension RunFailure {
  /// Another version came to a place where none was when the run began.
  static func isPublishedMeanwhile(_ place: String) -> RunFailure {
    RunFailure(
      .cannotCreate,
      "'\(place)' was published by somebody else meanwhile; what stands there was not changed")
  }
}
