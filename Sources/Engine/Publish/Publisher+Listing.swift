import Bytes
import Crypto
import Emit
import Foundation
import PipelineFile
import Records

extension Publisher {
  /// The partitions that a table's data package names; none where there is no package.
  func listed(_ place: TableTarget.Place) throws -> [Partition] {
    let path =
      "\(layout.table(output: output(place).name, table: tableName(place)))/datapackage.json"
    guard try FileFacts.exists(path) else { return [] }
    do {
      return try DataPackage.partitions(
        readingFrom: WholeFile(path: path, limit: 1 << 28).bytes)
    } catch {
      throw RunFailure(
        .inputOutput,
        "cannot read the data package '\(path)'; restore it, or delete it to have it written anew")
    }
  }

  /// The digests of this date's files by table, for all tables that have the partition.
  ///
  /// As the data package names them, else of the files themselves.
  func publishedDigests() throws -> [String: [String]] {
    var digests: [String: [String]] = [:]
    for place in places where try isPublished(place) {
      let key = "\(output(place).name)/\(tableName(place))"
      if let named = try listed(place).first(where: { $0.date == date.description }) {
        digests[key] = named.files.map(\.sha256)
      } else {
        digests[key] = try files(of: partition(place)).map(\.sha256)
      }
    }
    return digests
  }

  /// Partitions that lie there and that no data package names any more, from their manifests.
  ///
  /// So a package that was lost or cut off is written anew for all dates, and only for files that
  /// are the ones a run has published.
  func unlisted(
    _ place: TableTarget.Place, besides listed: [Partition], _ history: [PastRun]
  ) throws -> [Partition] {
    let table = layout.table(output: output(place).name, table: tableName(place))
    let known = Set(listed.map { "dt=\($0.date)" })
    var found: [Partition] = []
    for name in try Folder.names(in: "\(table)/data")
    where name.hasPrefix("dt=") && !known.contains(name) {
      let date = String(name.dropFirst(3))
      let key = "\(output(place).name)/\(tableName(place))"
      let lying = try files(of: "\(table)/data/\(name)")
      let past = history.first { run in
        run.date == date && run.tables[key]?.files.map(\.sha256) == lying.map(\.sha256)
      }
      guard let past, let made = past.tables[key], made.files.count == 1 else { continue }
      found.append(
        Partition(
          date: date,
          files: lying.map {
            Partition.File(
              path: "data/\(name)/\($0.name)", sha256: $0.sha256, bytes: $0.byteCount,
              rows: made.rowCount)
          },
          deleteAfter: made.deleteAfter, sharePublished: nil))
    }
    return found
  }

  /// The data files of a partition, hashed as they lie.
  private func files(
    of partition: String
  ) throws -> [(name: String, sha256: String, byteCount: Int)] {
    try Folder.names(in: partition).filter { $0.hasPrefix("part-") }.map { name in
      let path = "\(partition)/\(name)"
      var sha256 = SHA256()
      var byteCount = 0
      do {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty {
          sha256.update(data: bytes)
          byteCount += bytes.count
        }
      } catch {
        throw RunFailure(.inputOutput, "cannot read the published file '\(path)'")
      }
      return (name, hexText(sha256.finalize()), byteCount)
    }
  }
}
