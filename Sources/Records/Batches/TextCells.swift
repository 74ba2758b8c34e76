import Bytes

/// The place of one text in a byte array.
///
/// Members of a `package` type are inlined elsewhere only where the type is usable from inline
/// code.
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

/// Asks for the bytes of the cells that a loop will come to: called with each `index`, it acts once
/// in 64 and asks for those behind the next 64.
///
/// A block is larger than the fastest caches. A loop that decides by what it reads would wait for
/// each text by itself.
@inlinable @inline(__always)
package func fetchAhead(_ cells: Span<TextCell>, at index: Int, of bytes: Span<UInt8>) {
  if index & 63 != 0 { return }
  if index == 0 { fetch(cells, 0..<min(64, cells.count), of: bytes) }
  fetch(cells, min(index &+ 64, cells.count)..<min(index &+ 128, cells.count), of: bytes)
}

/// Asks for the first and, of longer texts, the last bytes of the cells in `range`, 64 at most.
@usableFromInline
func fetch(_ cells: Span<TextCell>, _ range: Range<Int>, of bytes: Span<UInt8>) {
  var places: [128 of Int] = .init(repeating: 0)
  var count = 0
  for index in range {
    let cell = cells[index]
    places[count] = cell.lower
    places[count &+ 1] = cell.upper &- 1
    count &+= cell.count > 32 && !cell.isNull ? 2 : 1
  }
  Bytes.fetchAhead(bytes, at: places.span.extracting(0..<count))
}
