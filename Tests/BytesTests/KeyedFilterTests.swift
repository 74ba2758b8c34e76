import Bytes
import Testing

@Suite struct KeyedFilterTests {
  private let key = FingerprintKey(k0: 1, k1: 2)

  private func text(_ number: Int) -> [UInt8] { Array("customer-\(number)".utf8) }

  private func insert(_ number: Int, into filter: inout KeyedFilter) {
    let text = text(number)
    filter.insert(filter.hasher.mark(of: text.span, from: 0, count: text.count))
  }

  private func contains(_ number: Int, _ filter: KeyedFilter) -> Bool {
    let text = text(number)
    return filter.contains(text.span, from: 0, count: text.count)
  }

  @Test func holdsAllAndHardlyAnyOther() {
    var filter = KeyedFilter(key: key)
    for number in 0..<200_000 { insert(number, into: &filter) }
    #expect((0..<200_000).allSatisfy { contains($0, filter) })
    let foreign = (200_000..<400_000).filter { contains($0, filter) }
    #expect(foreign.count <= 2)
  }

  /// Texts of every length, those beyond the map's and the empty one among them.
  @Test func holdsTextsOfEveryLength() {
    var filter = KeyedFilter(key: key)
    let texts = (0..<600).map { [UInt8](repeating: UInt8($0 % 251), count: $0) }
    for text in texts {
      let wasThere = filter.contains(text.span, from: 0, count: text.count)
      filter.insert(filter.hasher.mark(of: text.span, from: 0, count: text.count))
      let isThere = filter.contains(text.span, from: 0, count: text.count)
      #expect(!wasThere && isThere)
    }
  }

  @Test func filtersOfOneKeyMergeAndTravel() {
    var one = KeyedFilter(key: key)
    var other = KeyedFilter(key: key)
    insert(1, into: &one)
    insert(22, into: &other)
    #expect(!contains(22, one))
    let isMerged = one.merge(serialised: other.serialised)
    #expect(isMerged)
    #expect(contains(1, one) && contains(22, one))
    #expect(!contains(33, one))
    // A block of bits and one of lengths and first bytes.
    #expect(other.serialised.count == 136)
    let takesTorn = one.merge(serialised: [0])
    let takesStrange = one.merge(serialised: [UInt8](repeating: 255, count: 68))
    #expect(!takesTorn && !takesStrange)
  }

  @Test func filterOfNothingHoldsNothingAndTravels() {
    var filter = KeyedFilter(key: key)
    #expect(!contains(1, filter))
    #expect(filter.serialised.isEmpty)
    let isMerged = filter.merge(serialised: [])
    #expect(isMerged && !contains(1, filter))
    insert(1, into: &filter)
    #expect(contains(1, filter))
  }

  /// A copy of a filter may lie elsewhere in its lines, and the two still merge.
  @Test func copiesAreFiltersOfTheirOwn() {
    // One that is gone: memory of its size is then no longer asked of the system, at one offset
    // always.
    do {
      var gone = KeyedFilter(key: key)
      insert(0, into: &gone)
    }
    var one = KeyedFilter(key: key)
    for number in 0..<1000 { insert(number, into: &one) }
    var copies = (0..<4).map { _ in one }
    for number in copies.indices { insert(5000 + number, into: &copies[number]) }
    for copy in copies {
      let isMerged = one.merge(serialised: copy.serialised)
      #expect(isMerged && (0..<1000).allSatisfy { contains($0, copy) })
    }
    #expect((0..<4).allSatisfy { contains(5000 + $0, one) })
    #expect(!contains(5001, copies[0]))
  }

  @Test func anotherKeyIsAnotherFilter() {
    var filter = KeyedFilter(key: key)
    for number in 0..<100 { insert(number, into: &filter) }
    var stranger = KeyedFilter(key: FingerprintKey(k0: 1, k1: 3))
    let isMerged = stranger.merge(serialised: filter.serialised)
    #expect(isMerged)
    #expect(!(0..<100).contains { contains($0, stranger) })
  }
}
