import Bytes

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
    let marks = TextMarks(bytes, from: from, to: end)
    var kinds: DetectionKinds = []
    if marks.hasAtSign || marks.hasPercentSign { kinds.insert(.email) }
    if marks.digits >= 1, marks.hasColon { kinds.insert(.ip) }
    // A digest of 32 digits has one that is no letter, and sixteen in a row wherever one looks.
    guard
      marks.digits >= 6 || marks.digits >= 4 && marks.points >= 3
        || marks.digits >= 1 && marks.hasHexLanes
    else { return kinds }
    let runs = Runs(bytes, from: from, to: end)
    if runs.points >= 3, marks.digits >= 4 { kinds.insert(.ip) }
    if runs.longestNumber >= 6 { kinds.insert(.phone) }
    if runs.longestNumber >= 12 { kinds.insert(.card) }
    if runs.longestAccount >= 15, marks.digits >= 6 { kinds.insert(.iban) }
    if runs.longestDigest >= 32 { kinds.insert(.hex) }
    return kinds
  }

  /// The longest runs of a text that may be one identifier, as far as single bytes tell.
  private struct Runs {
    /// Digits with no letter between two of them: no number goes on behind one.
    var longestNumber = 0
    /// Letters and digits with nothing between them that may not divide an account number.
    var longestAccount = 0
    /// Hexadecimal digits.
    var longestDigest = 0
    /// Full stops behind a digit, of which a dotted quad has three.
    var points = 0

    init(_ bytes: Span<UInt8>, from: Int, to end: Int) {
      let classes = classes
      var number = 0
      var account = 0
      var digest = 0
      var previous: UInt8 = 0
      for index in from..<end {
        let mask = classes[Int(bytes[index])]
        number = mask & 4 != 0 ? 0 : number &+ Int(mask & 1)
        account = mask & 8 != 0 ? 0 : account &+ Int(mask &>> 4 & 1)
        digest = mask & 2 != 0 ? digest &+ 1 : 0
        points &+= Int(mask &>> 5 & previous & 1)
        longestNumber = max(longestNumber, number)
        longestAccount = max(longestAccount, account)
        longestDigest = max(longestDigest, digest)
        previous = mask
      }
    }
  }

  /// 1 digit, 2 hexadecimal digit, 4 letter, 8 neither in an account number nor between its
  /// characters, 16 letter or digit, 32 full stop.
  private static let classes: [UInt8] = {
    var table = [UInt8](repeating: 8, count: 256)
    for byte in UInt8(0)...127 {
      if ASCII.isDigit(byte) { table[Int(byte)] = 1 | 16 }
      if ASCII.isLetter(byte) { table[Int(byte)] = 4 | 16 }
      if ASCII.isHexDigit(byte) { table[Int(byte)] |= 2 }
    }
    // Blank, hyphen, full stop and the two bytes of a no-break space.
    for byte in [32, 45, 0xC2, 0xA0] { table[byte] = 0 }
    table[Int(UInt8(ascii: "."))] = 32
    return table
  }()
}
