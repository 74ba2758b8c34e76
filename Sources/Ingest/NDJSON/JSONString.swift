/// Decoding of JSON strings with escapes (RFC 8259, section 7).
enum JSONString {
  /// Returns the 16-bit unit of the four hexadecimal digits at `offset`, or a negative number.
  static func unit(_ text: Span<UInt8>, at offset: Int) -> Int {
    var unit = 0
    for step in 0..<4 {
      let byte = text[offset &+ step]
      switch byte {
      case 48...57: unit = unit &<< 4 | Int(byte &- 48)
      case 65...70: unit = unit &<< 4 | Int(byte &- 55)
      case 97...102: unit = unit &<< 4 | Int(byte &- 87)
      default: return -1
      }
    }
    return unit
  }

  /// Appends the decoded bytes of the well-formed string content `start..<end`.
  ///
  /// Returns false, with `output` as it was, when half of a surrogate pair stands alone: no
  /// character is meant by it.
  static func decode(
    _ text: Span<UInt8>, from start: Int, to end: Int, into output: inout [UInt8]
  ) -> Bool {
    let before = output.count
    var offset = start
    while offset < end {
      let byte = text[offset]
      guard byte == JSONSyntax.backslash else {
        output.append(byte)
        offset &+= 1
        continue
      }
      switch text[offset &+ 1] {
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0C)
      case UInt8(ascii: "n"): output.append(0x0A)
      case UInt8(ascii: "r"): output.append(0x0D)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "u"):
        var scalar = unit(text, at: offset &+ 2)
        offset &+= 6
        if scalar & 0xFC00 == 0xD800, end &- offset >= 6, text[offset] == JSONSyntax.backslash,
          text[offset &+ 1] == UInt8(ascii: "u")
        {
          let low = unit(text, at: offset &+ 2)
          if low & 0xFC00 == 0xDC00 {
            scalar = 0x10000 &+ (scalar & 0x3FF) &<< 10 &+ (low & 0x3FF)
            offset &+= 6
          }
        }
        guard scalar & ~0x7FF != 0xD800 else {
          output.removeLast(output.count - before)
          return false
        }
        append(UInt32(truncatingIfNeeded: scalar), to: &output)
        continue
      case let other: output.append(other)  // a quote, a backslash or a slash
      }
      offset &+= 2
    }
    return true
  }

  /// Appends the UTF-8 form of a scalar value.
  private static func append(_ scalar: UInt32, to output: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 {
      UInt8(truncatingIfNeeded: 0x80 | (scalar &>> shift) & 0x3F)
    }
    if scalar < 0x80 {
      output.append(UInt8(truncatingIfNeeded: scalar))
    } else if scalar < 0x800 {
      output.append(UInt8(truncatingIfNeeded: 0xC0 | scalar &>> 6))
      output.append(tail(0))
    } else if scalar < 0x10000 {
      output.append(UInt8(truncatingIfNeeded: 0xE0 | scalar &>> 12))
      output.append(tail(6))
      output.append(tail(0))
    } else {
      output.append(UInt8(truncatingIfNeeded: 0xF0 | scalar &>> 18))
      output.append(tail(12))
      output.append(tail(6))
      output.append(tail(0))
    }
  }
}
