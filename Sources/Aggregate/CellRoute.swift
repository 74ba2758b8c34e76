import Bytes
import Records

/// Where cells belong when a table is cut into shards.
///
/// The place follows from a group's keys or a person's fingerprint alone, so that the same cell of
/// another partial belongs to the same place. Each level cuts finer, by further bits.
enum CellRoute {
  /// How many ways a level parts.
  static let fanOut = 8
  /// More levels would ask for more bits than there are.
  static let levelLimit = 16

  @inline(__always)
  static func home(_ hash: UInt64, level: Int) -> Int {
    Int(truncatingIfNeeded: hash &>> UInt64(3 &* level)) & (fanOut &- 1)
  }

  /// The hash of a person: the half of the fingerprint that no table of fingerprints is built on.
  @inline(__always)
  static func hash(_ fingerprint: UInt128) -> UInt64 {
    UInt64(truncatingIfNeeded: fingerprint >> 64)
  }

  /// Joins the hash of a group's next key to that of the keys before it.
  @inline(__always)
  static func joined(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    let mixed = (hash ^ value) &* 0xFF51_AFD7_ED55_8CCD
    return mixed ^ (mixed &>> 32)
  }

  static func hash(_ number: Int64) -> UInt64 {
    joined(0x9E37_79B9_7F4A_7C15, UInt64(bitPattern: number))
  }

  static func hash(_ bytes: [UInt8], _ range: Range<Int>, _ key: FingerprintKey) -> UInt64 {
    UInt64(
      truncatingIfNeeded: key.fingerprint(bytes, from: range.lowerBound, count: range.count))
  }
}

extension EnteringRows {
  /// Returns for each place of the first level the rows that belong there, in their order.
  func homes(_ plan: TablePlan, _ key: FingerprintKey) -> [[UInt32]] {
    let hashes = hashes(plan, key)
    // Counted first: the rows of a place then fill one array without a check for each of them.
    var starts = [Int](repeating: 0, count: CellRoute.fanOut + 1)
    for hash in hashes { starts[CellRoute.home(hash, level: 0) &+ 1] &+= 1 }
    for home in 1...CellRoute.fanOut { starts[home] += starts[home - 1] }
    var ordered = [UInt32](repeating: 0, count: hashes.count)
    var target = ordered.mutableSpan
    var next = starts
    for index in hashes.indices {
      let home = CellRoute.home(hashes[index], level: 0)
      target[next[home]] = UInt32(truncatingIfNeeded: rows[index])
      next[home] &+= 1
    }
    return (0..<CellRoute.fanOut).map { Array(ordered[starts[$0]..<starts[$0 + 1]]) }
  }

  /// Returns for each entering row the hash of its cell.
  private func hashes(_ plan: TablePlan, _ key: FingerprintKey) -> [UInt64] {
    if let person = plan.person {
      let column = batch.columns[person]
      if rows.isAll, !column.isCoded { return personPrints.map { CellRoute.hash($0) } }
      return (0..<rows.count).map { CellRoute.hash(personPrints[column.position(of: rows[$0])]) }
    }
    var hashes = [UInt64](repeating: 0, count: rows.count)
    for number in plan.routingKeys {
      let column = batch.columns[plan.keys[number].column]
      let codes = column.codes
      let isCoded = column.isCoded
      switch column.values {
      case .number(let numbers):
        for index in hashes.indices {
          let value = CellRoute.hash(numbers[isCoded ? Int(codes[rows[index]]) : rows[index]])
          hashes[index] = CellRoute.joined(hashes[index], value)
        }
      case .text(let text):
        let values = text.cells.map { cell in
          cell.isNull ? 0 : CellRoute.hash(text.bytes, cell.lower..<cell.upper, key)
        }
        for index in hashes.indices {
          let value = values[isCoded ? Int(codes[rows[index]]) : rows[index]]
          hashes[index] = CellRoute.joined(hashes[index], value)
        }
      case .identity: preconditionFailure("a pseudonym is no group key")
      }
    }
    return hashes
  }
}

extension Partial {
  /// Returns for each cell the hash that its rows have.
  private func cellHashes() -> [UInt64] {
    if plan.person != nil { return people.fingerprints.map { CellRoute.hash($0) } }
    var hashes = [UInt64](repeating: 0, count: groups.count)
    for number in plan.routingKeys {
      let dictionary = dictionaries[number]
      let ofCodes = (0..<dictionary.codeCount).map { code -> UInt64 in
        let code = UInt32(truncatingIfNeeded: code)
        if !dictionary.isText { return CellRoute.hash(dictionary.number(of: code)) }
        if code == 0 { return 0 }
        return CellRoute.hash(dictionary.values.bytes, dictionary.values.range(of: code &- 1), key)
      }
      for group in hashes.indices {
        hashes[group] = CellRoute.joined(
          hashes[group], ofCodes[Int(groups.code(of: group, key: number))])
      }
    }
    return hashes
  }

  /// Returns this partial's cells parted by the bits of a level of the keys' hash.
  func parted(level: Int) throws(AggregateFault) -> [Partial] {
    let homes = cellHashes().map { CellRoute.home($0, level: level) }
    var parts: [Partial] = []
    for home in 0..<CellRoute.fanOut {
      var part = Partial(plan: plan, key: key)
      try part.absorb(self, isChosen: homes.map { $0 == home })
      parts.append(part)
    }
    return parts
  }
}
