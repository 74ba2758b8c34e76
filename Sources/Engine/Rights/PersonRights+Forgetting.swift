import Bytes
import Emit
import Foundation
import Ledger
import PipelineFile
import Records

extension PersonRights {
  /// Removes the persons' rows and keeps them from coming back.
  ///
  /// The tombstones come before any row goes: from then on no run takes the persons up again,
  /// whatever happens to this one. Then every partition concerned is written anew beside the old one
  /// and takes its place by the protocol of publishing, date by date. Rows of all tombstones are
  /// removed, so that a removal that was broken off is finished by the next one, whoever asks for
  /// it. A partition that is not as it was published stops it before anything is written down.
  package func forget(_ persons: [AskingPerson]) async throws(RunFailure) -> Answer {
    try await RunFailure.explainingAsync {
      let lock = try state.lock()
      defer { withExtendedLifetime(lock) {} }
      let ledger = try state.existingLedger()
      let outputLock = try OutputLock(output)
      defer { withExtendedLifetime(outputLock) {} }
      let recovered = try RunRecovery(ledger: ledger, state: state, publisher: publisher(on: nil))
        .recover()
      try refuseUnknown(ledger)
      let tokens = try tokens(of: persons, ledger)
      // Those of a removal that was broken off are there already.
      let buried = Set(try ledger.tombstones().map { PersonTokens.token(of: $0.token) })
      var answer = try search(for: tokens.all.union(buried), tokens, ledger)
      try ledger.bury(tokens.tombstones)
      try pause("buried")
      answer.limits = recovered + answer.limits
      for date in Set(answer.places.map(\.date)).sorted() {
        let places = answer.places.filter { $0.date == date }
        if let day = try places.first?.partition.day { try await rewrite(places, on: day, ledger) }
      }
      let mine = Set(
        plan.outputs.flatMap { output in output.tables.map { "\(output.name)/\($0.name)" } })
      for left in try ledger.unfinishedDeletions(.person, in: canonicalOutput) {
        // No row of any tombstone is left in these tables.
        if mine.contains(String(left.subject.prefix { $0 != " " })) {
          try ledger.markDeleted(left.id, at: Timestamp.now)
        }
      }
      return answer
    }
  }

  /// Writes partitions of one date anew without the rows that go, as a run of its own.
  private func rewrite(_ places: [Place], on day: CivilDate, _ ledger: Ledger) async throws {
    let publisher = publisher(on: day)
    let layout = publisher.layout
    let name = try state.nextRunName(day, pipeline: plan.name, ledger)
    try Folder.make(state.runFolder(name), mode: 0o700, intermediate: false)
    try Folder.sync(state.runs)
    try ledger.begin(
      LedgerRun(
        name: name, kind: .rewrite, pipeline: plan.name, pipelineDigest: pipelineDigest,
        date: day.description, folder: canonicalOutput, replaces: true, begun: Timestamp.now))
    for place in places {
      _ = try ledger.intendDeletion(
        .person, of: "\(place.output)/\(place.table) dt=\(day)", in: canonicalOutput,
        because: "a person's request", by: "forget", at: Timestamp.now)
    }
    try pause("intended")
    _ = try publisher.stage(name, threads: 1)
    var partitions: [LedgerPartition] = []
    for place in places { partitions.append(try stage(place, name, publisher, ledger)) }
    do {
      for partition in partitions { try await publisher.verify(rewritten: partition) }
    } catch {
      // Nothing has changed; what is damaged stays to be looked at.
      state.abandon(name, layout, ledger)
      throw error
    }
    try pause("staged")
    let manifest = try manifest(name, day, partitions, places, publisher)
    try DurableFile.write(
      Array(manifest.json.pretty.utf8), to: state.manifest(name), mode: 0o600)
    try ledger.prepare(name, LedgerPreparation(partitions: partitions), at: Timestamp.now)
    try pause("prepared")
    let publication = Publication(
      layout: layout, run: name, moves: partitions.map { $0.move(in: layout) }, replaces: true)
    try publication.perform()
    try pause("performed")
    try ledger.publish(name, at: Timestamp.now)
    try publication.cleanUp()
  }

  /// Stages one partition without the rows that go, and what describes its table.
  private func stage(
    _ place: Place, _ run: String, _ publisher: Publisher, _ ledger: Ledger
  ) throws -> LedgerPartition {
    guard
      let target = publisher.places.first(where: {
        publisher.output($0).name == place.output && publisher.tableName($0) == place.table
      })
    else { throw RunFailure(.internalError, "table '\(place.table)' is in no output") }
    let layout = publisher.layout
    let old = "\(layout.output)/\(place.partition.path)"
    var made = place.partition
    made.run = run
    made.staged = "\(OutputLayout.stagedName(output: place.output, table: place.table))"
    let folder = "\(layout.staging(run))/\(made.staged)"
    try layout.creating { try Folder.make(folder, mode: 0o700, intermediate: false) }
    made.files = []
    for file in place.partition.files {
      let facts = try FileFacts(of: "\(old)/\(file.name)")
      let written = try PartitionFile(
        path: "\(old)/\(file.name)", preferred: publisher.output(target).compression
      ).write(without: place.removed, to: "\(folder)/\(file.name)", like: facts)
      guard written.rowCount == file.rowCount - place.removed.count else {
        throw RunFailure.damagedPartition("\(old)/\(file.name)")
      }
      made.files.append(
        LedgerPartition.File(
          name: file.name, sha256: written.sha256, byteCount: written.byteCount,
          rowCount: written.rowCount))
    }
    try closePartition(folder, like: old)
    try publisher.stageDescription(
      of: target,
      with: Partition(
        date: place.date,
        files: made.files.map {
          Partition.File(
            path: "\(OutputLayout.partitionPath(place.date))/\($0.name)", sha256: $0.sha256,
            bytes: $0.byteCount, rows: $0.rowCount)
        },
        deleteAfter: made.deleteAfter, sharePublished: made.sharePublished,
        fields: place.listed?.fields, smallCells: place.listed?.smallCells), run, ledger)
    return made
  }

  /// Adds the mark of a complete partition and gives folder and mark the readers of the old ones.
  private func closePartition(_ folder: String, like old: String) throws {
    let facts = try FileFacts(of: old)
    let first = try FileFacts(of: "\(old)/_SUCCESS")
    let mark = try OutputFile(path: "\(folder)/_SUCCESS", mode: first.mode)
    if try FileFacts(of: "\(folder)/_SUCCESS").group != first.group {
      try mark.setGroup(first.group)
    }
    try mark.sync()
    try mark.close()
    try Folder.setMode(of: folder, to: facts.mode)
    if try FileFacts(of: folder).group != facts.group {
      try Folder.setGroup(of: folder, to: facts.group)
    }
    try Folder.sync(folder)
  }

  /// The evidence of the rewriting: the partitions as they are now, in their own columns.
  private func manifest(
    _ run: String, _ date: CivilDate, _ partitions: [LedgerPartition], _ places: [Place],
    _ publisher: Publisher
  ) throws -> Manifest {
    try Manifest(
      run: run, pipelineName: plan.name, pipelineDigest: pipelineDigest, date: date,
      isReplay: false, sources: [],
      outputs: plan.outputs.map { output in
        Manifest.Output(
          name: output.name,
          tables: try output.tables.compactMap { table in
            guard
              let partition = partitions.first(where: {
                $0.output == output.name && $0.table == table.name
              })
            else { return nil }
            let place = places.first { $0.output == output.name && $0.table == table.name }
            return Manifest.Table(
              name: table.name, rowCount: partition.rowCount,
              columns: try place.flatMap(columns)
                ?? Manifest.Column.all(of: table, of: output, in: plan, isReplay: false),
              files: partition.files.map {
                (name: $0.name, sha256: $0.sha256, byteCount: $0.byteCount)
              },
              cells: place?.heldBack.map { (partition.rowCount, $0, nil) },
              deleteAfter: try partition.lastDay,
              path: "\(publisher.layout.output)/\(partition.path)")
          })
      }, keys: [])
  }

  /// The columns that a partition was published with; `nil` where its data package does not tell.
  private func columns(of place: Place) throws -> [Manifest.Column]? {
    guard let fields = place.listed?.fields else { return nil }
    let keys = try state.pastRun(place.partition.run)?
      .tokenKeys["\(place.output)/\(place.table)"]
    return fields.map { field in
      Manifest.Column(
        field, key: keys.map { $0[field.name] } ?? PastRun.key(inWords: field.treatment))
    }
  }
}
