import Bytes

/// What the members of objects were called the last time, by their place in the object.
///
/// The records of one source repeat their shape, so the key that is expected is compared first,
/// quotes and colon with it; only another one is looked for where it ends and what it means.
struct MemberMemory: Sendable {
  /// Members of each object that are remembered; the last place is of all further ones.
  static let width = 32
  /// The longest key that is remembered, with its quotes and its colon.
  static let textLimit = 24

  private struct Member: Sendable {
    /// The first eight bytes, zeros behind the end; `mask` has the bits that are compared.
    var first: UInt64 = 1
    var mask: UInt64 = 0
    /// The eight bytes behind them where there are more than sixteen, and the last eight where
    /// there are more than eight.
    var middle: UInt64 = 0
    var last: UInt64 = 0
    var count = 0
    var child = -1
  }

  private var members: [Member]

  init(nodeCount: Int) {
    members = Array(repeating: Member(), count: nodeCount &* MemberMemory.width)
  }

  /// Returns the bytes of the key at `offset`, if it is the one that is expected at `place`, else
  /// 0.
  @inline(__always)
  func count(at place: Int, _ text: Span<UInt8>, from offset: Int) -> Int {
    if offset > text.count &- MemberMemory.textLimit { return 0 }
    let count = members[place].count
    // Of a place that nothing is known of the first word is 1 and no bit of it is compared.
    if wholeWord(text, at: offset) & members[place].mask != members[place].first { return 0 }
    if count <= 8 { return count }
    if wholeWord(text, at: offset &+ count &- 8) != members[place].last { return 0 }
    if count > 16, wholeWord(text, at: offset &+ 8) != members[place].middle { return 0 }
    return count
  }

  /// The node of the member that is expected at `place`, or -1 where it is not declared.
  @inline(__always)
  func child(at place: Int) -> Int { members[place].child }

  /// Remembers the `count` bytes at `offset`: a key without escapes, its quotes and its colon.
  @inline(never)
  mutating func note(
    _ child: Int, at place: Int, _ text: Span<UInt8>, from offset: Int, count: Int
  ) {
    guard count <= MemberMemory.textLimit, offset <= text.count &- MemberMemory.textLimit else {
      return
    }
    let mask = count >= 8 ? UInt64.max : (1 &<< UInt64(8 &* count)) &- 1
    members[place] = Member(
      first: wholeWord(text, at: offset) & mask, mask: mask,
      middle: wholeWord(text, at: offset &+ 8),
      last: count > 8 ? wholeWord(text, at: offset &+ count &- 8) : 0, count: count, child: child)
  }
}
