/// Codes of the distinct combinations that the rows of several dictionary-coded columns show.
struct TupleCodes {
  /// For each row the code of its combination, counted in the order of their first rows.
  private(set) var codes: [UInt32]

  /// For each combination the first row that shows it.
  private(set) var firstRows: [UInt32] = []

  /// Joins the columns' codes from left to right; there is at least one column.
  init(of columns: [[UInt32]]) {
    codes = columns[0]
    if columns.count == 1 { join([UInt32](repeating: 0, count: codes.count)) }
    for column in columns.dropFirst() { join(column) }
  }

  /// Gives each pair of a code so far and a code of `column` a new one.
  ///
  /// The table has at least twice as many places as rows, so that a free one always ends a search;
  /// codes count from 0, so that no pair reads as the mark of a free place.
  private mutating func join(_ column: [UInt32]) {
    let bits = UInt64.bitWidth - max(codes.count * 2, 16).leadingZeroBitCount
    let mask = (1 << bits) - 1
    var pairs = [UInt64](repeating: UInt64.max, count: mask + 1)
    var numbers = [UInt32](repeating: 0, count: mask + 1)
    firstRows.removeAll(keepingCapacity: true)
    for row in 0..<codes.count {
      let pair = UInt64(codes[row]) << 32 | UInt64(column[row])
      // Fibonacci hashing (Knuth, volume 3, section 6.4): the product's high bits.
      var place = Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) &>> UInt64(64 - bits))
      while pairs[place] != pair, pairs[place] != UInt64.max { place = (place &+ 1) & mask }
      if pairs[place] == UInt64.max {
        pairs[place] = pair
        numbers[place] = UInt32(firstRows.count)
        firstRows.append(UInt32(row))
      }
      codes[row] = numbers[place]
    }
  }
}
