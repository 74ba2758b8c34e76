import Bytes
import Emit
import Ingest
import PipelineFile
import Pseudonymise
import Records

/// What one item left besides its rows, which went to a sink.
///
/// It counts only if the item is complete; who decides that is `ItemMerge`.
struct ItemOutcome: Sendable {
  var item: ItemReport
  var ending: InputEnding
  /// Counts and places of this item alone.
  var report: SourceReport
  var gathered: Gathered

  /// Whether it ends too early and has no beginning to know it again by: it comes from a pipe, and
  /// no night will see the rest.
  var isCutOff: Bool {
    if case .unfinished = ending { return item.beginning == nil }
    return false
  }
}

/// Runs one item: reads it block by block, sends the blocks through workers, the rows into a sink.
///
/// The run of a night uses one for each item in turn, `sparsam run --item` one alone.
struct ItemRun {
  let program: SourceProgram
  let threads: Int
  /// The workers, which may have served other items of the source before.
  let pool: WorkerPool
  /// Told the bytes read of the item as it lies, now and then.
  let onProgress: (Int) -> Void

  /// Reads the item to its end, whatever that is; one that was done apart is taken from its
  /// partial.
  func run(_ item: Item, into sink: any RowSink) async throws -> ItemOutcome {
    if case .partial(let file) = item.content { return try file.outcome(program, into: sink) }
    let reader: ItemReader
    do {
      reader = try ItemReader(
        item, borders: program.borders, blockSize: program.blockSize)
    } catch let fault {
      throw RunFailure(fault.isMissing ? .inputMissing : .inputOutput, fault.description)
    }
    var report = SourceReport(program)
    let first = try await read(item, reader, into: sink, &report)
    for ring in program.rings.compactMap({ $0 }) {
      for key in ring.usedKeys {
        report.keys.insert(UsedKey(name: ring.name, epoch: key.epoch, check: key.check))
      }
    }
    guard let ending = reader.ending else {
      throw RunFailure.hasNoEnding(item.name, of: program.source.name)
    }
    return ItemOutcome(
      item: ItemReport(
        name: item.name, sha256: reader.rawDigest, byteCount: reader.rawByteCount,
        records: report.counts.read,
        content: ending == .complete ? try reader.content() : nil,
        beginning: try beginning(of: item, ending), first: first),
      ending: ending, report: report,
      gathered: pool.takeGathered(program))
  }

  /// Returns how an unfinished file begins.
  private func beginning(of item: Item, _ ending: InputEnding) throws -> InputBeginning? {
    guard case .unfinished = ending, case .file = item.content else { return nil }
    return try InputBeginning(of: item)
  }

  /// Returns the first records, if they are watched.
  private func read(
    _ item: Item, _ reader: ItemReader, into sink: any RowSink, _ report: inout SourceReport
  ) async throws -> FirstRecords? {
    var watched = program.source.watchesFirstRecords ? FirstRecords() : nil
    // An empty file has no header and no records.
    guard var block = try reader.next() else { return watched }
    var header: [String]?
    do {
      if case .csv(let dialect) = program.source.reading.format, dialect.names == nil {
        header = try block.takeHeader(dialect)
      }
      try pool.begin(program, header: header)
    } catch let fault as HeaderFault {
      throw RunFailure(.badInput, fault.message(file: item.name, source: program.source.name))
    }
    watched?.add(block.bytes)
    var first: Block? = block
    let names = header
    var records = 0
    try await runInOrder(
      threads: threads,
      next: {
        if let block = first.take() { return block }
        let block = try reader.next()
        if let block { watched?.add(block.bytes) }
        return block
      },
      body: { [program, pool, queue = sink.queue] block in
        queue?.encodeShare()
        var worker = try pool.take(program, header: names)
        defer { pool.give(back: worker) }
        return try worker.process(block)
      },
      consume: { result in
        report.add(result, item: item.name, recordsBefore: records, program)
        records += result.counts.read
        try sink.take(result)
        onProgress(reader.rawByteCount)
      })
    return watched
  }
}

extension Block {
  /// Takes the header record off a file's first block and returns its names.
  mutating func takeHeader(_ dialect: Reading.CSV) throws(HeaderFault) -> [String] {
    guard kind == .records else { throw HeaderFault(.malformed) }
    let header = try CSVHeader.read(bytes, as: dialect)
    let lines = count(of: UInt8(ascii: "\n"), in: bytes.span, from: 0, to: header.byteCount)
    firstLine += lines
    lineCount -= lines
    offset += header.byteCount
    byteCount -= header.byteCount
    bytes.removeFirst(header.byteCount)
    return header.names
  }
}
