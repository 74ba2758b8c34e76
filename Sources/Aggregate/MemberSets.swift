/// Many sets of numbers in one pool of memory: the persons or orders of each cell.
///
/// A single member lies in the set's head. Further ones lie in a block of the pool: up to eight in
/// a row, beyond that by open addressing. Blocks that were outgrown are used again, so that a set
/// costs no allocation of its own.
struct MemberSets: Sendable {
  private struct Head {
    /// Where the block begins; for a set of one, the member.
    var start: UInt32 = 0
    var count: UInt32 = 0
    /// Binary logarithm of the block's size.
    var log: UInt32 = 0
  }

  /// Blocks begin at multiples of four entries.
  private static let smallestLog: UInt32 = 2
  /// The greatest block that is searched from its beginning.
  private static let listLog: UInt32 = 3

  private var heads: [Head] = []
  /// Members; 0 is a free place.
  private var pool: [UInt32] = []
  /// For each size the first free block and one, in units of four entries, linked by its first entry.
  private var free = [UInt32](repeating: 0, count: 33)
  /// Keeps the compiler from dropping loads whose only purpose is to be made early.
  private var readAheadResult: UInt32 = 0
  /// Secret and odd, so that nobody can choose members that collide.
  private let multiplier: UInt64

  /// Creates no set; `secret` is any number that differs from run to run.
  init(secret: UInt64) { multiplier = secret | 1 }

  var count: Int { heads.count }

  var byteCount: Int { 12 &* heads.capacity &+ 4 &* pool.capacity }

  /// Makes the sets up to `count`, empty ones.
  mutating func grow(to count: Int) {
    if count > heads.count {
      heads.append(contentsOf: repeatElement(Head(), count: count &- heads.count))
    }
  }

  /// Returns the number of members of a set.
  func memberCount(of set: Int) -> Int { Int(heads[set].count) }

  /// Adds `members[i]` to set `sets[i]` for every i; 0 is no member.
  mutating func insert(_ members: [UInt32], into sets: [UInt32]) {
    precondition(members.count == sets.count, "a set for each member")
    var lastMember: UInt32 = 0
    var lastSet: UInt32 = 0
    var start = 0
    while start < members.count {
      let end = min(start &+ 64, members.count)
      if !pool.isEmpty {
        // Loads that do not wait for each other overlap; those of one search after another do not.
        var seen: UInt32 = 0
        for index in start..<end {
          let head = heads[Int(sets[index])]
          let place = head.log > MemberSets.listLog ? slot(of: members[index], log: head.log) : 0
          seen ^= pool[head.log == 0 ? 0 : 4 &* Int(head.start) &+ place]
        }
        readAheadResult = seen
      }
      for index in start..<end where members[index] != 0 {
        // The lines of an order repeat what the line before has said.
        if members[index] == lastMember, sets[index] == lastSet { continue }
        lastMember = members[index]
        lastSet = sets[index]
        _ = insert(lastMember, into: Int(lastSet))
      }
      start = end
    }
  }

  /// Adds a member, which is not 0; returns whether it is new.
  @inline(__always)
  mutating func insert(_ member: UInt32, into set: Int) -> Bool {
    let head = heads[set]
    if head.count < 2 {
      if head.count == 1, head.start == member { return false }
      return startSet(member, in: set)
    }
    let start = 4 &* Int(head.start)
    if head.log <= MemberSets.listLog {
      for place in start..<(start &+ Int(head.count)) where pool[place] == member { return false }
      if head.count == 1 << head.log {
        growBlock(of: set)
        return insertGrown(member, into: set)
      }
      pool[start &+ Int(head.count)] = member
      heads[set].count = head.count &+ 1
      return true
    }
    let mask = (1 << Int(head.log)) &- 1
    var place = slot(of: member, log: head.log)
    while true {
      let entry = pool[start &+ place]
      if entry == member { return false }
      if entry == 0 { break }
      place = (place &+ 1) & mask
    }
    if 4 &* (Int(head.count) &+ 1) > 3 &* (mask &+ 1) {
      growBlock(of: set)
      return insertGrown(member, into: set)
    }
    pool[start &+ place] = member
    heads[set].count = head.count &+ 1
    return true
  }

  /// Returns the members of a set, in no order.
  func members(of set: Int) -> [UInt32] {
    let head = heads[set]
    if head.count == 0 { return [] }
    if head.count == 1 { return [head.start] }
    let start = 4 &* Int(head.start)
    return pool[start..<(start &+ 1 << Int(head.log))].filter { $0 != 0 }
  }

  @inline(__always)
  private func slot(of member: UInt32, log: UInt32) -> Int {
    // The golden ratio spreads neighbouring numbers, the secret what somebody has chosen.
    let spread = UInt64(member) &* 0x9E37_79B9_7F4A_7C15
    let mixed = (spread ^ spread &>> 32) &* multiplier
    return Int(truncatingIfNeeded: mixed &>> UInt64(64 &- log))
  }

  private mutating func startSet(_ member: UInt32, in set: Int) -> Bool {
    let head = heads[set]
    if head.count == 0 {
      heads[set] = Head(start: member, count: 1, log: 0)
    } else {
      let block = takeBlock(MemberSets.smallestLog)
      pool[4 &* Int(block)] = head.start
      pool[4 &* Int(block) &+ 1] = member
      heads[set] = Head(start: block, count: 2, log: MemberSets.smallestLog)
    }
    return true
  }

  @inline(never)
  private mutating func insertGrown(_ member: UInt32, into set: Int) -> Bool {
    insert(member, into: set)
  }

  /// Moves a set into a block of twice the size.
  @inline(never)
  private mutating func growBlock(of set: Int) {
    let head = heads[set]
    let log = head.log &+ 1
    let block = takeBlock(log)
    let source = 4 &* Int(head.start)
    let target = 4 &* Int(block)
    let mask = (1 << Int(log)) &- 1
    var next = target
    for index in source..<(source &+ 1 << Int(head.log)) {
      let member = pool[index]
      if member == 0 { continue }
      if log <= MemberSets.listLog {
        pool[next] = member
        next &+= 1
      } else {
        var place = slot(of: member, log: log)
        while pool[target &+ place] != 0 { place = (place &+ 1) & mask }
        pool[target &+ place] = member
      }
    }
    pool[source] = free[Int(head.log)]
    free[Int(head.log)] = head.start &+ 1
    heads[set] = Head(start: block, count: head.count, log: log)
  }

  /// Returns the beginning of an empty block, in units of four entries.
  private mutating func takeBlock(_ log: UInt32) -> UInt32 {
    let size = 1 << Int(log)
    let known = free[Int(log)]
    if known != 0 {
      let start = 4 &* Int(known &- 1)
      free[Int(log)] = pool[start]
      for index in start..<(start &+ size) { pool[index] = 0 }
      return known &- 1
    }
    let start = pool.count
    precondition(start / 4 < Int(UInt32.max), "a pool holds fewer than 2^34 members")
    pool.append(contentsOf: repeatElement(0, count: size))
    return UInt32(truncatingIfNeeded: start / 4)
  }
}
