import Foundation
import Ledger
import Pseudonymise
import Records

/// Which published partitions carry tokens of which keys, as the manifests of their runs say: also
/// of tables that no pipeline has any more.
struct CarriedKeys: Sendable {
  private struct Carrier {
    /// The table as `output/table`.
    var table: String
    var key: String
    /// Days since 1970-01-01 of the events it may hold; from the beginning where nothing is known.
    var events: ClosedRange<Int>
    /// The last day on which it may lie there; `nil` where it holds nothing.
    var until: CivilDate?
  }

  private var carriers: [Carrier] = []

  /// Reads the manifests of all runs whose partitions lie there; one that is gone says nothing.
  init(_ ledger: Ledger, _ state: StateFolder) throws {
    var past: [String: PastRun] = [:]
    for partition in try ledger.livePartitions() {
      if past[partition.run] == nil { past[partition.run] = try state.pastRun(partition.run) }
      let date = try partition.day
      let first = try partition.firstDay?.days ?? 0
      let until = try partition.lastDay
      let table = "\(partition.output)/\(partition.table)"
      for key in Set((past[partition.run]?.tokenKeys[table] ?? [:]).values) {
        carriers.append(
          Carrier(
            table: table, key: key,
            // The run of a date takes records of the day after, too.
            events: min(first, date.days)...date.days + 1,
            until: until))
      }
    }
  }

  /// The tables in whose partitions tokens of an epoch of a key may lie, in the order of the ledger.
  func tables(of epoch: Epoch, of key: String) -> [String] {
    carriers(of: epoch, of: key).reduce(into: []) { names, carrier in
      if !names.contains(carrier.table) { names.append(carrier.table) }
    }
  }

  /// The last day on which such a partition may lie there; `nil` where there is none.
  func lastDay(of epoch: Epoch, of key: String) -> CivilDate? {
    carriers(of: epoch, of: key).compactMap(\.until).max()
  }

  private func carriers(of epoch: Epoch, of key: String) -> [Carrier] {
    guard let first = epoch.firstDay, let last = epoch.lastDay else {
      return carriers.filter { $0.key == key }
    }
    return carriers.filter { $0.key == key && $0.events.overlaps(first...last) }
  }
}
