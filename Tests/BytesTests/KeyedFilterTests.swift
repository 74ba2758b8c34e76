import Bytes
import Testing

@Suite struct KeyedFilterTests {
  private let key = FingerprintKey(k0: 1, k1: 2)

  private func hash(_ number: Int, _ filter: KeyedFilter) -> UInt64 {
    let text = Array("customer-\(number)".utf8)
    return filter.hasher.hash(of: text.span, from: 0, count: text.count)
  }

  @Test func holdsAllAndHardlyAnyOther() {
    var filter = KeyedFilter(key: key)
    for number in 0..<200_000 { filter.insert(hash(number, filter)) }
    #expect((0..<200_000).allSatisfy { filter.contains(hash($0, filter)) })
    let foreign = (200_000..<400_000).filter { filter.contains(hash($0, filter)) }
    #expect(foreign.count <= 2)
  }

  @Test func filtersOfOneKeyMergeAndTravel() {
    var one = KeyedFilter(key: key)
    var other = KeyedFilter(key: key)
    one.insert(hash(1, one))
    other.insert(hash(2, other))
    let isMerged = one.merge(serialised: other.serialised)
    #expect(isMerged)
    #expect(one.contains(hash(1, one)) && one.contains(hash(2, one)))
    #expect(!one.contains(hash(3, one)))
    #expect(other.serialised.count == 68)
    let takesTorn = one.merge(serialised: [0])
    let takesStrange = one.merge(serialised: [UInt8](repeating: 255, count: 68))
    #expect(!takesTorn && !takesStrange)
  }

  @Test func anotherKeyIsAnotherFilter() {
    var filter = KeyedFilter(key: key)
    for number in 0..<100 { filter.insert(hash(number, filter)) }
    var stranger = KeyedFilter(key: FingerprintKey(k0: 1, k1: 3))
    let isMerged = stranger.merge(serialised: filter.serialised)
    #expect(isMerged)
    #expect(!(0..<100).contains { stranger.contains(hash($0, stranger)) })
  }
}
