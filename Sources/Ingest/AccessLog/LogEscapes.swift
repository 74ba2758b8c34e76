import Records

/// The escapes that web servers write into log fields.
///
/// Apache (mod_log_config, from 2.0.46 on) writes `\"`, `\\`, `\b \n \r \t \v` and `\xhh`; nginx
/// (`escape=default`) writes `\xHH` for quotes, backslashes and everything outside printable
/// ASCII, and with `escape=json` also `\f`. Anything else behind a backslash stands for itself,
/// backslash included.
enum LogEscapes {
  /// Appends the decoded text of `range` to the builder's tail; `nil` where it is no UTF-8.
  static func decode(
    _ bytes: Span<UInt8>, _ range: FieldRange, into builder: inout BatchBuilder
  ) -> TextCell? {
    let start = builder.tailCount
    var position = range.lower
    while position < range.upper {
      let byte = bytes[position]
      position &+= 1
      guard byte == backslash, position < range.upper else {
        builder.append(byte)
        continue
      }
      let letter = bytes[position]
      if letter == UInt8(ascii: "x"), range.upper &- position >= 3,
        let high = hexDigit(bytes[position &+ 1]), let low = hexDigit(bytes[position &+ 2])
      {
        builder.append(high << 4 | low)
        position &+= 3
      } else if let plain = character(of: letter) {
        builder.append(plain)
        position &+= 1
      } else {
        builder.append(byte)
      }
    }
    guard builder.tailIsValidUTF8(from: start) else {
      builder.truncateTail(to: start)
      return nil
    }
    return builder.cell(ofTailFrom: start)
  }

  private static func character(of letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "v"): 0x0B
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "r"): 0x0D
    default: nil
    }
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
    default: nil
    }
  }
}
