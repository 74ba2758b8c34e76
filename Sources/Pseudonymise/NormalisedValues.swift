import Bytes
import Records

/// The normalised values of a batch and their fingerprints before any salt.
struct NormalisedValues {
  struct Fault {
    var position: Int
    var rule: Rule
  }

  var bytes: [UInt8] = []
  private(set) var cells: [TextCell] = []
  /// 0 for null, which no fingerprint is.
  private(set) var fingerprints: [UInt128] = []
  /// By position, in order.
  private(set) var faults: [Fault] = []

  init(capacity: Int) {
    cells.reserveCapacity(capacity)
    fingerprints.reserveCapacity(capacity)
    bytes.reserveCapacity(capacity &* 24)
  }

  mutating func addNull() {
    cells.append(.null)
    fingerprints.append(0)
  }

  /// Ends the value that begins at `start` in `bytes`: takes it up, or back.
  mutating func close(
    from start: Int, _ outcome: Normalisation.Outcome, position: Int, _ key: FingerprintKey
  ) {
    if outcome == .present {
      let count = bytes.count &- start
      cells.append(TextCell(start: start, count: count))
      fingerprints.append(key.fingerprint(bytes, from: start, count: count))
      return
    }
    bytes.removeSubrange(start...)
    addNull()
    if case .fault(let rule) = outcome { faults.append(Fault(position: position, rule: rule)) }
  }

  /// Adds the fault of each row whose code points at a value with one.
  func spread(over codes: [UInt32], to rowFaults: inout ValueFaults) {
    if faults.isEmpty { return }
    var rules = [Rule?](repeating: nil, count: cells.count)
    for fault in faults { rules[fault.position] = fault.rule }
    for row in 0..<codes.count {
      if let rule = rules[Int(codes[row])] { rowFaults.add(rule, at: row) }
    }
  }

  /// Returns the identities of all values in one epoch.
  func identities(of epoch: UInt16, salts: [UInt128]) -> IdentityCells {
    identities([UInt16](repeating: epoch, count: cells.count), salts: salts)
  }

  /// Returns the identities of values that stand one in a row.
  func identities(_ epochs: [UInt16], salts: [UInt128]) -> IdentityCells {
    var identities = IdentityCells(
      fingerprints: fingerprints, normalised: TextCells(bytes: bytes, cells: cells), epochs: epochs)
    for row in 0..<epochs.count {
      identities.fingerprints[row] = salted(fingerprints[row], epochs[row], salts)
    }
    return identities
  }

  /// Returns the identities of rows that point at the values by codes.
  func identities(codes: [UInt32], _ epochs: [UInt16], salts: [UInt128]) -> IdentityCells {
    var identities = IdentityCells(
      fingerprints: [UInt128](repeating: 0, count: codes.count),
      normalised: TextCells(
        bytes: bytes, cells: [TextCell](repeating: .null, count: codes.count)),
      epochs: epochs)
    for row in 0..<codes.count {
      let position = Int(codes[row])
      identities.fingerprints[row] = salted(fingerprints[position], epochs[row], salts)
      identities.normalised.cells[row] = cells[position]
    }
    return identities
  }

  /// Returns the fingerprint in its epoch: 0 for null and for late records, never 0 else.
  private func salted(_ fingerprint: UInt128, _ epoch: UInt16, _ salts: [UInt128]) -> UInt128 {
    if fingerprint == 0 || epoch == KeyRing.noEpoch { return 0 }
    let salted = fingerprint ^ salts[Int(epoch)]
    return salted == 0 ? 1 : salted
  }
}
