import Bytes
import Emit
import Ledger
import PipelineFile
import Records

/// The tables of a plan below an output folder, on one date.
struct Publisher: Sendable {
  let plan: Plan
  let layout: OutputLayout
  let date: CivilDate
  let isReplay: Bool
  /// The output folder, absolute and without links, as the ledger names it.
  let folder: String

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

  func table(_ place: TableTarget.Place) -> String {
    layout.table(output: output(place).name, table: tableName(place))
  }

  func partition(_ place: TableTarget.Place) -> String {
    layout.partition(output: output(place).name, table: tableName(place), date: date)
  }

  func isPublished(_ place: TableTarget.Place) throws(SystemFault) -> Bool {
    try FileFacts.exists(partition(place))
  }

  func access(_ place: TableTarget.Place) -> Access { Access(group: output(place).group) }

  /// Makes the output folder and locks it.
  func prepare() throws -> OutputLock {
    // Folders of outputs with a group are reached through this one; it shows no names.
    let hasGroups = plan.outputs.contains { $0.group != nil }
    try layout.creating {
      try Folder.make(layout.output, mode: hasGroups ? 0o711 : 0o700, intermediate: true)
    }
    let lock = try OutputLock(layout.output)
    for output in plan.outputs {
      if let group = output.group, Folder.groupNumber(named: group) == nil {
        throw RunFailure(
          .cannotCreate,
          "output '\(output.name)' is for the group '\(group)', which this machine does not know")
      }
    }
    return lock
  }

  /// Opens the staging folder of a run.
  func stage(_ run: String, threads: Int) throws -> Staging {
    try layout.creating { try Folder.make(layout.staging(run), mode: 0o700, intermediate: true) }
    return Staging(publisher: self, run: run, threads: threads)
  }
}
