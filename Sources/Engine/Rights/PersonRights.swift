import Bytes
import Crypto
import Emit
import Foundation
import Ledger
package import PipelineFile
import Pseudonymise
import Records

/// Finds and removes what is published of persons, as far as anybody can tell that it is theirs.
package struct PersonRights: Sendable {
  let plan: Plan
  let pipelineDigest: String
  let output: String
  let state: StateFolder
  /// Called between the steps of a removal, by tests that break it off there.
  let pause: @Sendable (String) throws -> Void

  package init(
    plan: Plan, pipelineText: String, output: String, state: String,
    pause: @escaping @Sendable (String) throws -> Void = { _ in }
  ) {
    self.plan = plan
    pipelineDigest = hexText(SHA256.hash(data: Array(pipelineText.utf8)))
    self.output = output
    self.state = StateFolder(path: state)
    self.pause = pause
  }

  /// Rows of one published partition.
  package struct Place: Sendable {
    package var output: String
    package var table: String
    package var date: String
    /// Positions of the persons' rows, counted from 1.
    package var rows: [Int]
    /// Further rows that had to go with them: fewer persons than `k` would have looked like those, or
    /// would have been held back.
    package var companions = 0
    /// Of a table of persons with small-cell protection: how many are held back once they are gone.
    var heldBack: Int?
    /// All rows that go: the persons' and their companions.
    var removed: Set<Int> = []
    var partition: LedgerPartition
  }

  /// What was found, and what cannot be.
  package struct Answer: Sendable {
    package var places: [Place] = []
    /// Where nothing can be found or undone, and why, in sentences.
    package var limits: [String] = []
  }

  var canonicalOutput: String { Run.canonical(output) }

  /// Finds the persons' rows in all row and person tables of the pipeline.
  package func locate(_ persons: [AskingPerson]) throws(RunFailure) -> Answer {
    try RunFailure.explaining {
      let ledger = try state.existingLedger()
      let tokens = try tokens(of: persons, ledger)
      return try search(for: tokens.all, tokens, ledger)
    }
  }

  func tokens(of persons: [AskingPerson], _ ledger: Ledger) throws -> PersonTokens {
    let now = Int64(Foundation.Date().timeIntervalSince1970) * 1_000_000
    return try PersonTokens(
      of: persons, in: plan, KeyStore(folder: state.keys), ledger,
      date: CivilDate(days: Int(plan.zone.localDays(microseconds: now))).description)
  }

  /// Looks for `wanted` in every partition that can hold a token; tells what cannot be answered.
  func search(
    for wanted: Set<UInt128>, _ tokens: PersonTokens, _ ledger: Ledger
  ) throws -> Answer {
    var answer = Answer()
    var known: Set<String> = []
    let live = try ledger.publishedPartitions(in: output)
    for output in plan.outputs {
      for table in output.tables {
        let name = "\(output.name)/\(table.name)"
        known.insert(name)
        if case .aggregate(let number, _) = table.content,
          case .group = plan.aggregates[number].definition.shape
        {
          answer.limits.append(
            "'\(name)' holds cells of many persons: what is published of them cannot be undone")
          continue
        }
        let columns = table.tokenColumns(in: plan)
        guard columns.contains(where: tokens.canFind) else {
          answer.limits.append(PersonRights.limit(of: columns, in: name))
          continue
        }
        for partition in live where partition.output == output.name && partition.table == table.name
        {
          if let place = try look(for: wanted, in: partition, table, of: output) {
            answer.places.append(place)
          }
        }
      }
    }
    for partition in live {
      let name = "\(partition.output)/\(partition.table)"
      if known.insert(name).inserted {
        answer.limits.append("'\(name)' is not of this pipeline: ask with the one that makes it")
      }
    }
    answer.limits += tokens.destroyed.map {
      "the secret of key '\($0.key)', epoch '\($0.epoch)', is destroyed: in its rows nobody can be "
        + "identified (Art. 11(2) GDPR)"
    }
    return answer
  }

  /// Why nothing of what was given can be looked up in a table.
  private static func limit(of columns: [TokenColumn], in name: String) -> String {
    if let tuple = columns.first(where: \.isTuple) {
      let types = tuple.types.map(\.rawValue)
      return Set(types).count < types.count
        ? "column '\(tuple.name)' of '\(name)' joins several fields of one type, which cannot be told "
          + "apart here: in it the person cannot be identified (Art. 11(2) GDPR)"
        : "column '\(tuple.name)' of '\(name)' joins \(types.joined(separator: ", ")): give all of "
          + "them in one JSON object to have it searched"
    }
    return "no column of '\(name)' holds a pseudonym of what was given: in it the person cannot be "
      + "identified (Art. 11(2) GDPR)"
  }

  private func look(
    for wanted: Set<UInt128>, in partition: LedgerPartition, _ table: OutputPlan.Table,
    of output: OutputPlan
  ) throws -> Place? {
    guard partition.files.count <= 1 else {
      throw RunFailure(.internalError, "partition '\(partition.path)' has more than one file")
    }
    let least = leastAlike(in: table)
    var place = Place(
      output: partition.output, table: partition.table, date: partition.date, rows: [],
      partition: partition)
    for file in partition.files {
      let path = "\(self.output)/\(partition.path)/\(file.name)"
      let found = try PartitionFile(path: path, preferred: output.compression).find(
        wanted, classes: least.map { (column: $0.column, key: FingerprintKey.random()) })
      guard found.rowCount == file.rowCount else { throw RunFailure.damagedPartition(path) }
      place.rows += found.rows
      place.removed = Set(found.rows)
      guard let least, !found.rows.isEmpty else { continue }
      let rest = RemainingPersons(
        classes: found.classes, without: Set(found.rows), least: least.count,
        heldBack: state.heldBack(from: partition))
      place.companions = rest.companions.count
      place.heldBack = rest.heldBack
      place.removed.formUnion(rest.companions)
    }
    return place.rows.isEmpty ? nil : place
  }

  /// For a person table with small-cell protection its person column and how many must look alike.
  private func leastAlike(in table: OutputPlan.Table) -> (column: String, count: Int)? {
    guard case .aggregate(let number, _) = table.content,
      case .least(let rule) = plan.aggregates[number].definition.protection,
      let column = table.tokenColumns(in: plan).first
    else { return nil }
    return (column.name, rule.least)
  }
}
