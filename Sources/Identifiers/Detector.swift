/// What an identifier in the middle of a text looks like.
package struct Detection: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case email, phone, iban, card, ip
    case hex
  }

  package var kind: Kind
  /// Offset of its first byte.
  package var start: Int
  /// Offset behind its last byte.
  package var end: Int
}

/// Kinds of identifiers to look for.
package struct DetectionKinds: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package init(_ kind: Detection.Kind) {
    switch kind {
    case .email: self = .email
    case .phone: self = .phone
    case .iban: self = .iban
    case .card: self = .card
    case .ip: self = .ip
    case .hex: self = .hex
    }
  }

  package static let email = DetectionKinds(rawValue: 1)
  package static let phone = DetectionKinds(rawValue: 2)
  package static let iban = DetectionKinds(rawValue: 4)
  package static let card = DetectionKinds(rawValue: 8)
  package static let ip = DetectionKinds(rawValue: 16)
  /// Hexadecimal digests of 32, 40, 56, 64, 96 or 128 digits.
  package static let hex = DetectionKinds(rawValue: 32)
  package static let all: DetectionKinds = [.email, .phone, .iban, .card, .ip, .hex]
}

/// Finds what looks like an identifier of a person in any text.
///
/// A first pass over a table of byte classes tells which kinds can occur at all; most texts end
/// there. Every later step looks at a bounded number of bytes, so that the time is linear in the
/// text whatever stands in it.
package enum Detector {
  /// Returns the first look-alike in the text `from ..< end`, or `nil` when there is none.
  package static func first(
    in bytes: Span<UInt8>, from: Int, to end: Int, kinds: DetectionKinds
  ) -> Detection? {
    next(after: from, in: bytes, from: from, to: end, kinds: kinds)
  }

  /// Returns the first look-alike in the text `from ..< end` that begins at `offset` or later.
  ///
  /// The text before `offset` counts as context: what stands in front of a number.
  package static func next(
    after offset: Int, in bytes: Span<UInt8>, from: Int, to end: Int, kinds: DetectionKinds
  ) -> Detection? {
    let possible = kinds.intersection(possibleKinds(bytes, from: offset, to: end))
    if possible.isEmpty { return nil }
    return scan(bytes, origin: from, from: offset, to: end, kinds: possible)
  }

  /// Returns whether the text holds a look-alike of these kinds.
  package static func finds(
    _ kinds: DetectionKinds, in bytes: Span<UInt8>, from: Int, to end: Int
  ) -> Bool {
    first(in: bytes, from: from, to: end, kinds: kinds) != nil
  }

  /// Returns the kinds whose characters the text has; the only pass that most texts see.
  static func possibleKinds(_ bytes: Span<UInt8>, from: Int, to end: Int) -> DetectionKinds {
    guard end &- from >= 5 else { return [] }
    let classes = classes
    var seen: UInt8 = 0
    var digits = 0
    var hexRun = 0
    var longestHexRun = 0
    for index in from..<end {
      let mask = classes[Int(bytes[index])]
      seen |= mask
      digits &+= Int(mask & 1)
      hexRun = mask & 2 != 0 ? hexRun &+ 1 : 0
      longestHexRun = max(longestHexRun, hexRun)
    }
    var kinds: DetectionKinds = []
    if seen & 12 != 0 { kinds.insert(.email) }
    if digits >= 4, seen & 16 != 0 { kinds.insert(.ip) }
    if digits >= 1, seen & 32 != 0 { kinds.insert(.ip) }
    if digits >= 6 { kinds.insert(.phone) }
    if digits >= 6, end &- from >= 15 { kinds.insert(.iban) }
    if digits >= 12 { kinds.insert(.card) }
    if longestHexRun >= 32 { kinds.insert(.hex) }
    return kinds
  }

  /// 1 digit, 2 hexadecimal digit, 4 `@`, 8 `%`, 16 full stop, 32 colon.
  private static let classes: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 256)
    for byte in UInt8(0)...127 {
      if ASCII.isDigit(byte) { table[Int(byte)] |= 1 }
      if ASCII.isHexDigit(byte) { table[Int(byte)] |= 2 }
    }
    table[Int(UInt8(ascii: "@"))] = 4
    table[Int(UInt8(ascii: "%"))] = 8
    table[Int(UInt8(ascii: "."))] = 16
    table[Int(UInt8(ascii: ":"))] = 32
    return table
  }()
}
