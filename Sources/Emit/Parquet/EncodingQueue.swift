import Synchronization

/// The row groups whose columns wait for somebody to encode them.
///
/// Whoever has a moment takes up one column: a worker between two blocks, or the tasks of
/// `encodeAll`. So a group is encoded on the threads that the run has anyway, and while they are busy
/// with reading nobody waits for a further one to be started.
package final class EncodingQueue: Sendable {
  private let waiting = Mutex<[GroupEncoding]>([])

  package init() {}

  /// Offers the columns of a group, behind those of earlier groups.
  func add(_ encoding: GroupEncoding) {
    waiting.withLock { $0.append(encoding) }
  }

  /// Encodes one column that nobody has taken up; returns whether there was one.
  @discardableResult
  package func encodeColumn() -> Bool {
    while let encoding = waiting.withLock({ $0.first }) {
      if encoding.encodeColumn() { return true }
      // All its columns are taken up: those who have them bring them to their end.
      waiting.withLock { waiting in
        if waiting.first === encoding { waiting.removeFirst() }
      }
    }
    return false
  }

  /// Encodes all columns that nobody has taken up, on `threads` tasks.
  package func encodeAll(threads: Int) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 1..<max(threads, 1) { group.addTask { while self.encodeColumn() {} } }
      while encodeColumn() {}
    }
  }
}
