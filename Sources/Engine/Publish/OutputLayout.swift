import Bytes
import PipelineFile
import Records

/// The paths below an output folder.
struct OutputLayout: Sendable {
  let output: String

  /// Where everything of one run is built before it is published.
  func staging(_ run: String) -> String { "\(output)/.staging/\(run)" }

  var stagingRoot: String { "\(output)/.staging" }

  /// The staged copy of one table's partition.
  func stagedTable(_ run: String, output name: String, table: String) -> String {
    "\(staging(run))/\(name).\(table)"
  }

  func table(output name: String, table: String) -> String { "\(output)/\(name)/\(table)" }

  func partition(output name: String, table: String, date: CivilDate) -> String {
    "\(self.table(output: name, table: table))/\(OutputLayout.partitionPath(date))"
  }

  /// The partition's path inside its table's folder.
  static func partitionPath(_ date: CivilDate) -> String { "data/dt=\(date)" }
}

/// Who may read what is published.
struct Access: Sendable {
  /// The Unix group that may read, if any.
  var group: String?

  var folderMode: UInt32 { group == nil ? 0o700 : 0o750 }
  var fileMode: UInt32 { group == nil ? 0o600 : 0o640 }
}
