import Aggregate
import Bytes
import Ingest
import Minimise
import PipelineFile
import Pseudonymise
import Records

/// One source of a run, ready to make workers: immutable and shared by all of them.
struct SourceProgram: Sendable {
  /// What is done with the treated rows of row tables.
  enum RowUse: Sendable {
    /// Encoded for the files of a run or of an item.
    case encoded
    /// Handed out as they are: tests of a pipeline.
    case captured
    /// Counted and no more: in a dry run, or when the inputs are read a second time.
    case counted
  }

  let plan: Plan
  let source: SourcePlan
  let targets: [TableTarget]
  /// For each column whether a target needs it, directly or through arithmetic.
  let isNeeded: [Bool]
  /// For each column whether it leaves as a token in rows.
  let leavesAsToken: [Bool]
  /// For each column whether nothing but one table of persons asks for its key's tokens, and for
  /// each once: it is that of a single item, unless its memory is set aside.
  let asksOnce: [Bool]
  /// For each column the key ring of its pseudonym.
  let rings: [KeyRing?]
  let fingerprints: FingerprintKey
  /// Persons who objected, and persons who were forgotten.
  let rights: SourceRights
  /// For each column the forgotten tokens of its key, where there are any.
  let forgotten: [Set<UInt128>?]
  /// What records lose without consent or after an objection.
  let loss: PurposeLoss
  let masks: ColumnMasks
  /// For each standing whether its records have nothing left.
  let losesAll: [Bool]
  /// How much memory aggregates may take; `nil` is as much as they need.
  let memory: MemoryLimit?
  /// Days since 1970-01-01.
  let runDay: Int32
  /// The first and last day that is not late.
  let window: ClosedRange<Int32>
  var rowUse: RowUse
  let isReplay: Bool
  /// Who keeps watch over the identifiers that are read, if anybody.
  var identifiers: DeclaredIdentifiers?
  let identifierFields: [IdentifierField]

  init(
    plan: Plan, sourceNumber: Int, targets: [TableTarget], rings: [String: KeyRing],
    fingerprints: FingerprintKey, rights: SourceRights, runDate: CivilDate, itemCount: Int,
    rowUse: RowUse, isReplay: Bool, memory: MemoryLimit? = nil,
    identifiers: DeclaredIdentifiers? = nil
  ) {
    self.memory = memory
    self.plan = plan
    let source = plan.sources[sourceNumber]
    self.source = source
    self.targets = targets
    self.fingerprints = fingerprints
    self.rights = rights
    loss = PurposeLoss(plan.purposes, source: source)
    masks = ColumnMasks(loss, source.columns)
    self.rowUse = rowUse
    self.isReplay = isReplay
    self.identifiers = identifiers
    identifierFields = IdentifierField.all(of: source)
    runDay = Int32(runDate.days)
    window = SourceProgram.window(of: source, runDate: runDate)

    var needed = [Bool](repeating: false, count: source.columns.count)
    var tokens = needed
    for target in targets {
      for column in target.columns { needed[column] = true }
      for column in target.rowColumns ?? [] { tokens[column] = true }
    }
    for (number, column) in source.columns.enumerated() where needed[number] {
      if case .derived(let expression) = column.origin {
        for operand in expression.columns { needed[operand] = true }
      }
    }
    isNeeded = needed
    losesAll = masks.losesAll(needed).enumerated().map { standing, isLost in
      isLost || !targets.isEmpty && targets.allSatisfy { $0.isLost[standing] }
    }
    forgotten = source.columns.map { column in
      column.key.flatMap { rights.forgotten[plan.keys[$0].name] }
    }
    leavesAsToken = zip(tokens, source.columns).map { $0 && $1.key != nil }
    let once = SourceProgram.asksOnce(source, targets, leavesAsToken, itemCount: itemCount)
    // Whose a record is, is asked for each value where persons were forgotten.
    asksOnce = zip(once, forgotten).map { $0 && $1 == nil }
    self.rings = source.columns.map { column in
      column.key.flatMap { rings[plan.keys[$0].name] }
    }
  }

  private static func asksOnce(
    _ source: SourcePlan, _ targets: [TableTarget], _ leavesAsToken: [Bool], itemCount: Int
  ) -> [Bool] {
    var askers = [Int](repeating: 0, count: source.columns.count)
    for (column, leaves) in leavesAsToken.enumerated() where leaves { askers[column] += 2 }
    for target in targets {
      if case .per(let person)? = target.definition?.shape { askers[person] += 1 }
    }
    return source.columns.indices.map { column in
      let ofKey = askers.indices.filter { source.columns[$0].key == source.columns[column].key }
      return itemCount == 1 && askers[column] == 1 && ofKey.reduce(0) { $0 + askers[$1] } == 1
    }
  }

  /// Returns the days whose records are not late.
  static func window(of source: SourcePlan, runDate: CivilDate) -> ClosedRange<Int32> {
    if case .run = source.clock { return Int32(runDate.days)...Int32(runDate.days) }
    // A full export holds all earlier days too, and they have been released.
    if source.delivery == .snapshots { return Int32(runDate.days)...Int32(runDate.days) }
    let first = runDate.adding(
      CivilDate.Duration(count: -source.window.count, unit: source.window.unit))
    return Int32(first.days)...Int32(runDate.days + 1)
  }

  /// The first column that reads a slot by itself, for the places of rejected records.
  func column(reading slot: Int) -> Int? {
    source.columns.firstIndex { $0.origin == .slot(slot) }
  }

  /// About how many bytes a block of this source's files has.
  ///
  /// Of an NDJSON record little is declared. A block that stays in the processor's own cache is not
  /// fetched anew by each of the passes that follow the scan.
  var blockSize: Int {
    source.reading.format == .ndjson ? 512 << 10 : BlockReader.defaultBlockSize
  }

  /// How the borders of records are found in this source's files.
  var borders: RecordBorders {
    switch source.reading.format {
    case .csv(let dialect): dialect.borders
    case .accessLog, .ndjson: .lines
    }
  }
}
