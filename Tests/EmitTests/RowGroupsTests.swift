import Emit
import ParquetSupport
import Records
import Support
import Synchronization
import Testing

@Suite struct RowGroupsTests {
  /// Batches of 100 rows of all forms, with their example's columns.
  private func batches(_ count: Int) -> (ParquetExample, [ParquetEncoder.Rows]) {
    var example = ParquetExample("batches", ParquetExample.allForms)
    for number in 0..<count {
      example.addGroup(
        ParquetExample.allForms.map { form in
          (0..<100 as Range<Int64>).map { row in
            let value = row * 7 % 50 + Int64(number)
            return form == .text
              ? .text("text \(value)") : .number(form == .boolean ? value & 1 : value)
          }
        })
    }
    return (example, example.groups.flatMap { $0 })
  }

  /// The file that `groups` makes of batches, with the sizes of its groups.
  private func file(
    _ example: ParquetExample, _ batches: [ParquetEncoder.Rows], queue: EncodingQueue?,
    marks: Set<Int> = []
  ) throws -> (bytes: [UInt8], rowCounts: [Int]) {
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    var groups = RowGroups(encoder, queue: queue, leastRowCount: 250)
    var bytes = encoder.opening()
    for (number, batch) in batches.enumerated() {
      if marks.contains(number) { try groups.close { bytes += $0.bytes } }
      try groups.append(batch) { bytes += $0.bytes }
    }
    try groups.close { bytes += $0.bytes }
    bytes += groups.closing([], creator: .development)
    return (bytes, groups.written.map(\.rowCount))
  }

  @Test func groupsAreClosedWhenTheyAreLargeEnough() throws {
    let (example, batches) = batches(8)
    let made = try file(example, batches, queue: EncodingQueue(threads: 2))
    #expect(made.rowCounts == [300, 300, 200])
  }

  @Test func savepointClosesAGroup() throws {
    let (example, batches) = batches(8)
    let marked = try file(example, batches, queue: EncodingQueue(threads: 2), marks: [0, 4])
    #expect(marked.rowCounts == [300, 100, 300, 100])
  }

  /// What nobody helps with is encoded as `ParquetEncoder.encode` does it, and so is what others
  /// do.
  @Test(arguments: [0, 1, 3, 40])
  func bytesDoNotDependOnWhoEncodes(helperCount: Int) async throws {
    let (example, batches) = batches(11)
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    var bytes = encoder.opening()
    var summaries: [ParquetGroup.Summary] = []
    for start in stride(from: 0, to: batches.count, by: 3) {
      let group = encoder.encode(Array(batches[start..<min(start + 3, batches.count)]))
      bytes += group.bytes
      summaries.append(group.summary)
    }
    bytes += encoder.closing(summaries, keyValues: [])
    let alone = try file(example, batches, queue: nil)
    #expect(alone.bytes == bytes)
    try await helped(by: helperCount) { queue in
      for _ in 0..<5 {
        let made = try file(example, batches, queue: queue)
        #expect(made.bytes == bytes)
      }
    }
  }

  /// Calls `body` with a queue from which that many tasks take whatever lies in it.
  private func helped(
    by helperCount: Int, _ body: (EncodingQueue) throws -> Void
  ) async throws {
    let queue = try #require(EncodingQueue(threads: 3))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<helperCount {
        group.addTask {
          while !Task.isCancelled {
            if !queue.encodeColumn() { await Task.yield() }
          }
        }
      }
      defer { group.cancelAll() }
      try body(queue)
    }
  }

  /// Of a group of one column two want to encode it; who wants the group waits for who has it.
  @Test func groupWaitsForAColumnInOthersHands() async throws {
    let (example, batches) = batches(12)
    let encoder = ParquetEncoder(
      columns: [example.columns[0]], compression: .zstd, isReplay: false)
    let rows = batches.map { ParquetEncoder.Rows(columns: [$0.columns[0]], rowCount: $0.count) }
    let expected = encoder.encode(rows).bytes
    for round in 0..<100 {
      let encoding = GroupEncoding(encoder, rows)
      let isThere = Atomic(false)
      async let helped: Void = {
        isThere.store(true, ordering: .releasing)
        while encoding.encodeColumn() {}
      }()
      while !isThere.load(ordering: .acquiring) { await Task.yield() }
      #expect(encoding.finish().bytes == expected, "round \(round)")
      await helped
    }
  }

  /// Each column is taken up once, group by group, and then there is no more work.
  @Test func queueHandsOutEachColumnOnce() async throws {
    let (example, batches) = batches(6)
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    let queue = try #require(EncodingQueue(threads: 3))
    var groups = [true, false].map { _ in
      RowGroups(encoder, queue: queue, leastRowCount: 250)
    }
    var written = [[UInt8]](repeating: [], count: 2)
    for number in groups.indices {
      for batch in batches.prefix(3) {
        try groups[number].append(batch) { written[number] += $0.bytes }
      }
    }
    #expect(written == [[], []])
    var count = 0
    while queue.encodeColumn() { count += 1 }
    #expect(count == 2 * example.columns.count)
    try await queue.encodeAll()
    let expected = encoder.encode(Array(batches.prefix(3))).bytes
    for number in groups.indices {
      try groups[number].close { written[number] += $0.bytes }
      #expect(written[number] == expected)
    }
  }

  /// What is gathered but not a group yet is encoded by others too, once it is begun.
  @Test func begunGroupIsEncodedByTheQueue() async throws {
    let (example, batches) = batches(1)
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    let queue = try #require(EncodingQueue(threads: 3))
    var groups = RowGroups(encoder, queue: queue, leastRowCount: 250)
    var bytes: [UInt8] = []
    try groups.append(batches[0]) { bytes += $0.bytes }
    #expect(!queue.encodeColumn())
    try groups.begin { bytes += $0.bytes }
    #expect(queue.encodeColumn())
    try await queue.encodeAll()
    #expect(!queue.encodeColumn())
    #expect(bytes.isEmpty)
    try groups.close { bytes += $0.bytes }
    #expect(bytes == encoder.encode(batches).bytes)
  }

  /// Two blocks of a wide table bring a group to its end, though it has more columns than blocks.
  @Test func shareOfABlockFollowsFromTheColumnsOfAGroup() throws {
    let (example, batches) = batches(2)
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    let queue = try #require(EncodingQueue(threads: 2))
    var groups = RowGroups(encoder, queue: queue, leastRowCount: 150)
    for batch in batches { try groups.append(batch) { _ in } }
    #expect(example.columns.count > 2)
    queue.encodeShare()
    let isLeft = queue.encodeColumn()
    #expect(isLeft)
    queue.encodeShare()
    #expect(!queue.encodeColumn())
  }

  /// Columns of a group that nobody wants are not encoded, nor those of a group that is written.
  @Test func forgottenAndWrittenGroupsLeaveTheQueue() throws {
    let (example, batches) = batches(3)
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    let queue = try #require(EncodingQueue(threads: 2))
    var groups = RowGroups(encoder, queue: queue, leastRowCount: 250)
    for batch in batches { try groups.append(batch) { _ in } }
    groups.cut(to: 0)
    #expect(!queue.encodeColumn())
    for batch in batches { try groups.append(batch) { _ in } }
    try groups.close { _ in }
    #expect(!queue.encodeColumn())
    #expect(groups.written.count == 1)
  }

  /// Groups that come while others are encoded are encoded too, until there are no more.
  @Test func groupsMayComeWhileOthersAreEncoded() async throws {
    let (example, batches) = batches(9)
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    let expected = try file(example, batches, queue: nil)
    let queue = try #require(EncodingQueue(threads: 3))
    var groups = RowGroups(encoder, queue: queue, leastRowCount: 250)
    var bytes = encoder.opening()
    var rest = batches[...]
    try await queue.encodeAll {
      guard let batch = rest.popFirst() else { return false }
      try groups.append(batch) { bytes += $0.bytes }
      return true
    }
    #expect(!queue.encodeColumn())
    try groups.close { bytes += $0.bytes }
    bytes += groups.closing([], creator: .development)
    #expect(bytes == expected.bytes)
  }

  @Test func oneThreadHasNoQueue() {
    #expect(EncodingQueue(threads: 1) == nil)
    #expect(EncodingQueue(threads: 2) != nil)
  }

  /// A damaged item is cut off at the savepoint before it, whatever of it is written or encoded.
  @Test(arguments: [0, 2], [0, 1, 4, 7])
  func cutLeavesNothingOfWhatCameSince(helperCount: Int, damagedCount: Int) async throws {
    let (example, batches) = batches(5)
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    let undamaged = try file(example, batches + batches, queue: nil, marks: [5])
    try await helped(by: helperCount) { queue in
      var groups = RowGroups(encoder, queue: queue, leastRowCount: 250)
      var bytes = encoder.opening()
      for batch in batches { try groups.append(batch) { bytes += $0.bytes } }
      try groups.close { bytes += $0.bytes }
      let (byteCount, groupCount) = (bytes.count, groups.written.count)
      for _ in 0..<damagedCount { try groups.append(batches[0]) { bytes += $0.bytes } }
      bytes.removeLast(bytes.count - byteCount)
      groups.cut(to: groupCount)
      for batch in batches { try groups.append(batch) { bytes += $0.bytes } }
      try groups.close { bytes += $0.bytes }
      bytes += groups.closing([], creator: .development)
      #expect(bytes == undamaged.bytes)
    }
  }
}
