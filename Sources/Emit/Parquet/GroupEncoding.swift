import Dispatch
import Synchronization

/// A row group that is being encoded while its maker does something else.
///
/// Columns are taken up one by one, by helpers in the background and by whoever waits for the
/// group: it is finished even if no helper ever gets a processor. Its bytes are those of
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
  private let helpers = DispatchGroup()

  /// Begins to encode the batches as one row group with at most `helperCount` helpers.
  package init(_ encoder: ParquetEncoder, _ batches: [ParquetEncoder.Rows], helperCount: Int) {
    self.encoder = encoder
    self.batches = batches
    work = Mutex(Work(parts: Array(repeating: nil, count: encoder.columns.count)))
    for _ in 0..<min(helperCount, encoder.columns.count) {
      // Dispatch's own threads: a wait below cannot keep the tasks of the caller's pool from them.
      DispatchQueue.global().async(group: helpers) { self.encodeColumns() }
    }
  }

  /// Encodes what nobody has taken up yet, waits for the rest and returns the group.
  package func finish() -> ParquetGroup {
    encodeColumns()
    helpers.wait()
    return encoder.group(of: work.withLock { $0.parts.compactMap { $0 } }, batches)
  }

  private func encodeColumns() {
    while let column = takeColumn() {
      let part = encoder.encode(column: column, of: batches)
      work.withLock { $0.parts[column] = part }
    }
  }

  private func takeColumn() -> Int? {
    work.withLock { work in
      guard work.nextColumn < work.parts.count else { return nil }
      work.nextColumn += 1
      return work.nextColumn - 1
    }
  }
}
