/// Runs of sorted rows on their way into one order.
///
/// First only the order is found, by the first bytes of the keys as far as they tell; then each
/// run's rows are copied to their places, a column at a time.
struct RowMerge {
  /// In the order of rows, what stands beside the run of a row that goes nowhere.
  private static let leftOut: UInt32 = 1 << 31

  private var cursors: [RowCursor] = []
  /// A binary heap of positions in `cursors`, the one with the first row on top.
  private var heap: [Int] = []

  init(_ runs: [RowRun]) throws {
    for run in runs {
      if let cursor = try RowCursor(run) { cursors.append(cursor) }
    }
    heap = Array(cursors.indices)
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sift(place) }
  }

  /// Moves the next published rows of `table` to `columns`: `limit` of them while there are as
  /// many.
  mutating func move(
    atMost limit: Int, of table: FinishedRows, to columns: inout FinishedColumns
  ) throws {
    let goal = columns.rowCount + limit
    while columns.rowCount < goal, !heap.isEmpty {
      moveLoaded(atMost: goal - columns.rowCount, of: table, to: &columns)
      guard cursors[heap[0]].isAtEnd else { continue }
      if try !cursors[heap[0]].load() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
      }
      sift(0)
    }
  }

  /// Moves rows until `limit` of them are published, or until one of the runs has no further ones
  /// in memory: it is on top then.
  private mutating func moveLoaded(
    atMost limit: Int, of table: FinishedRows, to columns: inout FinishedColumns
  ) {
    let starts = cursors.map(\.row)
    var order: [UInt32] = []
    var kept = 0
    while kept < limit {
      let first = heap[0]
      let goesNowhere =
        table.leavesRowsOut && table.isSuppressed(cursors[first].rows, cursors[first].row)
      order.append(UInt32(truncatingIfNeeded: first) | (goesNowhere ? RowMerge.leftOut : 0))
      kept &+= goesNowhere ? 0 : 1
      cursors[first].advance()
      if cursors[first].isAtEnd { break }
      sift(0)
    }
    copy(order, kept: kept, from: starts, to: &columns)
  }

  /// Copies the rows of that order; those of each run follow each other from `starts` on.
  private func copy(
    _ order: [UInt32], kept: Int, from starts: [Int], to columns: inout FinishedColumns
  ) {
    var ends = [Int](repeating: 0, count: cursors.count)
    for entry in order { ends[Int(entry & ~RowMerge.leftOut)] &+= 1 }
    for run in ends.indices.dropFirst() { ends[run] &+= ends[run &- 1] }
    var next = [0] + ends.dropLast()
    // For each run, where its rows belong.
    var places = [UInt32](repeating: FinishedColumns.nowhere, count: order.count)
    var place = columns.rowCount
    for entry in order {
      let run = Int(entry & ~RowMerge.leftOut)
      if entry & RowMerge.leftOut == 0 {
        places[next[run]] = UInt32(truncatingIfNeeded: place)
        place &+= 1
      }
      next[run] &+= 1
    }
    columns.grow(by: kept)
    for run in cursors.indices {
      let range = (run == 0 ? 0 : ends[run - 1])..<ends[run]
      if range.isEmpty { continue }
      columns.fill(
        from: cursors[run].rows, startingAt: starts[run], places: places.span.extracting(range))
    }
  }

  private mutating func sift(_ start: Int) {
    var place = start
    while true {
      var least = place
      for child in (2 &* place &+ 1)...(2 &* place &+ 2) where child < heap.count {
        if precedes(heap[child], heap[least]) { least = child }
      }
      if least == place { return }
      heap.swapAt(place, least)
      place = least
    }
  }

  @inline(__always)
  private func precedes(_ left: Int, _ right: Int) -> Bool {
    let one = cursors[left].head
    let other = cursors[right].head
    if one != other { return one < other }
    return cursors[left].rows.keys.precedes(
      cursors[left].row, cursors[right].rows.keys, cursors[right].row)
  }
}
