package import Bytes
import Records
import Synchronization

/// Checks the parts of a table's files, on any number of threads.
package final class TableCheck: Sendable {
  package let contract: TableContract
  private let filter: KeyedFilter?
  private let looks = FingerprintKey.random()
  /// Texts of the table that passed.
  private let known = RecentTexts(capacity: 1 << 18)
  /// Workers that wait for a part; what they keep between parts are caches.
  private let idle = Mutex<[TableWorker]>([])

  /// Prepares for the files of one table; without a filter nothing is looked up.
  package init(_ contract: TableContract, filter: KeyedFilter?) {
    self.contract = contract
    self.filter = filter
  }

  /// Returns what is wrong in a part; rows count from the part's first.
  package func verdict(on part: FilePart) -> Verdict {
    var worker =
      idle.withLock { $0.popLast() }
      ?? TableWorker(contract, filter: filter, looks: looks, known: known)
    let verdict = worker.verdict(on: part)
    let rested = worker
    idle.withLock { $0.append(rested) }
    return verdict
  }
}
