import Bytes

/// The parts of a request line `METHOD target [protocol]`.
struct RequestLine: Sendable {
  var method: FieldRange
  var target: FieldRange
  /// Empty for HTTP/0.9.
  var version: FieldRange

  /// Splits the request; `nil` when it has not that form.
  ///
  /// Scanners, TLS on the wrong port and timeouts leave garbage in logs: `-`, nothing, a method
  /// alone, blanks inside the target. What is no request line of RFC 9112, 3 (or of HTTP/0.9,
  /// without protocol) is not guessed at.
  @inline(__always)
  init?(_ bytes: Span<UInt8>, _ request: FieldRange) {
    let blank = UInt8(ascii: " ")
    // Nearly all requests are of one method.
    let isGet = RequestLine.isGet(bytes, request)
    let first =
      isGet
      ? request.lower &+ 3
      : firstOffset(of: blank, in: bytes, from: request.lower, to: request.upper)
    guard first > request.lower, first < request.upper else { return nil }
    let second = firstOffset(of: blank, in: bytes, from: first &+ 1, to: request.upper)
    guard second > first &+ 1 else { return nil }
    method = FieldRange(lower: request.lower, upper: first)
    target = FieldRange(lower: first &+ 1, upper: second)
    version = FieldRange(lower: request.upper, upper: request.upper)
    if second < request.upper { version.lower = second &+ 1 }
    guard isGet || RequestLine.isToken(bytes, method) else { return nil }
    if second < request.upper, !RequestLine.isVersion(bytes, version) { return nil }
  }

  /// Returns the target, of slashes at its beginning only the last.
  ///
  /// A request names its host elsewhere; read as a URL, `//admin/x` would be a host that whoever
  /// asks for it thinks up. Servers take several slashes for one.
  @inline(__always)
  func path(_ bytes: Span<UInt8>) -> FieldRange {
    let slash = UInt8(ascii: "/")
    var path = target
    while path.upper &- path.lower > 1, bytes[path.lower] == slash, bytes[path.lower &+ 1] == slash
    {
      path.lower &+= 1
    }
    return path
  }

  /// Whether the request begins with `GET` and a blank.
  @inline(__always)
  private static func isGet(_ bytes: Span<UInt8>, _ request: FieldRange) -> Bool {
    request.upper &- request.lower > 4 && bytes[request.lower] == UInt8(ascii: "G")
      && bytes[request.lower &+ 1] == UInt8(ascii: "E")
      && bytes[request.lower &+ 2] == UInt8(ascii: "T")
      && bytes[request.lower &+ 3] == UInt8(ascii: " ")
  }

  /// Whether the method stands in IANA's HTTP Method Registry.
  @inline(__always)
  func hasRegisteredMethod(_ bytes: Span<UInt8>) -> Bool {
    let start = method.lower
    let count = method.upper &- start
    if count == 3, bytes[start] == UInt8(ascii: "G"), bytes[start &+ 1] == UInt8(ascii: "E"),
      bytes[start &+ 2] == UInt8(ascii: "T")
    {
      return true
    }
    return isListed(bytes)
  }

  private func isListed(_ bytes: Span<UInt8>) -> Bool {
    let count = method.upper &- method.lower
    for name in RequestLine.registered where name.count == count {
      var index = 0
      while index < count, bytes[method.lower &+ index] == name[index] { index &+= 1 }
      if index == count { return true }
    }
    return false
  }

  /// Whether the bytes are a token of RFC 9110, 5.6.2; methods are.
  private static func isToken(_ bytes: Span<UInt8>, _ range: FieldRange) -> Bool {
    for position in range.lower..<range.upper {
      switch bytes[position] {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        continue
      case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
        UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
        UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
        continue
      default: return false
      }
    }
    return true
  }

  /// `HTTP/1.1` as a word; `HTTP/1.0` differs in the lowest bit of its last byte.
  private static let http11: UInt64 = 0x312E_312F_5054_5448

  /// Whether the bytes are a protocol such as `HTTP/1.1` or `HTTP/2`: upper-case letters, a slash,
  /// digits and points.
  private static func isVersion(_ bytes: Span<UInt8>, _ range: FieldRange) -> Bool {
    if range.upper &- range.lower == 8,
      JSONSyntax.word(bytes, at: range.lower) | 0x01 &<< 56 == RequestLine.http11
    {
      return true
    }
    var position = range.lower
    while position < range.upper, bytes[position] &- UInt8(ascii: "A") < 26 { position &+= 1 }
    guard position > range.lower, range.upper &- position >= 2, bytes[position] == UInt8(ascii: "/")
    else { return false }
    position &+= 1
    guard isDigit(bytes[position]) else { return false }
    while position < range.upper, isDigit(bytes[position]) || bytes[position] == UInt8(ascii: ".") {
      position &+= 1
    }
    return position == range.upper
  }

  /// IANA, "Hypertext Transfer Protocol (HTTP) Method Registry", without the reserved `*`; the
  /// frequent ones first.
  private static let registered: [[UInt8]] = [
    "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE", "ACL",
    "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LINK", "LOCK", "MERGE",
    "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "ORDERPATCH",
    "PRI", "PROPFIND", "PROPPATCH", "REBIND", "REPORT", "SEARCH", "UNBIND", "UNCHECKOUT", "UNLINK",
    "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL",
  ].map { Array($0.utf8) }
}
