import Bytes

extension IPAddress {
  /// Appends the network of the address: `203.0.113.0/24`, or `2001:db8::/48` as in RFC 5952.
  ///
  /// Bits beyond `v4Bits` or `v6Bits`, whichever applies, are zero in the text.
  package func appendNetwork(v4Bits: Int, v6Bits: Int, to text: inout [UInt8]) {
    let bits: Int
    switch self {
    case .v4(let address):
      bits = min(max(v4Bits, 0), 32)
      let mask = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
      IPAddress.v4(address & mask).append(to: &text)
    case .v6(let address):
      bits = min(max(v6Bits, 0), 128)
      let mask = bits == 0 ? 0 : UInt128.max << UInt128(128 - bits)
      IPAddress.appendV6(address & mask, to: &text)
    }
    text.append(UInt8(ascii: "/"))
    IPAddress.appendDecimal(UInt32(bits), to: &text)
  }

  /// Returns the network of the address as text.
  package func networkText(v4Bits: Int, v6Bits: Int) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(24)
    appendNetwork(v4Bits: v4Bits, v6Bits: v6Bits, to: &text)
    return text
  }

  /// Appends the address in its one canonical form.
  package func append(to text: inout [UInt8]) {
    switch self {
    case .v4(let address):
      for octet in 0..<4 {
        if octet > 0 { text.append(UInt8(ascii: ".")) }
        IPAddress.appendDecimal(address >> UInt32(24 - 8 * octet) & 0xFF, to: &text)
      }
    case .v6(let address): IPAddress.appendV6(address, to: &text)
    }
  }

  /// RFC 5952 section 4: lower case, no leading zeros, the first longest run of two or more zero
  /// groups as `::`.
  private static func appendV6(_ address: UInt128, to text: inout [UInt8]) {
    let high = UInt64(truncatingIfNeeded: address &>> 64)
    let low = UInt64(truncatingIfNeeded: address)
    func group(_ index: Int) -> UInt32 {
      let word = index < 4 ? high : low
      return UInt32(truncatingIfNeeded: word &>> UInt64(48 &- 16 &* (index & 3))) & 0xFFFF
    }
    var bestStart = -1
    var bestCount = 1
    var index = 0
    while index < 8 {
      var stop = index
      while stop < 8, group(stop) == 0 { stop &+= 1 }
      if stop &- index > bestCount {
        bestStart = index
        bestCount = stop &- index
      }
      index = max(stop, index &+ 1)
    }
    // 39 characters are the most, and a text that is being put together is not asked whose it is.
    var written: [40 of UInt8] = .init(repeating: 0)
    var count = 0
    index = 0
    while index < 8 {
      if index == bestStart {
        written[count] = UInt8(ascii: ":")
        written[count &+ 1] = UInt8(ascii: ":")
        count &+= 2
        index &+= bestCount
        continue
      }
      if index > 0, index != bestStart &+ bestCount || bestStart < 0 {
        written[count] = UInt8(ascii: ":")
        count &+= 1
      }
      let value = group(index)
      var shift: UInt32 = value > 0xFFF ? 12 : value > 0xFF ? 8 : value > 0xF ? 4 : 0
      while true {
        let digit = UInt8(truncatingIfNeeded: value &>> shift & 0xF)
        written[count] = digit < 10 ? digit &+ 48 : digit &+ 87
        count &+= 1
        if shift == 0 { break }
        shift &-= 4
      }
      index &+= 1
    }
    text.append(copying: written.span, from: 0, count: count)
  }

  private static func appendDecimal(_ number: UInt32, to text: inout [UInt8]) {
    if number >= 100 { text.append(UInt8(truncatingIfNeeded: number / 100) &+ 48) }
    if number >= 10 { text.append(UInt8(truncatingIfNeeded: number / 10 % 10) &+ 48) }
    text.append(UInt8(truncatingIfNeeded: number % 10) &+ 48)
  }
}
