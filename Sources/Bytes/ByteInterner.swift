/// A table that gives every distinct byte string a dense code: 0, 1, 2… in order of first sight.
///
/// It encodes dictionary columns and holds the keys of groups. Codes depend on the order of
/// insertion only, never on the process's hash keys, so output made from them is the same in
/// every run.
///
/// Value `i` is `bytes[starts[i]..<starts[i + 1]]`.
package struct ByteInterner: Sendable {
  /// The distinct values, one after the other.
  package private(set) var bytes: [UInt8] = []

  /// Where each value begins in `bytes`, and at last where the last one ends.
  package private(set) var starts: [Int] = [0]

  /// Value `i` has number `i + 1`.
  private var table: TagTable

  /// Creates an empty table with room for about `capacity` distinct values.
  package init(capacity: Int = 0) { table = TagTable(capacity: capacity) }

  /// The number of distinct values.
  package var count: Int { starts.count &- 1 }

  /// Whether no value has been seen.
  package var isEmpty: Bool { starts.count == 1 }

  /// Returns the code of the `count` bytes at `start`, a new one if they were never seen.
  package mutating func code(of value: Span<UInt8>, from start: Int, count: Int) -> UInt32 {
    let tag = table.tag(of: value, from: start, count: count)
    let place = place(of: value, from: start, count: count, tag: tag)
    let number = table.number(at: place)
    if number != 0 { return number &- 1 }
    return insert(value, from: start, count: count, tag: tag, at: place)
  }

  /// Returns the code of the `count` bytes at `start`, a new one if they were never seen.
  package mutating func code(of value: [UInt8], from start: Int, count: Int) -> UInt32 {
    code(of: value.span, from: start, count: count)
  }

  /// Returns the code of `value`, a new one if it was never seen.
  package mutating func code(of value: [UInt8]) -> UInt32 {
    code(of: value.span, from: 0, count: value.count)
  }

  /// Returns the code of the `count` bytes at `start`, or `nil` if they were never seen.
  package func find(_ value: Span<UInt8>, from start: Int, count: Int) -> UInt32? {
    let tag = table.tag(of: value, from: start, count: count)
    let number = table.number(at: place(of: value, from: start, count: count, tag: tag))
    return number == 0 ? nil : number &- 1
  }

  /// Returns the code of the `count` bytes at `start`, or `nil` if they were never seen.
  package func find(_ value: [UInt8], from start: Int, count: Int) -> UInt32? {
    find(value.span, from: start, count: count)
  }

  /// Returns the range of value `code` in `bytes`.
  package func range(of code: UInt32) -> Range<Int> {
    starts[Int(code)]..<starts[Int(code) &+ 1]
  }

  /// Returns a copy of value `code`.
  package func value(of code: UInt32) -> [UInt8] {
    Array(bytes[range(of: code)])
  }

  /// Forgets all values; the memory stays if `keepingCapacity`.
  package mutating func removeAll(keepingCapacity: Bool = false) {
    bytes.removeAll(keepingCapacity: keepingCapacity)
    starts.removeAll(keepingCapacity: keepingCapacity)
    starts.append(0)
    table.removeAll(keepingCapacity: keepingCapacity)
  }

  /// Returns the place that holds the value, or the free one where it belongs.
  @inline(__always)
  private func place(of value: Span<UInt8>, from start: Int, count: Int, tag: UInt32) -> Int {
    let arena = bytes.span
    return table.place(of: tag) { number in
      let valueStart = starts[Int(number) &- 1]
      return starts[Int(number)] &- valueStart == count
        && areEqual(arena, at: valueStart, value, at: start, count: count)
    }
  }

  @inline(never)
  private mutating func insert(
    _ value: Span<UInt8>, from start: Int, count: Int, tag: UInt32, at place: Int
  ) -> UInt32 {
    let code = self.count
    precondition(code < 1 << 30, "a table holds fewer than 2^30 distinct values")
    bytes.append(copying: value, from: start, count: count)
    starts.append(bytes.count)
    table.put(UInt32(truncatingIfNeeded: code &+ 1), tag: tag, at: place)
    return UInt32(truncatingIfNeeded: code)
  }
}
