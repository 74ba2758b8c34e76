import Bytes

/// Many sets of values in one pool of memory: the persons or orders of each cell.
///
/// A member is 96 bits of its value's keyed fingerprint (`member(of:)`), so sets need no table of all
/// values, and those of different partials meet as they are. Two values of a set are taken for one with
/// probability 2^-96; among ten million of them that is less than 10^-15.
///
/// A single member lies in the set's head, up to eight in a list of the pool, more of them in a hash
/// table by open addressing. Blocks that were outgrown are used again, so that a set costs no
/// allocation of its own.
struct MemberSets: Sendable {
  private struct Head: BitwiseCopyable {
    /// Where the block begins, in units of four entries; without a block the member's lower 64 bits, or 0.
    var word: UInt64 = 0
    /// How many members the block holds; without a block the member's upper 32 bits.
    var half: UInt32 = 0
    /// Binary logarithm of the block's size; 0 is no block, for one member at most.
    var log: UInt32 = 0

    /// Whether the block is a hash table.
    var isHashed: Bool { log > MemberSets.listLog }
    /// The block's first word in the pool.
    var blockStart: Int { 4 &* entrySize &* Int(truncatingIfNeeded: word) }
    var count: Int { log > 0 ? Int(half) : word == 0 ? 0 : 1 }
  }

  /// A member as it lies in the pool.
  private struct Entry: Equatable {
    /// Never 0.
    var low: UInt64
    var high: UInt32

    init(_ member: UInt128) {
      low = UInt64(truncatingIfNeeded: member)
      high = UInt32(truncatingIfNeeded: member &>> 64)
    }

    init(low: UInt64, high: UInt32) {
      self.low = low
      self.high = high
    }

    var member: UInt128 { UInt128(high) &<< 64 | UInt128(low) }
  }

  /// How many words of the pool an entry takes.
  private static let entrySize = 3

  /// Blocks begin at multiples of four entries.
  private static let smallestLog: UInt32 = 2
  /// The size of the largest list.
  private static let listLog: UInt32 = 3

  private var heads: [Head] = []
  /// Members, the lowest words first; zeros are a free place.
  private var pool: [UInt32] = []
  /// For each size the first free block and one, in units of four entries, linked by its first entry.
  private var free = [UInt32](repeating: 0, count: 33)

  var count: Int { heads.count }

  var byteCount: Int { MemoryLayout<Head>.stride &* heads.capacity &+ 4 &* pool.capacity }

  /// Returns the member that stands for a value of this fingerprint; 0 for null, whose is 0.
  ///
  /// Fingerprints are keyed, so nobody can choose values whose members collide.
  @inline(__always)
  static func member(of fingerprint: UInt128) -> UInt128 {
    let member = fingerprint & (UInt128.max &>> 32)
    return UInt64(truncatingIfNeeded: member) == 0 && fingerprint != 0 ? member | 1 : member
  }

  /// Makes the sets up to `count`, empty ones.
  mutating func grow(to count: Int) {
    if count > heads.count {
      heads.makeRoom(for: count &- heads.count)
      heads.append(contentsOf: repeatElement(Head(), count: count &- heads.count))
    }
  }

  /// Returns the number of members of a set.
  func memberCount(of set: Int) -> Int { heads[set].count }

  /// Returns the members of a set, in no order.
  func members(of set: Int) -> [UInt128] {
    var members: [UInt128] = []
    append(membersOf: set, to: &members)
    return members
  }

  /// Adds `members[i]` to set `sets[i]` for every i; 0 is no member.
  ///
  /// Most members need no more than a free place in what their set has. Those are put there first,
  /// and the few that need another block afterwards: sets do not know an order.
  mutating func insert(_ members: [UInt128], into sets: [UInt32]) {
    precondition(members.count == sets.count, "a set for each member")
    var late: [Int] = []
    fetchHeads(sets, from: 0)
    var start = 0
    while start < members.count {
      let end = min(start &+ 64, members.count)
      fetchHeads(sets, from: end)
      fetchPlaces(members, sets, start..<end)
      MemberSets.put(members, into: sets, start..<end, &heads, &pool, &late)
      for index in late { insert(members[index], into: Int(sets[index])) }
      late.removeAll(keepingCapacity: true)
      start = end
    }
  }

  /// Adds the members of `range` for which their sets have a place; `late` receives the others.
  private static func put(
    _ members: [UInt128], into sets: [UInt32], _ range: Range<Int>, _ heads: inout [Head],
    _ pool: inout [UInt32], _ late: inout [Int]
  ) {
    var heads = heads.mutableSpan
    var pool = pool.mutableSpan
    var lastMember: UInt128 = 0
    var lastSet: UInt32 = 0
    for index in range where members[index] != 0 {
      // The lines of an order repeat what the line before has said.
      if members[index] == lastMember, sets[index] == lastSet { continue }
      lastMember = members[index]
      lastSet = sets[index]
      if !put(lastMember, into: Int(lastSet), &heads, &pool) { late.append(index) }
    }
  }

  private static func put(
    _ member: UInt128, into set: Int, _ heads: inout [Head], _ pool: inout [UInt32]
  ) -> Bool {
    var heads = heads.mutableSpan
    var pool = pool.mutableSpan
    return put(member, into: set, &heads, &pool)
  }

  /// Adds a member where the set has it or has a place for it; returns whether that is so.
  @inline(__always)
  private static func put(
    _ member: UInt128, into set: Int, _ heads: inout MutableSpan<Head>,
    _ pool: inout MutableSpan<UInt32>
  ) -> Bool {
    let head = heads[set]
    let entry = Entry(member)
    if head.log == 0 {
      if head.word != 0 { return Entry(low: head.word, high: head.half) == entry }
      heads[set] = Head(word: entry.low, half: entry.high)
      return true
    }
    let start = head.blockStart
    let count = head.count
    var place = 0
    if head.isHashed {
      let mask = (1 << Int(head.log)) &- 1
      place = slot(of: entry, log: head.log)
      while true {
        let other = MemberSets.entry(pool.span, at: start &+ entrySize &* place)
        if other == entry { return true }
        if other.low == 0 { break }
        place = (place &+ 1) & mask
      }
      if 4 &* (count &+ 1) > 3 &* (mask &+ 1) { return false }
    } else {
      while place < count {
        if MemberSets.entry(pool.span, at: start &+ entrySize &* place) == entry { return true }
        place &+= 1
      }
      if count == 1 << Int(head.log) { return false }
    }
    write(entry, to: &pool, at: start &+ entrySize &* place)
    heads[set].half = head.half &+ 1
    return true
  }

  @inline(__always)
  private static func entry(_ pool: Span<UInt32>, at index: Int) -> Entry {
    Entry(
      low: UInt64(pool[index]) | UInt64(pool[index &+ 1]) &<< 32, high: pool[index &+ 2])
  }

  @inline(__always)
  private static func write(_ entry: Entry, to pool: inout MutableSpan<UInt32>, at index: Int) {
    pool[index] = UInt32(truncatingIfNeeded: entry.low)
    pool[index &+ 1] = UInt32(truncatingIfNeeded: entry.low &>> 32)
    pool[index &+ 2] = entry.high
  }

  /// Adds a member, which is not 0.
  mutating func insert(_ member: UInt128, into set: Int) {
    while true {
      if MemberSets.put(member, into: set, &heads, &pool) { return }
      let log = heads[set].log
      move(set, to: log == 0 ? MemberSets.smallestLog : log &+ 1)
    }
  }

  // MARK: - Sets into sets

  /// Adds the members of every set of `other` to the set `sets` names for it; `UInt32.max` names
  /// none.
  mutating func merge(_ other: MemberSets, into sets: [UInt32]) {
    var members: [UInt128] = []
    var targets: [UInt32] = []
    for source in 0..<other.count where sets[source] != UInt32.max {
      let target = Int(sets[source])
      reserve(max(memberCount(of: target), other.memberCount(of: source)), in: target)
      let first = members.count
      other.append(membersOf: source, to: &members)
      targets.append(contentsOf: repeatElement(sets[source], count: members.count - first))
      if members.count >= 4096 {
        insert(members, into: targets)
        members.removeAll(keepingCapacity: true)
        targets.removeAll(keepingCapacity: true)
      }
    }
    insert(members, into: targets)
  }

  /// Adds the members of one set to another.
  mutating func fold(_ source: Int, into target: Int) {
    reserve(max(memberCount(of: source), memberCount(of: target)), in: target)
    for member in members(of: source) { insert(member, into: target) }
  }

  /// Makes room for `count` members of a set in all.
  ///
  /// Members that come in the order of another set's table would else crowd a smaller table's
  /// beginning, for that order is the order of their places.
  mutating func reserve(_ count: Int, in set: Int) {
    var log = MemberSets.smallestLog
    while MemberSets.limit(log) < count { log &+= 1 }
    if count > 1, log > heads[set].log { move(set, to: log) }
  }

  // MARK: - Blocks

  /// Asks for the heads of the next sets from `start` on.
  private func fetchHeads(_ sets: [UInt32], from start: Int) {
    var places: [64 of Int] = .init(repeating: 0)
    let count = min(64, sets.count &- start)
    for index in 0..<count { places[index] = Int(sets[start &+ index]) }
    Bytes.fetchAhead(heads.span, at: places.span.extracting(0..<count))
  }

  /// Asks for the memory that adding these members, 64 at most, will need.
  private func fetchPlaces(_ members: [UInt128], _ sets: [UInt32], _ range: Range<Int>) {
    var places: [64 of Int] = .init(repeating: 0)
    var count = 0
    for index in range {
      let head = heads[Int(sets[index])]
      places[count] =
        head.blockStart
        &+ (head.isHashed
          ? MemberSets.entrySize &* MemberSets.slot(of: Entry(members[index]), log: head.log) : 0)
      count &+= head.log == 0 ? 0 : 1
    }
    Bytes.fetchAhead(pool.span, at: places.span.extracting(0..<count))
  }

  private func append(membersOf set: Int, to members: inout [UInt128]) {
    let head = heads[set]
    if head.log == 0 {
      if head.word != 0 { members.append(Entry(low: head.word, high: head.half).member) }
      return
    }
    let pool = pool.span
    for place in 0..<(head.isHashed ? 1 << Int(head.log) : head.count) {
      let entry = MemberSets.entry(pool, at: head.blockStart &+ MemberSets.entrySize &* place)
      if entry.low != 0 { members.append(entry.member) }
    }
  }

  /// The upper bits say where an entry belongs: fingerprints are keyed and need no further hash.
  @inline(__always)
  private static func slot(of entry: Entry, log: UInt32) -> Int {
    Int(truncatingIfNeeded: entry.low &>> UInt64(64 &- log))
  }

  /// Returns how many members a block of that size takes: a list all, a table three quarters.
  private static func limit(_ log: UInt32) -> Int {
    log > listLog ? 3 << (Int(log) &- 2) : 1 << Int(log)
  }

  /// Moves a set into a larger block.
  @inline(never)
  private mutating func move(_ set: Int, to log: UInt32) {
    let head = heads[set]
    let block = takeBlock(log)
    let moved = Head(word: UInt64(block), half: UInt32(head.count), log: log)
    let mask = (1 << Int(log)) &- 1
    let source = head.blockStart
    let target = moved.blockStart
    var places = pool.mutableSpan
    var next = 0
    let entryCount = head.isHashed ? 1 << Int(head.log) : head.count
    for index in 0..<entryCount {
      let entry =
        head.log == 0
        ? Entry(low: head.word, high: head.half)
        : MemberSets.entry(places.span, at: source &+ MemberSets.entrySize &* index)
      if entry.low == 0 { continue }
      if moved.isHashed {
        next = MemberSets.slot(of: entry, log: log)
        while MemberSets.entry(places.span, at: target &+ MemberSets.entrySize &* next).low != 0 {
          next = (next &+ 1) & mask
        }
      }
      MemberSets.write(entry, to: &places, at: target &+ MemberSets.entrySize &* next)
      next &+= 1
    }
    if head.log > 0 {
      pool[source] = free[Int(head.log)]
      free[Int(head.log)] = UInt32(truncatingIfNeeded: head.word) &+ 1
    }
    heads[set] = moved
  }

  /// Returns the beginning of an empty block, in units of four entries.
  private mutating func takeBlock(_ log: UInt32) -> UInt32 {
    let size = MemberSets.entrySize &* (1 << Int(log))
    let known = free[Int(log)]
    if known != 0 {
      let start = 4 &* MemberSets.entrySize &* Int(known &- 1)
      free[Int(log)] = pool[start]
      var places = pool.mutableSpan
      for index in start..<(start &+ size) { places[index] = 0 }
      return known &- 1
    }
    let start = pool.count / (4 &* MemberSets.entrySize)
    precondition(start < Int(UInt32.max), "a pool holds fewer than 2^34 members")
    pool.makeRoom(for: size)
    pool.append(contentsOf: repeatElement(0, count: size))
    return UInt32(truncatingIfNeeded: start)
  }
}
