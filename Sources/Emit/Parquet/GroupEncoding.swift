import Dispatch
import Synchronization

/// A row group that is encoded while its maker does something else.
///
/// Its columns are taken up one by one, by whoever asks `EncodingQueue` for work and at last by who
/// wants the group: it is finished even if nobody helps. Its bytes are those of
/// `ParquetEncoder.encode`, however many take part.
package final class GroupEncoding: Sendable {
  private struct Work {
    /// The first column that nobody has taken up.
    var nextColumn = 0
    var parts: [ParquetEncoder.EncodedColumn?]
  }

  private let encoder: ParquetEncoder
  private let batches: [ParquetEncoder.Rows]
  private let work: Mutex<Work>
  /// How many columns are to be taken up with each batch that follows, so that all are before as
  /// many batches have come as the group has.
  let columnsPerBatch: Int
  /// The columns that somebody is encoding at this moment.
  private let inHand = DispatchGroup()

  /// Makes the batches one row group, none of whose columns is encoded yet.
  package init(_ encoder: ParquetEncoder, _ batches: [ParquetEncoder.Rows]) {
    self.encoder = encoder
    self.batches = batches
    work = Mutex(Work(parts: Array(repeating: nil, count: encoder.columns.count)))
    let batchCount = max(batches.count, 1)
    columnsPerBatch = (encoder.columns.count + batchCount - 1) / batchCount
  }

  /// Encodes what nobody has taken up yet, waits for what others have in hand and returns the
  /// group.
  ///
  /// Who has a column in hand is at work on it, so this never waits for a thread to be started.
  /// Until then columns of other groups are encoded, if `queue` has any.
  package func finish(helping queue: EncodingQueue? = nil) -> ParquetGroup {
    while encodeColumn() {}
    if let queue {
      while inHand.wait(timeout: .now()) == .timedOut, queue.encodeColumn() {}
    }
    inHand.wait()
    return encoder.group(of: work.withLock { $0.parts.compactMap { $0 } }, batches)
  }

  /// Encodes one column that nobody has taken up; returns whether there was one.
  package func encodeColumn() -> Bool {
    guard let column = takeColumn() else { return false }
    defer { inHand.leave() }
    let part = encoder.encode(column: column, of: batches)
    work.withLock { $0.parts[column] = part }
    return true
  }

  private func takeColumn() -> Int? {
    work.withLock { work in
      guard work.nextColumn < work.parts.count else { return nil }
      work.nextColumn += 1
      inHand.enter()
      return work.nextColumn - 1
    }
  }
}
