import Records

/// The bytes of a cell without blanks and tabs at its ends; empty when the cell is null.
struct CellRange {
  var start: Int
  var end: Int

  @inline(__always)
  init(_ bytes: borrowing Span<UInt8>, _ cell: TextCell) {
    guard !cell.isNull else {
      start = 0
      end = 0
      return
    }
    start = Int(cell.start)
    end = start &+ Int(cell.count)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start &+= 1 }
    while start < end, bytes[end &- 1] == 0x20 || bytes[end &- 1] == 0x09 { end &-= 1 }
  }

  @inline(__always)
  var isEmpty: Bool { start == end }
}
