/// What a first look at a text tells: how many digits it has and which of a few signs.
///
/// Most texts are told harmless by it, so it reads them sixteen bytes at a time.
package struct TextMarks: Hashable, Sendable {
  /// The number of ASCII digits.
  package private(set) var digits = 0

  /// The number of full stops.
  package private(set) var points = 0

  /// Whether sixteen bytes from a multiple of sixteen on, counted from the text's beginning, are
  /// all hexadecimal digits; so they are somewhere in every run of 31 of them.
  package private(set) var hasHexLanes = false

  private var at: UInt32 = 0
  private var percent: UInt32 = 0
  private var colon: UInt32 = 0

  /// Looks at `start..<end`.
  package init(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
    forEachLanes(of: bytes, from: start, to: end) { lanes, mask, _ in
      add(lanes, mask)
    }
  }

  package var hasAtSign: Bool { at != 0 }
  package var hasPercentSign: Bool { percent != 0 }
  package var hasColon: Bool { colon != 0 }

  @inline(__always)
  private mutating func add(_ lanes: Lanes, _ mask: UInt32) {
    let digitBits = lanes.bits(from: 0x30, count: 10) & mask
    digits &+= digitBits.nonzeroBitCount
    // Letters of both cases: the bit between them is set.
    let letterBits = (lanes | Lanes(repeating: 0x20)).bits(from: 0x61, count: 6) & mask
    if digitBits | letterBits == 0xFFFF { hasHexLanes = true }
    at |= lanes.bits(of: 0x40) & mask
    percent |= lanes.bits(of: 0x25) & mask
    colon |= lanes.bits(of: 0x3A) & mask
    points &+= (lanes.bits(of: 0x2E) & mask).nonzeroBitCount
  }
}
