/// The row groups of a Parquet file under construction.
///
/// Batches are gathered in order; the columns of a group that is large enough are put into a queue,
/// for others to encode beside the reading, and its bytes are written when the next one is closed.
/// At most one group is being encoded and one is gathered, so memory holds the rows of two. Where
/// groups end follows from the rows alone, and so do the bytes, whoever takes from the queue.
package struct RowGroups: Sendable {
  /// What the footer says of the groups that are written.
  package private(set) var written: [ParquetGroup.Summary] = []
  private let encoder: ParquetEncoder
  private let queue: EncodingQueue?
  private let leastRowCount: Int
  private var gathered: [ParquetEncoder.Rows] = []
  private var gatheredCount = 0
  private var encoding: GroupEncoding?

  /// Creates a file without groups, each of which will hold `leastRowCount` rows or more.
  ///
  /// Without a queue each group is encoded by the caller, as soon as it is large enough.
  package init(
    _ encoder: ParquetEncoder, queue: EncodingQueue?,
    leastRowCount: Int = ParquetEncoder.usualRowCount
  ) {
    self.encoder = encoder
    self.queue = queue
    self.leastRowCount = leastRowCount
  }

  /// Adds a batch; `write` is given the group before, when this one is complete.
  package mutating func append(
    _ rows: ParquetEncoder.Rows, write: (ParquetGroup) throws -> Void
  ) throws {
    gathered.append(rows)
    gatheredCount += rows.count
    guard gatheredCount >= leastRowCount else { return }
    try begin(write: write)
    // Without others nothing is gained by waiting, and the rows would be held longer.
    if queue == nil { try writeEncoded(encoding.take(), write) }
  }

  /// Puts what is gathered into the queue; `write` is given the group before.
  ///
  /// While others bring the last columns of that one to their end, the first of this one are
  /// encoded.
  package mutating func begin(write: (ParquetGroup) throws -> Void) throws {
    let before = encoding.take()
    if !gathered.isEmpty {
      let encoding = GroupEncoding(encoder, gathered)
      queue?.add(encoding)
      self.encoding = encoding
      gathered = []
      gatheredCount = 0
    }
    try writeEncoded(before, write)
  }

  /// Adds a group that is encoded already, behind all that came before.
  package mutating func append(
    _ group: ParquetGroup, write: (ParquetGroup) throws -> Void
  ) throws {
    try close(write: write)
    try write(group)
    written.append(group.summary)
  }

  /// Closes the group in hand and gives `write` all that is not written yet.
  package mutating func close(write: (ParquetGroup) throws -> Void) throws {
    try begin(write: write)
    try writeEncoded(encoding.take(), write)
  }

  private mutating func writeEncoded(
    _ encoding: GroupEncoding?, _ write: (ParquetGroup) throws -> Void
  ) throws {
    guard let encoding else { return }
    queue?.remove(encoding)
    let group = encoding.finish(helping: queue)
    try write(group)
    written.append(group.summary)
  }

  /// Forgets what is not written yet and all but the first `count` groups.
  package mutating func cut(to count: Int) {
    if let encoding = encoding.take() { queue?.remove(encoding) }
    gathered = []
    gatheredCount = 0
    written.removeLast(written.count - count)
  }

  /// Returns what closes the file.
  package func closing(_ keyValues: [(String, String)], creator: ParquetCreator) -> [UInt8] {
    encoder.closing(written, keyValues: keyValues, creator: creator)
  }
}
