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
    let bits = UInt64(truncatingIfNeeded: fingerprint)
    let shard = shards[Int(truncatingIfNeeded: bits) & (shards.count &- 1)]
    let number =
      Int(truncatingIfNeeded: bits &>> TokenCache.shardBits) & (TokenCache.placesPerShard &- 1)
    return (shard, number &* TokenCache.ways)
  }
}
