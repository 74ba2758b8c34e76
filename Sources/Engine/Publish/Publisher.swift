import Bytes
import Emit
import Foundation
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
    /// Some are: a run was cut off while publishing.
    case partial
    /// All are.
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

  func standing() throws(SystemFault) -> Standing {
    var published = 0
    for place in places where try isPublished(place) { published += 1 }
    return published == 0 ? .absent : published == places.count ? .complete : .partial
  }

  /// Makes the output folder and drops what a run that was cut off left in staging.
  func prepare() throws {
    // Folders of outputs with a group are reached through this one; it shows no names.
    let hasGroups = plan.outputs.contains { $0.group != nil }
    do {
      try Folder.make(layout.output, mode: hasGroups ? 0o711 : 0o700, intermediate: true)
      if try FileFacts.exists(layout.stagingRoot) {
        try Folder.removeTree(layout.stagingRoot)
      }
    } catch let fault {
      throw RunFailure(fault.isNoSpace ? .inputOutput : .cannotCreate, fault.description)
    }
    for output in plan.outputs {
      if let group = output.group, Folder.groupNumber(named: group) == nil {
        throw RunFailure(
          .cannotCreate,
          "output '\(output.name)' is for the group '\(group)', which this machine does not know")
      }
    }
  }

  func dropStaging(_ run: String) throws {
    if try FileFacts.exists(layout.staging(run)) {
      try Folder.removeTree(layout.staging(run))
    }
  }

  /// Opens the staging folder of a run.
  func stage(_ run: String) throws -> Staging {
    try Folder.make(layout.staging(run), mode: 0o700, intermediate: true)
    return Staging(publisher: self, run: run)
  }

  /// Makes everything durable, renames each partition to its place and writes what describes it.
  ///
  /// Partitions that an earlier run of the same inputs has published stay as they are.
  func publish(_ staging: Staging) throws {
    for place in places {
      let output = output(place)
      let access = Access(group: output.group)
      let table = layout.table(output: output.name, table: tableName(place))
      let group = output.group.flatMap { Folder.groupNumber(named: $0) }
      for folder in ["\(layout.output)/\(output.name)", table, "\(table)/data"] {
        try make(folder, access, group)
      }
      if try !isPublished(place) {
        let staged = staging.folder(place)
        try make(staged, access, group)
        try rename(staged, to: partition(place), table: table)
        try Folder.sync("\(table)/data")
      }
      try describe(place, staging, access, group)
    }
    try Folder.removeTree(layout.stagingRoot)
    try Folder.sync(layout.output)
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

  /// Writes the table's data package and its README, with this partition among the others.
  private func describe(
    _ place: TableTarget.Place, _ staging: Staging, _ access: Access, _ group: UInt32?
  ) throws {
    let output = output(place)
    let table = layout.table(output: output.name, table: tableName(place))
    let description = TableDescription(
      plan, output: output, table: output.tables[place.table], isReplay: isReplay)
    let path = "\(table)/datapackage.json"
    var partitions: [Partition] = []
    if try FileFacts.exists(path) {
      do {
        partitions = try DataPackage.partitions(
          readingFrom: WholeFile(path: path, limit: 1 << 28).bytes)
      } catch {
        throw RunFailure(
          .inputOutput,
          "cannot read the data package '\(path)'; restore it, or delete it to have it written anew"
        )
      }
    }
    guard let mine = staging.partition(place) else { return }
    partitions.removeAll { $0.date == mine.date }
    // A data package never names an absent file.
    partitions = try partitions.filter { partition in
      try partition.files.allSatisfy { try FileFacts.exists("\(table)/\($0.path)") }
    }
    partitions.append(mine)
    partitions.sort { $0.date < $1.date }
    try DurableFile.write(
      DataPackage.json(for: description, partitions: partitions), to: path, mode: access.fileMode,
      group: group)
    try DurableFile.write(
      Array(AnalystReadme.text(for: description, partitions: partitions).utf8),
      to: "\(table)/README.md", mode: access.fileMode, group: group)
  }
}
