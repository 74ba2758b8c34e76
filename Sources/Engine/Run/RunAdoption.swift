import Bytes
import Emit
import Ledger
import PipelineFile
import Pseudonymise
import Records

/// Notices that the ledger was lost or is an older one: runs and partitions lie there that it does
/// not know.
///
/// Without what it knew, inputs would be read twice and destroyed keys made anew, so such a run
/// stops unless it is told to write down again what manifests and output still tell.
struct RunAdoption {
  let run: Run
  let ledger: Ledger
  let state: StateFolder
  let publisher: Publisher

  /// Stops at what the ledger does not know, or adopts it; returns what is to be told of that.
  func settle(adopts: Bool) throws -> [String] {
    let followed = try followOutput()
    var told: [String] = []
    for name in try unknownRuns() {
      guard adopts else { throw RunFailure.isUnknown("run '\(name)' in '\(state.runs)'", state) }
      told.append(try adopt(name))
    }
    for place in publisher.places {
      for partition in try unknownPartitions(place) {
        if try isReplayed(partition) {
          throw RunFailure.isOfOtherKind(publisher.table(place), true)
        }
        let path = "\(publisher.table(place))/\(OutputLayout.partitionPath(partition.date))"
        guard adopts else { throw RunFailure.isUnknown("partition '\(path)'", state) }
        told.append(try adopt(partition, of: place, at: path))
      }
    }
    if !told.isEmpty {
      told.append(
        "whom a lost ledger had forgotten stands nowhere else: run 'sparsam forget' again for these "
          + "persons, or later runs bring their records back")
    }
    return followed + told
  }

  /// Notices that the output folder was moved: the old one is gone, and its partitions lie here.
  private func followOutput() throws -> [String] {
    let others = Set(try ledger.runs().map(\.folder)).subtracting([publisher.folder])
    for old in others.sorted() where try !FileFacts.exists(old) {
      let live = try ledger.livePartitions(folder: old)
      guard !live.isEmpty,
        try live.allSatisfy({ partition in
          try FileFacts.exists("\(publisher.layout.output)/\(partition.path)")
        })
      else { continue }
      try ledger.moveFolder(from: old, to: publisher.folder)
      return [
        "the output folder '\(old)' is gone, and its partitions lie in "
          + "'\(publisher.layout.output)'; the ledger follows them"
      ]
    }
    return []
  }

  /// Runs with a manifest that the ledger does not know; replays are none of its business.
  private func unknownRuns() throws -> [String] {
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

  /// Partitions of a table that lie there and are not the ones that the ledger knows.
  private func unknownPartitions(_ place: TableTarget.Place) throws -> [Partition] {
    let dates = try publisher.dates(place)
    if dates.isEmpty { return [] }
    let live = try ledger.livePartitions(
      folder: publisher.folder, output: publisher.output(place).name,
      table: publisher.tableName(place))
    let listed = try publisher.listed(place)
    return try dates.compactMap { date in
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
  }

  /// Writes down a run from its manifest: its keys, and its partitions and inputs where what it
  /// published still lies there.
  private func adopt(_ name: String) throws -> String {
    let past = try PastRun(reading: state.manifest(name))
    for key in past.keys {
      guard let epoch = Epoch(key.epoch) else { continue }
      try ledger.use(
        KeyFacts(
          name: key.name, rotation: epoch.rotation.rawValue, timezone: run.plan.zone.name),
        epoch: key.epoch, check: key.check, shop: run.plan.shop, at: Timestamp.now)
    }
    let partitions = try past.partitions(named: name).filter { partition in
      let path = "\(publisher.layout.output)/\(partition.path)"
      return try FileFacts.exists(path) && PublishedFiles.digests(in: path) == partition.digests
    }
    let record = LedgerRun(
      name: name, kind: .adopted, pipeline: past.pipelineName, pipelineDigest: past.pipelineDigest,
      date: past.date, folder: publisher.folder, begun: Timestamp.now)
    guard !partitions.isEmpty else {
      try ledger.begin(record)
      try ledger.drop(name, at: Timestamp.now)
      return "run '\(name)' was unknown to the ledger, and nothing that it published lies in "
        + "'\(publisher.layout.output)'; only its keys are adopted"
    }
    let inputs = past.inputs(named: name)
    // The manifest does not say what was released; the pipeline does, if it is this one.
    let isOwn = past.pipelineDigest == run.pipelineDigest
    let releases =
      isOwn
      ? run.releases(of: inputs, on: past.date, by: name, retraction: nil, tombstones: []) : []
    try ledger.adopt(
      record,
      LedgerPreparation(
        partitions: partitions, inputs: inputs, releases: releases.flatMap(\.entries),
        audiences: isOwn ? run.plan.audiences(of: Set(past.keys.map(\.name))) : [:]))
    return "run '\(name)' was unknown to the ledger; it is adopted from its manifest"
      + (isOwn ? "" : ", and what it released to whom is not known")
  }

  private func adopt(
    _ partition: Partition, of place: TableTarget.Place, at path: String
  ) throws -> String {
    let output = publisher.output(place).name
    let table = publisher.tableName(place)
    let name = "\(partition.date).\(run.plan.name).\(output).\(table).adopted"
    try ledger.adopt(
      LedgerRun(
        name: name, kind: .adopted, pipeline: run.plan.name, pipelineDigest: "",
        date: partition.date, folder: publisher.folder, begun: Timestamp.now),
      LedgerPreparation(partitions: [
        LedgerPartition(
          run: name, output: output, table: table, date: partition.date,
          path: "\(output)/\(table)/\(OutputLayout.partitionPath(partition.date))",
          staged: OutputLayout.stagedName(output: output, table: table),
          deleteAfter: partition.deleteAfter, sharePublished: partition.sharePublished,
          files: partition.files.map {
            LedgerPartition.File(
              name: String($0.path.split(separator: "/").last ?? ""), sha256: $0.sha256,
              byteCount: $0.bytes, rowCount: $0.rows)
          })
      ]))
    return
      "partition '\(path)' was unknown to the ledger; it is adopted, and what it was made of is "
      + "not known"
  }
}

extension RunFailure {
  /// The ledger is not the one that knew this.
  static func isUnknown(_ what: String, _ state: StateFolder) -> RunFailure {
    RunFailure(
      .inputOutput,
      "the ledger '\(state.path)/ledger.sqlite' does not know \(what): it was lost or is an older "
        + "one; restore it from a backup, or say '--adopt' to write down again what manifests and "
        + "output still tell")
  }
}
