package import Bytes
package import Records

/// A worker's way from the raw values of one column to its pseudonyms.
///
/// Values are normalised and fingerprinted batch by batch, once per entry where a column comes as
/// a dictionary. Tokens are made only when asked for, once per distinct fingerprint as long as the
/// key ring's cache remembers it, which holds nothing of what is asked for but once.
///
/// A fingerprint is SipHash-128 of the normalised bytes, of a tuple that of its parts'
/// fingerprints, so that a part is normalised and read once a batch however many tuples it stands
/// in. It is xored with a salt that is itself the fingerprint of key name, domain, epoch and a
/// tuple's types under the run's secret fingerprint key: equal values of different keys, domains or
/// epochs always differ, and unequal values meet with probability 2^-128, as without salt. So a
/// value is hashed once, whatever the epochs of its records are, and who must count it once in
/// several epochs takes the salt of its epoch away again.
package struct Pseudonymiser: Sendable {
  /// The keys of the column's key name.
  package let ring: KeyRing

  /// The domain that enters keys and tokens: the type's name, or `tuple`.
  package let domain: String

  private let normalisations: [Normalisation]
  /// For each part of a tuple its framed type name; empty for a single value.
  private let heads: [[UInt8]]
  private let fingerprints: FingerprintKey
  private let salts: EpochSalts
  private var makers: [TokenMaker?]
  /// The message of the tuple at hand.
  private var message: [UInt8] = []

  /// Prepares for the values of a single field of `type`.
  package init(ring: KeyRing, type: FieldType, fingerprints: FingerprintKey) {
    self.init(
      ring: ring, domain: type.rawValue, types: [type], heads: [], fingerprints: fingerprints)
  }

  /// Prepares for tuples (`{all: […]}`) of fields of these types.
  package init(ring: KeyRing, all types: [FieldType], fingerprints: FingerprintKey) {
    let heads = types.map { type in
      var head: [UInt8] = []
      appendFramed(Array(type.rawValue.utf8), to: &head)
      return head
    }
    self.init(ring: ring, domain: "tuple", types: types, heads: heads, fingerprints: fingerprints)
  }

  private init(
    ring: KeyRing, domain: String, types: [FieldType], heads: [[UInt8]],
    fingerprints: FingerprintKey
  ) {
    self.ring = ring
    self.domain = domain
    self.heads = heads
    self.fingerprints = fingerprints
    normalisations = types.map { Normalisation(of: $0) }
    salts = EpochSalts(ring: ring, domain: domain, heads: heads, fingerprints)
    makers = [TokenMaker?](repeating: nil, count: ring.epochs.count)
  }

  /// Returns the identity column of `parts`, one for each declared field, in their order.
  ///
  /// `epochs` gives each row's epoch by its number in the ring; rows of `noEpoch` are late, their
  /// identity is null. Rows that cannot be normalised are null and stand in `faults` by row, in
  /// order: their records are to be rejected. The keys of all epochs met are opened, so that a
  /// missing one stops the run even if no token leaves. A dictionary stays one when all rows are
  /// of one epoch.
  package mutating func column(
    of parts: [Column], epochs: [UInt16], faults: inout ValueFaults
  ) throws -> Column {
    precondition(parts.count == normalisations.count, "one column for each declared part")
    for part in parts { precondition(part.rowCount == epochs.count, "an epoch for each row") }
    let isUniform = try openKeys(epochs)
    let type = parts[0].type.becoming(.token, .pseudonym(key: ring.name))
    let values = parts.enumerated().map { normalised($1.values, normalisations[$0]) }
    let entries: NormalisedValues
    let codes: [UInt32]?
    if heads.isEmpty {
      entries = values[0]
      codes = parts[0].isCoded ? parts[0].codes : nil
    } else if parts.allSatisfy(\.isCoded) {
      let tuples = TupleCodes(of: parts.map(\.codes))
      entries = joined(values, parts, rows: tuples.firstRows)
      codes = tuples.codes
    } else {
      entries = joined(values, parts, rows: epochs.indices.map { UInt32($0) })
      codes = nil
    }
    guard let codes else {
      for entry in entries.faults { faults.add(entry.rule, at: entry.position) }
      return Column(type: type, values: .identity(entries.identities(epochs, salts: salts)))
    }
    entries.spread(over: codes, to: &faults)
    if isUniform, let epoch = epochs.first {
      return Column(
        type: type, dictionary: .identity(entries.identities(of: epoch, salts: salts)),
        codes: codes)
    }
    return Column(
      type: type, values: .identity(entries.identities(codes: codes, epochs, salts: salts)))
  }

  /// Returns the tokens of all values of `cells`, which a pseudonymiser of the same column has
  /// made, or of those at `positions`, in their order; that of null is 0.
  ///
  /// Who asks `once` for each value keeps the tokens: then nothing is looked up, and nothing
  /// remembered.
  package mutating func tokens(
    at positions: [UInt32]? = nil, of cells: IdentityCells, once: Bool = false
  ) throws -> [UInt128] {
    let prints = positions?.map { cells.fingerprints[Int($0)] } ?? cells.fingerprints
    var tokens =
      once ? [UInt128](repeating: 0, count: prints.count) : ring.tokens.tokens(of: prints)
    let missing = tokens.indices.filter { tokens[$0] == 0 && prints[$0] != 0 }
    let places = positions.map { positions in missing.map { Int(positions[$0]) } } ?? missing
    for text in cells.normalised {
      let starts = places.map { text.cells[$0].lower }
      fetchAhead(text.bytes.span, at: starts.span)
    }
    if once {
      for (index, place) in zip(missing, places) {
        tokens[index] = try token(at: place, of: cells)
      }
      return tokens
    }
    var made: [UInt128] = []
    var madeOf: [UInt128] = []
    made.reserveCapacity(missing.count)
    madeOf.reserveCapacity(missing.count)
    // Rows of new visitors repeat each other where a block has several epochs and so no dictionary:
    // by some of a fingerprint's bits, where the last of those that have them stands in `madeOf`.
    var lastPlaces: [1024 of Int] = .init(repeating: 0)
    for (index, place) in zip(missing, places) {
      let bits = Int(truncatingIfNeeded: prints[index] &>> 64) & 1023
      if lastPlaces[bits] >= madeOf.count || madeOf[lastPlaces[bits]] != prints[index] {
        lastPlaces[bits] = madeOf.count
        madeOf.append(prints[index])
        made.append(try token(at: place, of: cells))
      }
      tokens[index] = made[lastPlaces[bits]]
    }
    ring.tokens.remember(made, of: madeOf)
    return tokens
  }

  /// Makes the token of one value of `cells` that is not null.
  private mutating func token(at position: Int, of cells: IdentityCells) throws -> UInt128 {
    let maker = try maker(cells.epochs[position])
    if heads.isEmpty {
      let text = cells.normalised[0]
      let cell = text.cells[position]
      return maker.token(of: text.bytes.span.extracting(cell.lower..<cell.upper))
    }
    compose(cells.normalised, at: position)
    return maker.token(of: message.span)
  }

  /// Writes a tuple's message: `lp(type) || lp(normalised part)` of each, a missing part empty.
  private mutating func compose(_ parts: [TextCells], at position: Int) {
    message.removeAll(keepingCapacity: true)
    for index in 0..<parts.count {
      let cell = parts[index].cells[position]
      message.append(contentsOf: heads[index])
      // No part is longer than the limit, so its length fits into two bytes.
      let count = cell.isNull ? 0 : Int(cell.count)
      message.append(UInt8(truncatingIfNeeded: count &>> 8))
      message.append(UInt8(truncatingIfNeeded: count))
      if count > 0 { message.append(copying: parts[index].bytes, from: cell.lower, count: count) }
    }
  }

  private mutating func maker(_ number: UInt16) throws -> TokenMaker {
    if let maker = makers[Int(number)] { return maker }
    let maker = try ring.key(number).tokenMaker(for: domain)
    makers[Int(number)] = maker
    return maker
  }

  /// Opens the keys of all epochs; returns whether there is one epoch only.
  private mutating func openKeys(_ epochs: [UInt16]) throws -> Bool {
    guard var last = epochs.first else { return true }
    var isUniform = true
    if last != KeyRing.noEpoch { _ = try maker(last) }
    for number in epochs where number != last {
      isUniform = false
      last = number
      if number != KeyRing.noEpoch { _ = try maker(number) }
    }
    return isUniform
  }

  private mutating func normalised(
    _ values: Values, _ normalisation: Normalisation
  ) -> NormalisedValues {
    let text = texts(of: values)
    if let kept = NormalisedValues(keeping: text, as: normalisation, fingerprints) { return kept }
    var entries = NormalisedValues(capacity: text.cells.count)
    let source = text.bytes.span
    for position in 0..<text.cells.count {
      fetchAhead(text.cells.span, at: position, of: source)
      let cell = text.cells[position]
      let start = entries.bytes.count
      if cell.isNull {
        entries.addNull()
        continue
      }
      let outcome = normalisation.append(
        source.extracting(cell.lower..<cell.upper), to: &entries.bytes)
      entries.close(from: start, outcome, position: position, fingerprints)
    }
    return entries
  }

  /// Joins the parts of each of the rows; a tuple is missing when all its parts are.
  private func joined(
    _ values: [NormalisedValues], _ parts: [Column], rows: [UInt32]
  ) -> NormalisedValues {
    let rules = values.map(\.rules)
    let hasFaults = values.contains { !$0.faults.isEmpty }
    let texts = values.map { $0.texts[0] }
    // Columns are not asked row by row: each would be copied for it.
    let codes = parts.map { $0.isCoded ? $0.codes : [] }
    let headCount = heads.reduce(0) { $0 + $1.count + 2 }
    var entries = NormalisedValues(tuplesOf: values, capacity: rows.count)
    for position in 0..<rows.count {
      let row = Int(rows[position])
      if hasFaults {
        // The first part that cannot be normalised tells the rule.
        var rule: Rule?
        for index in 0..<parts.count where rule == nil {
          rule = rules[index][parts[index].position(of: row)]
        }
        if let rule {
          entries.addFault(rule, position: position)
          continue
        }
      }
      var joint = JointFingerprint(fingerprints)
      var count = headCount
      var isPresent = false
      for index in 0..<parts.count {
        let place = codes[index].isEmpty ? row : Int(codes[index][row])
        let fingerprint = values[index].fingerprints[place]
        joint.add(fingerprint)
        let cell = texts[index].cells[place]
        entries.add(part: index, fingerprint == 0 ? .null : cell)
        if fingerprint != 0 {
          isPresent = true
          count &+= Int(cell.count)
        }
      }
      if !isPresent {
        entries.closeTuple(0)
      } else if count > Normalisation.sizeLimitInBytes {
        entries.closeTuple(0)
        entries.noteFault(.limit, position: position)
      } else {
        entries.closeTuple(joint.finish())
      }
    }
    return entries
  }

  /// Returns the values as texts; numbers that were read already are written in decimal.
  private func texts(of values: Values) -> TextCells {
    switch values {
    case .text(let text): return text
    case .number(let numbers):
      var text = TextCells()
      for number in numbers { text.append(number == Values.nullNumber ? nil : String(number)) }
      return text
    case .identity: preconditionFailure("a pseudonym is not pseudonymised again")
    }
  }
}
