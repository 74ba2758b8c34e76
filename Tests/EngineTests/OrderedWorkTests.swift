import Engine
import Support
import Synchronization
import Testing

/// What went wrong with one block.
private struct BlockFault: Error, Equatable {
  var number: Int
}

/// Counts blocks in flight, from any thread.
private final class Flight: Sendable {
  private let counts = Mutex((now: 0, most: 0))

  func take() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
  func land() { counts.withLock { $0.now -= 1 } }
  var most: Int { counts.withLock { $0.most } }
}

/// Work that takes another time for every block.
private func dawdle(_ number: Int, seed: UInt64) -> Int {
  var generator = SplitMix(seed: seed &+ UInt64(number))
  var sum = 0
  for _ in 0..<Int.random(in: 0..<3000, using: &generator) {
    sum &+= Int.random(in: 0..<7, using: &generator)
  }
  return sum < 0 ? -number : number
}

@Suite struct OrderedWorkTests {
  @Test(arguments: [1, 2, 3, 8], [1 as UInt64, 2])
  func resultsComeInOrderAndBlocksInFlightAreBounded(threads: Int, seed: UInt64) async throws {
    var read = 0
    var seen: [Int] = []
    let flight = Flight()
    try await runInOrder(
      threads: threads,
      next: { () -> Int? in
        if read == 500 { return nil }
        read += 1
        flight.take()
        return read - 1
      },
      body: { dawdle($0, seed: seed) },
      consume: {
        flight.land()
        seen.append($0)
      })
    #expect(seen == Array(0..<500))
    #expect(flight.most <= 2 * threads)
  }

  /// Whoever reads or writes does so alone, and each block is worked on by one task, also where the
  /// others wait for a slow reader.
  @Test(arguments: [2, 3, 8])
  func turnIsOnesAndEachBlockIsWorkedOnOnce(threads: Int) async throws {
    let inTurn = Flight()
    let worked = Mutex([Int](repeating: 0, count: 300))
    var read = 0
    try await runInOrder(
      threads: threads,
      next: { () -> Int? in
        inTurn.take()
        defer { inTurn.land() }
        for round in 0..<20 { _ = dawdle(round, seed: 6) }
        if read == 300 { return nil }
        read += 1
        return read - 1
      },
      body: { number -> Int in
        worked.withLock { $0[number] += 1 }
        return dawdle(number, seed: 7)
      },
      consume: {
        inTurn.take()
        defer { inTurn.land() }
        _ = dawdle($0, seed: 8)
      })
    #expect(inTurn.most == 1)
    #expect(worked.withLock { $0 } == [Int](repeating: 1, count: 300))
  }

  /// One slow block must not let the others run ahead for ever.
  @Test(arguments: [2, 4])
  func slowBlockHoldsTheLine(threads: Int) async throws {
    var read = 0
    var seen = 0
    let flight = Flight()
    try await runInOrder(
      threads: threads,
      next: { () -> Int? in
        if read == 200 { return nil }
        read += 1
        flight.take()
        return read - 1
      },
      body: { number -> Int in
        if number == 20 { for round in 0..<300 { _ = dawdle(round, seed: 5) } }
        return number
      },
      consume: { _ in
        flight.land()
        seen += 1
      })
    #expect(seen == 200)
    #expect(flight.most <= 2 * threads)
  }

  @Test(arguments: [1, 2, 8])
  func firstFaultInOrderIsThrownAndNothingBehindItIsConsumed(threads: Int) async throws {
    var read = 0
    var seen: [Int] = []
    await #expect(throws: BlockFault(number: 7)) {
      try await runInOrder(
        threads: threads,
        next: { () -> Int? in
          read += 1
          return read - 1
        },
        body: { number -> Int in
          if number >= 7 { throw BlockFault(number: number) }
          return dawdle(number, seed: 3)
        },
        consume: { seen.append($0) })
    }
    #expect(seen == Array(0..<7))
  }

  @Test(arguments: [1, 2, 8])
  func faultOfTheReaderComesBehindWhatWasRead(threads: Int) async throws {
    var read = 0
    var seen: [Int] = []
    await #expect(throws: BlockFault(number: 5)) {
      try await runInOrder(
        threads: threads,
        next: { () -> Int? in
          if read == 5 { throw BlockFault(number: 5) }
          read += 1
          return read - 1
        },
        body: { dawdle($0, seed: 4) },
        consume: { seen.append($0) })
    }
    #expect(seen == Array(0..<5))
  }

  @Test(arguments: [1, 2, 8])
  func faultOfTheWriterStopsTheReader(threads: Int) async throws {
    var read = 0
    await #expect(throws: BlockFault(number: 3)) {
      try await runInOrder(
        threads: threads,
        next: { () -> Int? in
          read += 1
          return read - 1
        },
        body: { $0 },
        consume: { if $0 == 3 { throw BlockFault(number: 3) } })
    }
    #expect(read <= 4 + 2 * threads)
  }

  @Test(arguments: [1, 2])
  func nothingToReadIsNoWork(threads: Int) async throws {
    var seen = 0
    try await runInOrder(
      threads: threads, next: { () -> Int? in nil }, body: { $0 }, consume: { _ in seen += 1 })
    #expect(seen == 0)
  }
}
