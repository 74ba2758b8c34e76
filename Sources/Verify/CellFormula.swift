import Bytes

/// What a spreadsheet runs, and what keeps it from doing so (OWASP, "CSV Injection").
enum CellFormula {
  static let guardMark = UInt8(ascii: "'")

  static func begins(with byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 9, 13: true
    default: false
    }
  }

  /// Whether a text with that first byte is a formula, or one disarmed.
  @inline(__always)
  static func mayBegin(with byte: UInt8) -> Bool { byte == guardMark || begins(with: byte) }

  /// Returns where the text of a cell begins behind the apostrophe that disarms a formula, or `nil`
  /// when it is one.
  static func textStart(_ bytes: Span<UInt8>, from start: Int, count: Int) -> Int? {
    guard count > 0 else { return start }
    if begins(with: bytes[start]) { return nil }
    let isGuarded =
      bytes[start] == guardMark && count > 1 && begins(with: bytes[start &+ 1])
    return isGuarded ? start &+ 1 : start
  }
}
