import Bytes
import Identifiers

/// Hosts and paths as the treatments of URLs leave them.
enum URLGrammar {
  /// Whether the bytes are a host name in lower case without a final dot, or `:ip`.
  static func isHost(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Bool {
    guard from < end, end &- from <= 253 else { return false }
    if bytes[from] == UInt8(ascii: ":") { return equals(bytes, from, end, address) }
    var labelStart = from
    var lastHasLetter = false
    for index in from..<end {
      let byte = bytes[index]
      if byte == UInt8(ascii: ".") {
        guard index > labelStart else { return false }
        labelStart = index &+ 1
        lastHasLetter = false
      } else {
        guard
          ASCII.isLower(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_") || byte >= 0x80
        else { return false }
        if !ASCII.isDigit(byte) { lastHasLetter = true }
      }
    }
    // A last label of digits is an address to browsers.
    return labelStart < end && lastHasLetter
  }

  private static let address = Array(":ip".utf8)

  /// Whether the bytes are a path: a slash before each segment, no query, fragment or parameter;
  /// with `masksIDs` no segment that is an identifier.
  static func isPath(_ bytes: Span<UInt8>, from: Int, to end: Int, masksIDs: Bool) -> Bool {
    guard from < end else { return false }
    // The target of OPTIONS.
    if end == from &+ 1, bytes[from] == UInt8(ascii: "*") { return true }
    guard bytes[from] == UInt8(ascii: "/") else { return false }
    let foreign = firstOffset(
      ofAny: UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: ";"), UInt8(ascii: "\\"), in: bytes,
      from: from, to: end)
    guard foreign == end else { return false }
    guard masksIDs else { return true }
    var start = from
    while start < end {
      let stop = firstOffset(of: UInt8(ascii: "/"), in: bytes, from: start &+ 1, to: end)
      if URLSegment.isIdentifier(bytes, from: start &+ 1, to: stop) { return false }
      start = stop
    }
    return true
  }
}
