/// Many sets of values: the persons or orders of each cell.
///
/// A member is 96 bits of its value's keyed fingerprint (`member(of:)`), so sets need no table of
/// all values, and those of different partials meet as they are. Two values of a set are taken for
/// one with probability 2^-96; among ten million of them that is less than 10^-15.
///
/// What is added is only written down, member and set, one behind the other; which of these pairs
/// say the same is found when there are so many of them that it pays, and at the end (`settle`). A
/// look-up for each of them would wait for memory that lies beyond all caches; writing in order
/// never does, and what is compared later is parted into pieces, which up to half a million pairs
/// fit into the nearest cache.
package struct MemberSets: Sendable {
  /// How many sets there are.
  package private(set) var count = 0
  /// Pairs no two of which are equal; those of a set lie together once `group` was called.
  private var known: [MemberPair] = []
  /// Pairs that came later and may repeat each other and the known ones.
  private var fresh: [MemberPair] = []
  /// How many fresh pairs are gathered before they are compared.
  private var freshLimit = MemberSets.leastFresh
  /// How many of them there have been since their memory was taken.
  private var freshPeak = 0
  /// Where the pairs of each set begin and the last end, when they are grouped; empty until
  /// `settle`, and when members came after it.
  private var starts: [Int] = []
  private var isGrouped = false
  /// The members of sets into which others were folded.
  private var folded: [Int: Set<UInt128>] = [:]

  private static let leastFresh = 4096

  package init() {}

  package var byteCount: Int {
    MemoryLayout<MemberPair>.stride &* (known.capacity &+ freshPeak)
      &+ MemoryLayout<Int>.stride &* starts.capacity
  }

  /// Returns the member that stands for a value of this fingerprint; 0 for null, whose is 0.
  ///
  /// Fingerprints are keyed, so nobody can choose values whose members collide.
  @inline(__always)
  package static func member(of fingerprint: UInt128) -> UInt128 {
    let member = fingerprint & (UInt128.max &>> 32)
    return UInt64(truncatingIfNeeded: member) == 0 && fingerprint != 0 ? member | 1 : member
  }

  /// Makes the sets up to `count`, empty ones.
  package mutating func grow(to count: Int) {
    if count <= self.count { return }
    if let end = starts.last {
      starts.append(contentsOf: repeatElement(end, count: count &- self.count))
    }
    self.count = count
  }

  /// Adds `members[i]` to set `sets[i]` for every i; 0 is no member.
  package mutating func insert(_ members: [UInt128], into sets: [UInt32]) {
    precondition(members.count == sets.count, "a set for each member")
    precondition(folded.isEmpty, "sets that were folded take no members")
    starts = []
    isGrouped = false
    if fresh.count &+ members.count > freshLimit { compare() }
    let needed = fresh.count &+ members.count
    if needed > max(fresh.capacity, MemberSets.leastFresh) {
      if fresh.isEmpty { dropFresh() }
      fresh.reserveCapacity(max(freshLimit, needed))
    }
    var last = MemberPair.none
    for index in members.indices where members[index] != 0 {
      let pair = MemberPair(members[index], of: sets[index])
      // The lines of an order repeat what the line before has said.
      if pair == last { continue }
      last = pair
      fresh.append(pair)
    }
    freshPeak = max(freshPeak, fresh.count)
  }

  /// Adds the members of every set of `other` to the set `sets` names for it; `UInt32.max` names
  /// none.
  package mutating func merge(_ other: MemberSets, into sets: [UInt32]) {
    precondition(sets.count == other.count, "a set for each of the other's")
    precondition(other.folded.isEmpty, "sets that were folded are not merged")
    for pairs in [other.known, other.fresh] {
      var start = 0
      while start < pairs.count {
        let part = pairs[start..<min(start &+ MemberSets.leastFresh, pairs.count)]
        let chosen = part.filter { sets[Int($0.set)] != UInt32.max }
        insert(chosen.map(\.member), into: chosen.map { sets[Int($0.set)] })
        start = part.endIndex
      }
    }
  }

  // MARK: - Settled sets

  /// Finds what was said twice, so that members are counted.
  package mutating func settle() {
    if starts.count == count &+ 1 { return }
    compare()
    dropFresh()
    var ends = [Int](repeating: 0, count: count &+ 1)
    for pair in known { ends[Int(pair.set) &+ 1] &+= 1 }
    for set in 0..<count { ends[set &+ 1] &+= ends[set] }
    starts = ends
  }

  /// Settles all sets and puts the members of each together, so that they can be told.
  package mutating func group() {
    settle()
    if isGrouped { return }
    var next = starts
    var places = next.mutableSpan
    var grouped = [MemberPair](repeating: .none, count: known.count)
    var pairs = grouped.mutableSpan
    for pair in known {
      let set = Int(pair.set)
      pairs[places[set]] = pair
      places[set] &+= 1
    }
    known = grouped
    isGrouped = true
  }

  /// The number of members of all settled sets.
  package var memberCount: Int { starts[count] }

  /// Returns the number of members of a settled set.
  package func memberCount(of set: Int) -> Int {
    if !folded.isEmpty, let members = folded[set] { return members.count }
    return starts[set &+ 1] &- starts[set]
  }

  /// Returns the members of a set, in no order; they were grouped.
  package func members(of set: Int) -> [UInt128] {
    precondition(isGrouped, "members are grouped before they are told")
    if !folded.isEmpty, let members = folded[set] { return Array(members) }
    return known[starts[set]..<starts[set &+ 1]].map(\.member)
  }

  /// Adds the members of the given settled sets to `all`, in no order, until there are `limit`.
  func collect(of chosen: [Int], into all: inout Set<UInt128>, atMost limit: Int) {
    if isGrouped {
      for set in chosen {
        for member in members(of: set) {
          if all.count >= limit { return }
          all.insert(member)
        }
      }
      return
    }
    var isChosen = [Bool](repeating: false, count: count)
    for set in chosen { isChosen[set] = true }
    for pair in known where isChosen[Int(pair.set)] {
      if all.count >= limit { return }
      all.insert(pair.member)
    }
  }

  /// Adds the members of one grouped set to another.
  package mutating func fold(_ source: Int, into target: Int) {
    var all = folded.removeValue(forKey: target) ?? Set(members(of: target))
    all.formUnion(members(of: source))
    folded[target] = all
  }

  // MARK: - Comparing

  /// Compares what is fresh if that may free a third of the memory or more.
  package mutating func compact() {
    if 2 &* freshPeak > known.count {
      compare()
      dropFresh()
    }
  }

  /// Takes out of the fresh pairs what is known already or was said twice.
  private mutating func compare() {
    if fresh.isEmpty { return }
    let count = known.count &+ fresh.count
    known = MemberPair.distinct(known, fresh)
    // Where hardly any pair came twice, there will be many more: the next look may wait for longer.
    let isNew = count &- known.count < count / 4
    freshLimit = max(MemberSets.leastFresh, isNew ? 3 &* known.count : known.count)
    if fresh.capacity > 2 &* freshLimit {
      dropFresh()
    } else {
      fresh.removeAll(keepingCapacity: true)
    }
  }

  /// Gives the memory of fresh pairs back.
  private mutating func dropFresh() {
    fresh = []
    freshPeak = 0
  }
}
