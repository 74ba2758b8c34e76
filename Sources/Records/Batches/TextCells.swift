/// The place of one text in a byte array.
///
/// Members of a `package` type are inlined elsewhere only where the type is usable from inline code.
@usableFromInline
package struct TextCell: Hashable, Sendable {
  @usableFromInline package var start: UInt32
  @usableFromInline package var count: UInt32

  @inlinable @inline(always)
  package init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }

  @inlinable @inline(always)
  package init(start: Int, count: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  /// No value: missing in the record, or taken away.
  @inlinable @inline(always)
  package static var null: TextCell { TextCell(start: UInt32.max, count: 0) }

  @inlinable @inline(always)
  package var isNull: Bool { start == UInt32.max }
  @inlinable @inline(always)
  package var lower: Int { Int(start) }
  @inlinable @inline(always)
  package var upper: Int { Int(start) &+ Int(count) }
}

/// Texts as ranges into one byte array.
///
/// Several columns may share the array (a block's bytes); it is never written through here.
package struct TextCells: Sendable {
  package var bytes: [UInt8]
  package var cells: [TextCell]

  package init(bytes: [UInt8] = [], cells: [TextCell] = []) {
    self.bytes = bytes
    self.cells = cells
  }

  /// Adds a text at the end; for cold paths and tests.
  package mutating func append(_ text: String?) {
    guard let text else { return cells.append(.null) }
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    cells.append(TextCell(start: start, count: bytes.count - start))
  }
}

/// Reads a byte of each of the cells in `range`; whoever keeps the result keeps the reads.
///
/// A block is larger than the fastest caches. Reads that do not wait for each other overlap; those
/// of a loop that decides by what it read do not.
package func readAhead(
  _ cells: Span<TextCell>, _ range: Range<Int>, of bytes: Span<UInt8>
) -> UInt8 {
  var seen: UInt8 = 0
  for index in range {
    let place = cells[index].lower
    // The place of null is beyond every block.
    if place < bytes.count { seen ^= bytes[place] }
  }
  return seen
}
