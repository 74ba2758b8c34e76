import Foundation

/// A data package that cannot be read back; it names no file, which the caller knows.
package struct DataPackageFault: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String { "the data package is damaged" }
}

extension DataPackage {
  /// Returns the partitions that a `datapackage.json` of ours names.
  package static func partitions(
    readingFrom bytes: [UInt8]
  ) throws(DataPackageFault) -> [Partition] {
    guard
      let root = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
      let own = root["sparsam"] as? [String: Any],
      let listed = own["partitions"] as? [[String: Any]],
      let resources = root["resources"] as? [[String: Any]]
    else { throw DataPackageFault() }
    var partitions: [Partition] = []
    for entry in listed {
      guard let date = entry["date"] as? String else { throw DataPackageFault() }
      partitions.append(
        Partition(
          date: date, files: [], deleteAfter: entry["delete_after"] as? String,
          sharePublished: entry["share_published_percent"] as? Int))
    }
    for resource in resources {
      guard let path = resource["path"] as? String, let hash = resource["hash"] as? String,
        hash.hasPrefix("sha256:"), let byteCount = resource["bytes"] as? Int,
        let rowCount = resource["rows"] as? Int,
        let owner = partitions.firstIndex(where: { path.contains("/dt=\($0.date)/") })
      else { throw DataPackageFault() }
      partitions[owner].files.append(
        Partition.File(
          path: path, sha256: String(hash.dropFirst(7)), bytes: byteCount, rows: rowCount))
    }
    return partitions
  }
}
