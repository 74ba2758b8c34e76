/// Runs of sorted rows on their way into one order.
///
/// First only the order is found, by the first bytes of the keys as far as they tell; then each
/// run's rows are copied to their places, a column at a time.
struct RowMerge {
  /// In the order of rows, what stands beside the run of a row that goes nowhere.
  private static let leftOut: UInt32 = 1 << 31

  /// The row at hand of a run, as far as its first bytes tell.
  private struct Candidate {
    var head: UInt64
    /// The position of its run in `cursors`.
    var run: Int
  }

  private var cursors: [RowCursor] = []
  /// A binary heap of the runs that have rows, the one with the first row on top.
  private var heap: [Candidate] = []

  init(_ runs: [RowRun]) throws {
    for run in runs {
      if let cursor = try RowCursor(run) { cursors.append(cursor) }
    }
    heap = cursors.indices.map { Candidate(head: cursors[$0].head, run: $0) }
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
      let first = heap[0].run
      guard cursors[first].isAtEnd else { continue }
      if try cursors[first].load() {
        heap[0].head = cursors[first].head
      } else {
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
      let first = heap[0].run
      let goesNowhere =
        table.leavesRowsOut && table.isSuppressed(cursors[first].rows, cursors[first].row)
      order.append(UInt32(truncatingIfNeeded: first) | (goesNowhere ? RowMerge.leftOut : 0))
      kept &+= goesNowhere ? 0 : 1
      cursors[first].advance()
      if cursors[first].isAtEnd { break }
      heap[0].head = cursors[first].head
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
    guard start < heap.count else { return }
    let moving = heap[start]
    var place = start
    while true {
      var least = 2 &* place &+ 1
      if least >= heap.count { break }
      if least &+ 1 < heap.count, precedes(heap[least &+ 1], heap[least]) { least &+= 1 }
      if !precedes(heap[least], moving) { break }
      heap[place] = heap[least]
      place = least
    }
    heap[place] = moving
  }

  @inline(__always)
  private func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
    if left.head != right.head { return left.head < right.head }
    return cursors[left.run].rows.keys.precedes(
      cursors[left.run].row, cursors[right.run].rows.keys, cursors[right.run].row)
  }
}
