/// Which bytes of a text are not ASCII: a bit for each sixty-four of them.
///
/// Marking sees all bytes, so that nobody has to read them once more to know that they are ASCII,
/// and of the others only those are judged that lie where something else stands.
package struct ASCIIMap: Sendable {
  /// Bit `i & 63` of element `i >> 6` stands for the bytes `64 * i ..< 64 * i + 64`: set where one
  /// of them is not ASCII.
  var others: [UInt64] = []

  init() {}

  /// Begins the map of a text of so many times 64 bytes.
  mutating func begin(wordCount: Int) {
    others.removeAll(keepingCapacity: true)
    others.append(contentsOf: repeatElement(0, count: wordCount / 64 &+ 1))
  }

  /// Whether the whole text is ASCII.
  package var isASCII: Bool { others.allSatisfy { $0 == 0 } }

  /// Whether `bytes`, which the map is of, are well-formed UTF-8.
  package func isValidUTF8(_ bytes: Span<UInt8>) -> Bool {
    var position = 0
    for index in others.indices {
      var left = others[index]
      while left != 0 {
        let start = (index &* 64 &+ left.trailingZeroBitCount) &* 64
        left &= left &- 1
        // A character may reach into the next sixty-four bytes.
        var offset = max(position &- start, 0)
        var marks = ASCIIMap.otherBits(bytes, at: start)
        while offset < 64 {
          marks &= UInt64.max &<< UInt64(truncatingIfNeeded: offset)
          if marks == 0 { break }
          offset = marks.trailingZeroBitCount
          let length = sequenceLength(bytes, at: start &+ offset, to: bytes.count)
          if length == 0 { return false }
          offset &+= length
          position = start &+ offset
        }
      }
    }
    return true
  }

  /// Returns a bit for each of the bytes from `start` on, 64 at most, that is not ASCII.
  @inline(__always)
  private static func otherBits(_ bytes: Span<UInt8>, at start: Int) -> UInt64 {
    var bits: UInt64 = 0
    if start &+ 64 > bytes.count {
      for offset in start..<bytes.count {
        bits |= UInt64(bytes[offset] &>> 7) &<< UInt64(truncatingIfNeeded: offset &- start)
      }
      return bits
    }
    let raw = unsafe bytes.bytes
    for quarter in 0..<4 {
      // SAFETY: start >= 0 and start + 64 <= byteCount.
      let lanes = unsafe raw.lanes(at: start &+ quarter &* laneCount)
      bits |= UInt64(lanes.nonASCIIBits) &<< UInt64(truncatingIfNeeded: quarter &* laneCount)
    }
    return bits
  }
}
