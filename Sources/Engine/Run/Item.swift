import Bytes
import Ledger
import Records

/// One input file of a source.
struct Item: Sendable {
  enum Content: Sendable {
    case file(path: String)
    case standardInput
    /// Raw text of a pipeline's test.
    case memory([UInt8])
    /// What the item left when it was done apart.
    case partial(PartialFile)
  }

  /// The name below the input folder, or `-`.
  var name: String
  var content: Content
  /// Bytes as it lies, where known beforehand.
  var byteCount: Int

  /// Whether the raw bytes can be had a second time.
  var canBeReadAgain: Bool {
    switch content {
    case .file, .memory: true
    case .standardInput, .partial: false
    }
  }
}

extension Item {
  /// Returns what the content is known by, or `nil` when it is not complete and does not count.
  func completeContent() throws -> InputContent? {
    if case .partial(let file) = content { return try file.completeContent() }
    let reader = try ItemReader(self, borders: .lines)
    while try reader.next() != nil {}
    guard case .complete? = reader.ending else { return nil }
    return try reader.content()
  }
}

/// What an item was found to be.
struct ItemReport: Sendable {
  var name: String
  /// SHA-256 of the file as it lies, in hex.
  var sha256: String
  /// Bytes as it lies.
  var byteCount: Int
  /// Records read of it, the faulty ones included.
  var records = 0
  /// What its content is known by, if it is complete.
  var content: InputContent?
  /// How it begins, if it is unfinished.
  var beginning: InputBeginning?
  /// Its first records, where those of increments are watched.
  var first: FirstRecords?
}

/// Reads an item block by block and hashes it as it lies.
///
/// A class, because the closures that the reader holds and the engine's loop share it; it stays on
/// the loop's own thread.
final class ItemReader {
  private var reader: BlockReader
  private let raw: RawDigest
  private let item: Item
  private var digest = ContentDigest()

  init(
    _ item: Item, borders: RecordBorders, blockSize: Int = BlockReader.defaultBlockSize
  ) throws(SystemFault) {
    self.item = item
    let raw = RawDigest()
    self.raw = raw
    let onRawBytes: (Span<UInt8>) -> Void = { raw.add($0) }
    switch item.content {
    case .file(let path):
      reader = try BlockReader(
        path: path, borders: borders, blockSize: blockSize, onRawBytes: onRawBytes)
    case .standardInput:
      reader = BlockReader(
        descriptor: 0, borders: borders, blockSize: blockSize, onRawBytes: onRawBytes)
    case .memory(let bytes):
      reader = BlockReader(
        bytes: bytes, borders: borders, blockSize: blockSize, onRawBytes: onRawBytes)
    case .partial: preconditionFailure("a partial is merged, not read")
    }
  }

  func next() throws(SystemFault) -> Block? {
    let block = try reader.next()
    if let block { digest.add(block) }
    return block
  }

  /// What the content is known by, once it has ended completely.
  ///
  /// A record that was skipped for its length is in no block; then the file is read once more.
  func content() throws(SystemFault) -> InputContent {
    if let content = digest.content(byteCount: reader.byteCount, crc32: reader.crc32) {
      return content
    }
    return try InputContent(reading: item)
  }

  /// How the item ended, once `next` has returned `nil`.
  var ending: InputEnding? { reader.ending }

  /// Bytes read so far, as the item lies.
  var rawByteCount: Int { raw.byteCount }

  /// The digest of everything read, in hex.
  var rawDigest: String { raw.hex }
}
