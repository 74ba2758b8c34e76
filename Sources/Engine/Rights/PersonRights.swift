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
    /// Further rows that had to go with them: fewer persons than `k` would have looked like those,
    /// or would have been held back.
    package var companions = 0
    /// Of a table of persons with small-cell protection: how many are held back once they are gone.
    var heldBack: Int?
    /// All rows that go: the persons' and their companions.
    var removed: Set<Int> = []
    var partition: LedgerPartition
    /// What the data package says of it; `nil` where it names no such partition.
    var listed: Partition?
  }

  /// What was found, and what cannot be.
  package struct Answer: Sendable {
    package var places: [Place] = []
    /// Where nothing can be found or undone, and why, in sentences.
    package var limits: [String] = []
  }

  var canonicalOutput: String { Run.canonical(output) }

  /// The pipeline's tables on a date, or on none in particular.
  func publisher(on date: CivilDate?) -> Publisher {
    Publisher(
      plan: plan, layout: OutputLayout(output: output),
      date: date ?? CivilDate(year: 1970, month: 1, day: 1), isReplay: false,
      folder: canonicalOutput)
  }

  /// Finds the persons' rows in all row and person tables of the pipeline.
  package func locate(_ persons: [AskingPerson]) throws(RunFailure) -> Answer {
    try RunFailure.explaining {
      let ledger = try state.existingLedger()
      try refuseUnknown(ledger)
      let tokens = try tokens(of: persons, ledger)
      return try search(for: tokens.all, tokens, ledger)
    }
  }

  /// An answer from a ledger that does not know all that lies there would leave some of it out.
  func refuseUnknown(_ ledger: Ledger) throws {
    try UnknownToLedger(ledger: ledger, state: state, publisher: publisher(on: nil))
      .refuseToAnswer()
  }

  func tokens(of persons: [AskingPerson], _ ledger: Ledger) throws -> PersonTokens {
    try PersonTokens(
      of: persons, in: plan, KeyStore(folder: state.keys), ledger,
      carried: CarriedKeys(ledger, state), date: Today.date(in: plan.zone).description)
  }

  /// Looks for `wanted` in every partition that can hold a token; tells what cannot be answered.
  func search(
    for wanted: Set<UInt128>, _ tokens: PersonTokens, _ ledger: Ledger
  ) throws -> Answer {
    var answer = Answer()
    var known: Set<String> = []
    let live = try ledger.publishedPartitions(in: output)
    let publisher = publisher(on: nil)
    for target in publisher.places {
      let output = publisher.output(target)
      let table = output.tables[target.table]
      let name = "\(output.name)/\(table.name)"
      known.insert(name)
      let mine = live.filter { $0.output == output.name && $0.table == table.name }
      let named = mine.isEmpty ? [] : try publisher.listed(target)
      let columns = table.tokenColumns(in: plan)
      let canFind = columns.contains(where: tokens.canFind)
      var places: [Place] = []
      for partition in mine {
        let listed = named.first { $0.date == partition.date }
        let published = PublishedColumns(listed, table, in: plan)
        // What was published before may hold tokens that the table of today does not.
        if published.tokens.isEmpty { continue }
        if let place = try look(for: wanted, in: partition, listed, published, of: output) {
          places.append(place)
        }
      }
      answer.places += places
      if !canFind, mine.isEmpty || places.count < mine.count {
        answer.limits.append(limit(of: table, columns, in: name))
      }
    }
    for partition in live {
      let name = "\(partition.output)/\(partition.table)"
      if known.insert(name).inserted {
        answer.limits.append("'\(name)' is not of this pipeline: ask with the one that makes it")
      }
    }
    answer.limits += try ledger.foldersBesides(canonicalOutput, of: plan.name).map {
      "runs of this pipeline have published in '\($0)' too: ask with '--output \($0)' as well"
    }
    answer.limits += tokens.destroyed.map {
      "the secret of key '\($0.key)', epoch '\($0.epoch)', is destroyed: in its rows nobody can be "
        + "identified (Art. 11(2) GDPR)"
    }
    return answer
  }

  /// Why nothing of what was given can be looked up in a table.
  private func limit(
    of table: OutputPlan.Table, _ columns: [TokenColumn], in name: String
  ) -> String {
    if case .aggregate(let number, _) = table.content,
      case .group = plan.aggregates[number].definition.shape
    {
      return "'\(name)' holds cells of many persons: what is published of them cannot be undone"
    }
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
    for wanted: Set<UInt128>, in partition: LedgerPartition, _ listed: Partition?,
    _ published: PublishedColumns, of output: OutputPlan
  ) throws -> Place? {
    guard partition.files.count <= 1 else {
      throw RunFailure(.internalError, "partition '\(partition.path)' has more than one file")
    }
    // Of a table of persons its one column of tokens.
    let classes = published.leastAlike.flatMap { least in
      published.tokens.first.map { (column: $0, least: least, key: FingerprintKey.random()) }
    }
    var place = Place(
      output: partition.output, table: partition.table, date: partition.date, rows: [],
      partition: partition, listed: listed)
    try PublishedFiles.requireUnchanged(partition, in: self.output)
    for file in partition.files {
      let path = "\(self.output)/\(partition.path)/\(file.name)"
      let found = try PartitionFile(path: path, preferred: output.compression).find(
        wanted, classes: classes.map { (column: $0.column, key: $0.key) })
      guard found.rowCount == file.rowCount else { throw RunFailure.damagedPartition(path) }
      place.rows += found.rows
      place.removed = Set(found.rows)
      guard let classes, !found.rows.isEmpty else { continue }
      let rest = RemainingPersons(
        classes: found.classes, without: Set(found.rows), least: classes.least,
        heldBack: try state.heldBack(from: partition))
      place.companions = rest.companions.count
      place.heldBack = rest.heldBack
      place.removed.formUnion(rest.companions)
    }
    return place.rows.isEmpty ? nil : place
  }
}
