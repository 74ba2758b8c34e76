import Bytes
import Emit
import Ledger
import PipelineFile
import Pseudonymise
import Records

/// Writes down again what a lost ledger knew, as far as manifests and output still tell.
///
/// Without it, inputs would be read twice and destroyed keys made anew, so a run stops at what is
/// unknown unless it is told to adopt it.
struct RunAdoption {
  let run: Run
  let ledger: Ledger
  let state: StateFolder
  let publisher: Publisher

  /// Stops at what the ledger does not know, or adopts it; returns what is to be told of that.
  func settle(adopts: Bool) throws -> [String] {
    let followed = try followOutput()
    let unknown = UnknownToLedger(ledger: ledger, state: state, publisher: publisher)
    if !adopts {
      try unknown.refuse()
      return followed
    }
    var told: [String] = []
    let runs = try unknown.runs().map { ($0, try PastRun(reading: state.manifest($0))) }
      .sorted { RunAdoption.order($0.0) < RunAdoption.order($1.0) }
    for (number, (name, past)) in runs.enumerated() {
      told.append(try adopt(name, past, before: runs[(number + 1)...].map(\.1)))
    }
    for place in publisher.places {
      for partition in try unknown.partitions(place) {
        let path = "\(publisher.table(place))/\(OutputLayout.partitionPath(partition.date))"
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

  /// What names of runs are in order by: what stands before their number, then that.
  private static func order(_ name: String) -> (String, Int) {
    let end = name.lastIndex(of: ".") ?? name.startIndex
    return (String(name[..<end]), Int(name[end...].dropFirst()) ?? 0)
  }

  /// Writes down a run from its manifest: its keys, and its partitions and inputs where what it
  /// published still lies there, was written anew by one of the `later` runs, or has gone because its
  /// time was over.
  private func adopt(
    _ name: String, _ past: PastRun, before later: [PastRun]
  ) throws -> String {
    for key in past.keys {
      try ledger.use(
        KeyFacts(
          name: key.name, rotation: key.epoch.rotation.rawValue, timezone: run.plan.zone.name),
        epoch: key.epoch.description, check: key.check, shop: run.plan.shop, at: Timestamp.now)
    }
    let (partitions, areOver) = try partitions(of: past, named: name, before: later)
    let record = LedgerRun(
      name: name, kind: past.isRewriting ? .rewrite : .adopted, pipeline: past.pipelineName,
      pipelineDigest: past.pipelineDigest, date: past.date, folder: publisher.folder,
      begun: Timestamp.now)
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
    for partition in partitions where areOver {
      try ledger.markRemoved(partition, at: Timestamp.now)
    }
    return "run '\(name)' was unknown to the ledger; it is adopted from its manifest"
      + (isOwn ? "" : ", and what it released to whom is not known")
  }

  /// The partitions that a run has published, as far as anything tells that it has, and whether they
  /// have all gone because their time was over.
  private func partitions(
    of past: PastRun, named name: String, before later: [PastRun]
  ) throws -> (partitions: [LedgerPartition], areOver: Bool) {
    let all = past.partitions(named: name)
    // Those that have written its partitions anew, until a night has made its date anew.
    let rewritings = later.filter { ($0.pipelineName, $0.date) == (past.pipelineName, past.date) }
      .prefix { $0.isRewriting }
    let there = try ([past] + rewritings).flatMap { try present($0) }
    let today = Today.date(in: run.plan.zone)
    // An empty one has no end.
    let ends = try all.compactMap { try $0.lastDay }
    if !ends.isEmpty, ends.allSatisfy({ $0 < today }),
      try !all.contains(where: { try FileFacts.exists("\(publisher.layout.output)/\($0.path)") })
    {
      return (all, true)
    }
    return (all.filter { there.contains($0.path) }, false)
  }

  /// The paths of the partitions that lie there as a run has left them.
  private func present(_ past: PastRun) throws -> [String] {
    try past.partitions(named: "").filter { partition in
      let path = "\(publisher.layout.output)/\(partition.path)"
      return try FileFacts.exists(path) && PublishedFiles.digests(in: path) == partition.digests
    }.map(\.path)
  }

  private func adopt(
    _ partition: Partition, of place: TableTarget.Place, at path: String
  ) throws -> String {
    guard CivilDate(partition.date) != nil,
      partition.deleteAfter.map({ CivilDate($0) != nil }) != false
    else {
      throw RunFailure(
        .inputOutput,
        "'\(path)' is no partition of a date that can be read; take it away, then start again")
    }
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
              name: String(PathText.name(of: $0.path)), sha256: $0.sha256,
              byteCount: $0.bytes, rowCount: $0.rows)
          })
      ]))
    return
      "partition '\(path)' was unknown to the ledger; it is adopted, and what it was made of is "
      + "not known"
  }
}
