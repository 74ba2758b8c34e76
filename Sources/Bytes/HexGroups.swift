/// What a first look at the text of an IPv6 address tells: where its colons are, and whether all
/// else is hexadecimal digits and full stops.
package struct HexGroups: Sendable {
  /// The most bytes that are looked at.
  package static let byteLimit = 48

  /// A bit for each colon, the lowest for the first byte.
  package private(set) var colons: UInt64 = 0

  /// A bit for each full stop.
  package private(set) var points: UInt64 = 0

  /// Whether there is anything else.
  package private(set) var isForeign = false

  /// Looks at `start..<end`, which is not longer than the limit.
  package init(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
    precondition(end &- start <= HexGroups.byteLimit, "an address is short")
    forEachLanes(of: bytes, from: start, to: end) { lanes, mask, place in
      add(lanes, mask, at: place)
    }
  }

  @inline(__always)
  private mutating func add(_ lanes: Lanes, _ mask: UInt32, at place: Int) {
    let digitBits = lanes.bits(from: 0x30, count: 10)
    // Letters of both cases: the bit between them is set.
    let letterBits = (lanes | Lanes(repeating: 0x20)).bits(from: 0x61, count: 6)
    let colonBits = lanes.bits(of: 0x3A) & mask
    let pointBits = lanes.bits(of: 0x2E) & mask
    if mask & ~(digitBits | letterBits | colonBits | pointBits) != 0 { isForeign = true }
    points |= UInt64(pointBits) &<< UInt64(place)
    colons |= UInt64(colonBits) &<< UInt64(place)
  }

  /// Returns the number that the one to four hexadecimal digits at `start` are, which a look has
  /// found to be such.
  @inline(__always)
  package static func number(_ bytes: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
    precondition(
      count >= 1 && count <= 4 && start >= 0 && start <= bytes.count &- count,
      "a group lies inside its bytes")
    var word: UInt64 = 0
    if start <= bytes.count &- 4 {
      // SAFETY: four bytes from `start` on lie inside.
      word = unsafe bytes.bytes.halfWord(at: start) &<< UInt64(8 &* (4 &- count)) & 0xFFFF_FFFF
    } else {
      for index in 0..<count {
        word |= UInt64(bytes[start &+ index]) &<< UInt64(8 &* (4 &- count &+ index))
      }
    }
    // The last digit is in the highest byte; what is missing in front has become zero.
    let nibbles = word & 0x0F0F_0F0F &+ 9 &* (word &>> 6 & 0x0101_0101)
    return nibbles &<< 12 & 0xF000 | nibbles & 0x0F00 | nibbles &>> 12 & 0x00F0
      | nibbles &>> 24
  }
}
