import Bytes
import Crypto
import Foundation

/// The data files of a partition as they lie.
enum PublishedFiles {
  struct Found: Sendable {
    var name: String
    var sha256: String
    var byteCount: Int
  }

  /// Returns the files of a partition's folder, hashed, by name.
  static func all(in partition: String) throws -> [Found] {
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
      return Found(name: name, sha256: hexText(sha256.finalize()), byteCount: byteCount)
    }
  }

  static func digests(in partition: String) throws -> [Publication.FileDigest] {
    try all(in: partition).map { Publication.FileDigest(name: $0.name, sha256: $0.sha256) }
  }
}
