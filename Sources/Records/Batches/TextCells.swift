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

/// Reads the first and last bytes of the cells that a loop will come to next: called with each
/// `index`, it acts once in 64.
///
/// A block is larger than the fastest caches. Reads that do not wait for each other overlap; those
/// of a loop that decides by what it read do not. Whoever keeps the result keeps the reads.
@inlinable @inline(__always)
package func readAhead(_ cells: Span<TextCell>, at index: Int, of bytes: Span<UInt8>) -> UInt8 {
  index & 63 == 0 ? readNext(cells, index..<min(index &+ 64, cells.count), of: bytes) : 0
}

/// Reads the first and last bytes of the cells in `range`.
@usableFromInline
package func readNext(
  _ cells: Span<TextCell>, _ range: Range<Int>, of bytes: Span<UInt8>
) -> UInt8 {
  var seen: UInt8 = 0
  for index in range {
    let cell = cells[index]
    // The place of null is beyond every block.
    guard cell.lower < bytes.count else { continue }
    seen ^= bytes[cell.lower]
    if cell.count > 32 { seen ^= bytes[cell.upper &- 1] }
  }
  return seen
}
