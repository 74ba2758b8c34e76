import Aggregate
import Bytes
import Emit
import Ledger
import PipelineFile
import Records

/// The staging folder of one run and what has been finished in it.
final class Staging {
  let publisher: Publisher
  let run: String
  private let threads: Int
  private var partitions: [TableTarget.Place: Partition] = [:]
  private var earliest: [TableTarget.Place: String] = [:]
  private(set) var outputs: [Manifest.Output]
  private var open: StagedRows?
  /// The row groups of all files that wait to be encoded; with one thread each file does it itself.
  private let queue: EncodingQueue?
  /// The finished files and folders on their way to the disk.
  private let durable = BackgroundSync()

  init(publisher: Publisher, run: String, threads: Int) {
    self.publisher = publisher
    self.run = run
    self.threads = threads
    queue = EncodingQueue(threads: threads)
    outputs = publisher.plan.outputs.map { Manifest.Output(name: $0.name, tables: []) }
  }

  func folder(_ place: TableTarget.Place) -> String {
    publisher.layout.stagedTable(
      run, output: publisher.output(place).name, table: publisher.tableName(place))
  }

  /// What the data package says of the staged partition.
  func partition(_ place: TableTarget.Place) -> Partition? { partitions[place] }

  private func openFile(
    _ place: TableTarget.Place, columns: [TableColumn]
  ) throws -> StagedFile {
    let output = publisher.output(place)
    let description = TableDescription(
      publisher.plan, output: output, table: output.tables[place.table],
      isReplay: publisher.isReplay)
    return try publisher.layout.creating {
      try Folder.make(folder(place), mode: 0o700, intermediate: true)
      return try StagedFile(
        in: folder(place), columns: columns, format: output.format,
        compression: output.compression, zone: publisher.plan.zone, isReplay: publisher.isReplay,
        access: Access(group: output.group), table: publisher.tableName(place),
        keyValues: [
          // Not the run's number: a night that is run again gives the same bytes.
          ("sparsam.run", "\(publisher.date).\(publisher.plan.name)"),
          ("sparsam.policy", description.policy.compact),
        ], queue: queue)
    }
  }

  /// Opens the files of a source's row tables.
  func openRows(_ program: SourceProgram) throws -> StagedRows {
    let files = try program.targets.map { target -> StagedFile? in
      guard let columns = target.rowColumns, let place = target.places.first else { return nil }
      return try openFile(
        place,
        columns: columns.map {
          TableColumn(name: program.source.columns[$0].name, type: program.source.columns[$0].type)
        })
    }
    let rows = StagedRows(files, queue: queue)
    open = rows
    return rows
  }

  /// Returns when everything that was finished is durable.
  func becomeDurable() throws(SystemFault) { try durable.wait() }

  /// Finishes all tables of a source: closes its row files, writes its aggregates.
  ///
  /// Their bytes can be read; durable they are when `becomeDurable` has returned.
  func finish(
    _ program: SourceProgram, _ report: SourceReport, _ gathered: Gathered
  ) async throws {
    try await open?.encodeGathered()
    var rowFiles: [TableTarget.Place: StagedFile] = [:]
    for (target, file) in zip(program.targets, open?.files ?? []) {
      if let file, let place = target.places.first { rowFiles[place] = file }
    }
    for (place, outcome) in try await TableOutcome.all(
      program, report, gathered, threads: threads)
    {
      let file: StagedFile
      if let rows = rowFiles[place] {
        file = rows
      } else {
        file = try await aggregateFile(place, outcome)
      }
      let finished = try file.finish(durable)
      guard finished.rowCount == outcome.rowCount else {
        throw RunFailure.lostRows(
          outcome.name, written: finished.rowCount, entered: outcome.rowCount)
      }
      try closePartition(place)
      let table = Manifest.Table(
        outcome, publisher.plan, place, date: publisher.date, files: [finished],
        path: publisher.partition(place), isReplay: publisher.isReplay)
      outputs[place.output].tables.append(table)
      earliest[place] = outcome.earliest.map { CivilDate(days: Int($0)).description }
      partitions[place] = Partition(
        date: publisher.date.description,
        files: [
          .init(
            path: "\(OutputLayout.partitionPath(publisher.date.description))/\(finished.name)",
            sha256: finished.sha256, bytes: finished.byteCount, rows: finished.rowCount)
        ],
        deleteAfter: table.deleteAfter?.description, sharePublished: outcome.sharePublished)
    }
    open = nil
  }

  /// Rows of an aggregate that are encoded at a time; a row group of Parquet has its own number.
  private static let rowsAtOnce = 1 << 15

  private func aggregateFile(
    _ place: TableTarget.Place, _ outcome: TableOutcome
  ) async throws -> StagedFile {
    let output = publisher.output(place)
    guard case .aggregate(let number, let chosen) = output.tables[place.table].content,
      let rows = outcome.rows
    else {
      throw RunFailure(.internalError, "table '\(outcome.name)' has no staged rows")
    }
    let columns = chosen.map { publisher.plan.aggregates[number].columns[$0] }
    let file = try openFile(place, columns: columns)
    let reader = try rows.reader()
    if output.format == .parquet {
      // Each batch is a row group: others encode one while the next is read.
      func appendGroup() throws -> Bool {
        guard let batch = try reader.next(atMost: ParquetEncoder.usualRowCount) else {
          try file.beginGroup()
          return false
        }
        try file.append(
          ParquetEncoder.Rows(columns: chosen.map { batch.columns[$0] }, rowCount: batch.rowCount))
        return true
      }
      if let queue {
        try await queue.encodeAll(adding: appendGroup)
      } else {
        while try appendGroup() {}
      }
      return file
    }
    let encoder = TableEncoder(
      columns: columns, format: output.format, compression: output.compression,
      zone: publisher.plan.zone, isReplay: publisher.isReplay)
    try await runInOrder(
      threads: threads, next: { try reader.next(atMost: Staging.rowsAtOnce) },
      body: { batch in
        var own = encoder
        return own.encode(
          chosen.map { batch.columns[$0] }, rows: nil, rowCount: batch.rowCount)
      }, consume: { try file.append($0) })
    return file
  }

  /// Adds the mark of a complete partition and lets its readers in; it becomes durable with its
  /// files, and its name in the staging folder with what describes the table.
  ///
  /// Nobody reaches it yet: the staging folder above is for its owner alone.
  private func closePartition(_ place: TableTarget.Place) throws(SystemFault) {
    let access = publisher.access(place)
    let mark = try OutputFile(path: "\(folder(place))/_SUCCESS", mode: access.fileMode)
    if let group = access.groupNumber { try mark.setGroup(group) }
    durable.add(mark)
    try Folder.setMode(of: folder(place), to: access.folderMode)
    if let group = access.groupNumber { try Folder.setGroup(of: folder(place), to: group) }
    durable.add(folder: folder(place))
  }
}

extension Staging {
  /// The staged partition as the ledger knows it, and as it moves to its place.
  func ledgerPartition(_ place: TableTarget.Place) throws(RunFailure) -> LedgerPartition {
    guard let partition = partition(place) else {
      throw RunFailure(
        .internalError, "table '\(publisher.tableName(place))' was not staged")
    }
    let output = publisher.output(place).name
    let table = publisher.tableName(place)
    var made = LedgerPartition(
      run: run, output: output, table: table, date: partition.date,
      path: "\(output)/\(table)/\(OutputLayout.partitionPath(partition.date))",
      staged: OutputLayout.stagedName(output: output, table: table),
      deleteAfter: partition.deleteAfter, sharePublished: partition.sharePublished,
      files: partition.files.map {
        LedgerPartition.File(
          name: String(PathText.name(of: $0.path)), sha256: $0.sha256, byteCount: $0.bytes,
          rowCount: $0.rows)
      })
    made.earliest = earliest[place]
    return made
  }
}
