/// Appends `codes` from `start` to `end` in the hybrid of runs and packed bits.
///
/// After "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)" of Parquet's Encodings.md: runs of
/// eight and more equal codes become a run, all others are packed in groups of eight, the lowest
/// bit first. Only the last group may be filled up with zeros.
func appendHybrid<Code: FixedWidthInteger & UnsignedInteger>(
  _ codes: [Code], from start: Int, to end: Int, bitWidth: Int, to bytes: inout [UInt8]
) {
  precondition(start >= 0 && end <= codes.count, "encoded codes lie inside their array")
  var pendingStart = start
  var position = start
  while position < end {
    let code = codes[position]
    var runEnd = position &+ 1
    while runEnd < end, codes[runEnd] == code { runEnd &+= 1 }
    if runEnd &- position >= 8 || (runEnd == end && position == pendingStart) {
      appendPacked(codes, from: pendingStart, to: position, bitWidth: bitWidth, to: &bytes)
      appendVarint(UInt64(runEnd &- position) << 1, to: &bytes)
      var rest = UInt32(truncatingIfNeeded: code)
      for _ in 0..<((bitWidth &+ 7) / 8) {
        bytes.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
      }
      position = runEnd
      pendingStart = runEnd
    } else {
      position = min(position &+ 8, end)
    }
  }
  appendPacked(codes, from: pendingStart, to: end, bitWidth: bitWidth, to: &bytes)
}

/// Appends the codes in groups of eight, behind the number of groups.
private func appendPacked<Code: FixedWidthInteger & UnsignedInteger>(
  _ codes: [Code], from start: Int, to end: Int, bitWidth: Int, to bytes: inout [UInt8]
) {
  if start >= end { return }
  let groupCount = (end &- start &+ 7) / 8
  appendVarint(UInt64(groupCount) << 1 | 1, to: &bytes)
  let firstByte = bytes.count
  // Three bytes more than needed let every store be a whole word.
  bytes.append(contentsOf: repeatElement(0, count: groupCount &* bitWidth &+ 3))
  var span = bytes.mutableSpan
  var offset = firstByte
  var word: UInt64 = 0
  var bitCount = 0
  for index in start..<end {
    // Fewer than 32 bits wait, and a code has at most 32.
    word |= UInt64(truncatingIfNeeded: codes[index]) &<< UInt64(truncatingIfNeeded: bitCount)
    bitCount &+= bitWidth
    if bitCount >= 32 {
      store(UInt32(truncatingIfNeeded: word), at: offset, in: &span)
      offset &+= 4
      word >>= 32
      bitCount &-= 32
    }
  }
  if bitCount > 0 { store(UInt32(truncatingIfNeeded: word), at: offset, in: &span) }
  bytes.removeLast(3)
}
