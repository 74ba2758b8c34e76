/// What a first look at a text tells: how many digits it has and which of a few signs.
///
/// Most texts are told harmless by it, so it reads them word by word.
package struct TextMarks: Hashable, Sendable {
  /// The number of ASCII digits.
  package private(set) var digits = 0

  private var at: UInt64 = 0
  private var percent: UInt64 = 0
  private var colon: UInt64 = 0
  private var point: UInt64 = 0

  /// Looks at `start..<end`.
  package init(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
    requireRange(start, end, of: bytes.count)
    let words = unsafe bytes.bytes
    var offset = start
    while end &- offset >= 8 {
      // SAFETY: start <= offset and offset + 8 <= end <= byteCount, checked by this loop.
      add(unsafe words.word(at: offset))
      offset &+= 8
    }
    if offset == end { return }
    var last: UInt64 = 0
    var shift: UInt64 = 0
    while offset < end {
      last |= UInt64(bytes[offset]) &<< shift
      shift &+= 8
      offset &+= 1
    }
    add(last)
  }

  package var hasAtSign: Bool { at != 0 }
  package var hasPercentSign: Bool { percent != 0 }
  package var hasColon: Bool { colon != 0 }
  package var hasPoint: Bool { point != 0 }

  @inline(__always)
  private mutating func add(_ word: UInt64) {
    // A digit differs from 0x30 by less than ten; the sum's high bit tells of all others.
    let distance = word ^ (0x30 &* everyByte)
    let others = ((distance & ~highBits) &+ (0x76 &* everyByte)) | distance
    digits &+= (~others & highBits).nonzeroBitCount
    at |= firstZeroByteMark(word ^ (0x40 &* everyByte))
    percent |= firstZeroByteMark(word ^ (0x25 &* everyByte))
    colon |= firstZeroByteMark(word ^ (0x3A &* everyByte))
    point |= firstZeroByteMark(word ^ (0x2E &* everyByte))
  }
}
