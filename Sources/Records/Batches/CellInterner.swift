import Bytes

/// A table that gives every distinct text of a block a dense code, in order of first sight.
///
/// No text is copied: a code stands for the cell where its text was seen first, and later texts are
/// compared with that. Codes depend on the order of the texts only.
package struct CellInterner: Sendable {
  /// What each code stands for; code 0 is the null.
  package var entries: [TextCell] = [.null]
  private var table = TagTable()

  package init() {}

  /// Forgets all texts; the memory stays.
  package mutating func removeAll() {
    table.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    entries.append(.null)
  }

  /// Appends the code of each cell to `codes`.
  ///
  /// Cells that begin behind `block` lie in `tail`, which follows it.
  package mutating func appendCodes(
    of cells: Span<TextCell>, in block: Span<UInt8>, _ tail: Span<UInt8>, to codes: inout [UInt32]
  ) {
    var tags: [256 of UInt32] = .init(repeating: 0)
    let first = codes.count
    codes.append(contentsOf: repeatElement(0, count: cells.count))
    var target = codes.mutableSpan
    var start = 0
    while start < cells.count {
      let count = min(256, cells.count &- start)
      for index in 0..<count {
        let cell = cells[start &+ index]
        tags[index] = cell.isNull ? 0 : tag(of: cell, in: block, tail)
      }
      fetchAhead(tags.span.extracting(0..<count), in: block)
      for index in 0..<count {
        let cell = cells[start &+ index]
        if cell.isNull { continue }
        target[first &+ start &+ index] = code(of: cell, tag: tags[index], in: block, tail)
      }
      start &+= count
    }
  }

  /// Returns the code of a cell that is not null, a new one if its text was never seen.
  package mutating func code(of cell: TextCell, in bytes: Span<UInt8>) -> UInt32 {
    let none: [UInt8] = []
    return code(of: cell, tag: tag(of: cell, in: bytes, none.span), in: bytes, none.span)
  }

  /// Gives a cell that is not null a code of its own, whether its text was seen or not.
  package mutating func addEntry(_ cell: TextCell) -> UInt32 {
    entries.append(cell)
    return UInt32(truncatingIfNeeded: entries.count &- 1)
  }

  // MARK: - One text

  @inline(__always)
  private func tag(of cell: TextCell, in block: Span<UInt8>, _ tail: Span<UInt8>) -> UInt32 {
    cell.lower < block.count
      ? table.tag(of: block, from: cell.lower, count: Int(cell.count))
      : table.tag(of: tail, from: cell.lower &- block.count, count: Int(cell.count))
  }

  @inline(__always)
  private mutating func code(
    of cell: TextCell, tag: UInt32, in block: Span<UInt8>, _ tail: Span<UInt8>
  ) -> UInt32 {
    let place = place(of: cell, tag: tag, in: block, tail)
    let number = table.number(at: place)
    return number != 0 ? number : insert(cell, tag: tag, at: place)
  }

  /// Returns the place of the table that has the cell's text, or the free one where it belongs.
  @inline(__always)
  private func place(
    of cell: TextCell, tag: UInt32, in block: Span<UInt8>, _ tail: Span<UInt8>
  ) -> Int {
    table.place(of: tag) { number in
      let other = entries[Int(number)]
      if other.count != cell.count { return false }
      if cell.upper <= block.count, other.upper <= block.count {
        return areEqual(block, at: cell.lower, block, at: other.lower, count: Int(cell.count))
      }
      return CellInterner.areEqualAnywhere(cell, other, block, tail)
    }
  }

  /// Compares two texts of one length of which at least one lies in the tail.
  private static func areEqualAnywhere(
    _ first: TextCell, _ second: TextCell, _ block: Span<UInt8>, _ tail: Span<UInt8>
  ) -> Bool {
    let count = Int(first.count)
    let firstInBlock = first.lower < block.count
    let secondInBlock = second.lower < block.count
    let firstStart = firstInBlock ? first.lower : first.lower &- block.count
    let secondStart = secondInBlock ? second.lower : second.lower &- block.count
    if firstInBlock {
      return areEqual(block, at: firstStart, tail, at: secondStart, count: count)
    }
    return secondInBlock
      ? areEqual(tail, at: firstStart, block, at: secondStart, count: count)
      : areEqual(tail, at: firstStart, tail, at: secondStart, count: count)
  }

  @inline(never)
  private mutating func insert(_ cell: TextCell, tag: UInt32, at place: Int) -> UInt32 {
    let number = addEntry(cell)
    table.put(number, tag: tag, at: place)
    return number
  }

  /// Asks for what looking up these tags will read.
  private func fetchAhead(_ tags: Span<UInt32>, in block: Span<UInt8>) {
    table.fetchAhead(tags)
    var starts: [256 of Int] = .init(repeating: 0)
    for index in tags.indices {
      starts[index] = entries[Int(table.likelyNumber(of: tags[index]))].lower
    }
    Bytes.fetchAhead(block, at: starts.span.extracting(0..<tags.count))
  }
}
