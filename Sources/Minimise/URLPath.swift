import Bytes
import Identifiers
import Records

/// Paths of URLs as they leave: segment by segment, without parameters, identifiers masked.
enum URLPath {
  private static let mask = Array(":id".utf8)

  /// Appends the path; an empty one is `/`.
  static func append(
    _ bytes: Span<UInt8>, _ path: Range<Int>, masksIDs: Bool, to output: inout [UInt8]
  ) {
    guard !path.isEmpty else { return output.append(UInt8(ascii: "/")) }
    if !masksIDs, bytes[path.lowerBound] == UInt8(ascii: "/"),
      firstOffset(
        ofAny: UInt8(ascii: "%"), UInt8(ascii: ";"), UInt8(ascii: "\\"), in: bytes,
        from: path.lowerBound, to: path.upperBound) == path.upperBound
    {
      // No parameters, and nothing divides but slashes: the path stays as it is.
      return output.append(copying: bytes, from: path.lowerBound, count: path.count)
    }
    var walk = Segments(path)
    while let segment = walk.next(bytes) {
      output.append(UInt8(ascii: "/"))
      if masksIDs,
        URLSegment.isIdentifier(bytes, from: segment.lowerBound, to: segment.upperBound)
      {
        output.append(contentsOf: mask)
      } else {
        output.append(copying: bytes, from: segment.lowerBound, count: segment.count)
      }
    }
  }

  /// Walks over the segments of a path that begins with a slash.
  ///
  /// Backslashes and encoded slashes divide too, so that nothing hides behind them. What follows a
  /// semicolon is a parameter (`;jsessionid=…`, RFC 3986 section 3.3) and never comes along.
  struct Segments {
    private var index: Int
    private let end: Int

    init(_ path: Range<Int>) {
      index = path.lowerBound
      end = path.upperBound
    }

    mutating func next(_ bytes: Span<UInt8>) -> Range<Int>? {
      guard index < end else { return nil }
      // The slash, as one byte or as an escape of three.
      index &+= bytes[index] == UInt8(ascii: "%") ? 3 : 1
      let start = index
      var stop = -1
      while index < end {
        let byte = bytes[index]
        if URLParts.isSlash(byte) { break }
        if byte == UInt8(ascii: ";"), stop < 0 { stop = index }
        if byte == UInt8(ascii: "%"),
          let escaped = ASCII.escapedByte(bytes, at: index, to: end)
        {
          if URLParts.isSlash(escaped) { break }
          if escaped == UInt8(ascii: ";"), stop < 0 { stop = index }
        }
        index &+= 1
      }
      return start..<(stop < 0 ? index : stop)
    }
  }
}

/// A closed list of paths: `/p/:id` takes any one segment for `:id`, `/c/*` one or more for `*`.
struct URLRoutes: Sendable {
  private struct Route: Sendable {
    var segments: [[UInt8]]
    var text: [UInt8]
  }

  private var routes: [Route] = []
  private static let other = Array("/other".utf8)

  init(_ patterns: [String]) throws(PlanFault) {
    for pattern in patterns {
      guard pattern.hasPrefix("/"), !pattern.contains(where: { "?#; \\".contains($0) }) else {
        throw PlanFault(
          "'\(pattern)' is no path", fix: "write it with a slash in front and without a query",
          setting: ["paths"])
      }
      let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: true)
        .map { Array($0.utf8) }
      if let star = segments.firstIndex(of: [UInt8(ascii: "*")]), star != segments.count - 1 {
        throw PlanFault("'*' in '\(pattern)' must be the last segment", setting: ["paths"])
      }
      let text = Array(pattern.utf8)
      guard !routes.contains(where: { $0.text == text }) else {
        throw PlanFault("'\(pattern)' is listed twice", setting: ["paths"])
      }
      routes.append(Route(segments: segments, text: text))
    }
    guard !routes.isEmpty else { throw PlanFault("'paths' is a list of paths", setting: ["paths"]) }
  }

  /// Appends the first route that the path takes, or `/other`; a slash at the end does not count.
  func append(_ bytes: Span<UInt8>, _ path: Range<Int>, to output: inout [UInt8]) {
    for route in routes where takes(route, bytes, path) {
      output.append(contentsOf: route.text)
      return
    }
    output.append(contentsOf: URLRoutes.other)
  }

  private func takes(_ route: Route, _ bytes: Span<UInt8>, _ path: Range<Int>) -> Bool {
    var walk = URLPath.Segments(path)
    var position = 0
    while let segment = walk.next(bytes) {
      if segment.isEmpty { continue }
      guard position < route.segments.count else { return false }
      let expected = route.segments[position]
      if expected == [UInt8(ascii: "*")] { return true }
      if expected.first != UInt8(ascii: ":") {
        guard expected.count == segment.count else { return false }
        for index in 0..<expected.count
        where expected[index] != bytes[segment.lowerBound &+ index] {
          return false
        }
      }
      position &+= 1
    }
    return position == route.segments.count
  }
}
