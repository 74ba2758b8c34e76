import Bytes
import Crypto
import Ledger

/// Works out what an input is known by while its blocks pass.
///
/// Only the first MiB is hashed on the way. Of the last MiB nothing is copied: the blocks that may
/// hold it are held on to, and hashed once the input has ended.
struct ContentDigest {
  private var head = SHA256()
  private var headCount = 0
  private var recent: [[UInt8]] = []
  private var recentCount = 0
  /// The bytes that blocks held so far.
  private var byteCount = 0

  mutating func add(_ block: Block) {
    // A byte order mark was taken off before the first block.
    if byteCount == 0, block.offset == 3 { add([0xEF, 0xBB, 0xBF]) }
    add(block.bytes)
  }

  mutating func add(_ bytes: [UInt8]) {
    if headCount < InputContent.edge {
      let part = bytes.prefix(InputContent.edge - headCount)
      head.update(data: part)
      headCount += part.count
    }
    byteCount += bytes.count
    recent.append(bytes)
    recentCount += bytes.count
    while let first = recent.first, recentCount - first.count >= InputContent.edge {
      recentCount -= first.count
      recent.removeFirst()
    }
  }

  /// The digest of the first MiB, in hex, and how many bytes it covers.
  var prefix: (sha256: String, byteCount: Int) { (hexText(head.finalize()), headCount) }

  /// Returns the content, or `nil` where not all of its bytes came by.
  func content(byteCount: Int, crc32: UInt32) -> InputContent? {
    guard self.byteCount == byteCount else { return nil }
    var tail = SHA256()
    var surplus = max(0, recentCount - InputContent.edge)
    for bytes in recent {
      tail.update(data: bytes.dropFirst(surplus))
      surplus = max(0, surplus - bytes.count)
    }
    return InputContent(
      length: byteCount, crc32: crc32, head: prefix.sha256, tail: hexText(tail.finalize()))
  }
}

extension InputContent {
  /// Reads all of an input for nothing else.
  ///
  /// A record may be as long as the file: its bytes are hashed as they pass and never gathered.
  init(reading item: Item) throws(SystemFault) {
    let passing = PassingBytes(limit: .max)
    var reader = try item.reader { bytes in passing.add(bytes) }
    while try reader.next() != nil {}
    guard
      let content = passing.digest.content(byteCount: reader.byteCount, crc32: reader.crc32)
    else {
      throw SystemFault.inputOutput("read all of", item.name)
    }
    self = content
  }
}

/// The beginning of an input, at most a MiB, as far as it is there.
struct InputBeginning: Hashable, Sendable {
  var byteCount: Int
  /// In hex.
  var sha256: String

  init(byteCount: Int, sha256: String) {
    self.byteCount = byteCount
    self.sha256 = sha256
  }

  /// Reads the first `limit` bytes; what an unfinished file holds counts too.
  init(of item: Item, limit: Int = InputContent.edge) throws(SystemFault) {
    let passing = PassingBytes(limit: limit)
    var reader = try item.reader { bytes in passing.add(bytes) }
    while passing.count < limit, try reader.next() != nil {}
    (sha256, byteCount) = passing.digest.prefix
  }
}

/// Digests the decompressed bytes that a reader passes, up to a limit.
private final class PassingBytes {
  private let limit: Int
  private(set) var digest = ContentDigest()
  private(set) var count = 0

  init(limit: Int) { self.limit = limit }

  func add(_ span: Span<UInt8>) {
    let part = min(span.count, limit - count)
    if part == 0 { return }
    var bytes: [UInt8] = []
    bytes.append(copying: span.extracting(0..<part))
    digest.add(bytes)
    count += part
  }
}

extension Item {
  fileprivate func reader(
    _ onBytes: @escaping (Span<UInt8>) -> Void
  ) throws(SystemFault) -> BlockReader {
    // The size of a block does not matter here; one MiB is all that a look at the beginning needs.
    let size = InputContent.edge
    return switch content {
    case .file(let path): try BlockReader(path: path, blockSize: size, onBytes: onBytes)
    case .standardInput: BlockReader(descriptor: 0, blockSize: size, onBytes: onBytes)
    case .memory(let bytes): BlockReader(bytes: bytes, blockSize: size, onBytes: onBytes)
    case .partial: preconditionFailure("a partial is merged, not read")
    }
  }
}
