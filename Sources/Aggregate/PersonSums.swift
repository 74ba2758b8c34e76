import Bytes
import Records

/// What each person makes of the summed columns in each cell; kept only for `dominance`.
struct PersonSums: Sendable {
  let columnCount: Int
  /// Cell in four bytes and person in twelve, the lowest first.
  private(set) var pairs = ByteInterner()
  /// For each pair and column the sum.
  private(set) var sums: [Int128] = []

  init(columnCount: Int) { self.columnCount = columnCount }

  var byteCount: Int { pairs.byteCount &+ 16 &* sums.capacity }

  /// Adds for each row the numbers of its columns to its cell and person; 0 is nobody.
  mutating func add(_ numbers: [[Int64]], cells: [UInt32], persons: [UInt128]) {
    var scratch: [UInt8] = []
    for row in 0..<cells.count where persons[row] != 0 {
      let pair = place(cell: cells[row], person: persons[row], &scratch)
      for column in 0..<columnCount {
        let number = numbers[column][row]
        if number != Values.nullNumber { sums[pair &* columnCount &+ column] &+= Int128(number) }
      }
    }
  }

  /// Adds the sums of one pair, or returns false when one leaves its limit.
  mutating func add(_ more: ArraySlice<Int128>, cell: UInt32, person: UInt128) -> Bool {
    var scratch: [UInt8] = []
    let first = place(cell: cell, person: person, &scratch) &* columnCount
    for (column, sum) in more.enumerated() {
      let (total, overflow) = sums[first + column].addingReportingOverflow(sum)
      guard !overflow, total.magnitude <= Accumulators.sumLimit else { return false }
      sums[first + column] = total
    }
    return true
  }

  /// Returns cell, person and sums of a pair.
  func pair(_ number: Int) -> (cell: UInt32, person: UInt128, sums: ArraySlice<Int128>) {
    func word(_ range: Range<Int>) -> UInt128 {
      range.reversed().reduce(0) { $0 << 8 | UInt128(pairs.bytes[$1]) }
    }
    let start = PersonSums.pairSize * number
    let first = number * columnCount
    return (
      UInt32(word(start..<start + 4)), word(start + 4..<start + PersonSums.pairSize),
      sums[first..<(first + columnCount)]
    )
  }

  /// Returns the sums of a person in a cell, zeros where nothing was added.
  func sums(cell: UInt32, person: UInt128) -> ArraySlice<Int128> {
    var bytes: [UInt8] = []
    PersonSums.write(cell, person, to: &bytes)
    guard let pair = pairs.find(bytes, from: 0, count: bytes.count) else {
      return ArraySlice(repeatElement(0, count: columnCount))
    }
    let first = Int(pair) * columnCount
    return sums[first..<(first + columnCount)]
  }

  private static let pairSize = 16

  private mutating func place(cell: UInt32, person: UInt128, _ scratch: inout [UInt8]) -> Int {
    PersonSums.write(cell, person, to: &scratch)
    let pair = Int(pairs.code(of: scratch))
    if pair &* columnCount == sums.count {
      for _ in 0..<columnCount { sums.append(0) }
    }
    return pair
  }

  /// Writes the bytes of a pair in place of what `scratch` held.
  private static func write(_ cell: UInt32, _ person: UInt128, to scratch: inout [UInt8]) {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(littleEndian: UInt64(cell), count: 4)
    scratch.append(littleEndian: UInt64(truncatingIfNeeded: person), count: 8)
    scratch.append(littleEndian: UInt64(truncatingIfNeeded: person &>> 64), count: 4)
  }
}
