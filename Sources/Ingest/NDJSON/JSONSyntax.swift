// Advice to the next reader: these functions walk over JSON text (RFC 8259) of which every line
// ends with a line feed. No function steps over a line feed, so none has to ask whether the text is
// at its end. The subscripts are checked all the same. `stops` are the text's `StringStops`: a
// string ends at the next one, which is found without looking at the bytes between. Offsets go in
// and come out; a negative one is a failure.

import Bytes

/// The grammar of JSON over text whose string stops are marked.
enum JSONSyntax {
  /// How deep arrays and objects may be nested.
  static let depthLimit = 512

  /// The text is not JSON.
  static let malformed = -1
  /// The text is nested too deep.
  static let tooDeep = -2

  static let lineFeed = UInt8(ascii: "\n")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")

  /// Returns the eight bytes at `offset`, the first one lowest; zeros stand behind the text's end.
  @inline(__always)
  static func word(_ text: Span<UInt8>, at offset: Int) -> UInt64 {
    offset <= text.count &- 8 ? wholeWord(text, at: offset) : lastWord(text, at: offset)
  }

  @inline(never)
  private static func lastWord(_ text: Span<UInt8>, at offset: Int) -> UInt64 {
    precondition(offset >= 0, "a word begins inside its text")
    var word: UInt64 = 0
    var index = offset
    while index < text.count {
      word |= UInt64(text[index]) &<< UInt64(8 &* (index &- offset))
      index &+= 1
    }
    return word
  }

  /// Returns the first offset from `start` on that is neither blank, tab nor carriage return.
  @inline(__always)
  static func afterBlanks(_ text: Span<UInt8>, from start: Int) -> Int {
    text[start] > 0x20 ? start : afterSomeBlanks(text, from: start)
  }

  @inline(never)
  private static func afterSomeBlanks(_ text: Span<UInt8>, from start: Int) -> Int {
    var offset = start
    while text[offset] == 0x20 || text[offset] == 0x09 || text[offset] == 0x0D { offset &+= 1 }
    return offset
  }

  /// Returns twice the offset of the closing quote of the string whose first byte is at `start`,
  /// plus one when the string has escapes.
  ///
  /// Control characters and unknown escapes are malformed; UTF-8 is not looked at.
  @inline(__always)
  static func stringEnd(_ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int) -> Int {
    let offset = firstMark(stops, from: start)
    return text[offset] == quote
      ? offset &<< 1 : escapedStringEnd(text, stops, stop: offset)
  }

  /// Goes on where a string has its first stop that is no quote.
  @inline(never)
  private static func escapedStringEnd(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, stop first: Int
  ) -> Int {
    var offset = first
    while true {
      let byte = text[offset]
      if byte == quote { return offset &<< 1 | 1 }
      guard byte == backslash else { return malformed }
      let length = escapeLength(text, at: offset)
      if length == 0 { return malformed }
      offset = firstMark(stops, from: offset &+ length)
    }
  }

  /// Returns the length of the escape at `offset`, or 0 when it is none.
  static func escapeLength(_ text: Span<UInt8>, at offset: Int) -> Int {
    switch text[offset &+ 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      return JSONString.unit(text, at: offset &+ 2) < 0 ? 0 : 6
    default:
      return 0
    }
  }

  /// Returns the end of the number that begins at `start`.
  @inline(__always)
  static func numberEnd(_ text: Span<UInt8>, from start: Int) -> Int {
    var offset = start
    if text[offset] == UInt8(ascii: "-") { offset &+= 1 }
    if text[offset] == UInt8(ascii: "0") {
      offset &+= 1
    } else {
      let first = offset
      while text[offset] &- 48 < 10 { offset &+= 1 }
      if offset == first { return malformed }
    }
    if text[offset] == UInt8(ascii: ".") {
      offset &+= 1
      let first = offset
      while text[offset] &- 48 < 10 { offset &+= 1 }
      if offset == first { return malformed }
    }
    if text[offset] | 0x20 == UInt8(ascii: "e") {
      offset &+= 1
      if text[offset] == UInt8(ascii: "+") || text[offset] == UInt8(ascii: "-") { offset &+= 1 }
      let first = offset
      while text[offset] &- 48 < 10 { offset &+= 1 }
      if offset == first { return malformed }
    }
    return offset
  }

  /// Returns the end of `true`, `false`, `null` or a number that begins at `start`.
  @inline(__always)
  static func scalarEnd(_ text: Span<UInt8>, from start: Int) -> Int {
    switch text[start] {
    case UInt8(ascii: "t"):
      return word(text, at: start) & 0xFFFF_FFFF == 0x6575_7274 ? start &+ 4 : malformed
    case UInt8(ascii: "n"):
      return word(text, at: start) & 0xFFFF_FFFF == 0x6C6C_756E ? start &+ 4 : malformed
    case UInt8(ascii: "f"):
      return word(text, at: start) & 0xFF_FFFF_FFFF == 0x65_736C_6166 ? start &+ 5 : malformed
    default:
      return numberEnd(text, from: start)
    }
  }

  /// Returns the end of the value that begins at `start`, inside `depth` open containers.
  @inline(__always)
  static func valueEnd(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, depth: Int
  ) -> Int {
    switch text[start] {
    case quote:
      let end = stringEnd(text, stops, from: start &+ 1)
      return end < 0 ? end : (end &>> 1) &+ 1
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      return containerEnd(text, stops, from: start, depth: depth)
    default:
      return scalarEnd(text, from: start)
    }
  }

  /// Returns the end of the array or object that begins at `start`, inside `depth` open ones.
  ///
  /// A loop with a bit for each open container, so that no nesting can exhaust the stack.
  static func containerEnd(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, depth: Int
  ) -> Int {
    var kinds: UInt64 = 0
    var full: [8 of UInt64] = .init(repeating: 0)
    var open = 0
    var offset = start
    while true {
      // A value begins here.
      switch text[offset] {
      case quote:
        let end = stringEnd(text, stops, from: offset &+ 1)
        if end < 0 { return end }
        offset = (end &>> 1) &+ 1
      case UInt8(ascii: "{"):
        if depth &+ open >= depthLimit { return tooDeep }
        if open & 63 == 0, open > 0 { full[open / 64 &- 1] = kinds }
        kinds = kinds &<< 1 | 1
        open &+= 1
        offset = afterBlanks(text, from: offset &+ 1)
        if text[offset] != UInt8(ascii: "}") {
          offset = afterKey(text, stops, from: offset)
          if offset < 0 { return malformed }
          continue
        }
      case UInt8(ascii: "["):
        if depth &+ open >= depthLimit { return tooDeep }
        if open & 63 == 0, open > 0 { full[open / 64 &- 1] = kinds }
        kinds = kinds &<< 1
        open &+= 1
        offset = afterBlanks(text, from: offset &+ 1)
        if text[offset] != UInt8(ascii: "]") { continue }
      default:
        offset = scalarEnd(text, from: offset)
        if offset < 0 { return malformed }
      }
      // A value has ended here, or an empty container is about to.
      while true {
        offset = afterBlanks(text, from: offset)
        let byte = text[offset]
        let isObject = kinds & 1 == 1
        if byte == UInt8(ascii: ",") {
          offset = afterBlanks(text, from: offset &+ 1)
          if isObject {
            offset = afterKey(text, stops, from: offset)
            if offset < 0 { return malformed }
          }
          break
        }
        guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return malformed }
        offset &+= 1
        open &-= 1
        if open == 0 { return offset }
        kinds = open & 63 == 0 ? full[open / 64 &- 1] : kinds &>> 1
      }
    }
  }

  /// Returns where the value begins whose key begins at `start`.
  @inline(__always)
  private static func afterKey(
    _ text: Span<UInt8>, _ stops: Span<UInt64>, from start: Int
  ) -> Int {
    guard text[start] == quote else { return malformed }
    let end = stringEnd(text, stops, from: start &+ 1)
    if end < 0 { return end }
    let colon = afterBlanks(text, from: (end &>> 1) &+ 1)
    guard text[colon] == UInt8(ascii: ":") else { return malformed }
    return afterBlanks(text, from: colon &+ 1)
  }
}
