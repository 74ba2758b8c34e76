import Bytes

extension IPAddress {
  /// Appends the network of the address: `203.0.113.0/24`, or `2001:db8::/48` as in RFC 5952.
  ///
  /// Bits beyond `v4Bits` or `v6Bits`, whichever applies, are zero in the text.
  package func appendNetwork(v4Bits: Int, v6Bits: Int, to text: inout [UInt8]) {
    var written = WrittenAddress()
    let bits: Int
    switch self {
    case .v4(let address):
      bits = min(max(v4Bits, 0), 32)
      let mask = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
      written.write(v4: address & mask)
    case .v6(let address):
      bits = min(max(v6Bits, 0), 128)
      let mask = bits == 0 ? 0 : UInt128.max << UInt128(128 - bits)
      written.write(v6: address & mask)
    }
    written.write(UInt8(ascii: "/"))
    written.write(decimal: UInt32(bits))
    written.append(to: &text)
  }

  /// Appends the address in its one canonical form.
  package func append(to text: inout [UInt8]) {
    var written = WrittenAddress()
    switch self {
    case .v4(let address): written.write(v4: address)
    case .v6(let address): written.write(v6: address)
    }
    written.append(to: &text)
  }
}

/// An address that is being written; a growing array would be asked for each byte whose it is.
private struct WrittenAddress {
  /// The longest are 39 characters, `/128` behind them.
  private var bytes: [48 of UInt8] = .init(repeating: 0)
  private var count = 0

  func append(to text: inout [UInt8]) {
    text.append(copying: bytes.span, from: 0, count: count)
  }

  @inline(__always)
  mutating func write(_ byte: UInt8) {
    bytes[count] = byte
    count &+= 1
  }

  mutating func write(v4 address: UInt32) {
    for octet in 0..<4 {
      if octet > 0 { write(UInt8(ascii: ".")) }
      write(decimal: address >> UInt32(24 - 8 * octet) & 0xFF)
    }
  }

  /// RFC 5952 section 4: lower case, no leading zeros, the first longest run of two or more zero
  /// groups as `::`.
  mutating func write(v6 address: UInt128) {
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
    index = 0
    while index < 8 {
      if index == bestStart {
        write(UInt8(ascii: ":"))
        write(UInt8(ascii: ":"))
        index &+= bestCount
        continue
      }
      if index > 0, index != bestStart &+ bestCount || bestStart < 0 { write(UInt8(ascii: ":")) }
      let value = group(index)
      var shift: UInt32 = value > 0xFFF ? 12 : value > 0xFF ? 8 : value > 0xF ? 4 : 0
      while true {
        let digit = UInt8(truncatingIfNeeded: value &>> shift & 0xF)
        write(digit < 10 ? digit &+ 48 : digit &+ 87)
        if shift == 0 { break }
        shift &-= 4
      }
      index &+= 1
    }
  }

  /// Writes a number of up to three digits.
  mutating func write(decimal number: UInt32) {
    if number >= 100 { write(UInt8(truncatingIfNeeded: number / 100) &+ 48) }
    if number >= 10 { write(UInt8(truncatingIfNeeded: number / 10 % 10) &+ 48) }
    write(UInt8(truncatingIfNeeded: number % 10) &+ 48)
  }
}
