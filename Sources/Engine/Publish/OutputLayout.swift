import Bytes
import Glibc
import PipelineFile
import Records

/// The paths below an output folder.
struct OutputLayout: Sendable {
  let output: String

  /// Where everything of one run is built before it is published.
  func staging(_ run: String) -> String { "\(output)/.staging/\(run)" }

  /// Removes what a run has staged, and the folder of all staging when nothing else is in it.
  func removeStaging(_ run: String) throws {
    try Folder.removeTree(staging(run))
    if try FileFacts.exists(stagingRoot), try Folder.names(in: stagingRoot).isEmpty {
      try Folder.removeTree(stagingRoot)
    }
  }

  var stagingRoot: String { "\(output)/.staging" }

  /// The name of a table's partition inside the staging folder of its night.
  static func stagedName(output name: String, table: String) -> String { "\(name).\(table)" }

  /// The staged copy of one table's partition.
  func stagedTable(_ run: String, output name: String, table: String) -> String {
    "\(staging(run))/\(OutputLayout.stagedName(output: name, table: table))"
  }

  /// The staged copy of what describes a table: `README.md` or `datapackage.json`.
  func stagedDescription(
    _ run: String, output name: String, table: String, _ file: String
  ) -> String {
    "\(staging(run))/\(name).\(table).\(file)"
  }

  func table(output name: String, table: String) -> String { "\(output)/\(name)/\(table)" }

  func partition(output name: String, table: String, date: CivilDate) -> String {
    "\(self.table(output: name, table: table))/\(OutputLayout.partitionPath(date.description))"
  }

  /// The partition's path inside its table's folder.
  static func partitionPath(_ date: String) -> String { "data/dt=\(date)" }

  /// Tells an output that cannot be created from one that could not be written.
  func creating<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let fault as SystemFault {
      let isFull = fault.isNoSpace || fault.errno == EIO || fault.errno == ENOMEM
      throw RunFailure(isFull ? .inputOutput : .cannotCreate, fault.description)
    }
  }
}

/// Who may read what is published.
struct Access: Sendable {
  /// The Unix group that may read, if any.
  var group: String?

  var folderMode: UInt32 { group == nil ? 0o700 : 0o750 }
  var fileMode: UInt32 { group == nil ? 0o600 : 0o640 }
  var groupNumber: UInt32? { group.flatMap { Folder.groupNumber(named: $0) } }
}
