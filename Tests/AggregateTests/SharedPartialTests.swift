import Aggregate
import Bytes
import Foundation
import Records
import Support
import Testing

/// Tables that all workers fill, with and without a limit that sets them aside on disk.
@Suite struct SharedPartialTests {
  /// A folder for one test, removed at its end.
  private final class Place {
    let path = FileManager.default.temporaryDirectory.path + "/sparsam-\(UUID().uuidString)"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var aside: String { "\(path)/aside" }

    func limit(_ byteCount: Int) -> MemoryLimit {
      MemoryLimit(byteCount: byteCount, folder: SpillFolder(path: aside))
    }
  }

  private func shared(_ definition: AggregateDefinition, _ memory: MemoryLimit?) -> SharedPartial {
    SharedPartial(
      definition: definition, columns: Shop.columns, zone: Shop.zone, fingerprints: Shop.key,
      memory: memory)
  }

  private func add(_ batch: RecordBatch, rows: [UInt32]? = nil, to partial: SharedPartial) throws {
    try partial.add(batch, rows: rows) { positions, cells in
      positions.map { Shop.token(cells.fingerprints[Int($0)]) }
    }
  }

  private func finished(_ partial: SharedPartial) throws -> FinishedRows {
    try partial.table(
      of: (0..<SharedPartial.shardCount).reversed().map { try partial.finish(shard: $0) })
  }

  @Test(arguments: RandomTableTests.shapes.map(\.name), 0..<12)
  func limitDoesNotChangeTheTable(shape: String, seed: Int) throws {
    let definition = try #require(RandomTableTests.shapes.first { $0.name == shape }).definition
    var dice = SplitMix(seed: UInt64(seed) &* 31 &+ 5)
    let lines = RandomTableTests.randomLines(&dice)
    let whole = try Shop.table(definition, lines)
    for byteCount in [1, 3000, 40_000, nil] as [Int?] {
      let place = Place()
      let memory = byteCount.map { place.limit($0) }
      // Two items, merged into what the source gathers.
      let all = shared(definition, memory)
      for item in 0..<2 {
        let ofItem = shared(definition, memory)
        var rest = lines.indices.filter { $0 % 2 == item }[...]
        while !rest.isEmpty {
          let part = rest.prefix(1 + Int(dice.next() % 40))
          rest = rest.dropFirst(part.count)
          var roll: SplitMix? = SplitMix(seed: dice.next())
          // Rows that do not enter stand between those that do.
          let noise = Line(category: "noise", buyer: 9999, order: 9999)
          let batch = Shop.batch(part.flatMap { [noise, lines[$0]] }, dice: &roll)
          try add(
            batch, rows: part.indices.enumerated().map { UInt32(2 * $0.offset + 1) }, to: ofItem)
        }
        for shard in 0..<SharedPartial.shardCount { try all.merge(shard: shard, of: ofItem) }
      }
      let table = try finished(all)
      let note = Comment(rawValue: "seed \(seed), limit \(byteCount ?? 0)")
      #expect(try table.whole().texts == whole.texts, note)
      #expect(table.rowCount == whole.rowCount, note)
      #expect(table.suppressed == whole.suppressed, note)
      #expect(table.smallestK == whole.smallestK, note)
      if byteCount == 1, !lines.isEmpty { #expect(memory?.folder.fileCount ?? 0 > 0, note) }
    }
  }

  /// Which keys part a table is chosen by its first rows; those of two files may be unlike.
  @Test(arguments: [false, true])
  func firstRowsDoNotChangeTheTable(isFoldedAndLimited: Bool) throws {
    let definition = AggregateDefinition.cells(
      [Shop.day, Shop.category, Shop.country], [.lines, .orders, .buyers, .revenue], least: 3,
      below: isFoldedAndLimited ? .other : .suppress)
    // Lines of one order share day and country, then day and category.
    let lines = [true, false].map { sharesCountry in
      (0..<3000).map { number in
        let order = number / 4
        let own = "\((number &* 7) % 11)"
        let shared = "\((order &* 5) % 9)"
        return Line(
          day: 20_000 + Int64(order / 100), category: sharesCountry ? own : shared,
          country: sharesCountry ? shared : own, buyer: order % 400, order: order)
      }
    }
    let place = Place()
    let memory = isFoldedAndLimited ? place.limit(20_000) : nil
    let all = shared(definition, memory)
    for part in lines {
      let ofItem = shared(definition, memory)
      for start in stride(from: 0, to: part.count, by: 500) {
        try add(Shop.batch(Array(part[start..<(start + 500)])), to: ofItem)
      }
      for shard in 0..<SharedPartial.shardCount { try all.merge(shard: shard, of: ofItem) }
    }
    let whole = try Shop.table(definition, lines[0] + lines[1])
    let table = try finished(all)
    #expect(try table.whole().texts == whole.texts)
    #expect(table.suppressed == whole.suppressed)
    #expect(whole.rowCount > 100)
  }

  /// Members that come again and again are compared before a shard is set aside because of them.
  @Test func repeatsAreNoReasonToSetAside() throws {
    let definition = AggregateDefinition.cells(
      [Shop.category], [.lines, .orders, .buyers], least: 5)
    var dice = SplitMix(seed: 12)
    let lines = (0..<30_000).map { _ in
      let buyer = Int(dice.next() % 200)
      return Line(category: "c\(dice.next() % 10)", buyer: buyer, order: buyer)
    }
    let place = Place()
    let memory = place.limit(450_000)
    let partial = shared(definition, memory)
    for start in stride(from: 0, to: lines.count, by: 500) {
      try add(Shop.batch(Array(lines[start..<(start + 500)])), to: partial)
    }
    #expect(memory.folder.fileCount == 0)
    #expect(try finished(partial).whole().texts == Shop.table(definition, lines).texts)
  }

  /// So many groups, persons and members that pieces are parted more than once before they fit.
  @Test(arguments: [
    AggregateDefinition.cells(
      [Shop.country, Shop.category], [.lines, .orders, .buyers, .revenue], least: 5,
      dominance: 600_000),
    .cells(
      [Shop.country, Shop.category], [.lines, .orders, .revenue], least: 5, below: .other,
      dominance: 600_000),
    .persons([.orders, .revenue]),
    .persons([.orders, .lines], least: 40),
  ])
  func largeTablesArePartedOverAndOver(definition: AggregateDefinition) throws {
    var dice = SplitMix(seed: 77)
    let lines = (0..<12_000).map { number in
      Line(
        category: "c\(dice.next() % 1500)", country: "l\(dice.next() % 3)",
        total: Int64(dice.next() % 5000), buyer: Int(dice.next() % 3000), order: number / 2)
    }
    let place = Place()
    let memory = place.limit(60_000)
    let partial = shared(definition, memory)
    for start in stride(from: 0, to: lines.count, by: 500) {
      try add(Shop.batch(Array(lines[start..<(start + 500)])), to: partial)
    }
    let before = memory.folder.fileCount
    #expect(before > 8)
    let table = try finished(partial)
    #expect(memory.folder.fileCount > before + 8)
    #expect(try table.whole().texts == Shop.table(definition, lines).texts)
    // A second reader begins anew; steps of any size give the same rows.
    let whole = try table.whole().texts
    for size in [1, 7, 1024, 100_000] {
      let reader = try table.reader()
      var texts: [[String?]] = []
      while let batch = try reader.next(atMost: size) {
        #expect(batch.rowCount == min(size, whole.count - texts.count))
        texts += batch.texts
      }
      #expect(texts == whole, "steps of \(size)")
    }
  }

  /// So many persons a shard that its finished rows lie on disk in several blocks.
  @Test(arguments: [1_500_000, 2_500_000])
  func runsOfSeveralBlocksAreMerged(byteCount: Int) throws {
    let place = Place()
    let partial = shared(.persons([.orders, .lines]), place.limit(byteCount))
    // Each buyer has lines and orders of a number of its own.
    let lines = (0..<50_000).map { number in
      number < 20_000
        ? Line(buyer: number &* 7919 % 20_000, order: number / 2)
        : Line(buyer: number &* number % 20_000, order: 20_000 + number / 3)
    }
    for start in stride(from: 0, to: lines.count, by: 2000) {
      try add(Shop.batch(Array(lines[start..<(start + 2000)])), to: partial)
    }
    let table = try finished(partial)
    #expect(table.rowCount == 20_000)
    let whole = try table.whole().texts
    #expect(try whole == Shop.table(.persons([.orders, .lines]), lines).texts)
    #expect(Set(whole.map { $0.dropFirst() }).count > 5)
  }

  @Test func whatLiesAsideIsForTheOwnerAloneAndGoesWithItsTable() throws {
    let place = Place()
    try {
      let partial = shared(.persons([.orders]), place.limit(1))
      try add(Shop.batch(Line.of("shoes", buyers: 0..<200)), to: partial)
      let names = try FileManager.default.contentsOfDirectory(atPath: place.aside)
      #expect(!names.isEmpty)
      func mode(_ path: String) throws -> Int {
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        return (facts[.posixPermissions] as? NSNumber)?.intValue ?? 0
      }
      #expect(try mode(place.aside) == 0o700)
      for name in names { #expect(try mode("\(place.aside)/\(name)") == 0o600) }
    }()
    #expect(!FileManager.default.fileExists(atPath: place.aside))
  }

  @Test func damageOfWhatLiesAsideIsNoticed() throws {
    let place = Place()
    let partial = shared(.cells([Shop.category], least: 5), place.limit(1))
    try add(Shop.batch(Line.of("shoes", buyers: 0..<20)), to: partial)
    for name in try FileManager.default.contentsOfDirectory(atPath: place.aside) {
      let file = URL(fileURLWithPath: "\(place.aside)/\(name)")
      var bytes = try Data(contentsOf: file)
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: file)
    }
    let fault = #expect(throws: SystemFault.self) { try finished(partial) }
    #expect(fault?.operation == "read back")
  }

  @Test func damageOfFinishedRowsIsNoticed() throws {
    let place = Place()
    let partial = shared(.persons([.orders]), place.limit(1))
    try add(Shop.batch(Line.of("shoes", buyers: 0..<50)), to: partial)
    let table = try finished(partial)
    for name in try FileManager.default.contentsOfDirectory(atPath: place.aside) {
      let file = URL(fileURLWithPath: "\(place.aside)/\(name)")
      var bytes = try Data(contentsOf: file)
      bytes[bytes.count - 5] ^= 1
      try bytes.write(to: file)
    }
    #expect(throws: SystemFault.self) { try table.whole() }
  }

  @Test func folderThatCannotBeMadeIsAFault() throws {
    let place = Place()
    try Data().write(to: URL(fileURLWithPath: place.path))
    let partial = shared(.persons([.orders]), place.limit(1))
    #expect(throws: SystemFault.self) {
      try add(Shop.batch(Line.of("shoes", buyers: 0..<20)), to: partial)
    }
  }

  @Test func partialsMadeElsewhereFindTheirShards() throws {
    for (name, definition) in RandomTableTests.shapes {
      var dice = SplitMix(seed: 3)
      let lines = RandomTableTests.randomLines(&dice) + RandomTableTests.randomLines(&dice)
      let here = shared(definition, nil)
      try add(Shop.batch(Array(lines.prefix(lines.count / 2))), to: here)
      let there = shared(definition, nil)
      try add(Shop.batch(Array(lines.dropFirst(lines.count / 2))), to: there)
      try here.merge(
        Partial(
          deserialising: there.takePartial().serialised(), definition: definition,
          columns: Shop.columns, zone: Shop.zone, fingerprints: Shop.key))
      #expect(try finished(here).whole().texts == Shop.table(definition, lines).texts, "\(name)")
    }
  }
}
