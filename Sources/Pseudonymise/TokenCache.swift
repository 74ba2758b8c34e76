import Bytes
import Synchronization

/// The tokens of recently seen fingerprints of one key name, in a fixed number of places, shared by
/// all workers.
///
/// A place belongs to bits of the fingerprint and remembers four of those that fell on it. Visitors
/// come back within the hour, so the places must outnumber those of an hour or so. It takes eight
/// MiB at most, whatever the input, and none before the first token.
final class TokenCache: Sendable {
  /// A part of the places with a lock of its own, so that workers seldom meet.
  private final class Shard: Sendable {
    let entries = Mutex(Entries())
  }

  /// The fingerprints of a place lie in one line of the processor's cache; a token is read only
  /// where its fingerprint was found.
  private struct Entries {
    private var fingerprints: [UInt128] = []
    private var tokens: [UInt128] = []
    private var base = 0

    var isEmpty: Bool { fingerprints.isEmpty }

    /// Asks for what looks at the places that begin with these entries will read.
    func fetchAhead(_ first: Span<Int>) {
      Bytes.fetchAhead(fingerprints.span.extracting(droppingFirst: base), at: first)
    }

    /// Returns the token of the fingerprint at the place that begins with entry `first`.
    @inline(__always)
    func token(of fingerprint: UInt128, at first: Int) -> UInt128? {
      for entry in first..<(first &+ ways) where fingerprints[base &+ entry] == fingerprint {
        return tokens[entry]
      }
      return nil
    }

    /// Takes the memory of all places, unless it is there.
    mutating func makeRoom() {
      if !isEmpty { return }
      let count = placesPerShard * ways
      fingerprints = [UInt128](repeating: 0, count: count + ways - 1)
      tokens = [UInt128](repeating: 0, count: count)
      base = fingerprints.span.firstIndexOnLine
    }

    @inline(__always)
    mutating func remember(_ token: UInt128, of fingerprint: UInt128, at first: Int) {
      // The oldest of the place makes room.
      for entry in stride(from: first &+ ways &- 1, to: first, by: -1) {
        fingerprints[base &+ entry] = fingerprints[base &+ entry &- 1]
        tokens[entry] = tokens[entry &- 1]
      }
      fingerprints[base &+ first] = fingerprint
      tokens[first] = token
    }
  }

  private static let shardCount = 64
  private static let placesPerShard = 1 << 10
  private static let ways = 4

  private let shards = (0..<shardCount).map { _ in Shard() }

  /// Returns the token of each fingerprint, 0 for 0 and where none is remembered.
  func tokens(of fingerprints: [UInt128]) -> [UInt128] {
    var tokens = [UInt128](repeating: 0, count: fingerprints.count)
    let looks = Looks(fingerprints)
    for shard in shards.indices where !looks.ranges[shard].isEmpty {
      shards[shard].entries.withLock { entries in
        if entries.isEmpty { return }
        entries.fetchAhead(looks.places.span.extracting(looks.ranges[shard]))
        for index in looks.ranges[shard] {
          let position = looks.positions[index]
          tokens[position] =
            entries.token(of: fingerprints[position], at: looks.places[index]) ?? 0
        }
      }
    }
    return tokens
  }

  /// Remembers tokens of fingerprints that are not 0, each in place of the oldest of four.
  func remember(_ tokens: [UInt128], of fingerprints: [UInt128]) {
    let looks = Looks(fingerprints)
    for shard in shards.indices where !looks.ranges[shard].isEmpty {
      shards[shard].entries.withLock { entries in
        entries.makeRoom()
        entries.fetchAhead(looks.places.span.extracting(looks.ranges[shard]))
        for index in looks.ranges[shard] {
          let position = looks.positions[index]
          entries.remember(tokens[position], of: fingerprints[position], at: looks.places[index])
        }
      }
    }
  }

  /// Where fingerprints are looked at, shard by shard.
  ///
  /// The places lie outside the near caches. Each shard is locked once, and the places of all its
  /// fingerprints are asked for before the first is looked at.
  private struct Looks {
    /// Positions of the fingerprints of the first shard, then of the second one, and so on.
    var positions: [Int]
    /// For each of those the entry that its place begins with.
    var places: [Int]
    /// For each shard its range in both.
    var ranges: [Range<Int>] = []

    init(_ fingerprints: [UInt128]) {
      var ends = [Int](repeating: 0, count: shardCount)
      for fingerprint in fingerprints { ends[TokenCache.shard(of: fingerprint)] &+= 1 }
      for shard in 1..<shardCount { ends[shard] &+= ends[shard &- 1] }
      positions = [Int](repeating: 0, count: fingerprints.count)
      places = positions
      var starts = ends
      for position in fingerprints.indices.reversed() {
        let shard = TokenCache.shard(of: fingerprints[position])
        starts[shard] &-= 1
        positions[starts[shard]] = position
        places[starts[shard]] = TokenCache.firstEntry(of: fingerprints[position])
      }
      ranges = zip(starts, ends).map { $0..<$1 }
    }
  }

  private static func shard(of fingerprint: UInt128) -> Int {
    Int(truncatingIfNeeded: fingerprint) & (shardCount &- 1)
  }

  private static func firstEntry(of fingerprint: UInt128) -> Int {
    let bits = UInt64(truncatingIfNeeded: fingerprint) / UInt64(shardCount)
    return (Int(truncatingIfNeeded: bits) & (placesPerShard &- 1)) &* ways
  }
}
