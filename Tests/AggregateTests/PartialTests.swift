import Aggregate
import Bytes
import Records
import Support
import Testing

/// Partials as bytes: what is refused, and that nothing crashes.
@Suite struct PartialTests {
  private static let tables: [AggregateDefinition] = [
    .cells(
      [Shop.category, Shop.quantity], [.lines, .orders, .revenue], least: 5, dominance: 500_000),
    .persons([.orders, .init(name: "last", operation: .max, column: Shop.day)]),
    .cells([], [.lines]),
  ]

  private func filled(_ definition: AggregateDefinition) -> Partial {
    var partial = Shop.partial(definition)
    let lines: [Line] = (0..<12).map { number -> Line in
      let buyer: Int? = number % 7 == 6 ? nil : number % 7
      let category: String? = number % 5 == 0 ? nil : "c\(number % 3)"
      return Line(
        category: category, quantity: Int64(number % 2), total: Int64(number) * 100 - 300,
        buyer: buyer, order: number)
    }
    Shop.add(Shop.batch(lines), to: &partial)
    return partial
  }

  private func read(
    _ bytes: [UInt8], _ definition: AggregateDefinition, key: FingerprintKey = Shop.key
  ) throws(PartialFault) -> Partial {
    try Partial(
      deserialising: bytes, definition: definition, columns: Shop.columns, zone: Shop.zone,
      fingerprints: key)
  }

  /// Returns the content of a partial with the checksum that belongs to it.
  private func sealed(_ content: [UInt8]) -> [UInt8] {
    let crc = checksum(of: content.span, continuing: 0)
    return content + [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: crc >> $0) }
  }

  @Test(arguments: tables)
  func bytesKeepEverything(definition: AggregateDefinition) throws {
    let bytes = filled(definition).serialised()
    #expect(try read(bytes, definition).serialised().count == bytes.count)
    #expect(try read(bytes, definition).finish().texts == filled(definition).finish().texts)
  }

  @Test(arguments: tables)
  func everyFlippedByteIsRefused(definition: AggregateDefinition) throws {
    let bytes = filled(definition).serialised()
    for index in bytes.indices {
      for mask: UInt8 in [0x01, 0x80, 0xFF] {
        var damaged = bytes
        damaged[index] ^= mask
        #expect(throws: PartialFault.self, "byte \(index)") { try read(damaged, definition) }
      }
    }
  }

  @Test(arguments: tables)
  func everyLengthIsRefused(definition: AggregateDefinition) throws {
    let bytes = filled(definition).serialised()
    for count in 0..<bytes.count {
      #expect(throws: PartialFault.self, "\(count) bytes") {
        try read(Array(bytes[..<count]), definition)
      }
    }
    #expect(throws: PartialFault.self) { try read(bytes + [0], definition) }
  }

  /// With the checksum put right, the content alone must be refused or make sense.
  @Test(arguments: tables)
  func forgedBytesDoNotCrash(definition: AggregateDefinition) throws {
    let bytes = filled(definition).serialised()
    var dice = SplitMix(seed: 11)
    var refused = 0
    for round in 0..<(3 * bytes.count) {
      var forged = Array(bytes.dropLast(4))
      if round % 3 == 0 {
        forged[round / 3 % forged.count] ^= UInt8(1 + dice.next() % 255)
      } else if round % 3 == 1 {
        forged[Int(dice.next() % UInt64(forged.count))] = 0xFF
      } else {
        forged.removeLast(Int(dice.next() % UInt64(forged.count)))
      }
      do {
        var partial = try read(sealed(forged), definition)
        try partial.merge(filled(definition))
        _ = try partial.finish()
      } catch is PartialFault {
        refused += 1
      } catch is AggregateFault {
      }
    }
    #expect(refused > bytes.count)
  }

  /// A set's members are not null and stand in it once.
  @Test func setsThatCannotBeAreRefused() throws {
    let definition = AggregateDefinition.persons([.orders])
    var partial = Shop.partial(definition)
    Shop.add(Shop.batch([Line(buyer: 1, order: 1), Line(buyer: 1, order: 2)]), to: &partial)
    let content = Array(partial.serialised().dropLast(4))
    // Behind two members of twelve bytes there is only the number of sums, which is 0.
    let first = content.count - 8 - 24
    #expect(try read(sealed(content), definition).finish().texts == partial.finish().texts)
    var isNull = content
    for index in 0..<8 { isNull[first + index] = 0 }
    var isRepeated = content
    for index in 0..<12 { isRepeated[first + 12 + index] = content[first + index] }
    for forged in [isNull, isRepeated] {
      #expect(throws: PartialFault.self) { try read(sealed(forged), definition) }
    }
  }

  /// A person's sum belongs to a cell that there is, and to somebody.
  @Test func sumsThatCannotBeAreRefused() throws {
    var partial = Shop.partial(Self.tables[0])
    Shop.add(Shop.batch([Line(category: "c", total: 100, buyer: 1, order: 1)]), to: &partial)
    let content = Array(partial.serialised().dropLast(4))
    // At last a cell in four bytes, a person in twelve and a sum in sixteen.
    let cell = content.count - 32
    #expect(try read(sealed(content), Self.tables[0]).serialised().count == content.count + 4)
    var isNoCell = content
    isNoCell[cell] = 1
    var isNobody = content
    for index in 4..<12 { isNobody[cell + index] = 0 }
    for forged in [isNoCell, isNobody] {
      #expect(throws: PartialFault.self) { try read(sealed(forged), Self.tables[0]) }
    }
  }

  @Test func anotherTableIsRefused() throws {
    let bytes = filled(Self.tables[0]).serialised()
    var other = Self.tables[0]
    other.measures[2].bands = [0, 1]
    let fault = #expect(throws: PartialFault.self) { try read(bytes, other) }
    #expect(
      fault?.description
        == "the partial is not of table 'cells' as the pipeline defines it; make it anew")
  }

  @Test func anotherRunsKeyIsRefused() throws {
    let bytes = filled(Self.tables[0]).serialised()
    let fault = #expect(throws: PartialFault.self) {
      try read(bytes, Self.tables[0], key: FingerprintKey(k0: 1, k1: 2))
    }
    #expect(
      fault?.description
        == "the partial of table 'cells' was made for another run; make it anew in this one")
  }

  /// The version before this one and the next.
  @Test(arguments: [1 as UInt8, 3])
  func anotherVersionIsRefused(version: UInt8) throws {
    var bytes = Array(filled(Self.tables[0]).serialised().dropLast(4))
    bytes[8] = version
    let fault = #expect(throws: PartialFault.self) { try read(sealed(bytes), Self.tables[0]) }
    #expect(
      fault?.description
        == "the partial of table 'cells' is of another version; make it anew with this program")
  }

  @Test func damageIsNamed() throws {
    let fault = #expect(throws: PartialFault.self) { try read([], Self.tables[0]) }
    #expect(
      fault?.description
        == "the partial of table 'cells' is damaged; make it anew from its item")
  }

  @Test func memoryGrowsWithGroupsNotWithRows() {
    var partial = Shop.partial(.cells([Shop.category], [.lines, .buyers], least: 5))
    let batch = Shop.batch((0..<1000).map { Line(category: "c\($0 % 10)", buyer: $0 % 100) })
    partial.add(batch)
    #expect(partial.byteCount > 0)
    // What is added waits until there are 4,096 of it, sixteen bytes each, to be compared.
    for _ in 0..<50 {
      partial.add(batch)
      #expect(partial.byteCount < 16 * 4096 + 24_000)
    }
  }

  @Test func mergingEmptyPartialsChangesNothing() throws {
    for definition in Self.tables {
      var left = Shop.partial(definition)
      try left.merge(filled(definition))
      try left.merge(Shop.partial(definition))
      #expect(try left.finish().texts == filled(definition).finish().texts)
    }
  }

  @Test func sumBeyond126BitsIsAFaultOfTheMerge() throws {
    // Only a forged partial holds such a sum; adding it to itself must not trap.
    let definition = AggregateDefinition.cells([], [.units])
    var partial = Shop.partial(definition)
    partial.add(Shop.batch([Line(quantity: 1)]))
    var bytes = Array(partial.serialised().dropLast(4))
    // Behind magic, version, signature, check and the number of groups: the sum's low word.
    let sum = 8 + 1 + 16 + 16 + 8
    for index in 0..<16 { bytes[sum + index] = 0 }
    bytes[sum + 15] = 0x40
    var left = try read(sealed(bytes), definition)
    let right = try read(sealed(bytes), definition)
    #expect(throws: AggregateFault(table: "cells", measure: "units")) { try left.merge(right) }
  }
}
