import Synchronization

/// How much memory the aggregate tables of a run may take together, and where they are set aside
/// beyond it.
package final class MemoryLimit: Sendable {
  package let byteCount: Int
  package let folder: SpillFolder
  private let used = Atomic<Int>(0)

  package init(byteCount: Int, folder: SpillFolder) {
    precondition(byteCount > 0, "a limit is positive")
    self.byteCount = byteCount
    self.folder = folder
  }

  /// Notes that a shard grew, or shrank, by so many bytes.
  func note(_ change: Int) { used.add(change, ordering: .relaxed) }

  /// Whether a shard of that size is to be set aside.
  ///
  /// Small ones stay: they would not help, and each file has a price.
  func demandsSpill(of size: Int) -> Bool {
    used.load(ordering: .relaxed) > byteCount && size > byteCount / 128
  }

  /// The largest part of a table that is put together in memory, if it can be parted at all.
  var partLimit: Int { byteCount / 8 }
}
