import Synchronization

/// The tokens of recently seen fingerprints of one key name, in a fixed number of places, shared by
/// all workers.
///
/// A place belongs to bits of the fingerprint and remembers the last four that fell on it. Visitors
/// come back within the hour, so the places must outnumber those of an hour or so. It takes eight MiB
/// at most, whatever the input, and none before the first token.
final class TokenCache: Sendable {
  private struct Entry {
    var fingerprint: UInt128
    var token: UInt128
  }

  /// A part of the places with a lock of its own, so that workers seldom meet.
  private final class Shard: Sendable {
    let entries = Mutex<[Entry]>([])
  }

  private static let shardBits: UInt64 = 6
  private static let placesPerShard = 1 << 10
  private static let ways = 4

  /// Keeps the compiler from dropping looks whose only purpose is to be made early.
  private let readAheadResult = Atomic<UInt64>(0)

  private let shards = (0..<(1 << Int(shardBits))).map { _ in Shard() }

  /// Returns the token of a fingerprint that is not 0, or `nil` when it is not remembered.
  func token(of fingerprint: UInt128) -> UInt128? {
    let (shard, first) = place(of: fingerprint)
    return shard.entries.withLock { entries in
      if entries.isEmpty { return nil }
      for index in first..<(first &+ TokenCache.ways)
      where entries[index].fingerprint == fingerprint {
        return entries[index].token
      }
      return nil
    }
  }

  /// Returns the token of each fingerprint, 0 for 0 and where none is remembered.
  ///
  /// The places lie outside the near caches. Each shard is locked once, and the places of all its
  /// fingerprints are touched, so that the looks overlap, before the first is compared.
  func tokens(of fingerprints: [UInt128]) -> [UInt128] {
    var tokens = [UInt128](repeating: 0, count: fingerprints.count)
    var ends = [Int](repeating: 0, count: shards.count)
    for fingerprint in fingerprints { ends[shardNumber(of: fingerprint)] &+= 1 }
    for shard in 1..<shards.count { ends[shard] &+= ends[shard &- 1] }
    var positions = [Int](repeating: 0, count: fingerprints.count)
    var starts = ends
    for position in fingerprints.indices.reversed() {
      let shard = shardNumber(of: fingerprints[position])
      starts[shard] &-= 1
      positions[starts[shard]] = position
    }
    for shard in shards.indices where starts[shard] < ends[shard] {
      shards[shard].entries.withLock { entries in
        if entries.isEmpty { return }
        var touched: UInt64 = 0
        for index in starts[shard]..<ends[shard] {
          let first = firstPlace(of: fingerprints[positions[index]])
          touched ^= UInt64(truncatingIfNeeded: entries[first].fingerprint)
          touched ^= UInt64(truncatingIfNeeded: entries[first &+ 2].fingerprint)
        }
        readAheadResult.store(touched, ordering: .relaxed)
        for index in starts[shard]..<ends[shard] {
          let position = positions[index]
          let first = firstPlace(of: fingerprints[position])
          for place in first..<(first &+ TokenCache.ways)
          where entries[place].fingerprint == fingerprints[position] {
            tokens[position] = entries[place].token
          }
        }
      }
    }
    return tokens
  }

  /// Remembers the token in place of the one that has been there the longest.
  func remember(_ token: UInt128, of fingerprint: UInt128) {
    let (shard, first) = place(of: fingerprint)
    shard.entries.withLock { entries in
      if entries.isEmpty {
        entries = [Entry](
          repeating: Entry(fingerprint: 0, token: 0),
          count: TokenCache.placesPerShard * TokenCache.ways)
      }
      for index in ((first &+ 1)..<(first &+ TokenCache.ways)).reversed() {
        entries[index] = entries[index &- 1]
      }
      entries[first] = Entry(fingerprint: fingerprint, token: token)
    }
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
