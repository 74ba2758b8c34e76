// Advice to the next reader: these functions walk over JSON text (RFC 8259) of which every line
// ends with a line feed and behind which stand `JSONSyntax.guardCount` more of them. No function
// steps over a line feed, so none has to ask whether the text is at its end: the guard stops it,
// and the eight bytes from any place inside the text can be read at once. The subscripts are
// checked all the same. Offsets go in and come out; a negative one is a failure.

/// The grammar of JSON over a block of guarded bytes.
enum JSONSyntax {
  /// Line feeds that stand behind the text.
  static let guardCount = 16
  /// How deep arrays and objects may be nested.
  static let depthLimit = 512

  /// The text is not JSON.
  static let malformed = -1
  /// The text is nested too deep.
  static let tooDeep = -2

  static let lineFeed = UInt8(ascii: "\n")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")

  private static let every: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// Returns the eight bytes at `offset`, the first one lowest.
  ///
  /// The compiler makes one load of it, because the one check above proves all eight.
  @inline(__always)
  static func word(_ text: borrowing Span<UInt8>, at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= text.count &- 8, "a word lies inside its text")
    let window = text.extracting(offset..<offset &+ 8)
    guard window.count == 8 else { return 0 }
    let low =
      UInt64(window[0]) | UInt64(window[1]) << 8 | UInt64(window[2]) << 16
      | UInt64(window[3]) << 24
    let high =
      UInt64(window[4]) << 32 | UInt64(window[5]) << 40 | UInt64(window[6]) << 48
      | UInt64(window[7]) << 56
    return low | high
  }

  /// Returns the first offset from `start` on that is neither blank, tab nor carriage return.
  @inline(__always)
  static func afterBlanks(_ text: borrowing Span<UInt8>, from start: Int) -> Int {
    if text[start] > 0x20 { return start }
    var offset = start
    while text[offset] == 0x20 || text[offset] == 0x09 || text[offset] == 0x0D { offset &+= 1 }
    return offset
  }

  /// Returns twice the offset of the closing quote of the string whose first byte is at `start`,
  /// plus one when the string has escapes.
  ///
  /// Control characters and unknown escapes are malformed; UTF-8 is not looked at.
  @inline(__always)
  static func stringEnd(_ text: borrowing Span<UInt8>, from start: Int) -> Int {
    var offset = start
    var escapes = 0
    while true {
      let word = word(text, at: offset)
      let quotes = word ^ (UInt64(quote) &* every)
      let slashes = word ^ (UInt64(backslash) &* every)
      // A byte below 32 or equal to one of the two sets its high bit; borrows run upwards, so the
      // lowest mark is always a true one.
      let marks =
        (((quotes &- every) & ~quotes) | ((slashes &- every) & ~slashes)
          | ((word &- (0x20 &* every)) & ~word)) & highBits
      if marks == 0 {
        offset &+= 8
        continue
      }
      offset &+= marks.trailingZeroBitCount &>> 3
      let byte = text[offset]
      if byte == quote { return offset &<< 1 | escapes }
      guard byte == backslash else { return malformed }
      let length = escapeLength(text, at: offset)
      if length == 0 { return malformed }
      escapes = 1
      offset &+= length
    }
  }

  /// Returns the length of the escape at `offset`, or 0 when it is none.
  static func escapeLength(_ text: borrowing Span<UInt8>, at offset: Int) -> Int {
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
  static func numberEnd(_ text: borrowing Span<UInt8>, from start: Int) -> Int {
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
  static func scalarEnd(_ text: borrowing Span<UInt8>, from start: Int) -> Int {
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
  static func valueEnd(_ text: borrowing Span<UInt8>, from start: Int, depth: Int) -> Int {
    switch text[start] {
    case quote:
      let end = stringEnd(text, from: start &+ 1)
      return end < 0 ? end : (end &>> 1) &+ 1
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      return containerEnd(text, from: start, depth: depth)
    default:
      return scalarEnd(text, from: start)
    }
  }

  /// Returns the end of the array or object that begins at `start`, inside `depth` open ones.
  ///
  /// A loop with a bit for each open container, so that no nesting can exhaust the stack.
  static func containerEnd(_ text: borrowing Span<UInt8>, from start: Int, depth: Int) -> Int {
    var kinds: UInt64 = 0
    var full: [8 of UInt64] = .init(repeating: 0)
    var open = 0
    var offset = start
    while true {
      // A value begins here.
      switch text[offset] {
      case quote:
        let end = stringEnd(text, from: offset &+ 1)
        if end < 0 { return end }
        offset = (end &>> 1) &+ 1
      case UInt8(ascii: "{"):
        if depth &+ open >= depthLimit { return tooDeep }
        if open & 63 == 0, open > 0 { full[open / 64 &- 1] = kinds }
        kinds = kinds &<< 1 | 1
        open &+= 1
        offset = afterBlanks(text, from: offset &+ 1)
        if text[offset] != UInt8(ascii: "}") {
          offset = afterKey(text, from: offset)
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
            offset = afterKey(text, from: offset)
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
  private static func afterKey(_ text: borrowing Span<UInt8>, from start: Int) -> Int {
    guard text[start] == quote else { return malformed }
    let end = stringEnd(text, from: start &+ 1)
    if end < 0 { return end }
    let colon = afterBlanks(text, from: (end &>> 1) &+ 1)
    guard text[colon] == UInt8(ascii: ":") else { return malformed }
    return afterBlanks(text, from: colon &+ 1)
  }
}
