import Bytes
import Emit
import Ingest
import PipelineFile
import Records
import Synchronization

/// What a source's items became, summed over those that count.
struct SourceReport: Sendable {
  var name: String
  var items: [ItemReport] = []
  /// Files that are still being written: left for the next night.
  var deferred: [String] = []
  /// Damaged files that were left out, with what is wrong.
  var skipped: [(name: String, damage: String)] = []
  var counts = RecordCounts()
  var rejectedByRule = RuleCounts()
  var nulled: [RuleCounts]
  /// Places of rejected records, at most `SourceReport.placeLimit`.
  var rejects: [RecordFault] = []
  var dropped = 0
  /// For each target the rows that entered, and the earliest day among them.
  var entered: [Int]
  var earliest: [Int32?]
  var byteCount = 0
  /// The latest local day of an event, also of those that were late.
  var latestDay: Int32?

  /// More rejects than this are counted, but their places are not kept.
  static let placeLimit = 100_000

  init(_ program: SourceProgram) {
    name = program.source.name
    nulled = [RuleCounts](repeating: RuleCounts(), count: program.source.columns.count)
    entered = [Int](repeating: 0, count: program.targets.count)
    earliest = [Int32?](repeating: nil, count: program.targets.count)
  }

  mutating func add(_ other: SourceReport) {
    counts += other.counts
    rejectedByRule += other.rejectedByRule
    for index in nulled.indices { nulled[index] += other.nulled[index] }
    rejects += other.rejects.prefix(max(0, SourceReport.placeLimit - rejects.count))
    dropped = max(dropped, other.dropped)
    byteCount += other.byteCount
    if let day = other.latestDay { latestDay = max(latestDay ?? day, day) }
    for index in entered.indices {
      entered[index] += other.entered[index]
      if let day = other.earliest[index] { earliest[index] = min(earliest[index] ?? day, day) }
    }
  }
}

/// Where a source's rows go, block by block in order.
protocol RowSink: AnyObject {
  /// Marks the place to come back to when the item in hand turns out not to count.
  func savepoint() throws
  /// Forgets everything since the last savepoint.
  func rollBack() throws
  func take(_ result: BlockResult) throws
}

/// Runs one source: its items in name order, each start a savepoint.
struct SourceRun {
  let program: SourceProgram
  let threads: Int
  /// Told the bytes read of the source's files as they lie, now and then.
  let onProgress: (Int) -> Void
  /// Given the places of rejected records before the run stops for too many of them.
  let onFailure: ([RecordFault]) throws -> Void

  /// Reads all items; returns what they became and what was gathered of them.
  func run(_ items: [Item], into sink: any RowSink) async throws -> (SourceReport, Gathered) {
    var report = SourceReport(program)
    var gathered = Gathered(program)
    let pool = WorkerPool()
    var readBefore = 0
    for item in items {
      try sink.savepoint()
      let reader: ItemReader
      do {
        reader = try ItemReader(item, borders: program.borders)
      } catch let fault {
        throw RunFailure(fault.isMissing ? .inputMissing : .inputOutput, fault.description)
      }
      var itemReport = SourceReport(program)
      try await read(
        item, reader, pool: pool, readBefore: readBefore, into: sink, &itemReport)
      let ofItem = try pool.takeGathered(program)
      readBefore += reader.rawByteCount
      switch reader.ending ?? .complete {
      case .complete:
        report.add(itemReport)
        report.items.append(
          ItemReport(
            name: item.name, sha256: reader.digest, byteCount: reader.rawByteCount,
            records: itemReport.counts.read))
        try gathered.merge(ofItem, in: program)
      case .unfinished:
        try sink.rollBack()
        report.deferred.append(item.name)
      case .damaged(let damage):
        try sink.rollBack()
        guard program.source.damage == .skip else {
          throw RunFailure(
            .badInput,
            "file '\(item.name)' of source '\(program.source.name)' is damaged: \(damage); "
              + "nothing was published; replace the file, or say 'damaged: skip' to leave such files out"
          )
        }
        report.skipped.append((item.name, damage.description))
      }
    }
    try check(report, gathered)
    return (report, gathered)
  }

  private func read(
    _ item: Item, _ reader: ItemReader, pool: WorkerPool, readBefore: Int, into sink: any RowSink,
    _ report: inout SourceReport
  ) async throws {
    // An empty file has no header and no records.
    guard var block = try reader.next() else { return }
    var header: [String]?
    do {
      if case .csv(let dialect) = program.source.reading.format, dialect.names == nil {
        header = try block.takeHeader(dialect)
      }
      try pool.begin(program, header: header)
    } catch let fault as HeaderFault {
      throw RunFailure(.badInput, fault.message(file: item.name, source: program.source.name))
    }
    var first: Block? = block
    let names = header
    var records = 0
    try await runInOrder(
      threads: threads,
      next: {
        if let block = first.take() { return block }
        return try reader.next()
      },
      body: { [program] block in
        var worker = try pool.take(program, header: names)
        defer { pool.give(back: worker) }
        return try worker.process(block)
      },
      consume: { result in
        report.add(result, item: item.name, recordsBefore: records, program)
        records += result.counts.read
        try sink.take(result)
        onProgress(readBefore + reader.rawByteCount)
      })
  }

  /// Holds the source to its limits: bad records, bad values, distinct values.
  private func check(_ report: SourceReport, _ gathered: Gathered) throws {
    let source = program.source
    guard report.counts.isConserved else {
      throw RunFailure(
        .internalError,
        "the records of source '\(source.name)' do not add up: read \(report.counts.read), "
          + "accounted for \(report.counts.kept + report.counts.rejected + report.counts.noConsent + report.counts.filtered + report.counts.late + report.counts.expired)"
      )
    }
    // A pipeline's tests show what is rejected; the limit is for real nights.
    guard !program.capturesRows else { return }
    func isTooMany(_ bad: Int) -> Bool {
      switch source.badRecordLimit {
      case .number(let limit): bad > limit
      case .share(let millionths):
        bad * 1_000_000 > millionths * max(report.counts.read, 1)
      }
    }
    if isTooMany(report.counts.rejected) {
      try onFailure(report.rejects)
      let rules = report.rejectedByRule.entries.map { "\($0.rule.rawValue) \($0.count)" }
      throw RunFailure(
        .badInput,
        "source '\(source.name)' has \(report.counts.rejected) bad records of \(report.counts.read) "
          + "(\(rules.joined(separator: ", "))), more than 'max_bad_records' allows; nothing was "
          + "published; see rejects.ndjson in the run's state folder for their places")
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

extension Block {
  /// Takes the header record off a file's first block and returns its names.
  mutating func takeHeader(_ dialect: Reading.CSV) throws(HeaderFault) -> [String] {
    guard kind == .records else { throw HeaderFault(.malformed) }
    let header = try CSVHeader.read(bytes, as: dialect)
    firstLine += count(of: UInt8(ascii: "\n"), in: bytes.span, from: 0, to: header.byteCount)
    offset += header.byteCount
    byteCount -= header.byteCount
    bytes.removeFirst(header.byteCount)
    return header.names
  }
}

extension SourceReport {
  /// Adds what one block became; `recordsBefore` counts the file's records before it.
  mutating func add(
    _ result: BlockResult, item: String, recordsBefore: Int, _ program: SourceProgram
  ) {
    counts += result.counts
    rejectedByRule += result.rejectedByRule
    for index in nulled.indices { nulled[index] += result.nulled[index] }
    dropped = max(dropped, result.droppedFields)
    byteCount += result.byteCount
    if let day = result.latestDay { latestDay = max(latestDay ?? day, day) }
    for place in result.rejects where rejects.count < SourceReport.placeLimit {
      rejects.append(
        RecordFault(
          file: item, record: recordsBefore + place.ordinal + 1,
          line: result.firstLine + place.linesBefore, byte: result.offset + place.start,
          rule: place.rule, column: place.column.map { program.source.columns[$0].name }))
    }
    for index in entered.indices {
      entered[index] += result.entered[index]
      if let day = result.earliest[index] { earliest[index] = min(earliest[index] ?? day, day) }
    }
  }
}

/// The workers of a source, lent to the blocks in hand.
final class WorkerPool: Sendable {
  private let idle = Mutex<[Worker]>([])

  /// Sets all workers up for the next file; makes the first one, so that faults show early.
  func begin(_ program: SourceProgram, header: [String]?) throws {
    try idle.withLock { workers in
      if workers.isEmpty { workers.append(try Worker(program, header: header)) }
      for index in workers.indices { try workers[index].begin(header: header) }
    }
  }

  func take(_ program: SourceProgram, header: [String]?) throws -> Worker {
    if let worker = idle.withLock({ $0.popLast() }) { return worker }
    return try Worker(program, header: header)
  }

  func give(back worker: consuming Worker) {
    let worker = worker
    idle.withLock { $0.append(worker) }
  }

  /// Takes what all workers gathered of the item in hand and merges it.
  func takeGathered(_ program: SourceProgram) throws -> Gathered {
    try idle.withLock { workers in
      var all = Gathered(program)
      for index in workers.indices {
        try all.merge(workers[index].takeGathered(), in: program)
      }
      return all
    }
  }
}
