import Bytes
import Records

/// The normalised values of a batch and their fingerprints before any salt.
struct NormalisedValues {
  struct Fault {
    var position: Int
    var rule: Rule
  }

  /// The bytes of the values; of tuples each part keeps its own.
  var bytes: [UInt8] = []
  private var cells: [TextCell] = []
  /// For tuples each part's bytes, and its cell in every tuple.
  private var parts: [TextCells] = []
  /// 0 for null, which no fingerprint is.
  private(set) var fingerprints: [UInt128] = []
  /// By position, in order.
  private(set) var faults: [Fault] = []

  /// Prepares for single values.
  init(capacity: Int) {
    cells.reserveCapacity(capacity)
    fingerprints.reserveCapacity(capacity)
    bytes.reserveCapacity(capacity &* 24)
  }

  /// Takes over texts that are all their own normalised form as they lie there; `nil` where one of
  /// them is not known to be.
  init?(keeping text: TextCells, as normalisation: Normalisation, _ key: FingerprintKey) {
    let source = text.bytes.span
    fingerprints.reserveCapacity(text.cells.count)
    for cell in text.cells {
      if cell.isNull {
        fingerprints.append(0)
        continue
      }
      let count = Int(cell.count)
      guard normalisation.keeps(source, from: cell.lower, count: count) else { return nil }
      fingerprints.append(key.fingerprint(source, from: cell.lower, count: count))
    }
    bytes = text.bytes
    cells = text.cells
  }

  /// Prepares for tuples of these values.
  init(tuplesOf values: [NormalisedValues], capacity: Int) {
    fingerprints.reserveCapacity(capacity)
    parts = values.map { TextCells(bytes: $0.bytes) }
    for index in parts.indices { parts[index].cells.reserveCapacity(capacity) }
  }

  /// The texts that tokens are made from: of tuples each part's, else one.
  var texts: [TextCells] {
    parts.isEmpty ? [TextCells(bytes: bytes, cells: cells)] : parts
  }

  /// For each position the rule of its fault; empty where there is no fault at all.
  var rules: [Rule?] {
    var rules = [Rule?](repeating: nil, count: fingerprints.count)
    for fault in faults { rules[fault.position] = fault.rule }
    return rules
  }

  mutating func addNull() {
    cells.append(.null)
    fingerprints.append(0)
  }

  /// Ends the value that begins at `start` in `bytes`: takes it up, or back.
  mutating func close(
    from start: Int, _ outcome: Normalisation.Outcome, position: Int, _ key: FingerprintKey
  ) {
    if case .present = outcome {
      let count = bytes.count &- start
      cells.append(TextCell(start: start, count: count))
      fingerprints.append(key.fingerprint(bytes, from: start, count: count))
      return
    }
    bytes.removeSubrange(start...)
    addNull()
    if case .fault(let rule) = outcome { noteFault(rule, position: position) }
  }

  // MARK: Tuples

  /// Adds a part of the tuple at hand.
  mutating func add(part: Int, _ cell: TextCell) { parts[part].cells.append(cell) }

  /// Ends the tuple at hand, all of whose parts were added; 0 stands for null.
  mutating func closeTuple(_ fingerprint: UInt128) { fingerprints.append(fingerprint) }

  /// Adds a tuple that cannot be normalised.
  mutating func addFault(_ rule: Rule, position: Int) {
    for index in parts.indices { parts[index].cells.append(.null) }
    fingerprints.append(0)
    noteFault(rule, position: position)
  }

  mutating func noteFault(_ rule: Rule, position: Int) {
    faults.append(Fault(position: position, rule: rule))
  }

  /// Adds the fault of each row whose code points at a value with one.
  func spread(over codes: [UInt32], to rowFaults: inout ValueFaults) {
    if faults.isEmpty { return }
    let rules = rules
    for row in 0..<codes.count {
      if let rule = rules[Int(codes[row])] { rowFaults.add(rule, at: row) }
    }
  }

  // MARK: Identities

  /// Returns the identities of all values in one epoch.
  func identities(of epoch: UInt16, salts: EpochSalts) -> IdentityCells {
    identities([UInt16](repeating: epoch, count: fingerprints.count), salts: salts)
  }

  /// Returns the identities of values that stand one in a row.
  func identities(_ epochs: [UInt16], salts: EpochSalts) -> IdentityCells {
    var identities = IdentityCells(
      fingerprints: fingerprints, normalised: texts, epochs: epochs, epochMasks: salts.masks)
    for row in 0..<epochs.count {
      identities.fingerprints[row] = salted(fingerprints[row], epochs[row], salts)
    }
    return identities
  }

  /// Returns the identities of rows that point at the values by codes.
  func identities(codes: [UInt32], _ epochs: [UInt16], salts: EpochSalts) -> IdentityCells {
    var identities = IdentityCells(
      fingerprints: [UInt128](repeating: 0, count: codes.count),
      normalised: texts.map { text in
        TextCells(bytes: text.bytes, cells: codes.map { text.cells[Int($0)] })
      },
      epochs: epochs, epochMasks: salts.masks)
    for row in 0..<codes.count {
      identities.fingerprints[row] = salted(fingerprints[Int(codes[row])], epochs[row], salts)
    }
    return identities
  }

  /// Returns the fingerprint in its epoch: 0 for null and for late records, never 0 else.
  private func salted(_ fingerprint: UInt128, _ epoch: UInt16, _ salts: EpochSalts) -> UInt128 {
    if fingerprint == 0 || epoch == KeyRing.noEpoch { return 0 }
    let salted = fingerprint ^ salts.salts[Int(epoch)]
    return salted == 0 ? 1 : salted
  }
}
