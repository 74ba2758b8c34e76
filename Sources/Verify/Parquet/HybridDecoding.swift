/// Returns the `count` codes that lie between `start` and `end` in the hybrid of runs and packed
/// bits, or `nil` when the bytes are not exactly those codes.
func decodeHybrid(
  _ bytes: [UInt8], from start: Int, to end: Int, bitWidth: Int, count: Int
) -> [UInt32]? {
  precondition(start >= 0 && start <= end && end <= bytes.count, "levels lie inside their page")
  precondition(bitWidth >= 1 && bitWidth <= 32, "a code has 1 to 32 bits")
  var codes: [UInt32] = []
  codes.reserveCapacity(count)
  var position = start
  while codes.count < count {
    guard let head = varint(bytes, &position, end) else { return nil }
    let left = count - codes.count
    if head & 1 == 0 {
      let runLength = head >> 1
      let width = (bitWidth + 7) / 8
      guard runLength > 0, runLength <= UInt64(left), width <= end - position else { return nil }
      var code: UInt64 = 0
      for index in 0..<width { code |= UInt64(bytes[position + index]) << UInt64(8 * index) }
      guard code >> UInt64(bitWidth) == 0 else { return nil }
      position += width
      for _ in 0..<runLength { codes.append(UInt32(truncatingIfNeeded: code)) }
    } else {
      let groups = head >> 1
      guard groups > 0, groups <= UInt64((left + 7) / 8),
        Int(groups) * bitWidth <= end - position
      else { return nil }
      let packedEnd = position + Int(groups) * bitWidth
      var word: UInt64 = 0
      var bitCount = 0
      for _ in 0..<(Int(groups) * 8) {
        while bitCount < bitWidth {
          word |= UInt64(bytes[position]) << UInt64(bitCount)
          position += 1
          bitCount += 8
        }
        let code = UInt32(truncatingIfNeeded: word & (1 << UInt64(bitWidth) - 1))
        word >>= UInt64(bitWidth)
        bitCount -= bitWidth
        if codes.count < count {
          codes.append(code)
        } else if code != 0 {
          // What fills up the last group is zero.
          return nil
        }
      }
      position = packedEnd
    }
  }
  return position == end ? codes : nil
}

/// Returns a number in groups of seven bits, of 35 bits at most, and moves behind it.
private func varint(_ bytes: [UInt8], _ position: inout Int, _ end: Int) -> UInt64? {
  var result: UInt64 = 0
  for shift in stride(from: 0 as UInt64, to: 35, by: 7) {
    if position >= end { return nil }
    let byte = bytes[position]
    position += 1
    result |= UInt64(byte & 0x7F) << shift
    if byte < 0x80 { return result }
  }
  return nil
}
