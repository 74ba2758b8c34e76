// A map of marks has a bit for each byte of a text: bit `i & 63` of word `i >> 6` stands for byte
// `i`. All bits behind the text are set, and there is at least one of them, so that a search from
// inside the text always finds one.

/// Marks bytes in `words`, in place of those marked before, and notes in `ascii` which of them are
/// not ASCII.
///
/// `bits` and `matches` ask the same of sixteen bytes and of one.
@inline(__always)
func mark(
  _ bytes: Span<UInt8>, in words: inout [UInt64], _ ascii: inout ASCIIMap,
  bits: (Lanes) -> UInt32, matches: (UInt8) -> Bool
) {
  let count = bytes.count
  let wordCount = count / 64 &+ 1
  if words.count != wordCount {
    words.removeAll(keepingCapacity: true)
    words.append(contentsOf: repeatElement(0, count: wordCount))
  }
  let raw = unsafe bytes.bytes
  ascii.begin(wordCount: wordCount)
  var others = ascii.others.mutableSpan
  var marked = words.mutableSpan
  for index in 0..<wordCount &- 1 {
    // SAFETY: index < count / 64, so all 64 bytes of the word lie inside the text.
    let lanes = unsafe raw.wideLanes(at: index &* 64)
    others[index &>> 6] |= UInt64(lanes.isASCII ? 0 : 1) &<< UInt64(truncatingIfNeeded: index)
    marked[index] = lanes.word(bits)
  }
  var last = UInt64.max
  var seen: UInt8 = 0
  for offset in (wordCount &- 1) &* 64..<count {
    seen |= bytes[offset]
    if !matches(bytes[offset]) { last &= ~(1 &<< UInt64(offset & 63)) }
  }
  marked[wordCount &- 1] = last
  others[(wordCount &- 1) &>> 6] |=
    UInt64(seen &>> 7) &<< UInt64(truncatingIfNeeded: wordCount &- 1)
}

/// Returns the offset of the first mark from `start` on, which is at most the text's count.
@inlinable @inline(__always)
package func firstMark(_ marks: Span<UInt64>, from start: Int) -> Int {
  var index = start &>> 6
  var word = marks[index] &>> UInt64(truncatingIfNeeded: start)
  if word != 0 { return start &+ word.trailingZeroBitCount }
  repeat {
    index &+= 1
    word = marks[index]
  } while word == 0
  return index &<< 6 &+ word.trailingZeroBitCount
}

/// Walks from mark to mark of a map.
@usableFromInline
package struct MarkWalk {
  @usableFromInline var index: Int
  /// The marks of the word at `index` that are still ahead.
  @usableFromInline var word: UInt64

  /// Begins at `start`, which is no further than the text's end.
  @inlinable @inline(__always)
  package init(_ marks: Span<UInt64>, from start: Int) {
    index = start &>> 6
    word = marks[index] & (UInt64.max &<< UInt64(truncatingIfNeeded: start))
  }

  /// Returns the offset of the next mark, which is at most the text's count, and goes behind it.
  ///
  /// The mark at the text's count is the last one to be asked for.
  @inlinable @inline(__always)
  package mutating func next(_ marks: Span<UInt64>) -> Int {
    while word == 0 {
      index &+= 1
      word = marks[index]
    }
    let offset = index &<< 6 &+ word.trailingZeroBitCount
    word &= word &- 1
    return offset
  }
}

/// Walks from one byte of a value to the next one of it, without a map of them.
struct ByteWalk {
  private let byte: UInt8
  /// Where the next bytes to be looked at begin.
  private var offset: Int
  /// The bytes of the value that are still ahead among the 64 before `offset`.
  private var word: UInt64 = 0

  /// Begins at the byte at `start`.
  init(_ byte: UInt8, from start: Int) {
    precondition(start >= 0, "a walk begins inside its bytes")
    self.byte = byte
    offset = start
  }

  /// Returns the offset of the next such byte, or the span's count, and goes behind it.
  ///
  /// The span is the same each time.
  @inline(__always)
  mutating func next(in bytes: Span<UInt8>) -> Int {
    while word == 0 {
      if offset >= bytes.count { return bytes.count }
      look(at: bytes)
    }
    let next = offset &- 64 &+ word.trailingZeroBitCount
    word &= word &- 1
    return next
  }

  @inline(__always)
  private mutating func look(at bytes: Span<UInt8>) {
    if bytes.count &- offset >= 64 {
      let raw = unsafe bytes.bytes
      // SAFETY: offset >= 0, and 64 bytes follow it.
      word = unsafe raw.wideLanes(at: offset).word { $0.bits(of: byte) }
    } else {
      for place in offset..<bytes.count where bytes[place] == byte {
        word |= 1 &<< UInt64(place &- offset)
      }
    }
    offset &+= 64
  }
}
