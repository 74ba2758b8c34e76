import Bytes
import PipelineFile
import Pseudonymise
import Records

extension Worker {
  /// Marks the records of persons who stand on a list of objections.
  ///
  /// Each distinct value is normalised and looked up once. A value that cannot be normalised cannot
  /// be compared, so its record is rejected as one with such a pseudonym is.
  mutating func heedObjections(
    _ rows: inout [UInt32], _ standings: inout [UInt16], _ result: inout BlockResult,
    _ faults: BlockFaults
  ) {
    for (number, objection) in program.source.objections.enumerated()
    where number < program.rights.objections.count {
      let persons = program.rights.objections[number]
      if persons.isEmpty { continue }
      for slot in objection.slots {
        compare(
          slot, Normalisation(of: objection.type), with: persons,
          bit: program.loss.objectionBits[number], &rows, &standings, &result, faults)
      }
    }
    guard standings.contains(where: { program.losesAll[Int($0)] }) else { return }
    var left: [UInt32] = []
    var leftStandings: [UInt16] = []
    for (row, standing) in zip(rows, standings) {
      if program.losesAll[Int(standing)] {
        result.counts.noConsent += 1
      } else {
        left.append(row)
        leftStandings.append(standing)
      }
    }
    rows = left
    standings = leftStandings.contains { $0 != 0 } ? leftStandings : []
  }

  private mutating func compare(
    _ slot: Int, _ normalisation: Normalisation, with persons: Set<UInt128>, bit: UInt16,
    _ rows: inout [UInt32], _ standings: inout [UInt16], _ result: inout BlockResult,
    _ faults: BlockFaults
  ) {
    let broken = faults.records(of: slot) ?? [:]
    let coded = interned(
      TextCells(bytes: raw.bytes, cells: rows.map { raw.slots[slot][Int($0)] }))
    guard case .text(let texts) = coded.values else { return }
    var isListed = [Bool](repeating: false, count: texts.cells.count)
    var rules = [Rule?](repeating: nil, count: texts.cells.count)
    var isQuiet = broken.isEmpty
    var normalised: [UInt8] = []
    for (position, cell) in texts.cells.enumerated() where !cell.isNull {
      normalised.removeAll(keepingCapacity: true)
      switch normalisation.append(
        texts.bytes.span.extracting(cell.lower..<cell.upper), to: &normalised)
      {
      case .absent: continue
      case .present:
        isListed[position] = persons.contains(
          program.fingerprints.fingerprint(normalised, from: 0, count: normalised.count))
        if isListed[position] { isQuiet = false }
      case .fault(let rule):
        rules[position] = rule
        isQuiet = false
      }
    }
    if isQuiet { return }
    if standings.isEmpty { standings = [UInt16](repeating: 0, count: rows.count) }
    var left: [UInt32] = []
    var leftStandings: [UInt16] = []
    for (index, row) in rows.enumerated() {
      let code = Int(coded.codes[index])
      if let rule = broken[row] ?? rules[code] {
        result.reject(faults.place(raw, row, rule, program.column(reading: slot)))
        continue
      }
      left.append(row)
      leftStandings.append(standings[index] | (isListed[code] ? bit : 0))
    }
    rows = left
    standings = leftStandings
  }

  /// Marks the rows whose person was forgotten; `isForgotten` stays empty where none was.
  ///
  /// Tokens are compared, once for each distinct value; rows whose epoch's key is destroyed have
  /// none and are late.
  static func mark(
    _ column: Column, of persons: Set<UInt128>, _ worker: inout ColumnWorker,
    in isForgotten: inout [Bool]
  ) throws {
    guard case .identity(let cells) = column.values else { return }
    // Null has no fingerprint, and whatever a person's token is, null is nobody.
    let found = zip(try worker.tokens(of: cells), cells.fingerprints).map { token, fingerprint in
      fingerprint != 0 && persons.contains(token)
    }
    guard found.contains(true) else { return }
    if isForgotten.isEmpty { isForgotten = [Bool](repeating: false, count: column.rowCount) }
    for row in isForgotten.indices where found[column.position(of: row)] {
      isForgotten[row] = true
    }
  }
}
