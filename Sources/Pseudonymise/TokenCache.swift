import Bytes
import Synchronization

/// The tokens of recently seen fingerprints of one key name, in a fixed number of places, shared by
/// all workers.
///
/// A place belongs to bits of the fingerprint and remembers four of those that fell on it. Visitors
/// come back within the hour, so the places must outnumber those of an hour or so. It takes eight MiB
/// at most, whatever the input, and none before the first token.
final class TokenCache: Sendable {
  /// A part of the places with a lock of its own, so that workers seldom meet.
  private final class Shard: Sendable {
    let entries = Mutex(Entries())
  }

  /// The fingerprints of a place lie in one line of the processor's cache; a token is read only where
  /// its fingerprint was found.
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

    mutating func remember(_ token: UInt128, of fingerprint: UInt128, at first: Int) {
      if isEmpty {
        let count = placesPerShard * ways
        fingerprints = [UInt128](repeating: 0, count: count + ways - 1)
        tokens = [UInt128](repeating: 0, count: count)
        base = fingerprints.span.firstIndexOnLine
      }
      // The oldest of the place makes room.
      for entry in stride(from: first &+ ways &- 1, to: first, by: -1) {
        fingerprints[base &+ entry] = fingerprints[base &+ entry &- 1]
        tokens[entry] = tokens[entry &- 1]
      }
      fingerprints[base &+ first] = fingerprint
      tokens[first] = token
    }
  }

  private static let shardBits: UInt64 = 6
  private static let placesPerShard = 1 << 10
  private static let ways = 4

  private let shards = (0..<(1 << Int(shardBits))).map { _ in Shard() }

  /// Returns the token of a fingerprint that is not 0, or `nil` when it is not remembered.
  func token(of fingerprint: UInt128) -> UInt128? {
    let (shard, first) = place(of: fingerprint)
    return shard.entries.withLock { entries in
      entries.isEmpty ? nil : entries.token(of: fingerprint, at: first)
    }
  }

  /// Returns the token of each fingerprint, 0 for 0 and where none is remembered.
  ///
  /// The places lie outside the near caches. Each shard is locked once, and the places of all its
  /// fingerprints are asked for before the first is compared.
  func tokens(of fingerprints: [UInt128]) -> [UInt128] {
    var tokens = [UInt128](repeating: 0, count: fingerprints.count)
    var ends = [Int](repeating: 0, count: shards.count)
    for fingerprint in fingerprints { ends[shardNumber(of: fingerprint)] &+= 1 }
    for shard in 1..<shards.count { ends[shard] &+= ends[shard &- 1] }
    var positions = [Int](repeating: 0, count: fingerprints.count)
    var places = positions
    var starts = ends
    for position in fingerprints.indices.reversed() {
      let shard = shardNumber(of: fingerprints[position])
      starts[shard] &-= 1
      positions[starts[shard]] = position
      places[starts[shard]] = firstPlace(of: fingerprints[position])
    }
    for shard in shards.indices where starts[shard] < ends[shard] {
      shards[shard].entries.withLock { entries in
        if entries.isEmpty { return }
        entries.fetchAhead(places.span.extracting(starts[shard]..<ends[shard]))
        for index in starts[shard]..<ends[shard] {
          let position = positions[index]
          tokens[position] = entries.token(of: fingerprints[position], at: places[index]) ?? 0
        }
      }
    }
    return tokens
  }

  /// Remembers the token in place of the oldest of four.
  func remember(_ token: UInt128, of fingerprint: UInt128) {
    let (shard, first) = place(of: fingerprint)
    shard.entries.withLock { $0.remember(token, of: fingerprint, at: first) }
  }

  private func place(of fingerprint: UInt128) -> (Shard, first: Int) {
    (shards[shardNumber(of: fingerprint)], firstPlace(of: fingerprint))
  }

  private func shardNumber(of fingerprint: UInt128) -> Int {
    Int(truncatingIfNeeded: fingerprint) & (shards.count &- 1)
  }

  private func firstPlace(of fingerprint: UInt128) -> Int {
    let bits = UInt64(truncatingIfNeeded: fingerprint) &>> TokenCache.shardBits
    return (Int(truncatingIfNeeded: bits) & (TokenCache.placesPerShard &- 1)) &* TokenCache.ways
  }
}
