import Bytes
import Records

/// Where a field of a log line lies.
struct FieldRange: Sendable {
  var lower = 0
  var upper = 0
}

/// Where the fields of one line of an access log lie, still escaped.
struct AccessLogLine: Sendable {
  var vhost = FieldRange()
  var ip = FieldRange()
  var ident = FieldRange()
  var user = FieldRange()
  var time = FieldRange()
  var request = FieldRange()
  var status = FieldRange()
  var bytes = FieldRange()
  var referrer = FieldRange()
  var userAgent = FieldRange()
  /// Whether a field may hold escapes.
  var hasEscapes = false
}

/// What must follow the quote that closes a field; it tells that quote from raw ones inside.
private enum Follower {
  /// A blank, three digits and a blank: the status.
  case status
  /// A blank and a quote: the next quoted field.
  case quotedField
  /// The end of the line, or a blank and fields whose quotes pair.
  case lineEnd
}

private let blank = UInt8(ascii: " ")
private let quote = UInt8(ascii: "\"")
private let dash = UInt8(ascii: "-")

extension AccessLogLine {
  /// Finds the fields of the line `start..<end`, which has no LF; `false` if it is no log line.
  ///
  /// Common is `host ident user [time] "request" status bytes`; combined adds the quoted referrer
  /// and user agent, vhost_combined also the server's name in front. Further fields at the end are
  /// accepted. `stops` marks at least all quotes and backslashes (see `FieldStops`).
  mutating func locate(
    in line: Span<UInt8>, from start: Int, to end: Int, layout: Reading.Layout,
    stops: Span<UInt64>
  ) -> Bool {
    var position = start
    hasEscapes = false
    if layout == .vhostCombined {
      guard let name = token(in: line, from: &position, to: end) else { return false }
      vhost = name
      dropPort(in: line)
    }
    guard host(in: line, from: &position, to: end),
      let ident = token(in: line, from: &position, to: end),
      userAndTime(in: line, from: &position, to: end),
      let request = quoted(in: line, from: &position, to: end, before: .status, stops)
    else { return false }
    self.ident = ident
    self.request = request
    // The follower check has seen a blank, three digits and a blank.
    status = FieldRange(lower: position &+ 1, upper: position &+ 4)
    position &+= 5
    guard byteCount(in: line, from: &position, to: end) else { return false }
    if layout == .common { return true }
    guard end &- position >= 2, line[position] == blank, line[position &+ 1] == quote else {
      return false
    }
    position &+= 1
    guard let referrer = quoted(in: line, from: &position, to: end, before: .quotedField, stops)
    else {
      return false
    }
    self.referrer = referrer
    position &+= 1
    guard let userAgent = quoted(in: line, from: &position, to: end, before: .lineEnd, stops)
    else {
      return false
    }
    self.userAgent = userAgent
    return true
  }

  /// Reads text up to a blank and moves behind the blank.
  @inline(__always)
  private func token(
    in line: Span<UInt8>, from position: inout Int, to end: Int
  ) -> FieldRange? {
    let lower = position
    let next = firstOffset(of: blank, in: line, from: lower, to: end)
    guard next > lower, next < end else { return nil }
    position = next &+ 1
    return FieldRange(lower: lower, upper: next)
  }

  /// Reads the client's address or name.
  ///
  /// Behind a proxy it may be the list `client, proxy1, proxy2` of X-Forwarded-For; the client is
  /// its first element.
  @inline(__always)
  private mutating func host(in line: Span<UInt8>, from position: inout Int, to end: Int) -> Bool {
    let comma = UInt8(ascii: ",")
    guard var element = token(in: line, from: &position, to: end) else { return false }
    ip = element
    if line[ip.upper &- 1] != comma { return true }
    ip.upper &-= 1
    while line[element.upper &- 1] == comma {
      guard let next = token(in: line, from: &position, to: end) else { return false }
      element = next
    }
    return true
  }

  /// Takes `:port` away from the server's name (`%v:%p` in Debian's vhost_combined).
  private mutating func dropPort(in line: Span<UInt8>) {
    var colon = vhost.upper
    while colon > vhost.lower, isDigit(line[colon &- 1]) { colon &-= 1 }
    guard colon < vhost.upper, colon > vhost.lower, line[colon &- 1] == UInt8(ascii: ":") else {
      return
    }
    colon &-= 1
    // An IPv6 address without brackets has no port.
    let isPlain =
      firstOffset(of: UInt8(ascii: ":"), in: line, from: vhost.lower, to: colon) == colon
    if isPlain || (colon > vhost.lower && line[colon &- 1] == UInt8(ascii: "]")) {
      vhost.upper = colon
    }
  }

  /// Reads `user [time] ` up to the quote of the request; the user's name may hold blanks.
  @inline(__always)
  private mutating func userAndTime(
    in line: Span<UInt8>, from position: inout Int, to end: Int
  ) -> Bool {
    let bracket = UInt8(ascii: "[")
    var open = position &+ 2
    let isUsual =
      end &- position > 3 && line[position] == dash && line[position &+ 1] == blank
      && line[open] == bracket
    if !isUsual { open = firstOffset(of: bracket, in: line, from: position, to: end) }
    var close = open
    while open < end {
      if open > position, line[open &- 1] == blank {
        // Several brackets may share one close; looking for it once keeps long lines linear.
        if close <= open {
          close = firstOffset(of: UInt8(ascii: "]"), in: line, from: open &+ 1, to: end)
        }
        if end &- close >= 3, line[close &+ 1] == blank, line[close &+ 2] == quote {
          user = FieldRange(lower: position, upper: open &- 1)
          time = FieldRange(lower: open &+ 1, upper: close)
          if !isUsual, firstOffset(of: backslash, in: line, from: position, to: open) < open {
            hasEscapes = true
          }
          position = close &+ 2
          return true
        }
      }
      open = firstOffset(of: bracket, in: line, from: open &+ 1, to: end)
    }
    return false
  }

  /// Reads the digits or the dash of the response's size.
  @inline(__always)
  private mutating func byteCount(
    in line: Span<UInt8>, from position: inout Int, to end: Int
  ) -> Bool {
    let first = position
    if position < end, line[position] == dash {
      position &+= 1
    } else {
      while position < end, isDigit(line[position]) { position &+= 1 }
    }
    bytes = FieldRange(lower: first, upper: position)
    return position > first && (position == end || line[position] == blank)
  }

  /// Reads the quoted field at `position` and moves behind its closing quote.
  ///
  /// Servers escape quotes and backslashes inside. Old ones do not: where no unescaped quote is
  /// followed by what the layout expects, any quote that is will close the field.
  @inline(__always)
  private mutating func quoted(
    in line: Span<UInt8>, from position: inout Int, to end: Int, before follower: Follower,
    _ stops: Span<UInt64>
  ) -> FieldRange? {
    let lower = position &+ 1
    let first = nextQuote(in: line, from: lower, to: end, stops)
    if first < end, isFollowed(in: line, at: first, to: end, by: follower) {
      position = first &+ 1
      return FieldRange(lower: lower, upper: first)
    }
    guard
      let close = laterClose(in: line, from: first, to: end, before: follower, stops)
        ?? unescapedClose(in: line, from: lower, to: end, before: follower)
    else { return nil }
    position = close &+ 1
    return FieldRange(lower: lower, upper: close)
  }

  /// Returns the next quote that is not escaped, or the end.
  @inline(__always)
  private mutating func nextQuote(
    in line: Span<UInt8>, from start: Int, to end: Int, _ stops: Span<UInt64>
  ) -> Int {
    var scan = start
    while scan < end {
      scan = firstMark(stops, from: scan)
      if scan >= end { return end }
      if line[scan] == quote { return scan }
      if line[scan] == backslash {
        hasEscapes = true
        scan &+= 2
      } else {
        scan &+= 1
      }
    }
    return end
  }

  /// Whether what the layout expects stands behind the quote; further fields are not looked at.
  @inline(__always)
  private func isFollowed(
    in line: Span<UInt8>, at position: Int, to end: Int, by follower: Follower
  ) -> Bool {
    let left = end &- position
    switch follower {
    case .status:
      return left > 6 && line[position &+ 1] == blank && isDigit(line[position &+ 2])
        && isDigit(line[position &+ 3]) && isDigit(line[position &+ 4])
        && line[position &+ 5] == blank
    case .quotedField:
      return left >= 3 && line[position &+ 1] == blank && line[position &+ 2] == quote
    case .lineEnd:
      return left == 1
    }
  }

  /// Returns the quote that closes the field whose first unescaped quote is `first`.
  private mutating func laterClose(
    in line: Span<UInt8>, from first: Int, to end: Int, before follower: Follower,
    _ stops: Span<UInt64>
  ) -> Int? {
    if first >= end { return nil }
    var isEven = true
    if follower == .lineEnd {
      var scan = nextQuote(in: line, from: first &+ 1, to: end, stops)
      while scan < end {
        isEven.toggle()
        scan = nextQuote(in: line, from: scan &+ 1, to: end, stops)
      }
    }
    var scan = first
    while scan < end {
      if isFollowed(in: line, at: scan, to: end, by: follower) { return scan }
      // The quotes of the fields behind pair; `isEven` tells of those behind `scan`.
      if follower == .lineEnd, isEven, line[scan &+ 1] == blank { return scan }
      scan = nextQuote(in: line, from: scan &+ 1, to: end, stops)
      isEven.toggle()
    }
    return nil
  }

  /// Returns the closing quote of a field in a line whose writer escapes nothing.
  private func unescapedClose(
    in line: Span<UInt8>, from lower: Int, to end: Int, before follower: Follower
  ) -> Int? {
    var scan = firstOffset(of: quote, in: line, from: lower, to: end)
    while scan < end {
      if isFollowed(in: line, at: scan, to: end, by: follower) { return scan }
      // Whatever is wrong behind, it lies in fields that nobody reads.
      if follower == .lineEnd, line[scan &+ 1] == blank { return scan }
      scan = firstOffset(of: quote, in: line, from: scan &+ 1, to: end)
    }
    return nil
  }
}

let backslash = UInt8(ascii: "\\")

/// Whether the byte is an ASCII digit.
@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
