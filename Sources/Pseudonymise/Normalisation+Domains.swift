import Bytes
import Identifiers
import Records

extension Normalisation {
  /// E-mail: blanks around it go, exactly one `@` with something on both sides, all lower case.
  ///
  /// Mailbox names are case-sensitive by RFC 5321 §2.4, but no provider of note treats them so;
  /// what only some providers ignore (dots, `+tag`) is kept.
  static func appendEmail(
    _ value: Span<UInt8>, isASCII: Bool, to bytes: inout [UInt8]
  ) -> Outcome {
    var lower = 0
    var upper = value.count
    while lower < upper, ASCII.isSpace(value[lower]) { lower &+= 1 }
    while upper > lower, ASCII.isSpace(value[upper &- 1]) { upper &-= 1 }
    if lower == upper { return .absent }
    if upper &- lower == 1, value[lower] == UInt8(ascii: "-") { return .absent }
    let start = bytes.count
    if isASCII {
      bytes.append(copying: value, from: lower, count: upper &- lower)
    } else {
      // Letters beyond ASCII (RFC 6531).
      let outcome = appendComposed(value.extracting(lower..<upper), lowercased: true, to: &bytes)
      guard outcome == .present else { return outcome }
    }
    var signs = 0
    for index in start..<bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "@") { signs &+= 1 }
      if ASCII.isUpper(byte) { bytes[index] = byte | 0x20 }
    }
    guard signs == 1, bytes[start] != UInt8(ascii: "@"),
      bytes[bytes.count &- 1] != UInt8(ascii: "@")
    else { return .fault(.identifier) }
    return .present
  }

  /// Phone: `+` or `00`, then 7 to 15 digits (ITU-T E.164); separators go, `00` becomes `+`.
  ///
  /// A number without its country is another number in every country: refused.
  static func appendPhone(_ value: Span<UInt8>, to bytes: inout [UInt8]) -> Outcome {
    PhoneNumber.appendNormalised(value, from: 0, to: value.count, to: &bytes)
      ? .present : .fault(.identifier)
  }

  /// IBAN: separators go, letters are upper case (ISO 13616), check digits hold.
  static func appendIBAN(_ value: Span<UInt8>, to bytes: inout [UInt8]) -> Outcome {
    IBAN.appendNormalised(value, from: 0, to: value.count, to: &bytes)
      ? .present : .fault(.identifier)
  }

  /// Card number: separators go, the check digit holds.
  static func appendCard(_ value: Span<UInt8>, to bytes: inout [UInt8]) -> Outcome {
    PaymentCard.appendNormalised(value, from: 0, to: value.count, to: &bytes)
      ? .present : .fault(.identifier)
  }

  /// Integer: as it is, when it is one.
  static func appendInteger(_ value: Span<UInt8>, to bytes: inout [UInt8]) -> Outcome {
    let hasSign = value[0] == UInt8(ascii: "-") || value[0] == UInt8(ascii: "+")
    let first = hasSign ? 1 : 0
    guard first < value.count else { return .fault(.identifier) }
    for index in first..<value.count where !ASCII.isDigit(value[index]) {
      return .fault(.identifier)
    }
    bytes.append(copying: value)
    return .present
  }

  /// IP address: its 4 or 16 bytes, IPv4 mapped into IPv6 as IPv4; else a host name, lower-cased.
  ///
  /// Web servers that resolve names write a host in the address's place.
  static func appendAddress(
    _ value: Span<UInt8>, isASCII: Bool, to bytes: inout [UInt8]
  ) -> Outcome {
    if isASCII, let address = IPAddress.parse(value, from: 0, to: value.count) {
      switch address {
      case .v4(let number): bytes.append(littleEndian: UInt64(number.byteSwapped), count: 4)
      case .v6(let number):
        let high = UInt64(truncatingIfNeeded: number >> 64)
        bytes.append(littleEndian: high.byteSwapped, count: 8)
        bytes.append(littleEndian: UInt64(truncatingIfNeeded: number).byteSwapped, count: 8)
      }
      return .present
    }
    let start = bytes.count
    if isASCII {
      bytes.append(copying: value)
      for index in start..<bytes.count { bytes[index] = ASCII.lowercased(bytes[index]) }
    } else {
      let outcome = appendComposed(value, lowercased: true, to: &bytes)
      guard outcome == .present else { return outcome }
    }
    return isHostName(bytes.span.extracting(start..<bytes.count)) ? .present : .fault(.identifier)
  }

  /// Whether lower-cased bytes are a host name: labels of letters, digits, `-` and `_`.
  ///
  /// A name whose last label is a number is a misspelt address, never a host (RFC 1123 §2.1).
  private static func isHostName(_ name: Span<UInt8>) -> Bool {
    guard name.count <= 253 else { return false }
    var labelStart = 0
    var labelIsNumber = true
    for index in name.indices {
      let byte = name[index]
      if byte == UInt8(ascii: ".") {
        if index == labelStart { return false }
        // A final point names the root and ends no further label.
        if index == name.count &- 1 { return !labelIsNumber }
        labelStart = index &+ 1
        labelIsNumber = true
        continue
      }
      if !ASCII.isDigit(byte) { labelIsNumber = false }
      guard
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
          || byte >= 0x80
      else { return false }
    }
    return labelStart < name.count && !labelIsNumber
  }
}
