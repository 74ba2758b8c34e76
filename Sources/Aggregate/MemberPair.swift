/// A member and the set that has it.
struct MemberPair: BitwiseCopyable, Equatable {
  /// The member's lower 64 bits, never 0.
  private var low: UInt64
  /// The member's upper 32 bits above, the set below.
  private var rest: UInt64

  /// No pair.
  static let none = MemberPair(low: 0, rest: 0)

  private init(low: UInt64, rest: UInt64) {
    self.low = low
    self.rest = rest
  }

  /// A pair of a member of 96 bits whose lower 64 are not 0.
  @inline(__always)
  init(_ member: UInt128, of set: UInt32) {
    low = UInt64(truncatingIfNeeded: member)
    rest = UInt64(truncatingIfNeeded: member &>> 64) &<< 32 | UInt64(set)
  }

  var member: UInt128 { UInt128(rest &>> 32) &<< 64 | UInt128(low) }

  var set: UInt32 { UInt32(truncatingIfNeeded: rest) }
}

extension MemberPair {
  /// Pairs of one part are compared by a table that fits into the nearest cache, as long as there
  /// are no more of them than the parts have room for.
  private static let partSize = 2048
  /// Binary logarithm of the number of parts: more of them would be written to in more lines than
  /// the nearest cache has.
  private static let partLimit = 8

  /// Returns the pairs of both arrays, equal ones once, in no order.
  static func distinct(_ first: [MemberPair], _ second: [MemberPair]) -> [MemberPair] {
    let count = first.count &+ second.count
    var log = 0
    while log < partLimit, count &>> log > partSize { log &+= 1 }
    var pairs: [MemberPair] = []
    let ends = part(first, second, log: log, into: &pairs)
    var table: [UInt32] = []
    var kept = 0
    var start = 0
    for end in ends {
      kept = keepDistinct(&pairs, start..<end, at: kept, &table)
      start = end
    }
    if kept < count / 4 * 3 { return Array(pairs[..<kept]) }
    pairs.removeLast(count &- kept)
    return pairs
  }

  /// Puts all pairs into `pairs`, parted by the upper bits of their members, and returns where each
  /// of the 2^`log` parts ends.
  private static func part(
    _ first: [MemberPair], _ second: [MemberPair], log: Int, into pairs: inout [MemberPair]
  ) -> [Int] {
    if log == 0 {
      pairs = first + second
      return [pairs.count]
    }
    let shift = UInt64(64 &- log)
    var next = [Int](repeating: 0, count: (1 &<< log) &+ 1)
    for pair in first { next[Int(truncatingIfNeeded: pair.low &>> shift) &+ 1] &+= 1 }
    for pair in second { next[Int(truncatingIfNeeded: pair.low &>> shift) &+ 1] &+= 1 }
    for part in 1..<next.count { next[part] &+= next[part &- 1] }
    pairs = [MemberPair](repeating: .none, count: first.count &+ second.count)
    scatter(first, to: &pairs, at: &next, shift)
    scatter(second, to: &pairs, at: &next, shift)
    next.removeLast()
    return next
  }

  private static func scatter(
    _ source: [MemberPair], to target: inout [MemberPair], at next: inout [Int], _ shift: UInt64
  ) {
    var target = target.mutableSpan
    var next = next.mutableSpan
    for pair in source {
      let part = Int(truncatingIfNeeded: pair.low &>> shift)
      target[next[part]] = pair
      next[part] &+= 1
    }
  }

  /// Moves the pairs of `range` that are not equal to an earlier one to `kept` and what follows,
  /// which is not behind them; returns where they end.
  private static func keepDistinct(
    _ pairs: inout [MemberPair], _ range: Range<Int>, at kept: Int, _ table: inout [UInt32]
  ) -> Int {
    precondition(range.count < Int(UInt32.max), "a part holds fewer than 2^32 pairs")
    var log = 4
    while 1 &<< log < 2 &* range.count { log &+= 1 }
    // Places are numbers of kept pairs of this part, and one; 0 is free.
    table.removeAll(keepingCapacity: true)
    table.append(contentsOf: repeatElement(0, count: 1 &<< log))
    var places = table.mutableSpan
    var pairs = pairs.mutableSpan
    let mask = (1 &<< log) &- 1
    let first = kept &- 1
    var end = kept
    for index in range {
      let pair = pairs[index]
      var place = pair.place(log)
      while true {
        let number = Int(places[place])
        if number == 0 {
          pairs[end] = pair
          end &+= 1
          places[place] = UInt32(truncatingIfNeeded: end &- kept)
          break
        }
        if pairs[first &+ number] == pair { break }
        place = (place &+ 1) & mask
      }
    }
    return end
  }

  /// Members are keyed fingerprints, but many sets may have the same one.
  @inline(__always)
  private func place(_ log: Int) -> Int {
    let mixed =
      (low ^ UInt64(set) &* 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
    return Int(truncatingIfNeeded: mixed &>> UInt64(64 &- log))
  }
}
