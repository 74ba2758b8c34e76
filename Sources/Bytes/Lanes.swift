import CLanes

/// Sixteen bytes side by side.
typealias Lanes = SIMD16<UInt8>

/// The number of bytes of `Lanes`.
let laneCount = 16

extension RawSpan {
  /// Returns the sixteen bytes at `offset`.
  ///
  /// The caller proves that `offset` >= 0 and `offset` + 16 <= `byteCount`.
  @unsafe
  @inline(__always)
  func lanes(at offset: Int) -> Lanes {
    unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Lanes.self)
  }
}

extension Lanes {
  /// A bit for each byte that is not ASCII, the lowest for the first one; so it is with all below.
  @inline(__always)
  var nonASCIIBits: UInt32 { sparsam_top_bits(self) }

  @inline(__always)
  func bits(of needle: UInt8) -> UInt32 { sparsam_equal_bits(self, needle) }

  @inline(__always)
  func bits(of a: UInt8, _ b: UInt8) -> UInt32 { sparsam_either_bits(self, a, b) }

  @inline(__always)
  func bits(of a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt32 {
    sparsam_any_bits(self, a, b, c, d)
  }

  /// Each lane one more where `lanes` has the needle; the caller sees to it that none runs over.
  @inline(__always)
  func counting(_ needle: UInt8, in lanes: Lanes) -> Lanes {
    sparsam_counted(self, lanes, needle)
  }

  /// The sum of all lanes.
  var sum: Int {
    var sum = 0
    for lane in 0..<laneCount { sum &+= Int(self[lane]) }
    return sum
  }

  /// The bytes `first ..< first + count`.
  @inline(__always)
  func bits(from first: UInt8, count: UInt8) -> UInt32 { sparsam_range_bits(self, first, count) }
}

/// Sixty-four bytes side by side.
struct WideLanes {
  fileprivate let lanes: (Lanes, Lanes, Lanes, Lanes)

  /// A bit for each byte that `bits` marks among sixteen, the lowest for the first one.
  @inline(__always)
  func word(_ bits: (Lanes) -> UInt32) -> UInt64 {
    UInt64(bits(lanes.0) | bits(lanes.1) &<< 16)
      | UInt64(bits(lanes.2) | bits(lanes.3) &<< 16) &<< 32
  }

  /// Whether all bytes are ASCII.
  @inline(__always)
  var isASCII: Bool { ((lanes.0 | lanes.1) | (lanes.2 | lanes.3)).nonASCIIBits == 0 }
}

extension RawSpan {
  /// Returns the 64 bytes at `offset`.
  ///
  /// The caller proves that `offset` >= 0 and `offset` + 64 <= `byteCount`.
  @unsafe
  @inline(__always)
  func wideLanes(at offset: Int) -> WideLanes {
    unsafe WideLanes(
      lanes: (
        lanes(at: offset), lanes(at: offset &+ 16), lanes(at: offset &+ 32),
        lanes(at: offset &+ 48)
      ))
  }
}

/// Returns the offset of the first byte in `start..<end` that `bits` marks among sixteen and
/// `matches` alone, or `end`.
///
/// Sixteen bytes are read wherever the span has them, also beyond `end`; what they say of those is
/// cut off.
@inline(__always)
func firstOffset(
  in bytes: Span<UInt8>, from start: Int, to end: Int, bits: (Lanes) -> UInt32,
  matches: (UInt8) -> Bool
) -> Int {
  requireRange(start, end, of: bytes.count)
  let raw = unsafe bytes.bytes
  let last = bytes.count &- laneCount
  var offset = start
  while offset <= last {
    // SAFETY: 0 <= offset and offset + 16 <= byteCount.
    let found = bits(unsafe raw.lanes(at: offset))
    if found != 0 { return min(offset &+ found.trailingZeroBitCount, end) }
    offset &+= laneCount
    if offset >= end { return end }
  }
  if offset < end, last >= 0 {
    // SAFETY: 0 <= last and last + 16 == byteCount; those before `offset` are shifted out.
    let found = bits(unsafe raw.lanes(at: last)) &>> UInt32(truncatingIfNeeded: offset &- last)
    return found == 0 ? end : min(offset &+ found.trailingZeroBitCount, end)
  }
  while offset < end, !matches(bytes[offset]) { offset &+= 1 }
  return offset
}

/// Hands the bytes of `start..<end` over sixteen at a time: the lanes, a bit for each of them that
/// belongs to the range, and their place behind `start`.
@inline(__always)
func forEachLanes(
  of bytes: Span<UInt8>, from start: Int, to end: Int,
  _ body: (_ lanes: Lanes, _ mask: UInt32, _ place: Int) -> Void
) {
  requireRange(start, end, of: bytes.count)
  let raw = unsafe bytes.bytes
  let last = bytes.count &- laneCount
  var offset = start
  while offset < end, offset <= last {
    let count = end &- offset
    let mask: UInt32 = count >= laneCount ? 0xFFFF : (1 &<< UInt32(count)) &- 1
    // SAFETY: 0 <= offset and offset + 16 <= byteCount, checked by this loop.
    body(unsafe raw.lanes(at: offset), mask, offset &- start)
    offset &+= laneCount
  }
  if offset >= end { return }
  var rest = Lanes()
  for index in offset..<end { rest[index &- offset] = bytes[index] }
  body(rest, (1 &<< UInt32(end &- offset)) &- 1, offset &- start)
}
