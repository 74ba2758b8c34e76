import Bytes
import Records

/// Turns the bytes of a CSV field into UTF-8 text behind the block.
struct CSVDecoding: Sendable {
  private let encoding: Reading.Encoding
  /// Of doubled ones; where nothing is quoted there are none.
  private let quote: UInt8

  init(_ csv: Reading.CSV) {
    encoding = csv.encoding
    quote = csv.quote ?? 0
  }

  /// Appends the decoded field to the builder's tail; `nil` where it is not in the encoding.
  ///
  /// Of two quotes in a row one is taken, if the field has doubled ones. Where decoding fails,
  /// the tail is what it was.
  func decode(
    _ bytes: Span<UInt8>, from lower: Int, to upper: Int, isDoubled: Bool,
    into builder: inout BatchBuilder
  ) -> TextCell? {
    let start = builder.tailCount
    var position = lower
    while position < upper {
      let byte = bytes[position]
      position &+= 1
      if byte < 0x80 || encoding == .utf8 {
        builder.append(byte)
        if isDoubled, byte == quote, position < upper, bytes[position] == quote { position &+= 1 }
      } else {
        let scalar = scalar(of: byte)
        if scalar == 0 {
          builder.truncateTail(to: start)
          return nil
        }
        appendUTF8(scalar, to: &builder)
      }
    }
    if encoding == .utf8, !builder.tailIsValidUTF8(from: start) {
      builder.truncateTail(to: start)
      return nil
    }
    return builder.cell(ofTailFrom: start)
  }

  /// Returns the scalar of a byte above 127, or 0 where the encoding has none.
  private func scalar(of byte: UInt8) -> UInt32 {
    if encoding == .windows1252, byte < 0xA0 {
      return UInt32(CSVDecoding.windows1252[Int(byte &- 0x80)])
    }
    return UInt32(byte)
  }

  /// Appends a scalar between U+0080 and U+FFFF that is no surrogate.
  private func appendUTF8(_ scalar: UInt32, to builder: inout BatchBuilder) {
    if scalar < 0x800 {
      builder.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
    } else {
      builder.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      builder.append(UInt8(truncatingIfNeeded: 0x80 | (scalar >> 6 & 0x3F)))
    }
    builder.append(UInt8(truncatingIfNeeded: 0x80 | (scalar & 0x3F)))
  }

  /// The scalars of 0x80 to 0x9F in windows-1252, 0 where the code page has none.
  private static let windows1252: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]
}
