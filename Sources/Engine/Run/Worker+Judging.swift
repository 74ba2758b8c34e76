import Ingest
import PipelineFile
import Records

/// The records that passed filter, consent and clock.
struct Judged {
  /// Positions in the raw batch.
  var rows: [UInt32]
  /// Whether `rows` is every record of the batch.
  var isAll: Bool
  /// For each of `rows` its standing (see `PurposeLoss`); empty where nobody has said no.
  var standings: [UInt16]
  /// For each of `rows` the event's local day.
  var days: [Int32]
  /// For each of `rows` the event's time in microseconds, where the clock is a raw field.
  var times: [Int64]
}

extension Worker {
  /// Whether the cell of a record is one of the values; null never is.
  func condition(_ cells: [TextCell], allows values: [[UInt8]], record: Int) -> Bool {
    let cell = cells[record]
    if cell.isNull { return false }
    for value in values where value.count == Int(cell.count) {
      var isEqual = true
      for index in 0..<value.count where raw.bytes[cell.lower &+ index] != value[index] {
        isEqual = false
        break
      }
      if isEqual { return true }
    }
    return false
  }

  /// Decides filter, consent, objections and clock, in this order.
  mutating func judge(
    _ result: inout BlockResult, _ faults: BlockFaults
  ) throws -> Judged {
    let source = program.source
    let count = raw.recordCount
    var rows: [UInt32] = []
    rows.reserveCapacity(count)
    for record in 0..<count { rows.append(UInt32(truncatingIfNeeded: record)) }
    for rule in source.conditions {
      let values = rule.values.map { Array($0.utf8) }
      var passing: [UInt32] = []
      passing.reserveCapacity(rows.count)
      for record in rows
      where condition(raw.slots[rule.slot], allows: values, record: Int(record)) {
        passing.append(record)
      }
      result.counts.filtered += rows.count - passing.count
      rows = passing
    }
    var standings: [UInt16] = []
    if let rule = source.consent {
      let yes = [Array(rule.equals.utf8)]
      let broken = faults.records(of: rule.slot)
      let bit = program.loss.consentBit
      let needsAll = program.losesAll[Int(bit)]
      var given: [UInt32] = []
      for record in rows {
        if let broken, let fault = broken[record] {
          result.reject(faults.place(raw, record, fault, nil))
          continue
        }
        let has = condition(raw.slots[rule.slot], allows: yes, record: Int(record))
        if !has, needsAll {
          result.counts.noConsent += 1
          continue
        }
        given.append(record)
        standings.append(has ? 0 : bit)
      }
      rows = given
      if !standings.contains(bit) { standings = [] }
    }
    heedObjections(&rows, &standings, &result, faults)
    return try readClock(rows, standings, &result, faults)
  }

  mutating func readClock(
    _ rows: [UInt32], _ standings: [UInt16], _ result: inout BlockResult, _ faults: BlockFaults
  ) throws -> Judged {
    guard case .slot(let slot, _) = program.source.clock, var reader = clock else {
      return Judged(
        rows: rows, isAll: rows.count == raw.recordCount, standings: standings,
        days: [Int32](repeating: program.runDay, count: rows.count), times: [])
    }
    defer { clock = reader }
    let isAll = rows.count == raw.recordCount
    var cells = isAll ? raw.slots[slot] : rows.map { raw.slots[slot][Int($0)] }
    for index in cells.indices where cells[index].count == 0 { cells[index] = .null }
    var clockFaults = ValueFaults()
    let values = reader.read(TextCells(bytes: raw.bytes, cells: cells), faults: &clockFaults)
    guard case .number(let times) = values else {
      throw RunFailure(.internalError, "the clock of source '\(program.source.name)' is no time")
    }
    var days = [Int32](repeating: 0, count: times.count)
    let zone = program.plan.zone
    var hasFault = false
    // Neighbouring records mostly share their quarter of an hour, and in no zone of today does a day
    // begin between two quarters: the zone is asked once for each.
    let quarter: Int64 = 15 * 60 * 1_000_000
    var lastQuarter = Int64.min
    var day: Int32 = 0
    for index in times.indices {
      let time = times[index]
      if time == Values.nullNumber {
        hasFault = true
        continue
      }
      let thisQuarter = floorDivide(time, quarter)
      if thisQuarter != lastQuarter {
        lastQuarter = thisQuarter
        day = zone.localDays(microseconds: time)
      }
      days[index] = day
    }
    guard hasFault else {
      return Judged(rows: rows, isAll: isAll, standings: standings, days: days, times: times)
    }
    var judged = Judged(rows: [], isAll: false, standings: [], days: [], times: [])
    for index in times.indices {
      if times[index] == Values.nullNumber {
        result.reject(faults.place(raw, rows[index], .clock, nil))
        continue
      }
      judged.rows.append(rows[index])
      if !standings.isEmpty { judged.standings.append(standings[index]) }
      judged.days.append(days[index])
      judged.times.append(times[index])
    }
    return judged
  }
}
