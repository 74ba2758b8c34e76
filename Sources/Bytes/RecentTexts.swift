/// Texts that were seen lately, in a fixed number of places.
///
/// A text is known by 64 bits of a hash under this process's secret keys, whose low bits are its
/// place; a place remembers the last one only. Two texts that differ are taken for the same with
/// probability 2^-64 a look, and nobody can look for such texts without the keys. It holds no byte
/// of a text.
package struct RecentTexts: Sendable {
  private var places: [UInt64]
  private let mask: Int

  /// Makes room for at least `capacity` texts, eight bytes each.
  package init(capacity: Int) {
    var size = 16
    while size < capacity { size *= 2 }
    places = [UInt64](repeating: 0, count: size)
    mask = size &- 1
  }

  /// Returns what the `count` bytes at `start` are known by.
  package static func mark(of bytes: Span<UInt8>, from start: Int, count: Int) -> UInt64 {
    precondition(
      start >= 0 && count >= 0 && start <= bytes.count && count <= bytes.count &- start,
      "a marked range lies inside its bytes")
    // SAFETY: the range was checked above.
    return mark(ofHash: unsafe KeyedHash.ofProcess.hash(bytes.bytes, from: start, count: count))
  }

  /// Returns what a text of that secretly keyed hash is known by, among texts of the same key.
  @inline(__always)
  static func mark(ofHash hash: UInt64) -> UInt64 {
    // 0 stands for an empty place.
    hash == 0 ? 1 : hash
  }

  /// Whether the text of that mark is remembered.
  package func holds(_ mark: UInt64) -> Bool {
    places[Int(truncatingIfNeeded: mark) & mask] == mark
  }

  /// Puts 0, which no text has, in place of each mark whose text is remembered.
  ///
  /// The places of many texts lie outside the near caches. Looks that do not wait for each other
  /// overlap, and what comes of each is no branch.
  package func forget(remembered marks: inout [UInt64]) {
    var marks = marks.mutableSpan
    let places = places.span
    for index in marks.indices {
      let mark = marks[index]
      marks[index] = places[Int(truncatingIfNeeded: mark) & mask] == mark ? 0 : mark
    }
  }

  /// Remembers the text of that mark in place of what was there.
  package mutating func remember(_ mark: UInt64) {
    places[Int(truncatingIfNeeded: mark) & mask] = mark
  }
}
