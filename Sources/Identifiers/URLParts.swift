import Bytes

/// The parts of a URL or request target as ranges of its bytes (RFC 3986, RFC 9112 section 3.2).
package struct URLParts: Hashable, Sendable {
  /// How the URL was written.
  package enum Form: Hashable, Sendable {
    /// `https://shop.example/p`.
    case absolute
    /// `//shop.example/p`.
    case schemeRelative
    /// `/p?x`.
    case origin
    /// `shop.example:443`, the target of CONNECT.
    case authority
    /// `*`, the target of OPTIONS.
    case asterisk
  }

  package var form: Form
  /// Without the colon; empty where there is none, as with all other parts.
  package var scheme: Range<Int>
  package var userinfo: Range<Int>
  /// With the brackets of a version 6 address.
  package var host: Range<Int>
  package var port: Range<Int>
  /// From the first slash; empty where the URL ends before it.
  package var path: Range<Int>
  /// Without the question mark.
  package var query: Range<Int>
  /// Without the number sign.
  package var fragment: Range<Int>

  /// Splits a URL, or returns `nil` where it is none of the five forms.
  ///
  /// Relative references (`p/1`) and URLs without an authority (`mailto:`, `data:`, `tel:`) are
  /// none. A backslash counts as a slash, as in browsers. Characters are not checked.
  package init?(_ bytes: Span<UInt8>, from: Int, to end: Int) {
    let none = end..<end
    form = .origin
    scheme = none
    userinfo = none
    host = none
    port = none
    path = none
    query = none
    fragment = none
    guard from < end else { return nil }
    if bytes[from] == UInt8(ascii: "*") {
      guard end == from &+ 1 else { return nil }
      form = .asterisk
      return
    }
    var index = from
    if !URLParts.isSlash(bytes[from]) {
      var colon = from
      while colon < end, URLParts.isScheme(bytes[colon], isFirst: colon == from) { colon &+= 1 }
      if colon > from, colon &+ 2 < end, bytes[colon] == UInt8(ascii: ":"),
        URLParts.isSlash(bytes[colon &+ 1]), URLParts.isSlash(bytes[colon &+ 2])
      {
        form = .absolute
        scheme = from..<colon
        index = colon &+ 3
      } else {
        form = .authority
        setAuthority(bytes, from: from, to: end)
        // `tel:1` has the same form; a host that CONNECT is asked for has a dot or brackets.
        guard !host.isEmpty, !port.isEmpty, port.count <= 5, userinfo.isEmpty,
          host.contains(where: { bytes[$0] == UInt8(ascii: ".") || bytes[$0] == UInt8(ascii: "[") })
        else { return nil }
        for position in port where !ASCII.isDigit(bytes[position]) { return nil }
        for position in host where URLParts.isSlash(bytes[position]) { return nil }
        return
      }
    } else if from &+ 1 < end, URLParts.isSlash(bytes[from &+ 1]) {
      form = .schemeRelative
      index = from &+ 2
    }
    if form != .origin {
      let start = index
      index = firstOffset(
        ofAny: UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "#"),
        in: bytes, from: index, to: end)
      setAuthority(bytes, from: start, to: index)
    }
    let pathStart = index
    index = firstOffset(
      ofEither: UInt8(ascii: "?"), UInt8(ascii: "#"), in: bytes, from: index, to: end)
    path = pathStart..<index
    if index < end, bytes[index] == UInt8(ascii: "?") {
      let queryStart = index &+ 1
      index = firstOffset(of: UInt8(ascii: "#"), in: bytes, from: index, to: end)
      query = queryStart..<index
    }
    if index < end { fragment = (index &+ 1)..<end }
  }

  /// The last `@` ends the user info, as in browsers, so that none of it is taken for the host.
  private mutating func setAuthority(_ bytes: Span<UInt8>, from: Int, to end: Int) {
    var start = from
    if let sign = lastOffset(of: UInt8(ascii: "@"), in: bytes, from: from, to: end) {
      userinfo = from..<sign
      start = sign &+ 1
    }
    var stop = start
    if stop < end, bytes[stop] == UInt8(ascii: "[") {
      while stop < end, bytes[stop] != UInt8(ascii: "]") { stop &+= 1 }
      if stop < end { stop &+= 1 }
    }
    stop = firstOffset(of: UInt8(ascii: ":"), in: bytes, from: stop, to: end)
    host = start..<stop
    if stop < end { port = (stop &+ 1)..<end }
  }

  @inlinable @inline(always)
  package static func isSlash(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
  }

  private static func isScheme(_ byte: UInt8, isFirst: Bool) -> Bool {
    if ASCII.isLetter(byte) { return true }
    guard !isFirst else { return false }
    return ASCII.isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".")
  }
}
