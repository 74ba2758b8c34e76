import Bytes
import Identifiers
import Records

/// Holds the texts of one column to its grammar, searches open ones for what looks like an
/// identifier and looks them up among those that the run has read.
///
/// Texts repeat themselves: what passed lately is remembered and passes again for the price of a
/// hash.
struct TextCheck: Sendable {
  /// What a path is held to.
  private enum PathRule: Sendable { case absent, any, masked, listed }

  /// What a text is held to; it holds no list, which would be copied for each text.
  private enum Rule: Sendable {
    case open(most: Int?)
    case words
    case versions
    case subnet(v4: Int, v6: Int)
    case url(host: Bool, path: PathRule)
    case token(tag: UInt8)
  }

  private let rule: Rule
  /// The words or paths of the rule.
  private let listed: ByteInterner
  /// What follows a network of version 4.
  private let lengthText: [UInt8]
  private let allowsOther: Bool
  private let isOpen: Bool
  private let isLookedUp: Bool
  private let filter: KeyedFilter?
  /// Texts that passed, of all columns and on all threads.
  private let known: RecentTexts
  /// Makes the marks of this column's texts.
  let marker: TextMarker
  /// What percent signs hide, decoded; a network as it should be written.
  private var scratch: [UInt8] = []

  /// Prepares for the texts of the column of that number in its table.
  init(_ grammar: CellGrammar, column: Int, filter: KeyedFilter?, known: RecentTexts) {
    self.known = known
    marker = TextMarker(field: column)
    var inner = grammar
    var allowsOther = false
    while true {
      if case .orOther(let next) = inner {
        allowsOther = true
        inner = next
      } else if case .kept(let next) = inner {
        inner = next
      } else {
        break
      }
    }
    self.allowsOther = allowsOther
    isOpen = grammar.isOpen
    isLookedUp = grammar.isLookedUp && filter != nil
    self.filter = filter
    var list: [String] = []
    var lengthText: [UInt8] = []
    switch inner {
    case .words(let words):
      rule = .words
      list = words
    case .versions(let words):
      rule = .versions
      list = words
    case .subnet(let v4, let v6):
      rule = .subnet(v4: v4, v6: v6)
      lengthText = Array("/\(v4)".utf8)
    case .url(let host, let path):
      switch path {
      case nil: rule = .url(host: host, path: .absent)
      case .any: rule = .url(host: host, path: .any)
      case .masked: rule = .url(host: host, path: .masked)
      case .listed(let paths):
        rule = .url(host: host, path: .listed)
        list = paths
      }
    case .token(let isReplay): rule = .token(tag: UInt8(ascii: isReplay ? "r" : "t"))
    case .text(let most): rule = .open(most: most)
    case .number, .boolean, .time, .orOther, .kept: rule = .open(most: nil)
    }
    listed = TextCheck.interned(list)
    self.lengthText = lengthText
  }

  private static func interned(_ words: [String]) -> ByteInterner {
    var interner = ByteInterner(capacity: words.count)
    for word in words { _ = interner.code(of: Array(word.utf8)) }
    return interner
  }

  /// What tokens begin with, of a column that holds nothing else.
  var tokenTag: UInt8? {
    if case .token(let tag) = rule { tag } else { nil }
  }

  /// Writes the positions of the marks whose texts have not passed lately in place of what was
  /// there.
  func list(unknown marks: [UInt64], in positions: inout [UInt32]) {
    known.list(unknown: marks.span, in: &positions)
  }

  /// Returns what is wrong with a text; `suspects` takes what the filter knows of it.
  mutating func flaw(
    _ bytes: Span<UInt8>, from: Int, to end: Int, suspects: inout [[UInt8]]
  ) -> Flaw? {
    if let tokenTag {
      return isToken(bytes, from: from, to: end, tag: tokenTag) ? nil : .grammar
    }
    return flaw(
      bytes, from: from, to: end,
      mark: marker.mark(of: bytes, from: from, count: end &- from), suspects: &suspects)
  }

  /// Returns what is wrong with a text of that mark.
  mutating func flaw(
    _ bytes: Span<UInt8>, from: Int, to end: Int, mark: UInt64, suspects: inout [[UInt8]]
  ) -> Flaw? {
    if known.holds(mark) { return nil }
    if let flaw = flawOfNew(bytes, from, end) { return flaw }
    let before = suspects.count
    if isLookedUp { lookUp(bytes, from, end, &suspects) }
    if suspects.count == before { known.remember(mark) }
    return nil
  }

  private mutating func flawOfNew(_ bytes: Span<UInt8>, _ from: Int, _ end: Int) -> Flaw? {
    if case .words = rule {
      if listed.find(bytes, from: from, count: end &- from) != nil { return nil }
      return allowsOther && equals(bytes, from, end, otherWord) ? nil : .grammar
    }
    guard isValidUTF8(bytes, from: from, to: end) else { return .type }
    if allowsOther, equals(bytes, from, end, otherWord) { return nil }
    switch rule {
    case .token, .words: break
    case .versions:
      guard isVersion(bytes, from, end) else { return .grammar }
    case .subnet(let v4, let v6):
      guard isSubnet(bytes, from, end, v4, v6) else { return .grammar }
    case .open(let most):
      if let most, scalarCount(bytes, from, end) > most {
        return most == plainTextLimit ? .length : .grammar
      }
    case .url(let host, let path):
      guard isURL(bytes, from, end, host: host, path: path) else { return .grammar }
    }
    guard isOpen,
      let found = Detector.first(in: bytes, from: from, to: end, kinds: .all)
    else { return nil }
    return .looksPersonal(found.kind.rawValue)
  }

  private func isVersion(_ bytes: Span<UInt8>, _ from: Int, _ end: Int) -> Bool {
    var stop = end
    while stop > from, ASCII.isDigit(bytes[stop &- 1]) { stop &-= 1 }
    let digits = end &- stop
    if digits > 0, digits <= 3, stop > from, bytes[stop &- 1] == 32 {
      return listed.find(bytes, from: from, count: stop &- 1 &- from) != nil
    }
    return listed.find(bytes, from: from, count: end &- from) != nil
  }

  private mutating func isSubnet(
    _ bytes: Span<UInt8>, _ from: Int, _ end: Int, _ v4: Int, _ v6: Int
  ) -> Bool {
    let slash = firstOffset(of: UInt8(ascii: "/"), in: bytes, from: from, to: end)
    if case .v4(let address)? = IPAddress.v4(bytes, from: from, to: slash) {
      // One of version 4 is read in one spelling only; what is left are its last bits and its
      // length.
      let hostBits = v4 == 0 ? UInt32.max : (1 &<< UInt32(32 &- v4)) &- 1
      return address & hostBits == 0 && equals(bytes, slash, end, lengthText)
    }
    guard let address = IPAddress.v6(bytes, from: from, to: slash) else { return false }
    // The network of a network is itself, in the same spelling.
    scratch.removeAll(keepingCapacity: true)
    address.appendNetwork(v4Bits: v4, v6Bits: v6, to: &scratch)
    return equals(bytes, from, end, scratch)
  }

  private func isURL(
    _ bytes: Span<UInt8>, _ from: Int, _ end: Int, host: Bool, path: PathRule
  ) -> Bool {
    var start = from
    let isPathOnly =
      from < end && (bytes[from] == UInt8(ascii: "/") || bytes[from] == UInt8(ascii: "*"))
    if host, !isPathOnly || path == .absent {
      start = firstOffset(of: UInt8(ascii: "/"), in: bytes, from: from, to: end)
      guard URLGrammar.isHost(bytes, from: from, to: start) else { return false }
      if start == end { return true }
    }
    switch path {
    case .absent: return false
    case .any: return URLGrammar.isPath(bytes, from: start, to: end, masksIDs: false)
    case .masked: return URLGrammar.isPath(bytes, from: start, to: end, masksIDs: true)
    case .listed: return listed.find(bytes, from: start, count: end &- start) != nil
    }
  }

  private func scalarCount(_ bytes: Span<UInt8>, _ from: Int, _ end: Int) -> Int {
    var count = 0
    for index in from..<end where bytes[index] & 0xC0 != 0x80 { count &+= 1 }
    return count
  }

  // MARK: Look-up

  /// Looks up the whole text and, of a URL, each of its segments, as they are and decoded.
  private mutating func lookUp(
    _ bytes: Span<UInt8>, _ from: Int, _ end: Int, _ suspects: inout [[UInt8]]
  ) {
    find(bytes, from, end, &suspects)
    guard case .url = rule else { return }
    let hasEscapes = firstOffset(of: UInt8(ascii: "%"), in: bytes, from: from, to: end) < end
    var start = from
    while true {
      let stop = firstOffset(of: UInt8(ascii: "/"), in: bytes, from: start, to: end)
      // A text of one segment was looked up above.
      if start > from || stop < end { find(bytes, start, stop, &suspects) }
      if hasEscapes,
        firstOffset(of: UInt8(ascii: "%"), in: bytes, from: start, to: stop) < stop
      {
        scratch.removeAll(keepingCapacity: true)
        URLQuery.appendDecoded(bytes, from: start, to: stop, to: &scratch)
        find(scratch.span, 0, scratch.count, &suspects)
      }
      if stop == end { return }
      start = stop &+ 1
    }
  }

  private func find(
    _ bytes: Span<UInt8>, _ from: Int, _ end: Int, _ suspects: inout [[UInt8]]
  ) {
    guard end &- from >= identifierLeast, let filter,
      filter.contains(bytes, from: from, count: end &- from)
    else { return }
    suspects.append([UInt8](copying: bytes, from: from, count: end &- from))
  }
}

/// The fewest bytes that an identifier has to be looked up for: shorter ones are words of any text.
package let identifierLeast = 6

private let otherWord = Array("other".utf8)

/// Whether the bytes are `tag` and 26 digits of base32 in lower case.
func isToken(_ bytes: Span<UInt8>, from: Int, to end: Int, tag: UInt8) -> Bool {
  guard end &- from == tokenTextByteCount, bytes[from] == tag else { return false }
  // The last digit has three bits of the token and two zeros.
  let last = bytes[end &- 1]
  let value =
    last >= UInt8(ascii: "a") ? last &- UInt8(ascii: "a") : last &- UInt8(ascii: "2") &+ 26
  return value & 3 == 0 && isBase32(bytes, from: from &+ 1, to: end)
}
