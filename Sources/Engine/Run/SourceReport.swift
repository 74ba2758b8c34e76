import PipelineFile
import Pseudonymise
import Records

/// A key that made pseudonyms of a run: its name, epoch and check value.
struct UsedKey: Hashable, Sendable {
  var name: String
  var epoch: String
  var check: String
}

extension Set<UsedKey> {
  /// The keys by name and in the order of the epochs, as manifests list them.
  func inOrder(of rings: [String: KeyRing]) -> [(name: String, epoch: String, check: String)] {
    rings.keys.sorted().flatMap { name in
      (rings[name]?.epochs ?? []).flatMap { epoch in
        filter { $0.name == name && $0.epoch == epoch.description }
          .map { (name: $0.name, epoch: $0.epoch, check: $0.check) }
      }
    }
  }
}

/// What a source's items became, summed over those that count.
struct SourceReport: RecordSums, Sendable {
  var name: String
  var items: [ItemReport] = []
  /// Files that are still being written: left for the next night, which knows them by how they
  /// begin.
  var deferred: [(name: String, beginning: InputBeginning)] = []
  /// Files whose content an earlier run has ingested, or this one under another name.
  var already: [String] = []
  /// Those of them whose content another file of this night has.
  var twins: [String] = []
  /// Files of no byte that should have a header.
  var empty: [String] = []
  /// Damaged files that were left out, with what is wrong.
  var skipped: [(name: String, damage: String)] = []
  var counts = RecordCounts()
  var rejectedByRule = RuleCounts()
  var nulled: [RuleCounts]
  /// Places of rejected records, at most `SourceReport.placeLimit`.
  var rejects: [RecordFault] = []
  var dropped = 0
  var entered: [Int]
  var earliest: [Int32?]
  var byteCount = 0
  var latestDay: Int32?
  /// The keys that were opened, also for items that turned out not to count.
  var keys: Set<UsedKey> = []

  /// More rejects than this are counted, but their places are not kept.
  static let placeLimit = 100_000

  init(_ program: SourceProgram) {
    name = program.source.name
    nulled = [RuleCounts](repeating: RuleCounts(), count: program.source.columns.count)
    entered = [Int](repeating: 0, count: program.targets.count)
    earliest = [Int32?](repeating: nil, count: program.targets.count)
  }

  mutating func add(_ other: SourceReport) {
    add(sums: other)
    rejects += other.rejects.prefix(max(0, SourceReport.placeLimit - rejects.count))
  }
}

extension SourceReport {
  /// Adds what one block became; `recordsBefore` counts the file's records before it.
  mutating func add(
    _ result: BlockResult, item: String, recordsBefore: Int, _ program: SourceProgram
  ) {
    add(sums: result)
    for place in result.rejects where rejects.count < SourceReport.placeLimit {
      rejects.append(
        RecordFault(
          file: item, record: recordsBefore + place.ordinal + 1,
          line: result.firstLine + place.linesBefore, byte: result.offset + place.start,
          rule: place.rule, column: place.column.map { program.source.columns[$0].name }))
    }
  }
}

extension SourceReport {
  /// What is to be told of files that were left out, of `itemCount` in all, or that add nothing.
  func warnings(of itemCount: Int, on date: CivilDate) -> [String] {
    var warnings = skipped.map {
      "file '\($0.name)' of source '\(name)' is damaged and was left out: \($0.damage)"
    }
    if itemCount > 0, already.count == itemCount {
      warnings.append(
        "source '\(name)' has nothing new for \(date): \(itemCount) of \(itemCount) files were "
          + "ingested before")
    }
    warnings += twins.map {
      "file '\($0)' of source '\(name)' has the same content as another file of this night; it is "
        + "read once"
    }
    warnings += empty.map {
      "file '\($0)' of source '\(name)' is empty, without even a header; it adds no record"
    }
    return warnings
  }
}
