import Bytes

/// Many sets of numbers in one pool of memory: the persons or orders of each cell.
///
/// A single member lies in the set's head, further ones in a block of the pool. Numbers are given
/// in the order of first sight, so what is new to the table is greater than all members: a set
/// begins as an ascending list, to which such a member is appended without a search. The first
/// member that belongs into the middle of a list of more than eight turns the set into a hash table
/// by open addressing. Blocks that were outgrown are used again, so that a set costs no allocation
/// of its own.
struct MemberSets: Sendable {
  private struct Head {
    /// Where the block begins, or the member itself where there is no block.
    var start: UInt32 = 0
    var count: UInt32 = 0
    /// Binary logarithm of the block's size; 0 is no block, for one member at most.
    var log: UInt16 = 0
    var isHashed = false
  }

  /// Blocks begin at multiples of four entries.
  private static let smallestLog: UInt16 = 2
  /// The longest list into whose middle a member is put.
  private static let shortList: UInt32 = 8

  private var heads: [Head] = []
  /// Members; 0 is a free place.
  private var pool: [UInt32] = []
  /// For each size the first free block and one, in units of four entries, linked by its first entry.
  private var free = [UInt32](repeating: 0, count: 33)
  /// Secret and odd, so that nobody can choose members that collide.
  private let multiplier: UInt64

  /// Creates no set; `secret` is any number that differs from run to run.
  init(secret: UInt64) { multiplier = secret | 1 }

  var count: Int { heads.count }

  var byteCount: Int { 12 &* heads.capacity &+ 4 &* pool.capacity }

  /// Makes the sets up to `count`, empty ones.
  mutating func grow(to count: Int) {
    if count > heads.count {
      heads.makeRoom(for: count &- heads.count)
      heads.append(contentsOf: repeatElement(Head(), count: count &- heads.count))
    }
  }

  /// Returns the number of members of a set.
  func memberCount(of set: Int) -> Int { Int(heads[set].count) }

  /// Returns the members of a set, in no order.
  func members(of set: Int) -> [UInt32] {
    var members: [UInt32] = []
    append(membersOf: set, to: &members)
    return members
  }

  /// Adds `members[i]` to set `sets[i]` for every i; 0 is no member.
  ///
  /// Most members need no more than a free place in what their set has. Those are put there first,
  /// and the few that need another block afterwards: sets do not know an order.
  mutating func insert(_ members: [UInt32], into sets: [UInt32]) {
    precondition(members.count == sets.count, "a set for each member")
    var late: [Int] = []
    var places = [Int](repeating: 0, count: 64)
    var start = 0
    while start < members.count {
      let end = min(start &+ 64, members.count)
      if !pool.isEmpty { fetchAhead(members, sets, start..<end, &places) }
      MemberSets.put(members, into: sets, start..<end, &heads, &pool, multiplier, &late)
      for index in late { insert(members[index], into: Int(sets[index])) }
      late.removeAll(keepingCapacity: true)
      start = end
    }
  }

  /// Adds the members of `range` for which their sets have a place; `late` receives the others.
  private static func put(
    _ members: [UInt32], into sets: [UInt32], _ range: Range<Int>, _ heads: inout [Head],
    _ pool: inout [UInt32], _ multiplier: UInt64, _ late: inout [Int]
  ) {
    var heads = heads.mutableSpan
    var pool = pool.mutableSpan
    var lastMember: UInt32 = 0
    var lastSet: UInt32 = 0
    for index in range where members[index] != 0 {
      // The lines of an order repeat what the line before has said.
      if members[index] == lastMember, sets[index] == lastSet { continue }
      lastMember = members[index]
      lastSet = sets[index]
      if !put(lastMember, into: Int(lastSet), &heads, &pool, multiplier) { late.append(index) }
    }
  }

  /// Adds a member where the set has it or has a place for it; returns whether that is so.
  @inline(__always)
  private static func put(
    _ member: UInt32, into set: Int, _ heads: inout [Head], _ pool: inout [UInt32],
    _ multiplier: UInt64
  ) -> Bool {
    var heads = heads.mutableSpan
    var pool = pool.mutableSpan
    return put(member, into: set, &heads, &pool, multiplier)
  }

  @inline(__always)
  private static func put(
    _ member: UInt32, into set: Int, _ heads: inout MutableSpan<Head>,
    _ pool: inout MutableSpan<UInt32>, _ multiplier: UInt64
  ) -> Bool {
    let head = heads[set]
    if head.log == 0 {
      if head.count == 1 { return head.start == member }
      heads[set] = Head(start: member, count: 1)
      return true
    }
    let start = 4 &* Int(head.start)
    guard head.isHashed else {
      let last = head.count == 0 ? 0 : pool[start &+ Int(head.count) &- 1]
      if member == last { return true }
      guard member > last, head.count < 1 << UInt32(head.log) else { return false }
      pool[start &+ Int(head.count)] = member
      heads[set].count = head.count &+ 1
      return true
    }
    let mask = (1 << Int(head.log)) &- 1
    var place = slot(of: member, log: head.log, multiplier)
    while true {
      let entry = pool[start &+ place]
      if entry == member { return true }
      if entry == 0 { break }
      place = (place &+ 1) & mask
    }
    if 4 &* (Int(head.count) &+ 1) > 3 &* (mask &+ 1) { return false }
    pool[start &+ place] = member
    heads[set].count = head.count &+ 1
    return true
  }

  /// Adds a member, which is not 0.
  mutating func insert(_ member: UInt32, into set: Int) {
    let multiplier = multiplier
    while true {
      if MemberSets.put(member, into: set, &heads, &pool, multiplier) { return }
      let head = heads[set]
      if head.log == 0 {
        move(set, to: MemberSets.smallestLog, isHashed: false)
      } else if head.isHashed {
        move(set, to: head.log &+ 1, isHashed: true)
      } else if insertIntoList(member, set) {
        return
      }
    }
  }

  // MARK: - Sets into sets

  /// Adds the members of every set of `other` to the set `sets` names for it, each as the number
  /// that `numbers` has for it; `UInt32.max` names none.
  mutating func merge(_ other: MemberSets, into sets: [UInt32], numbers: [UInt32]) {
    var members: [UInt32] = []
    var targets: [UInt32] = []
    for source in 0..<other.count {
      if sets[source] == UInt32.max { continue }
      let target = Int(sets[source])
      reserve(max(memberCount(of: target), other.memberCount(of: source)), in: target)
      let first = members.count
      other.append(membersOf: source, to: &members)
      for index in first..<members.count {
        members[index] = numbers[Int(members[index])]
        targets.append(sets[source])
      }
      if members.count >= 4096 {
        insert(members, into: targets)
        members.removeAll(keepingCapacity: true)
        targets.removeAll(keepingCapacity: true)
      }
    }
    insert(members, into: targets)
  }

  /// Returns for each number whether it is a member of a set whose place is not `UInt32.max`.
  func members(ofSetsWithPlace places: [UInt32]) -> [Bool] {
    var isMember: [Bool] = [false]
    for set in places.indices where places[set] != UInt32.max {
      for member in members(of: set) {
        if Int(member) >= isMember.count {
          isMember += repeatElement(false, count: Int(member) + 1 - isMember.count)
        }
        isMember[Int(member)] = true
      }
    }
    return isMember
  }

  /// Adds the members of one set to another.
  mutating func fold(_ source: Int, into target: Int) {
    reserve(max(memberCount(of: source), memberCount(of: target)), in: target)
    for member in members(of: source) { insert(member, into: target) }
  }

  /// Makes room for `count` members of a set in all.
  ///
  /// Members that come in the order of another set's table would else crowd a smaller table's
  /// beginning, for that order is the order of their hashes.
  mutating func reserve(_ count: Int, in set: Int) {
    let head = heads[set]
    let log = MemberSets.log(for: count, isHashed: head.isHashed)
    if count > 1, log > head.log { move(set, to: log, isHashed: head.isHashed) }
  }

  // MARK: - Blocks

  /// Asks for the memory that adding these members will need; `places` is room for their places.
  private func fetchAhead(
    _ members: [UInt32], _ sets: [UInt32], _ range: Range<Int>, _ places: inout [Int]
  ) {
    for index in range {
      let head = heads[Int(sets[index])]
      let last = Int(head.count) &- (head.count == 0 ? 0 : 1)
      let place = head.isHashed ? slot(of: members[index], log: head.log) : last
      places[index &- range.lowerBound] = head.log == 0 ? 0 : 4 &* Int(head.start) &+ place
    }
    Bytes.fetchAhead(pool.span, at: places.span.extracting(0..<range.count))
  }

  private func append(membersOf set: Int, to members: inout [UInt32]) {
    let head = heads[set]
    if head.log == 0 {
      if head.count == 1 { members.append(head.start) }
      return
    }
    let start = 4 &* Int(head.start)
    let end = start &+ (head.isHashed ? 1 << Int(head.log) : Int(head.count))
    for index in start..<end where pool[index] != 0 { members.append(pool[index]) }
  }

  @inline(__always)
  private func slot(of member: UInt32, log: UInt16) -> Int {
    MemberSets.slot(of: member, log: log, multiplier)
  }

  @inline(__always)
  private static func slot(of member: UInt32, log: UInt16, _ multiplier: UInt64) -> Int {
    // The golden ratio spreads neighbouring numbers, the secret what somebody has chosen.
    let spread = UInt64(member) &* 0x9E37_79B9_7F4A_7C15
    let mixed = (spread ^ spread &>> 32) &* multiplier
    return Int(truncatingIfNeeded: mixed &>> UInt64(64 &- log))
  }

  /// Returns the size a block needs for `count` members: tables are filled to three quarters.
  private static func log(for count: Int, isHashed: Bool) -> UInt16 {
    var log = smallestLog
    while isHashed ? 4 &* count > 3 << Int(log) : count > 1 << Int(log) { log &+= 1 }
    return log
  }

  /// Adds a member to a list that is full, or into whose middle it belongs; returns false where the
  /// list got another block or became a table instead.
  private mutating func insertIntoList(_ member: UInt32, _ set: Int) -> Bool {
    let head = heads[set]
    let start = 4 &* Int(head.start)
    var low = 0
    var high = Int(head.count)
    while low < high {
      let middle = (low &+ high) / 2
      let entry = pool[start &+ middle]
      if entry == member { return true }
      if entry < member { low = middle &+ 1 } else { high = middle }
    }
    if low < Int(head.count), head.count > MemberSets.shortList {
      // No smaller than it is: room may have been reserved.
      let log = max(head.log, MemberSets.log(for: Int(head.count) &+ 1, isHashed: true))
      move(set, to: log, isHashed: true)
      return false
    }
    if head.count == 1 << UInt32(head.log) {
      move(set, to: head.log &+ 1, isHashed: false)
      return false
    }
    var place = start &+ Int(head.count)
    while place > start &+ low {
      pool[place] = pool[place &- 1]
      place &-= 1
    }
    pool[place] = member
    heads[set].count = head.count &+ 1
    return true
  }

  /// Moves a set into another block.
  @inline(never)
  private mutating func move(_ set: Int, to log: UInt16, isHashed: Bool) {
    let head = heads[set]
    let block = takeBlock(log)
    let target = 4 &* Int(block)
    let mask = (1 << Int(log)) &- 1
    let source = 4 &* Int(head.start)
    let hasBlock = head.log > 0
    let multiplier = multiplier
    var places = pool.mutableSpan
    var next = target
    for index in 0..<(head.isHashed ? 1 << Int(head.log) : Int(head.count)) {
      let member = hasBlock ? places[source &+ index] : head.start
      if member == 0 { continue }
      if isHashed {
        var place = MemberSets.slot(of: member, log: log, multiplier)
        while places[target &+ place] != 0 { place = (place &+ 1) & mask }
        places[target &+ place] = member
      } else {
        places[next] = member
        next &+= 1
      }
    }
    if hasBlock {
      pool[source] = free[Int(head.log)]
      free[Int(head.log)] = head.start &+ 1
    }
    heads[set] = Head(start: block, count: head.count, log: log, isHashed: isHashed)
  }

  /// Returns the beginning of an empty block, in units of four entries.
  private mutating func takeBlock(_ log: UInt16) -> UInt32 {
    let size = 1 << Int(log)
    let known = free[Int(log)]
    if known != 0 {
      let start = 4 &* Int(known &- 1)
      free[Int(log)] = pool[start]
      var places = pool.mutableSpan
      for index in start..<(start &+ size) { places[index] = 0 }
      return known &- 1
    }
    let start = pool.count
    precondition(start / 4 < Int(UInt32.max), "a pool holds fewer than 2^34 members")
    pool.makeRoom(for: size)
    pool.append(contentsOf: repeatElement(0, count: size))
    return UInt32(truncatingIfNeeded: start / 4)
  }
}
