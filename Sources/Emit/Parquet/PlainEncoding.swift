// Each loop proves once a value that all its bytes lie inside the array, so that the compiler
// joins the stores of single bytes to one store of a word.

/// Appends four bytes, the lowest first.
@inline(__always)
func appendLittleEndian(_ number: UInt32, to bytes: inout [UInt8]) {
  bytes.append(UInt8(truncatingIfNeeded: number))
  bytes.append(UInt8(truncatingIfNeeded: number >> 8))
  bytes.append(UInt8(truncatingIfNeeded: number >> 16))
  bytes.append(UInt8(truncatingIfNeeded: number >> 24))
}

/// Returns the numbers as INT64 or, with a width of 4, as INT32.
func plainBytes(_ numbers: [Int64], width: Int) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: numbers.count &* width)
  var span = bytes.mutableSpan
  if width == 4 {
    for index in numbers.indices {
      let number = Int32(numbers[index])
      store(UInt32(bitPattern: number), at: index &* 4, in: &span)
    }
  } else {
    for index in numbers.indices {
      let word = UInt64(bitPattern: numbers[index])
      store(UInt32(truncatingIfNeeded: word), at: index &* 8, in: &span)
      store(UInt32(truncatingIfNeeded: word >> 32), at: index &* 8 &+ 4, in: &span)
    }
  }
  return bytes
}

/// The bytes that one token takes: its length and 27 characters.
let plainTokenByteCount = 4 + tokenLength

private let tokenLength = 27

/// Returns the tokens as texts of `tag` and 26 letters of base32 (RFC 4648, lower case, no
/// padding).
func plainBytes(_ tokens: [UInt128], tag: UInt8) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: tokens.count &* plainTokenByteCount)
  var span = bytes.mutableSpan
  for index in tokens.indices {
    let start = index &* plainTokenByteCount
    precondition(start >= 0 && start &+ plainTokenByteCount <= span.count, "a token has its room")
    store(UInt32(tokenLength), at: start, in: &span)
    span[start &+ 4] = tag
    let token = tokens[index]
    // 26 letters hold 130 bits: two zero bits stand behind the token. Twelve letters are the
    // highest 60 bits, twelve the lowest 60 with the zeros, and two lie between.
    var high = UInt64(truncatingIfNeeded: token >> 68)
    var low = UInt64(truncatingIfNeeded: token) << 2
    for letter in stride(from: 11, through: 0, by: -1) {
      span[start &+ 5 &+ letter] = base32Letter(high)
      span[start &+ 19 &+ letter] = base32Letter(low)
      high >>= 5
      low >>= 5
    }
    span[start &+ 17] = base32Letter(UInt64(truncatingIfNeeded: token >> 63))
    span[start &+ 18] = base32Letter(UInt64(truncatingIfNeeded: token >> 58))
  }
  return bytes
}

@inline(__always)
private func base32Letter(_ bits: UInt64) -> UInt8 {
  let five = UInt8(truncatingIfNeeded: bits & 31)
  return five < 26 ? UInt8(ascii: "a") &+ five : UInt8(ascii: "2") &- 26 &+ five
}

/// Returns the flags of `numbers` from `start` to `end` as bits, the first lowest.
func plainBits(_ numbers: [Int64], from start: Int, to end: Int) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: (end &- start &+ 7) / 8)
  for index in start..<end where numbers[index] != 0 {
    let bit = index &- start
    bytes[bit >> 3] |= 1 << UInt8(truncatingIfNeeded: bit & 7)
  }
  return bytes
}

/// Writes four bytes at `offset`, the lowest first.
@inline(__always)
func store(_ word: UInt32, at offset: Int, in bytes: inout MutableSpan<UInt8>) {
  precondition(offset >= 0 && offset &+ 3 < bytes.count, "a word lies inside its bytes")
  bytes[offset] = UInt8(truncatingIfNeeded: word)
  bytes[offset &+ 1] = UInt8(truncatingIfNeeded: word >> 8)
  bytes[offset &+ 2] = UInt8(truncatingIfNeeded: word >> 16)
  bytes[offset &+ 3] = UInt8(truncatingIfNeeded: word >> 24)
}
