/// Where the fields of rows of CSV end: the offset of each comma and line feed outside quotes.
///
/// RFC 4180: a quote opens or closes, and a doubled one does both, so that whether a byte stands
/// inside quotes is the parity of the quotes before it. What a row must look like is left to
/// whoever reads the offsets.
package struct RowStops: Sendable {
  /// All ones, so that the field behind it begins at 0, and the offsets behind that; only the first
  /// `count + 1` are of this text.
  package private(set) var ends: [UInt32] = [.max]
  /// How many stops there are.
  package private(set) var count = 0
  /// The offset of each quote.
  package private(set) var quotes: [UInt32] = []

  package init() {}

  /// Finds the stops of `bytes`, fewer than 2^32, in place of those found before.
  package mutating func find(in bytes: Span<UInt8>) {
    precondition(bytes.count < UInt32.max, "offsets fit into 32 bits")
    count = 0
    quotes.removeAll(keepingCapacity: true)
    let raw = unsafe bytes.bytes
    // All ones inside quotes.
    var carried: UInt64 = 0
    var start = 0
    while start &+ 64 <= bytes.count {
      // SAFETY: start >= 0 and start + 64 <= byteCount.
      note(unsafe raw.wideLanes(at: start), at: start, &carried)
      start &+= 64
    }
    var rest: [64 of UInt8] = .init(repeating: 0)
    for index in start..<bytes.count { rest[index &- start] = bytes[index] }
    let last = unsafe rest.span.bytes
    // SAFETY: there are 64 bytes.
    note(unsafe last.wideLanes(at: 0), at: start, &carried)
  }

  /// Returns the offset of the stop `index`, from 0.
  @inline(__always)
  package func offset(_ index: Int) -> Int { Int(ends[index &+ 1]) }

  @inline(__always)
  private mutating func note(
    _ lanes: WideLanes, at start: Int, _ carried: inout UInt64
  ) {
    var stops = lanes.word { $0.bits(of: 0x2C, 0x0A) }
    let marks = lanes.word { $0.bits(of: 0x22) }
    if marks | carried != 0 {
      stops &= ~inside(marks, start, &carried)
    }
    if ends.count < count &+ 65 {
      ends.append(contentsOf: repeatElement(0, count: max(64, ends.count)))
    }
    let before = count
    let after = RowStops.write(stops, at: start, to: ends.mutableSpan, behind: before)
    count = after
  }

  /// Writes the offset of each set bit behind the first `count` and returns how many there are
  /// then.
  @inline(__always)
  private static func write(
    _ stops: UInt64, at start: Int, to ends: consuming MutableSpan<UInt32>, behind count: Int
  ) -> Int {
    var left = stops
    var count = count
    while left != 0 {
      count &+= 1
      ends[count] = UInt32(truncatingIfNeeded: start &+ left.trailingZeroBitCount)
      left &= left &- 1
    }
    return count
  }

  /// Takes note of quotes and returns the bytes inside them.
  @inline(never)
  private mutating func inside(_ marks: UInt64, _ start: Int, _ carried: inout UInt64) -> UInt64 {
    // Each bit becomes the parity of the marks up to it.
    var parity = marks
    parity ^= parity &<< 1
    parity ^= parity &<< 2
    parity ^= parity &<< 4
    parity ^= parity &<< 8
    parity ^= parity &<< 16
    parity ^= parity &<< 32
    let inside = parity ^ carried
    carried = UInt64(bitPattern: Int64(bitPattern: inside) &>> 63)
    var left = marks
    while left != 0 {
      quotes.append(UInt32(truncatingIfNeeded: start &+ left.trailingZeroBitCount))
      left &= left &- 1
    }
    return inside
  }
}
