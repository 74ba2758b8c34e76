/// What a closed input is known by, whatever its name, its compression and its times.
///
/// All of the decompressed bytes, a byte order mark included.
package struct InputContent: Hashable, Sendable {
  /// How many bytes at either end are hashed.
  package static let edge = 1 << 20

  package var length: Int
  package var crc32: UInt32
  /// SHA-256 of the first MiB, or of all if it is shorter, in hex.
  package var head: String
  /// SHA-256 of the last MiB, or of all if it is shorter, in hex.
  package var tail: String

  package init(length: Int, crc32: UInt32, head: String, tail: String) {
    self.length = length
    self.crc32 = crc32
    self.head = head
    self.tail = tail
  }

  /// Reads what ``id`` has written.
  package init?(id: String) {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, let length = Int(parts[0]), let crc32 = UInt32(parts[1], radix: 16)
    else { return nil }
    self.init(length: length, crc32: crc32, head: parts[2], tail: parts[3])
  }

  /// All four as one text, for places that want one.
  package var id: String {
    let crc = String(crc32, radix: 16)
    let padding = String(repeating: "0", count: 8 - crc.count)
    return "\(length)-\(padding)\(crc)-\(head)-\(tail)"
  }
}

/// An input that a run has ingested.
package struct LedgerInput: Hashable, Sendable {
  package var run: String
  package var pipeline: String
  package var source: String
  package var content: InputContent
  /// The name under which it was found, below the input folder.
  package var name: String
  /// SHA-256 of the file as it lay, in hex.
  package var sha256: String
  /// Bytes as it lay.
  package var byteCount: Int
  package var recordCount: Int
  /// A digest of its first records, for those who must tell one export from another.
  package var beginning: String?

  package init(
    run: String, pipeline: String, source: String, content: InputContent, name: String,
    sha256: String, byteCount: Int, recordCount: Int, beginning: String? = nil
  ) {
    self.run = run
    self.pipeline = pipeline
    self.source = source
    self.content = content
    self.name = name
    self.sha256 = sha256
    self.byteCount = byteCount
    self.recordCount = recordCount
    self.beginning = beginning
  }
}

/// A file that was still being written when a run met it.
package struct DeferredFile: Hashable, Sendable {
  package var pipeline: String
  package var source: String
  package var name: String
  /// How many of its first decompressed bytes were there and are hashed, at most a MiB.
  package var prefixLength: Int
  /// Their SHA-256, in hex.
  package var prefix: String
  /// The date of the run that met it first.
  package var firstSeen: String

  package init(
    pipeline: String, source: String, name: String, prefixLength: Int, prefix: String,
    firstSeen: String
  ) {
    self.pipeline = pipeline
    self.source = source
    self.name = name
    self.prefixLength = prefixLength
    self.prefix = prefix
    self.firstSeen = firstSeen
  }
}
