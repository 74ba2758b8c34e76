import Aggregate
import Support
import Testing

extension MemberSets {
  fileprivate var sizes: [Int] { (0..<count).map { memberCount(of: $0) } }
}

/// Sets of members against those of the standard library.
@Suite struct MemberSetsTests {
  private struct Model {
    var sets: [Set<UInt128>]
    var tested = MemberSets()

    init(count: Int) {
      sets = Array(repeating: [], count: count)
      tested.grow(to: count)
    }

    mutating func insert(_ members: [UInt128], into targets: [UInt32]) {
      tested.insert(members, into: targets)
      for (member, set) in zip(members, targets) where member != 0 {
        sets[Int(set)].insert(member)
      }
    }

    /// Whether all settled sets hold what they should, and no member twice.
    var agrees: Bool {
      sets.indices.allSatisfy { set in
        let members = tested.members(of: set)
        return Set(members) == sets[set] && members.count == sets[set].count
          && tested.memberCount(of: set) == sets[set].count
      }
    }
  }

  /// Members with random upper parts, of `range` different ones.
  private func member(_ dice: inout SplitMix, of range: UInt64) -> UInt128 {
    var own = SplitMix(seed: dice.next() % range)
    return MemberSets.member(of: UInt128(own.next()) << 64 | UInt128(own.next()))
  }

  /// Few members that come often, many that come once, and more than are compared at once.
  @Test(arguments: [
    (sets: 1, members: UInt64(50), rows: 30_000), (1, 1 << 40, 30_000), (300, 20, 30_000),
    (5_000, 1 << 40, 20_000), (40, 9_000, 60_000), (3, 3, 5), (7, 100, 0),
  ])
  func membersAreThoseOfSets(sets: Int, members: UInt64, rows: Int) {
    var dice = SplitMix(seed: UInt64(rows) &+ members)
    var model = Model(count: sets)
    var left = rows
    while left > 0 {
      let count = min(left, 1 + Int(dice.next() % 3000))
      var batch: [UInt128] = []
      var targets: [UInt32] = []
      for _ in 0..<count {
        // Nobody, the same again, or somebody in any set.
        switch dice.next() % 8 {
        case 0: batch.append(0)
        case 1: batch.append(batch.last ?? 0)
        default: batch.append(member(&dice, of: members))
        }
        targets.append(
          batch.count % 5 == 0 ? targets.last ?? 0 : UInt32(dice.next() % UInt64(sets)))
      }
      model.insert(batch, into: targets)
      left -= count
    }
    model.tested.settle()
    #expect(model.tested.sizes == model.sets.map(\.count))
    model.tested.group()
    #expect(model.agrees)
    #expect(model.tested.memberCount == model.sets.reduce(0) { $0 + $1.count })
  }

  @Test func setsTakeMembersAfterTheyWereSettled() {
    var dice = SplitMix(seed: 1)
    var model = Model(count: 2)
    for round in 0..<4 {
      let batch = (0..<900).map { _ in member(&dice, of: 1_000) }
      model.insert(batch, into: batch.indices.map { UInt32($0 % (round + 2)) })
      model.tested.group()
      #expect(model.agrees)
      model.sets.append([])
      model.tested.grow(to: round + 3)
      #expect(model.agrees, "a further set is empty")
      #expect(model.tested.count == round + 3)
    }
  }

  @Test func membersThatDifferInOnePartOnlyAreTwo() {
    var model = Model(count: 2)
    let low = UInt128(5)
    let high = UInt128(9) << 64
    for _ in 0..<2 {
      model.insert([low, low | high, low | 1 << 95, low + 1, low], into: [0, 0, 0, 0, 1])
    }
    model.tested.group()
    #expect(model.agrees)
    #expect(model.tested.memberCount(of: 0) == 4)
  }

  /// What is compared already and what is not goes over, to other numbers, but for those left out.
  @Test func setsMeet() {
    var dice = SplitMix(seed: 8)
    var from = Model(count: 30)
    for _ in 0..<9 {
      let batch = (0..<1_000).map { _ in member(&dice, of: 3_000) }
      from.insert(batch, into: batch.map { _ in UInt32(dice.next() % 30) })
    }
    var into = Model(count: 20)
    let batch = (0..<6_000).map { _ in member(&dice, of: 3_000) }
    into.insert(batch, into: batch.map { _ in UInt32(dice.next() % 20) })
    let names = (0..<30).map { $0 % 4 == 0 ? UInt32.max : UInt32($0 % 20) }
    into.tested.merge(from.tested, into: names)
    for (set, name) in names.enumerated() where name != UInt32.max {
      into.sets[Int(name)].formUnion(from.sets[set])
    }
    into.tested.group()
    #expect(into.agrees)
  }

  @Test func foldedSetsHoldTheMembersOfBoth() {
    var dice = SplitMix(seed: 3)
    var model = Model(count: 12)
    let batch = (0..<2_000).map { _ in member(&dice, of: 400) }
    model.insert(batch, into: batch.map { _ in UInt32(dice.next() % 11) })
    model.tested.group()
    // Into an empty set, into one that has members, and one that was folded into itself.
    for (source, target) in [(0, 11), (1, 11), (2, 3), (3, 4), (11, 5), (4, 4)] {
      model.tested.fold(source, into: target)
      model.sets[target].formUnion(model.sets[source])
      #expect(model.agrees, "\(source) into \(target)")
    }
  }

  /// A member that repeats itself takes the memory of those that wait, whatever the number of rows.
  @Test func repeatedMembersTakeNoMemory() {
    var dice = SplitMix(seed: 4)
    var sets = MemberSets()
    sets.grow(to: 1)
    for _ in 0..<60 {
      let batch = (0..<1_000).map { _ in member(&dice, of: 600) }
      sets.insert(batch, into: batch.map { _ in 0 })
      #expect(sets.byteCount <= 16 * (4096 + 4096))
    }
  }

  /// What waits is counted as long as its memory is there, and is given back when there is less of
  /// it.
  @Test func memoryIsCountedAndGivenBack() {
    var dice = SplitMix(seed: 6)
    var sets = MemberSets()
    sets.grow(to: 1)
    let members = (0..<65_536).map { _ in member(&dice, of: 1 << 62) }
    func add(_ members: ArraySlice<UInt128>) {
      sets.insert(Array(members), into: members.map { _ in 0 })
    }
    for start in stride(from: 0, to: members.count, by: 4096) {
      add(members[start..<start + 4096])
      #expect(sets.byteCount >= 16 * (start + 4096))
    }
    // Half of them again and again: each is known.
    for round in 0..<40 {
      add(members[(round % 8 * 4096)..<(round % 8 * 4096 + 4096)])
      #expect(sets.byteCount <= 16 * 4 * members.count)
    }
    sets.compact()
    #expect(sets.byteCount <= 16 * 3 * members.count / 2)
    let counted = sets.byteCount
    sets.compact()
    #expect(sets.byteCount == counted)
    sets.settle()
    #expect(sets.memberCount == members.count)
  }

  @Test func noFingerprintButNullsIsTheMemberOfNobody() {
    #expect(MemberSets.member(of: 0) == 0)
    #expect(MemberSets.member(of: UInt128(1) << 64) == UInt128(1) << 64 | 1)
    #expect(MemberSets.member(of: UInt128(1) << 96) == 1)
    #expect(MemberSets.member(of: UInt128(7) << 96 | 6) == 6)
  }
}
