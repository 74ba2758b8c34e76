import Synchronization

/// The row groups whose columns wait for somebody to encode them.
///
/// Whoever has a moment takes up some: a worker between two blocks, or the tasks of `encodeAll`. So
/// a group is encoded on the threads that the run has anyway, and while they are busy with reading
/// nobody waits for a further one to be started.
package final class EncodingQueue: Sendable {
  private let threads: Int
  private let waiting = Mutex<[GroupEncoding]>([])

  /// Creates the queue of a run on `threads` threads; `nil` for one, which gains nothing by
  /// waiting: each file encodes its groups itself then.
  package init?(threads: Int) {
    guard threads > 1 else { return nil }
    self.threads = threads
  }

  /// Offers the columns of a group, behind those of earlier groups.
  func add(_ encoding: GroupEncoding) {
    waiting.withLock { $0.append(encoding) }
  }

  /// Forgets a group: somebody brings it to its end himself, or nobody wants it any more.
  func remove(_ encoding: GroupEncoding) {
    waiting.withLock { waiting in waiting.removeAll { $0 === encoding } }
  }

  /// Encodes one column that nobody has taken up; returns whether there was one.
  @discardableResult
  package func encodeColumn() -> Bool {
    while let encoding = waiting.withLock({ $0.first }) {
      if encoding.encodeColumn() { return true }
      // All its columns are taken up: those who have them bring them to their end.
      remove(encoding)
    }
    return false
  }

  /// Encodes what one block owes: so many columns of the first group that it is done before the
  /// next is gathered, if that has as many blocks.
  package func encodeShare() {
    let share = waiting.withLock { $0.first?.columnsPerBatch } ?? 0
    for _ in 0..<share where !encodeColumn() { return }
  }

  /// Encodes all columns that nobody has taken up, on all threads of the run.
  ///
  /// `next` adds another group meanwhile, and returns `false` when there is none.
  package func encodeAll(adding next: () throws -> Bool = { false }) async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      var isMore = true
      while isMore {
        isMore = try next()
        for _ in 1..<threads { tasks.addTask { while self.encodeColumn() {} } }
      }
      while encodeColumn() {}
    }
  }
}
