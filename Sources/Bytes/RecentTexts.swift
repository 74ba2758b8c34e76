import CLanes
import Glibc
import Synchronization

/// Texts that were seen lately, in a fixed number of places; any number of threads may ask and
/// tell.
///
/// A text is known by 64 bits of a hash under secret keys (`TextMarker`), whose low bits are its
/// place; a place remembers the last one only. Two texts that differ are taken for the same with
/// probability 2^-64 a look, and nobody can look for such texts without the keys. It holds no byte
/// of a text.
@safe
package final class RecentTexts: Sendable {
  /// Each place is read and written as a whole: what one thread misses of another it finds out
  /// again.
  private nonisolated(unsafe) let places: UnsafeMutablePointer<Atomic<UInt64>>
  private let mask: Int
  /// How many looks ahead a place is asked for.
  private static let distance = 32

  /// Makes room for at least `capacity` texts, eight bytes each; memory is taken as it is used.
  package init(capacity: Int) {
    var size = 16
    while size < capacity { size *= 2 }
    guard let memory = unsafe calloc(size, MemoryLayout<Atomic<UInt64>>.stride) else {
      preconditionFailure("a table of texts finds memory")
    }
    // SAFETY: an atomic word is a word, and all of them are zero.
    unsafe places = memory.bindMemory(to: Atomic<UInt64>.self, capacity: size)
    mask = size &- 1
  }

  deinit { unsafe free(places) }

  /// Whether the text of that mark is remembered.
  @inline(__always)
  package func holds(_ mark: UInt64) -> Bool {
    // SAFETY: the place is less than their number, a power of two.
    unsafe places[Int(truncatingIfNeeded: mark) & mask].load(ordering: .relaxed) == mark
  }

  /// Writes the positions of the marks whose texts are not remembered, in order, in place of what
  /// was in `positions`; a mark of 0 stands for no text and is left out.
  ///
  /// The places of many texts lie outside the near caches. Each is asked for some looks before its
  /// own, and what comes of a look is no branch.
  package func list(unknown marks: Span<UInt64>, in positions: inout [UInt32]) {
    if positions.count < marks.count {
      positions.append(contentsOf: repeatElement(0, count: marks.count - positions.count))
    }
    var target = positions.mutableSpan
    var count = 0
    for index in 0..<min(RecentTexts.distance, marks.count) { fetchAhead(marks[index]) }
    for index in marks.indices {
      let mark = marks[index]
      if index &+ RecentTexts.distance < marks.count {
        fetchAhead(marks[index &+ RecentTexts.distance])
      }
      target[count] = UInt32(truncatingIfNeeded: index)
      count &+= (mark == 0 ? 0 : 1) & (holds(mark) ? 0 : 1)
    }
    positions.removeLast(positions.count - count)
  }

  @inline(__always)
  private func fetchAhead(_ mark: UInt64) {
    // SAFETY: the place is less than their number; it is asked for, not read.
    unsafe sparsam_fetch_line(places + (Int(truncatingIfNeeded: mark) & mask))
  }

  /// Remembers the text of that mark in place of what was there.
  package func remember(_ mark: UInt64) {
    // SAFETY: as in `holds`.
    unsafe places[Int(truncatingIfNeeded: mark) & mask].store(mark, ordering: .relaxed)
  }
}
