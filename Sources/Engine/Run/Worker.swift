import Aggregate
import Bytes
import Emit
import Ingest
import PipelineFile
import Records

/// What turns one block of a source into treated rows, encoded chunks and partial aggregates.
///
/// A worker keeps scanners, readers, treatments and caches; what counts of an item (partials and
/// distinct values) all workers gather in one place, which is kept or thrown away with the item.
struct Worker: Sendable {
  let program: SourceProgram
  var scanner: any Scanner
  var raw = RawBatch()
  var columns: [ColumnWorker?]
  var clock: ValueReader?
  var evaluators: [ExpressionEvaluator?]
  var encoders: [TableEncoder?]
  var interner = CellInterner()
  private let codedSlots: [Int]
  /// Where all workers gather what the item in hand comes to.
  var gathered: Gathered

  init(_ program: SourceProgram, header: [String]?, gathering gathered: Gathered) throws {
    self.program = program
    let source = program.source
    columns = try source.columns.enumerated().map { number, column in
      program.isNeeded[number] || program.forgotten[number] != nil
        ? try ColumnWorker(column, in: program, number: number) : nil
    }
    // Codes serve only blocks all of whose records pass; with conditions that is hardly ever so.
    codedSlots =
      source.conditions.isEmpty && source.consent == nil
      ? Worker.codedSlots(columns.compactMap { $0 }) : []
    scanner = try makeScanner(
      reading: source.reading, projection: source.projection, header: header,
      codedSlots: codedSlots)
    if case .slot(_, let format) = source.clock {
      clock = ValueReader(
        type: .timestamp, format: format, numbers: source.reading.numbers, scale: nil,
        zone: program.plan.zone)
    }
    evaluators = source.columns.enumerated().map { number, column in
      guard program.isNeeded[number], case .derived(let expression) = column.origin else {
        return nil
      }
      return ExpressionEvaluator(
        expression, form: column.type.form, numbers: source.reading.numbers)
    }
    encoders = program.targets.map { target in
      guard program.rowUse == .encoded, let place = target.places.first,
        let chosen = target.rowColumns
      else { return nil }
      let output = program.plan.outputs[place.output]
      // Parquet is encoded in row groups of many blocks: the rows are handed out as they are.
      if output.format == .parquet { return nil }
      return TableEncoder(
        columns: chosen.map {
          TableColumn(name: source.columns[$0].name, type: source.columns[$0].type)
        },
        format: output.format, compression: output.compression, zone: program.plan.zone,
        isReplay: program.isReplay)
    }
    self.gathered = gathered
  }

  /// Sets the worker up for another file of the source.
  mutating func begin(header: [String]?, gathering gathered: Gathered) throws {
    self.gathered = gathered
    scanner = try makeScanner(
      reading: program.source.reading, projection: program.source.projection, header: header,
      codedSlots: codedSlots)
  }

  /// Returns the slots whose texts columns read as dictionaries.
  private static func codedSlots(_ columns: [ColumnWorker]) -> [Int] {
    var slots = Set<Int>()
    for column in columns {
      switch column.plan.origin {
      case .slot(let slot) where column.isCoded: slots.insert(slot)
      case .all(let several, _) where column.plan.key != nil: slots.formUnion(several)
      case .slot, .all, .first, .derived: break
      }
    }
    return slots.sorted()
  }

  /// Scans, judges, treats, encodes and aggregates the records of `block`.
  mutating func process(_ block: consuming Block) throws -> BlockResult {
    var result = BlockResult(program: program)
    result.offset = block.offset
    result.firstLine = block.firstLine
    result.byteCount = block.byteCount
    if block.kind != .records {
      result.counts.read = 1
      result.reject(
        RejectPlace(
          ordinal: 0, start: 0, linesBefore: 0,
          rule: block.kind == .oversizeRecord ? .limit : .malformed, column: nil))
      return result
    }
    // The scanner appends to the bytes: it must be their only owner, or they are copied.
    var bytes: [UInt8] = []
    swap(&bytes, &block.bytes)
    scanner.scan(bytes, into: &raw)
    result.counts.read = raw.readCount
    result.counts.filtered = raw.emptyParents
    result.dropped = raw.droppedFields
    let faults = BlockFaults(raw)
    for fault in raw.faults {
      result.reject(
        RejectPlace(
          ordinal: Int(fault.ordinal), start: Int(fault.start), linesBefore: 0, rule: fault.rule,
          column: nil))
    }
    let rows = try judge(&result, faults)
    result.latestDay = rows.days.max()
    if !rows.rows.isEmpty { try work(on: rows, into: &result, faults) }
    result.locateRejects(in: raw.bytes)
    return result
  }
}
