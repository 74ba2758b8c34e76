import Bytes
import Ledger
import Records

/// Writes published partitions anew, such as without the rows of a person who asked for it.
///
/// It is a run like a night's: intent, staged, prepared, published, and finished by the next run if
/// it is cut off. A reader finds the old version of a partition or the new one, never neither and
/// never a part. The caller holds the locks of state and output, opens each partition, writes its
/// files into the folder it is given, closes it, stages what describes each table, and publishes.
struct PartitionRewrite {
  /// The name of the run.
  let name: String
  let ledger: Ledger
  let state: StateFolder
  let layout: OutputLayout

  /// Begins the run; `date` is the day of the rewriting, `folder` the output folder, absolute.
  init(
    of pipeline: String, digest: String, on date: CivilDate, ledger: Ledger, state: StateFolder,
    layout: OutputLayout, folder: String
  ) throws {
    name = try state.nextRunName(date, pipeline: "\(pipeline).rewrite", ledger)
    self.ledger = ledger
    self.state = state
    self.layout = layout
    try ledger.begin(
      LedgerRun(
        name: name, kind: .rewrite, pipeline: pipeline, pipelineDigest: digest,
        date: date.description, folder: folder, replaces: true, begun: Timestamp.now))
    try layout.creating { try Folder.make(layout.staging(name), mode: 0o700, intermediate: true) }
  }

  /// Returns the folder into which the new files of a partition are to be written, and made durable.
  func open(_ old: LedgerPartition) throws -> String {
    let folder = "\(layout.staging(name))/\(stagedName(old))"
    try layout.creating { try Folder.make(folder, mode: 0o700) }
    return folder
  }

  /// Closes a partition: its files get the readers that the old ones have.
  func close(
    _ old: LedgerPartition, files: [LedgerPartition.File], deleteAfter: String?,
    sharePublished: Int?
  ) throws -> LedgerPartition {
    let folder = "\(layout.staging(name))/\(stagedName(old))"
    let place = "\(layout.output)/\(old.path)"
    let facts = try FileFacts(of: place)
    let mark = try FileFacts(of: "\(place)/_SUCCESS")
    var success = try OutputFile(path: "\(folder)/_SUCCESS", mode: mark.mode)
    try success.write([])
    try success.sync()
    try success.close()
    for name in files.map(\.name) + ["_SUCCESS"] {
      try Folder.setMode(of: "\(folder)/\(name)", to: mark.mode)
      try Folder.setGroup(of: "\(folder)/\(name)", to: mark.group)
    }
    try Folder.setMode(of: folder, to: facts.mode)
    try Folder.setGroup(of: folder, to: facts.group)
    try Folder.sync(folder)
    try Folder.sync(layout.staging(name))
    return LedgerPartition(
      run: name, output: old.output, table: old.table, date: old.date, path: old.path,
      staged: stagedName(old), deleteAfter: deleteAfter, sharePublished: sharePublished,
      files: files)
  }

  /// Where `README.md` and `datapackage.json` of a table are to be staged, as they shall read when
  /// all its partitions have changed.
  func description(of old: LedgerPartition, _ file: String) -> String {
    layout.stagedDescription(name, output: old.output, table: old.table, file)
  }

  /// Publishes all of them; from `prepared` on it happens, come what may.
  func publish(_ partitions: [LedgerPartition]) throws {
    try ledger.prepare(name, LedgerPreparation(partitions: partitions), at: Timestamp.now)
    let publication = Publication(
      layout: layout, run: name, moves: partitions.map { $0.move(in: layout) }, replaces: true)
    try publication.perform()
    try ledger.publish(name, at: Timestamp.now)
    try publication.cleanUp()
  }

  /// Gives up before `publish`: nothing has changed.
  func abandon() {
    try? Folder.removeTree(layout.staging(name))
    try? ledger.drop(name, at: Timestamp.now)
  }

  private func stagedName(_ old: LedgerPartition) -> String {
    "\(OutputLayout.stagedName(output: old.output, table: old.table)).dt=\(old.date)"
  }
}
