import Bytes

/// A table that gives the texts of a block dense codes, in order of first sight.
///
/// No text is copied: a code stands for the cell where its text was seen first, and later texts are
/// compared with that. Neighbours that say the same, as the lines of an order do, share a code
/// without a search. Where hardly anything else repeats itself, the rest of the block is not
/// searched either: its texts then have a code for each time they come. Codes depend on the order
/// of the texts only.
package struct CellInterner: Sendable {
  /// What each code stands for; code 0 is the null.
  package var entries: [TextCell] = [.null]
  private var table = TagTable()
  /// The last text that was no null, and its code.
  private var last = TextCell.null
  private var lastCode: UInt32 = 0
  private var searchCount = 0
  private var isSearching = true

  /// Searches after which a block shows whether they are worth their while.
  private static let searchSample = 512
  /// How many cells are read before the first of them is looked up.
  private static let groupSize = 256

  package init() {}

  /// Forgets all texts; the memory stays.
  package mutating func removeAll() {
    table.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    entries.append(.null)
    last = .null
    searchCount = 0
    isSearching = true
  }

  /// Appends the code of each cell to `codes`.
  ///
  /// Cells that begin behind `block` lie in `tail`, which follows it.
  package mutating func appendCodes(
    of cells: Span<TextCell>, in block: Span<UInt8>, _ tail: Span<UInt8>, to codes: inout [UInt32]
  ) {
    let first = codes.count
    codes.append(contentsOf: repeatElement(0, count: cells.count))
    var target = codes.mutableSpan
    var start = 0
    while start < cells.count {
      let end = min(start &+ CellInterner.groupSize, cells.count)
      findCodes(
        of: cells.extracting(start..<end), in: block, tail, &target, from: first &+ start)
      start = end
    }
  }

  private mutating func findCodes(
    of cells: Span<TextCell>, in block: Span<UInt8>, _ tail: Span<UInt8>,
    _ codes: inout MutableSpan<UInt32>, from first: Int
  ) {
    var tags: [256 of UInt32] = .init(repeating: 0)
    var isRepeated: [256 of Bool] = .init(repeating: false)
    var last = last
    for index in cells.indices {
      let cell = cells[index]
      if cell.isNull { continue }
      isRepeated[index] =
        cell.count == last.count && !last.isNull
        && CellInterner.areEqual(cell, last, block, tail)
      last = cell
      if isSearching, !isRepeated[index] { tags[index] = tag(of: cell, in: block, tail) }
    }
    self.last = last
    if isSearching { fetchAhead(tags.span.extracting(0..<cells.count), in: block) }
    for index in cells.indices where !cells[index].isNull {
      if !isRepeated[index] {
        lastCode =
          isSearching
          ? code(of: cells[index], tag: tags[index], in: block, tail) : addEntry(cells[index])
      }
      codes[first &+ index] = lastCode
    }
  }

  private mutating func addEntry(_ cell: TextCell) -> UInt32 {
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
    searchCount &+= 1
    if searchCount == CellInterner.searchSample {
      isSearching = entries.count <= CellInterner.searchSample / 8 * 7
    }
    let place = table.place(of: tag) { number in
      let other = entries[Int(number)]
      return other.count == cell.count && CellInterner.areEqual(cell, other, block, tail)
    }
    let number = table.number(at: place)
    return number != 0 ? number : insert(cell, tag: tag, at: place)
  }

  @inline(never)
  private mutating func insert(_ cell: TextCell, tag: UInt32, at place: Int) -> UInt32 {
    let number = addEntry(cell)
    table.put(number, tag: tag, at: place)
    return number
  }

  /// Compares two texts of one length.
  @inline(__always)
  private static func areEqual(
    _ first: TextCell, _ second: TextCell, _ block: Span<UInt8>, _ tail: Span<UInt8>
  ) -> Bool {
    if first.upper <= block.count, second.upper <= block.count {
      return Bytes.areEqual(
        block, at: first.lower, block, at: second.lower, count: Int(first.count))
    }
    return areEqualAnywhere(first, second, block, tail)
  }

  /// Compares two texts of one length of which at least one lies in the tail, or none has a byte.
  private static func areEqualAnywhere(
    _ first: TextCell, _ second: TextCell, _ block: Span<UInt8>, _ tail: Span<UInt8>
  ) -> Bool {
    let count = Int(first.count)
    let firstInBlock = first.lower < block.count
    let secondInBlock = second.lower < block.count
    let firstStart = firstInBlock ? first.lower : first.lower &- block.count
    let secondStart = secondInBlock ? second.lower : second.lower &- block.count
    if firstInBlock {
      return Bytes.areEqual(block, at: firstStart, tail, at: secondStart, count: count)
    }
    return secondInBlock
      ? Bytes.areEqual(tail, at: firstStart, block, at: secondStart, count: count)
      : Bytes.areEqual(tail, at: firstStart, tail, at: secondStart, count: count)
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
