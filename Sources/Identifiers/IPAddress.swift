import Bytes

/// An address of the Internet Protocol, version 4 or 6.
///
/// A version 6 address that maps one of version 4 (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is
/// the version 4 address: a dual-stack server writes one visitor both ways.
package enum IPAddress: Hashable, Sendable {
  case v4(UInt32)
  case v6(UInt128)

  /// Reads an address as logs write it, or returns `nil`.
  ///
  /// Understood around it: ASCII blanks, a port (`192.0.2.1:443`), brackets with or without a port
  /// (`[2001:db8::1]:443`), a zone id (`fe80::1%eth0`, RFC 4007), and the rest of a
  /// `X-Forwarded-For` list, of which the first element is the client.
  package static func parse(_ bytes: Span<UInt8>, from: Int, to end: Int) -> IPAddress? {
    // Nearly always nothing is around it.
    v4(bytes, from: from, to: end) ?? v6(bytes, from: from, to: end)
      ?? parseAdorned(bytes, from: from, to: end)
  }

  private static func parseAdorned(_ bytes: Span<UInt8>, from: Int, to end: Int) -> IPAddress? {
    var upper = from
    while upper < end, bytes[upper] != UInt8(ascii: ",") { upper &+= 1 }
    let range = ASCII.trimmed(bytes, from: from, to: upper)
    let lower = range.lowerBound
    upper = range.upperBound
    guard lower < upper, upper &- lower <= 128 else { return nil }
    if bytes[lower] == UInt8(ascii: "[") {
      var close = lower
      while close < upper, bytes[close] != UInt8(ascii: "]") { close &+= 1 }
      guard close < upper else { return nil }
      if close &+ 1 < upper {
        guard isPort(bytes, from: close &+ 1, to: upper) else { return nil }
      }
      let inside = withoutZone(bytes, from: lower &+ 1, to: close)
      return v6(bytes, from: lower &+ 1, to: inside)
    }
    var colons = 0
    var colon = upper
    for index in lower..<upper where bytes[index] == UInt8(ascii: ":") {
      colons &+= 1
      colon = index
    }
    switch colons {
    case 0: return v4(bytes, from: lower, to: upper)
    case 1:
      guard isPort(bytes, from: colon, to: upper) else { return nil }
      return v4(bytes, from: lower, to: colon)
    default:
      return v6(bytes, from: lower, to: withoutZone(bytes, from: lower, to: upper))
    }
  }

  /// Reads a dotted quad and nothing else; leading zeros are refused (RFC 6943 section 3.1.1).
  package static func v4(_ bytes: Span<UInt8>, from: Int, to end: Int) -> IPAddress? {
    guard end &- from >= 7, end &- from <= 15 else { return nil }
    var address: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var dots = 0
    for index in from..<end {
      let byte = bytes[index]
      if ASCII.isDigit(byte) {
        guard digits < 3, digits == 0 || octet != 0 else { return nil }
        octet = octet &* 10 &+ UInt32(byte &- 48)
        digits &+= 1
      } else {
        guard byte == UInt8(ascii: "."), digits > 0, octet <= 255, dots < 3 else { return nil }
        address = address << 8 | octet
        octet = 0
        digits = 0
        dots &+= 1
      }
    }
    guard dots == 3, digits > 0, octet <= 255 else { return nil }
    return .v4(address << 8 | octet)
  }

  /// Reads a version 6 address in any form of RFC 4291 section 2.2 and nothing else.
  package static func v6(_ bytes: Span<UInt8>, from: Int, to end: Int) -> IPAddress? {
    guard end &- from >= 2, end &- from <= 45 else { return nil }
    let marks = HexGroups(bytes, from: from, to: end)
    guard marks.colons != 0, !marks.isForeign else { return nil }
    // All groups side by side; words and not the whole number, whose shifts cost several times
    // more.
    var high: UInt64 = 0
    var low: UInt64 = 0
    var groups = 0
    /// The groups before `::`.
    var headGroups = -1
    var index = from
    if bytes[from] == UInt8(ascii: ":") {
      guard bytes[from &+ 1] == UInt8(ascii: ":") else { return nil }
      headGroups = 0
      index = from &+ 2
    }
    while index < end {
      let behind = marks.colons &>> UInt64(index &- from)
      let stop = behind == 0 ? end : index &+ behind.trailingZeroBitCount
      if marks.points != 0, marks.points &>> UInt64(index &- from) & mask(stop &- index) != 0 {
        // The last four octets may be a dotted quad.
        guard stop == end, case .v4(let quad)? = v4(bytes, from: index, to: end) else { return nil }
        high = high &<< 32 | low &>> 32
        low = low &<< 32 | UInt64(quad)
        groups &+= 2
        guard groups <= 8 else { return nil }
        break
      }
      guard stop > index, stop &- index <= 4, groups < 8 else { return nil }
      high = high &<< 16 | low &>> 48
      low = low &<< 16 | HexGroups.number(bytes, from: index, count: stop &- index)
      groups &+= 1
      index = stop
      if index == end { break }
      guard index &+ 1 < end else { return nil }
      index &+= 1
      if bytes[index] == UInt8(ascii: ":") {
        guard headGroups < 0 else { return nil }
        headGroups = groups
        index &+= 1
      }
    }
    guard headGroups < 0 ? groups == 8 : groups <= 7 else { return nil }
    if headGroups > 0 {
      // The groups before `::` belong to the highest bits.
      let all = UInt128(high) << 64 | UInt128(low)
      let tailBits = UInt128(16 * (groups - headGroups))
      let address =
        (all >> tailBits) << UInt128(128 - 16 * headGroups) | all & ((1 << tailBits) - 1)
      high = UInt64(truncatingIfNeeded: address >> 64)
      low = UInt64(truncatingIfNeeded: address)
    }
    if high == 0, low >> 32 == 0xFFFF { return .v4(UInt32(truncatingIfNeeded: low)) }
    return .v6(UInt128(high) << 64 | UInt128(low))
  }

  /// As many ones as a group has bytes.
  private static func mask(_ count: Int) -> UInt64 { 1 &<< UInt64(count) &- 1 }

  /// How many bytes the address has: 4 or 16.
  package var byteCount: Int {
    switch self {
    case .v4: 4
    case .v6: 16
    }
  }

  /// The address in network order: 4 or 16 bytes.
  package var bytes: [UInt8] {
    switch self {
    case .v4(let address):
      (0..<4).map { UInt8(truncatingIfNeeded: address >> UInt32(24 - 8 * $0)) }
    case .v6(let address):
      (0..<16).map { UInt8(truncatingIfNeeded: address >> UInt128(120 - 8 * $0)) }
    }
  }

  private static func withoutZone(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int {
    for index in from..<end where bytes[index] == UInt8(ascii: "%") {
      return index &+ 1 < end ? index : end
    }
    return end
  }

  /// Returns whether the bytes are a colon and a port number.
  private static func isPort(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    guard bytes[from] == UInt8(ascii: ":"), end &- from >= 2, end &- from <= 6 else { return false }
    var port = 0
    for index in (from &+ 1)..<end {
      guard ASCII.isDigit(bytes[index]) else { return false }
      port = port &* 10 &+ Int(bytes[index] &- 48)
    }
    return port <= 65_535
  }
}
