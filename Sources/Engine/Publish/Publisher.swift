import Bytes
import Emit
import Foundation
import Glibc
import PipelineFile
import Records

/// Brings a run's tables under the output folder: staged on the same device, then renamed.
struct Publisher: Sendable {
  let plan: Plan
  let layout: OutputLayout
  let date: CivilDate
  let isReplay: Bool

  enum Standing {
    /// No partition of this date is there.
    case absent
    /// Some are, or some are not described: a run was cut off while publishing.
    case partial
    /// All are, and the data packages name them.
    case complete
  }

  /// Every table of every output.
  var places: [TableTarget.Place] {
    plan.outputs.enumerated().flatMap { number, output in
      output.tables.indices.map { TableTarget.Place(output: number, table: $0) }
    }
  }

  func output(_ place: TableTarget.Place) -> OutputPlan { plan.outputs[place.output] }

  func tableName(_ place: TableTarget.Place) -> String {
    plan.outputs[place.output].tables[place.table].name
  }

  func partition(_ place: TableTarget.Place) -> String {
    layout.partition(output: output(place).name, table: tableName(place), date: date)
  }

  func isPublished(_ place: TableTarget.Place) throws(SystemFault) -> Bool {
    try FileFacts.exists(partition(place))
  }

  /// Finds out what is there; a data package that cannot be read stops the run before it begins.
  func standing() throws -> Standing {
    var published = 0
    var described = 0
    for place in places {
      let isListed = try listed(place).contains { $0.date == date.description }
      guard try isPublished(place) else { continue }
      published += 1
      if isListed { described += 1 }
    }
    return published == 0 ? .absent : described == places.count ? .complete : .partial
  }

  /// Makes the output folder, locks it and drops what a run that was cut off left in staging.
  func prepare() throws -> HeldOutput {
    // Folders of outputs with a group are reached through this one; it shows no names.
    let hasGroups = plan.outputs.contains { $0.group != nil }
    try creating {
      try Folder.make(layout.output, mode: hasGroups ? 0o711 : 0o700, intermediate: true)
    }
    let lock = try lock()
    try creating { try dropStaging() }
    for output in plan.outputs {
      if let group = output.group, Folder.groupNumber(named: group) == nil {
        throw RunFailure(
          .cannotCreate,
          "output '\(output.name)' is for the group '\(group)', which this machine does not know")
      }
    }
    return lock
  }

  /// The lock of an output folder, held as long as this lives.
  ///
  /// The lock of the state folder does not keep away runs that have another state.
  final class HeldOutput: Sendable {
    private let folder: FileHandle

    fileprivate init(_ folder: FileHandle) { self.folder = folder }
  }

  /// Locks the output folder itself, so that no file of ours lies in it.
  private func lock() throws(RunFailure) -> HeldOutput {
    guard let folder = FileHandle(forReadingAtPath: layout.output) else {
      throw RunFailure(.cannotCreate, "cannot read the output folder '\(layout.output)'")
    }
    while flock(folder.fileDescriptor, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK:
        throw RunFailure(
          .locked,
          "another run publishes in '\(layout.output)'; wait for its end and start again")
      default:
        throw RunFailure(.inputOutput, "cannot lock the output folder '\(layout.output)'")
      }
    }
    return HeldOutput(folder)
  }

  /// Tells an output that cannot be created from one that could not be written.
  func creating<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let fault as SystemFault {
      let isFull = fault.isNoSpace || fault.errno == EIO || fault.errno == ENOMEM
      throw RunFailure(isFull ? .inputOutput : .cannotCreate, fault.description)
    }
  }

  /// Drops what the run has staged; it holds the lock, so nothing else is in staging.
  func dropStaging() throws {
    if try FileFacts.exists(layout.stagingRoot) { try Folder.removeTree(layout.stagingRoot) }
  }

  /// Opens the staging folder of a run.
  func stage(_ run: String, threads: Int) throws -> Staging {
    try creating { try Folder.make(layout.staging(run), mode: 0o700, intermediate: true) }
    return Staging(publisher: self, run: run, threads: threads)
  }

  /// Makes everything durable, renames each partition to its place and writes what describes it.
  ///
  /// All folders are made before the first partition is visible, so that one that cannot be made
  /// stops the run before anything is published. Partitions that an earlier run of the same inputs
  /// has published stay as they are.
  func publish(_ staging: Staging, _ history: [PastRun]) throws {
    for place in places {
      let (access, group) = access(place)
      let table = layout.table(output: output(place).name, table: tableName(place))
      try creating {
        for folder in ["\(layout.output)/\(output(place).name)", table, "\(table)/data"] {
          try make(folder, access, group)
        }
        if try !isPublished(place) { try make(staging.folder(place), access, group) }
      }
    }
    for place in places where try !isPublished(place) {
      let table = layout.table(output: output(place).name, table: tableName(place))
      try creating {
        try rename(staging.folder(place), to: partition(place), table: table)
      }
      try Folder.sync("\(table)/data")
    }
    for place in places {
      let (access, group) = access(place)
      try describe(place, staging, history, access, group)
    }
    try Folder.removeTree(layout.stagingRoot)
    try Folder.sync(layout.output)
  }

  private func access(_ place: TableTarget.Place) -> (Access, group: UInt32?) {
    let group = output(place).group
    return (Access(group: group), group.flatMap { Folder.groupNumber(named: $0) })
  }

  private func rename(_ staged: String, to partition: String, table: String) throws {
    do {
      try Folder.rename(staged, to: partition)
    } catch {
      guard error.exists else { throw error }
      throw RunFailure(
        .cannotCreate,
        "\(date) was published by somebody else meanwhile in '\(table)'; nothing was changed")
    }
  }

  private func make(_ folder: String, _ access: Access, _ group: UInt32?) throws(SystemFault) {
    try Folder.make(folder, mode: access.folderMode, intermediate: true)
    try Folder.setMode(of: folder, to: access.folderMode)
    if let group { try Folder.setGroup(of: folder, to: group) }
    try Folder.sync(String(folder[..<(folder.lastIndex(of: "/") ?? folder.endIndex)]))
  }

  /// Writes the table's README and its data package, with this partition among the others.
  ///
  /// The package comes last: a partition that it names is wholly published.
  private func describe(
    _ place: TableTarget.Place, _ staging: Staging, _ history: [PastRun], _ access: Access,
    _ group: UInt32?
  ) throws {
    let output = output(place)
    let table = layout.table(output: output.name, table: tableName(place))
    let description = TableDescription(
      plan, output: output, table: output.tables[place.table], isReplay: isReplay)
    var partitions = try listed(place)
    guard let mine = staging.partition(place) else { return }
    partitions.removeAll { $0.date == mine.date }
    partitions += try unlisted(place, besides: partitions + [mine], history)
    // A data package never names an absent file.
    partitions = try partitions.filter { partition in
      try partition.files.allSatisfy { try FileFacts.exists("\(table)/\($0.path)") }
    }
    partitions.append(mine)
    partitions.sort { $0.date < $1.date }
    try DurableFile.write(
      Array(AnalystReadme.text(for: description, partitions: partitions).utf8),
      to: "\(table)/README.md", mode: access.fileMode, group: group)
    try DurableFile.write(
      DataPackage.json(for: description, partitions: partitions), to: "\(table)/datapackage.json",
      mode: access.fileMode, group: group)
  }
}
