import Bytes
import Emit
import Foundation
import PipelineFile
import Records

/// Writes a table's data package and analyst's page anew when partitions leave it.
///
/// The caller holds the lock of the output folder.
struct TableDescribing {
  let publisher: Publisher
  let output: String
  let table: String

  private var folder: String { publisher.layout.table(output: output, table: table) }

  /// Describes the table without the partitions of `dates`; without any partition there is nothing
  /// to describe, and the package goes.
  ///
  /// A table that is not in the plan any more keeps its page; its package loses the partitions. The
  /// package comes last: as long as it names them, all of this is done again after a cut.
  func leaveOut(dates: Set<String>) throws {
    let package = "\(folder)/datapackage.json"
    guard try FileFacts.exists(package) else { return }
    let bytes = try WholeFile(path: package).bytes
    let partitions: [Partition]
    do {
      partitions = try DataPackage.partitions(readingFrom: bytes)
    } catch {
      throw RunFailure(
        .inputOutput,
        "cannot read the data package '\(package)'; restore it, or delete it to have it written anew"
      )
    }
    let left = partitions.filter { !dates.contains($0.date) }
    if left.count == partitions.count { return }
    if left.isEmpty {
      if try FileFacts.exists("\(folder)/README.md") {
        try Folder.removeFile("\(folder)/README.md")
      }
      try Folder.removeFile(package)
      return try Folder.sync(folder)
    }
    guard
      let place = publisher.places.first(where: {
        publisher.output($0).name == output && publisher.tableName($0) == table
      })
    else { return try write(DataPackage.leavingOut(dates, of: bytes), to: package) }
    let plan = publisher.output(place)
    let description = TableDescription(
      publisher.plan, output: plan, table: plan.tables[place.table], isReplay: false)
    try write(
      Array(AnalystReadme.text(for: description, partitions: left).utf8),
      to: "\(folder)/README.md")
    try write(DataPackage.json(for: description, partitions: left), to: package)
  }

  /// Lets a file take the place of the one there, for the same readers.
  private func write(_ bytes: [UInt8], to path: String) throws {
    let facts = try FileFacts(
      of: FileFacts.exists(path) ? path : "\(folder)/datapackage.json")
    try DurableFile.write(bytes, to: path, mode: facts.mode, group: facts.group)
  }
}

extension DataPackage {
  /// Returns a package without the partitions of some dates and their resources.
  ///
  /// For a table that no plan describes any more. Members are sorted by name.
  static func leavingOut(_ dates: Set<String>, of bytes: [UInt8]) throws -> [UInt8] {
    guard
      var root = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
      var own = root["sparsam"] as? [String: Any],
      var partitions = own["partitions"] as? [[String: Any]],
      var resources = root["resources"] as? [[String: Any]]
    else { throw RunFailure(.internalError, "a data package that was read cannot be read again") }
    partitions.removeAll { dates.contains($0["date"] as? String ?? "") }
    resources.removeAll { resource in
      dates.contains((resource["sparsam"] as? [String: Any])?["partition"] as? String ?? "")
    }
    own["partitions"] = partitions
    own["rows"] = partitions.reduce(0) { $0 + ($1["rows"] as? Int ?? 0) }
    root["sparsam"] = own
    root["resources"] = resources
    var text = try JSONSerialization.data(
      withJSONObject: root, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    text.append(UInt8(ascii: "\n"))
    return Array(text)
  }
}
