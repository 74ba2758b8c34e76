import Bytes

/// Finished rows in the order of output.
struct SortedRows: Sendable {
  private(set) var keys: RowKeys
  /// The finished measures, those of a row together.
  private(set) var values: [Int64]
  let measureCount: Int

  var count: Int { keys.count }

  /// Sorts the rows; `measures` holds for each measure the values of all rows.
  init(_ unsorted: consuming RowKeys, _ measures: [[Int64]]) {
    let source = unsorted
    var order: [(head: UInt64, row: UInt32)] = []
    order.reserveCapacity(source.count)
    for (row, head) in source.heads.enumerated() {
      order.append((head, UInt32(truncatingIfNeeded: row)))
    }
    order.sort { left, right in
      left.head != right.head
        ? left.head < right.head : source.precedes(Int(left.row), source, Int(right.row))
    }
    var keys = RowKeys()
    var values: [Int64] = []
    values.reserveCapacity(source.count * measures.count)
    for place in order {
      keys.append(source, Int(place.row))
      for measure in measures { values.append(measure[Int(place.row)]) }
    }
    self.keys = keys
    self.values = values
    measureCount = measures.count
  }

  init(keys: RowKeys, values: [Int64], measureCount: Int) {
    precondition(values.count == keys.count * measureCount, "a value for each row and measure")
    self.keys = keys
    self.values = values
    self.measureCount = measureCount
  }

  /// The measures of a row.
  func measures(of row: Int) -> ArraySlice<Int64> {
    values[(row &* measureCount)..<((row &+ 1) &* measureCount)]
  }
}

/// How many persons look alike: agree in all published columns but their pseudonym.
struct LookCounts: Sendable {
  private(set) var looks = ByteInterner()
  private(set) var sizes: [Int] = []

  mutating func add(_ rows: borrowing SortedRows) {
    for row in 0..<rows.count { add(LookCounts.look(rows.measures(of: row)), 1) }
  }

  mutating func add(_ other: LookCounts) {
    for number in other.sizes.indices {
      add(other.looks.value(of: UInt32(number)), other.sizes[number])
    }
  }

  private mutating func add(_ look: [UInt8], _ count: Int) {
    let number = Int(looks.code(of: look))
    if number == sizes.count { sizes.append(0) }
    sizes[number] += count
  }

  /// The measures of a person as bytes in their order.
  static func look(_ measures: ArraySlice<Int64>) -> [UInt8] {
    var look: [UInt8] = []
    for measure in measures {
      look.append(
        littleEndian: (UInt64(bitPattern: measure) ^ (1 << 63)).byteSwapped, count: 8)
    }
    return look
  }
}
