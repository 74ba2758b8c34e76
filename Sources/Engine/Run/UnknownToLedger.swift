import Bytes
import Emit
import Ledger
import PipelineFile
import Records

/// Notices that the ledger was lost or is an older one: runs and partitions lie there that it does
/// not know.
struct UnknownToLedger {
  let ledger: Ledger
  let state: StateFolder
  let publisher: Publisher

  /// Stops at the first run or partition that the ledger does not know.
  func refuse() throws {
    if let run = try runs().first {
      throw RunFailure.isUnknown("run '\(run)' in '\(state.runs)'", state)
    }
    for place in publisher.places {
      guard let partition = try partitions(place).first else { continue }
      let path = OutputLayout.partitionPath(partition.date)
      throw RunFailure.isUnknown("partition '\(publisher.table(place))/\(path)'", state)
    }
  }

  /// The same before an answer about what is published, which needs no lock: a night may be about to
  /// publish. A folder in which the ledger knows of nothing is refused by name.
  func refuseToAnswer() throws {
    guard try ledger.unfinishedRuns().isEmpty,
      try !ledger.livePartitions(folder: publisher.folder).isEmpty
    else { return }
    try refuse()
  }

  /// Runs with a manifest that the ledger does not know; replays are none of its business.
  func runs() throws -> [String] {
    let known = Set(try ledger.runs().map(\.name))
    return try Folder.names(in: state.runs).filter { name in
      guard !known.contains(name), try FileFacts.exists(state.manifest(name)) else { return false }
      return try !PastRun(reading: state.manifest(name)).isReplay
    }
  }

  /// Whether a replay of this state folder has made the partition.
  private func isReplayed(_ partition: Partition) throws -> Bool {
    let digests = Set(partition.files.map(\.sha256))
    return try Folder.names(in: state.runs).contains { name in
      guard try FileFacts.exists(state.manifest(name)) else { return false }
      let past = try PastRun(reading: state.manifest(name))
      return past.isReplay
        && past.partitions(named: name).contains {
          !digests.isDisjoint(with: $0.files.map(\.sha256))
        }
    }
  }

  /// Partitions of a table that lie there and are not the ones that the ledger knows; throws at one
  /// of a replay.
  func partitions(_ place: TableTarget.Place) throws -> [Partition] {
    let dates = try publisher.dates(place)
    if dates.isEmpty { return [] }
    let live = try ledger.livePartitions(
      folder: publisher.folder, output: publisher.output(place).name,
      table: publisher.tableName(place))
    let listed = try publisher.listed(place)
    let unknown: [Partition] = try dates.compactMap { date in
      let path = OutputLayout.partitionPath(date)
      let named = listed.first { $0.date == date }
      let known = live.first { $0.date == date }
      if let known, named == nil || named?.files.map(\.sha256) == known.files.map(\.sha256) {
        return nil
      }
      return try named
        ?? Partition(
          date: date,
          files: PublishedFiles.all(in: "\(publisher.table(place))/\(path)").map {
            Partition.File(
              path: "\(path)/\($0.name)", sha256: $0.sha256, bytes: $0.byteCount, rows: 0)
          }, deleteAfter: nil, sharePublished: nil)
    }
    if try unknown.contains(where: isReplayed) {
      throw RunFailure.isOfOtherKind(publisher.table(place), true)
    }
    return unknown
  }
}

extension RunFailure {
  /// The ledger is not the one that knew this.
  fileprivate static func isUnknown(_ what: String, _ state: StateFolder) -> RunFailure {
    RunFailure(
      .inputOutput,
      "the ledger '\(state.ledgerPath)' does not know \(what): it was lost or is an older "
        + "one, or what lies there was restored or copied; restore what belongs together, or say "
        + "'--adopt' to a run to write down again what manifests and output still tell")
  }
}
