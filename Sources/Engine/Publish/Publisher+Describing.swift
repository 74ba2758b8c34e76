import Bytes
import Emit
import Ledger
import PipelineFile
import Records

extension Publisher {
  /// The partitions that a table's data package names; none where there is no package.
  func listed(_ place: TableTarget.Place) throws -> [Partition] {
    try described(place) { try DataPackage.partitions(readingFrom: $0) } ?? []
  }

  /// Keeps the tokens of a replay, which protect nobody, and those of a shop out of one table.
  func refuseOtherKind() throws {
    for place in places {
      if let isOfReplay = try described(place, { try DataPackage.isReplay(readingFrom: $0) }) {
        if isOfReplay != isReplay { throw RunFailure.isOfOtherKind(table(place), isOfReplay) }
      } else if isReplay, try dates(place).contains(where: { $0 != date.description }) {
        // A night asks the ledger, and a replay that was cut off has left its own date.
        throw RunFailure.isOfOtherKind(table(place), nil)
      }
    }
  }

  /// The dates of the partitions that lie there.
  func dates(_ place: TableTarget.Place) throws -> [String] {
    let folder = "\(table(place))/data"
    guard try FileFacts.exists(folder) else { return [] }
    return try Folder.names(in: folder).filter { $0.hasPrefix("dt=") }
      .map { String($0.dropFirst(3)) }
  }

  /// Reads something of a table's data package; `nil` where there is none.
  private func described<Part>(
    _ place: TableTarget.Place, _ read: ([UInt8]) throws -> Part
  ) throws -> Part? {
    let path = "\(table(place))/datapackage.json"
    guard try FileFacts.exists(path) else { return nil }
    do {
      return try read(WholeFile(path: path).bytes)
    } catch {
      throw RunFailure(
        .inputOutput,
        "cannot read the data package '\(path)'; restore it, or delete it to have it written anew")
    }
  }

  /// Stages what describes a table, with the partition `mine` among those that lie there.
  ///
  /// It is written before anything is published, so that a run that is cut off in between can be
  /// finished without its pipeline: the output folder is locked, nothing changes in between.
  func stageDescription(
    of place: TableTarget.Place, with mine: Partition?, _ run: String, _ ledger: Ledger?
  ) throws {
    let output = output(place)
    let description = TableDescription(
      plan, output: output, table: output.tables[place.table], isReplay: isReplay)
    var partitions = try listed(place)
    if let mine { partitions.removeAll { $0.date == mine.date } }
    let known = Set(partitions.map(\.date) + (mine.map { [$0.date] } ?? []))
    partitions += try unlisted(place, besides: known, ledger)
    // A data package never names an absent file.
    partitions = try partitions.filter { partition in
      try partition.files.allSatisfy { try FileFacts.exists("\(table(place))/\($0.path)") }
    }
    if let mine { partitions.append(mine) }
    partitions.sort { $0.date < $1.date }
    let access = access(place)
    for (name, bytes) in [
      ("README.md", Array(AnalystReadme.text(for: description, partitions: partitions).utf8)),
      ("datapackage.json", DataPackage.json(for: description, partitions: partitions)),
    ] {
      try layout.creating {
        try DurableFile.write(
          bytes,
          to: layout.stagedDescription(
            run, output: output.name, table: tableName(place), name),
          mode: access.fileMode, group: access.groupNumber)
      }
    }
  }

  /// Partitions that lie there and that no data package names any more, from the ledger.
  ///
  /// So a package that was lost is written anew for all dates, and only for files that are the ones
  /// a run has published.
  private func unlisted(
    _ place: TableTarget.Place, besides known: Set<String>, _ ledger: Ledger?
  ) throws -> [Partition] {
    guard let ledger else { return [] }
    let live = try ledger.livePartitions(
      folder: folder, output: output(place).name, table: tableName(place))
    return try live.compactMap { partition in
      let path = "\(layout.output)/\(partition.path)"
      guard !known.contains(partition.date), try FileFacts.exists(path),
        try PublishedFiles.digests(in: path) == partition.digests
      else { return nil }
      return Partition(
        date: partition.date,
        files: partition.files.map {
          Partition.File(
            path: "\(OutputLayout.partitionPath(partition.date))/\($0.name)", sha256: $0.sha256,
            bytes: $0.byteCount, rows: $0.rowCount)
        },
        deleteAfter: partition.deleteAfter, sharePublished: partition.sharePublished)
    }
  }
}

extension LedgerPartition {
  var digests: [Publication.FileDigest] {
    files.map { Publication.FileDigest(name: $0.name, sha256: $0.sha256) }
  }

  /// How this partition moves out of the staging folder of its run.
  func move(in layout: OutputLayout) -> Publication.Move {
    Publication.Move(
      output: output, table: table, staged: "\(layout.staging(run))/\(staged)",
      place: "\(layout.output)/\(path)", files: digests)
  }
}

extension RunFailure {
  /// A table of a night where a replay wants to publish, or the other way round; `nil` where
  /// nothing tells.
  static func isOfOtherKind(_ table: String, _ isOfReplay: Bool?) -> RunFailure {
    let what =
      switch isOfReplay {
      case true?: "was published by a replay, whose tokens protect nobody"
      case false?: "was published with the shop's own keys"
      case nil: "has partitions and no data package that says whose they are"
      }
    return RunFailure(
      .cannotCreate,
      "table '\(table)' \(what); nothing was changed; take another '--output' folder")
  }
}
