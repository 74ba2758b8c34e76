import Ledger
import PipelineFile
import Pseudonymise
import Records

extension Expiry {
  /// Forgets tombstones of epochs whose records can neither lie in a partition nor come any more.
  ///
  /// A record comes at the latest when its source's window closes, and stands in a partition of its
  /// own day or a later one. Tombstones of an epoch without an end stay as long as its key.
  func forgetTombstones(_ today: CivilDate, _ ledger: Ledger) throws {
    let live = try ledger.livePartitions()
    let schedule = KeySchedule([plan], carried: try CarriedKeys(ledger, state))
    for key in Set(try ledger.tombstones().map(\.key)).sorted() {
      guard let number = plan.keys.firstIndex(where: { $0.name == key }) else { continue }
      let windows = plan.sources.filter { $0.columns.contains { $0.key == number } }.map(\.window)
      for text in Set(try ledger.tombstones(of: key).map(\.epoch)).sorted() {
        let epoch = try Epoch(inLedger: text, of: key)
        guard let first = epoch.firstDay, let last = epoch.lastDay,
          let latest = windows.map({ CivilDate(days: last).adding($0) }).max(), latest < today
        else { continue }
        let carriers = Set(schedule.tables(of: key, epoch))
        // Another pipeline's tables may carry the key's tokens too.
        let others = plan.outputs.flatMap { output in
          output.tables.map { "\(output.name)/\($0.name)" }
        }.filter { !carriers.contains($0) }
        // The run of a date takes records of the day after, too.
        let days = CivilDate(days: first - 1)...latest
        let isConcerned = try live.contains { partition in
          try !others.contains("\(partition.output)/\(partition.table)")
            && days.contains(partition.day)
        }
        if !isConcerned { try ledger.forgetTombstones(key: key, epoch: text) }
      }
    }
  }
}
