import Bytes
import PipelineFile
import Records

/// The faults that the scanner found in a block's values, and the places of its records.
struct BlockFaults {
  /// For each slot with a fault the records concerned.
  private var bySlot: [Int: [UInt32: Rule]] = [:]

  init(_ raw: RawBatch) {
    for fault in raw.cellFaults {
      bySlot[Int(fault.slot), default: [:]][fault.record] = fault.rule
    }
  }

  var isEmpty: Bool { bySlot.isEmpty }

  /// Returns the records in which the slot's value could not be decoded, or `nil` for none.
  func records(of slot: Int) -> [UInt32: Rule]? { bySlot[slot] }

  /// Returns the place of a record that was read; its line is counted when the block is done.
  func place(_ raw: RawBatch, _ record: UInt32, _ rule: Rule, _ column: Int?) -> RejectPlace {
    let position = Int(record)
    return RejectPlace(
      ordinal: raw.ordinals.isEmpty ? position : Int(raw.ordinals[position]),
      start: Int(raw.starts[position]), linesBefore: 0, rule: rule, column: column)
  }
}

extension BlockResult {
  mutating func reject(_ place: RejectPlace) {
    counts.rejected += 1
    rejectedByRule[place.rule] += 1
    rejects.append(place)
  }

  /// Orders the rejects by place and counts the lines before each, in one pass over the block.
  mutating func locateRejects(in bytes: [UInt8]) {
    guard !rejects.isEmpty else { return }
    rejects.sort { ($0.start, $0.ordinal) < ($1.start, $1.ordinal) }
    var lines = 0
    var offset = 0
    for index in rejects.indices {
      let start = min(rejects[index].start, bytes.count)
      lines += count(of: UInt8(ascii: "\n"), in: bytes.span, from: offset, to: start)
      offset = start
      rejects[index].linesBefore = lines
    }
  }
}

/// What went wrong with the values of a block's judged rows: which rows are rejected, which values
/// became null.
struct FaultBook {
  struct Rejection {
    var rule: Rule
    var column: Int
  }

  private var rejections: [Int: Rejection] = [:]
  /// Values lost row by row.
  private var rows: [(column: Int, row: Int, rule: Rule)] = []
  /// Values lost in a dictionary: they count once for each row that has them.
  private var entries: [(column: Int, position: Int, rule: Rule)] = []
  private let rowCount: Int

  init(rowCount: Int) { self.rowCount = rowCount }

  /// Returns why the row is rejected, or `nil`.
  func rejection(of row: Int) -> Rejection? {
    rejections.isEmpty ? nil : rejections[row]
  }

  private mutating func reject(_ row: Int, _ rule: Rule, _ column: Int) {
    if rejections[row] == nil { rejections[row] = Rejection(rule: rule, column: column) }
  }

  /// Notes values that the scanner could not decode: null, or a rejected record for a pseudonym.
  mutating func noteCells(
    _ faults: BlockFaults, _ column: ColumnPlan, _ number: Int, records: [UInt32],
    mask: RowMask
  ) {
    guard !faults.isEmpty else { return }
    let slots: [Int]
    switch column.origin {
    case .slot(let slot): slots = [slot]
    case .first(let several): slots = several
    case .all(let several, _): slots = several
    case .derived: return
    }
    for slot in slots {
      guard let broken = faults.records(of: slot) else { continue }
      for (row, record) in records.enumerated() {
        guard let rule = broken[record] else { continue }
        if !mask.isEmpty, mask.isLost[row] { continue }
        if column.key != nil { reject(row, rule, number) } else { rows.append((number, row, rule)) }
      }
    }
  }

  /// Notes faults at positions of a treated column's values.
  mutating func note(
    _ faults: ValueFaults, column: Int, of values: Column, rejects: Bool
  ) {
    guard !faults.isEmpty else { return }
    if values.isCoded, rejects {
      var rules: [UInt32: Rule] = [:]
      for entry in faults.entries { rules[entry.position] = entry.rule }
      for (row, code) in values.codes.enumerated() {
        if let rule = rules[code] { reject(row, rule, column) }
      }
      return
    }
    for entry in faults.entries {
      let position = Int(entry.position)
      if values.isCoded {
        entries.append((column, position, entry.rule))
      } else if rejects {
        reject(position, entry.rule, column)
      } else {
        rows.append((column, position, entry.rule))
      }
    }
  }

  /// Notes rows that cannot become a pseudonym: they are rejected.
  mutating func note(rows faults: ValueFaults, column: Int) {
    for entry in faults.entries { reject(Int(entry.position), entry.rule, column) }
  }

  /// Notes the faults of arithmetic: overflow rejects the record, all else is a null.
  mutating func note(derived faults: ValueFaults, column: Int) {
    for entry in faults.entries {
      if entry.rule == .overflow {
        reject(Int(entry.position), entry.rule, column)
      } else {
        rows.append((column, Int(entry.position), entry.rule))
      }
    }
  }

  /// Counts the values that became null in the rows that were kept.
  func countNulled(in batch: RecordBatch, kept: [UInt32], into result: inout BlockResult) {
    if !rows.isEmpty {
      var isKept = [Bool](repeating: false, count: rowCount)
      for row in kept { isKept[Int(row)] = true }
      for entry in rows where isKept[entry.row] {
        result.nulled[entry.column][entry.rule] += 1
      }
    }
    var byColumn: [Int: [UInt32: Rule]] = [:]
    for entry in entries {
      byColumn[entry.column, default: [:]][UInt32(entry.position)] = entry.rule
    }
    for (column, rules) in byColumn {
      let codes = batch.columns[column].codes
      for row in kept {
        if let rule = rules[codes[Int(row)]] { result.nulled[column][rule] += 1 }
      }
    }
  }
}
