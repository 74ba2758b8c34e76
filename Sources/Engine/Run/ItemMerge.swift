import Bytes
import Ledger
import PipelineFile
import Records

/// Puts together what the items of a source yielded, in name order, and holds it to its limits.
///
/// Here and nowhere else is decided which items count: complete ones do, unfinished ones wait for
/// the next night, damaged ones are left out or stop the run, and a content that was ingested
/// before is left out.
struct ItemMerge {
  private let program: SourceProgram
  private let threads: Int
  private let inputs: InputMemory
  private var report: SourceReport
  private let gathered: Gathered

  init(_ program: SourceProgram, _ inputs: InputMemory, threads: Int) {
    self.threads = threads
    self.program = program
    self.inputs = inputs
    report = SourceReport(program)
    gathered = Gathered(program)
  }

  /// Leaves out an item whose content is known, before it is read.
  mutating func leaveOut(_ item: Item) { report.already.append(item.name) }

  /// Takes one item, whose rows the sink has received since its savepoint.
  mutating func take(_ outcome: ItemOutcome, from sink: any RowSink) async throws {
    report.keys.formUnion(outcome.report.keys)
    switch outcome.ending {
    case .complete:
      if let content = outcome.item.content {
        let isTwin = inputs.hasMet(content)
        guard try inputs.admits(content) else {
          try sink.rollBack()
          report.already.append(outcome.item.name)
          if isTwin { report.twins.append(outcome.item.name) }
          return
        }
        if content.length == 0, case .csv(let dialect) = program.source.reading.format,
          dialect.names == nil
        {
          report.empty.append(outcome.item.name)
        }
      }
      try inputs.refuseRepetition(by: outcome.item)
      report.add(outcome.report)
      report.items.append(outcome.item)
      try await gathered.merge(outcome.gathered, in: program, threads: threads)
    case .unfinished:
      try sink.rollBack()
      guard let beginning = outcome.item.beginning else {
        throw RunFailure.cutOff(outcome.item.name, of: program.source.name)
      }
      report.deferred.append((outcome.item.name, beginning))
    case .damaged(let damage):
      try sink.rollBack()
      guard program.source.damage == .skip else {
        throw RunFailure.damaged(outcome.item.name, of: program.source.name, damage)
      }
      report.skipped.append((outcome.item.name, damage.description))
    }
  }

  /// Checks the source's limits and returns what all items together became.
  ///
  /// `onFailure` is given the places of rejected records before too many of them stop the run, if
  /// they are written down, and returns the file.
  consuming func finish(
    _ onFailure: (([RecordFault]) throws -> String)?
  ) throws -> (SourceReport, Gathered) {
    try check(onFailure)
    return (report, gathered)
  }

  /// Holds the source to its limits: bad records, bad values, distinct values.
  private func check(_ onFailure: (([RecordFault]) throws -> String)?) throws {
    let source = program.source
    guard report.counts.isConserved else {
      throw RunFailure(
        .internalError,
        "the records of source '\(source.name)' do not add up: read \(report.counts.read), "
          + "accounted for \(report.counts.kept + report.counts.rejected + report.counts.noConsent + report.counts.filtered + report.counts.late + report.counts.expired)"
      )
    }
    // A pipeline's tests show what is rejected; the limit is for real nights.
    guard program.rowUse != .captured else { return }
    func isTooMany(_ bad: Int) -> Bool {
      switch source.badRecordLimit {
      case .number(let limit): bad > limit
      case .share(let millionths):
        bad * 1_000_000 > millionths * max(report.counts.read, 1)
      }
    }
    if isTooMany(report.counts.rejected) {
      let places =
        try onFailure.map { "see '\(try $0(report.rejects))' for their places" }
        ?? "a run that is no dry run writes down their places"
      let rules = report.rejectedByRule.entries.map { "\($0.rule.rawValue) \($0.count)" }
      throw RunFailure(
        .badInput,
        "source '\(source.name)' has \(report.counts.rejected) bad records of \(report.counts.read) "
          + "(by rule: \(rules.joined(separator: ", "))), more than 'max_bad_records' allows; nothing "
          + "was published; \(places)")
    }
    for (number, counts) in report.nulled.enumerated() {
      // Look-alikes and long texts were read; taking them out is the guards' work, not a fault.
      let unread = counts.total - counts[.looksPersonal] - counts[.tooLong]
      if isTooMany(unread) {
        throw RunFailure(
          .badInput,
          "column '\(source.columns[number].name)' of source '\(source.name)' has \(unread) values "
            + "of \(report.counts.read) that could not be read, more than 'max_bad_records' allows; "
            + "nothing was published; check its 'type' and 'format'")
      }
    }
    if let crowded = gathered.crowdedColumn(in: program) {
      let column = source.columns[crowded]
      throw RunFailure(
        .badInput,
        "text column '\(column.name)' of source '\(source.name)' holds more than "
          + "\(column.distinctLimit ?? 0) distinct values; nothing was published; close its list with "
          + "'one_of' or 'map', or raise 'distinct' if no person can be told by it")
    }
  }
}
