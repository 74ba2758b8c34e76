import Records

/// Counts, sums, least and greatest values of all cells, a fixed number of words for each cell.
///
/// The words of a cell lie together: a person table touches each of many persons a few times.
struct Accumulators: Sendable {
  enum Kind: Sendable {
    /// One word.
    case count
    /// Low and high word of an Int128, and how many values were added.
    case sum
    /// One word; `Values.nullNumber` is none.
    case minimum, maximum

    var wordCount: Int { self == .sum ? 3 : 1 }
  }

  struct Field: Sendable {
    var kind: Kind
    /// The first word within a cell.
    var offset: Int
    /// The source's column, or `nil` for a count.
    var column: Int?
    /// Position among the table's measures.
    var measure: Int
  }

  /// Sums beyond this are refused when partials meet, so that adding single values to one, each
  /// at most 2^63, stays inside 128 bits for longer than any run lasts.
  static let sumLimit: UInt128 = 1 << 126

  let fields: [Field]
  let wordCount: Int
  private let empty: [Int64]
  private(set) var words: [Int64] = []

  init(fields: [Field]) {
    self.fields = fields
    var empty: [Int64] = []
    for field in fields {
      switch field.kind {
      case .count: empty.append(0)
      case .sum: empty += [0, 0, 0]
      case .minimum, .maximum: empty.append(Values.nullNumber)
      }
    }
    self.empty = empty
    wordCount = empty.count
  }

  var byteCount: Int { 8 &* words.capacity }

  /// Makes the cells up to `count`.
  mutating func grow(to count: Int) {
    guard wordCount > 0 else { return }
    var present = words.count / wordCount
    words.makeRoom(for: max(0, count &- present) &* wordCount)
    while present < count {
      words.append(contentsOf: empty)
      present &+= 1
    }
  }

  /// Counts one row for each of `cells`.
  mutating func count(_ field: Field, cells: [UInt32]) {
    let wordCount = wordCount
    var words = self.words.mutableSpan
    for cell in cells { words[Int(cell) &* wordCount &+ field.offset] &+= 1 }
  }

  /// Adds `numbers[i]` to cell `cells[i]` for every i; nulls are passed over.
  mutating func add(_ numbers: [Int64], _ field: Field, cells: [UInt32]) {
    if field.kind == .count { return count(field, cells: cells) }
    let wordCount = wordCount
    var words = self.words.mutableSpan
    switch field.kind {
    case .count: break
    case .sum:
      for index in 0..<cells.count {
        let number = numbers[index]
        if number == Values.nullNumber { continue }
        let word = Int(cells[index]) &* wordCount &+ field.offset
        let (low, carries) = UInt64(bitPattern: words[word])
          .addingReportingOverflow(UInt64(bitPattern: number))
        words[word] = Int64(bitPattern: low)
        words[word &+ 1] &+= (number >> 63) &+ (carries ? 1 : 0)
        words[word &+ 2] &+= 1
      }
    case .minimum:
      for index in 0..<cells.count {
        let word = Int(cells[index]) &* wordCount &+ field.offset
        words[word] = Accumulators.least(words[word], numbers[index])
      }
    case .maximum:
      // Null is the smallest number, so the greater one is right with null as well.
      for index in 0..<cells.count {
        let word = Int(cells[index]) &* wordCount &+ field.offset
        words[word] = max(words[word], numbers[index])
      }
    }
  }

  /// Returns the words of a cell.
  func state(of cell: Int) -> ArraySlice<Int64> {
    words[(cell &* wordCount)..<((cell &+ 1) &* wordCount)]
  }

  /// Adds the state of a cell, here or in another partial, to cell `target`.
  ///
  /// Returns the first measure whose sum leaves its limit, or `nil`.
  mutating func merge(_ state: ArraySlice<Int64>, into target: Int) -> Int? {
    let first = target &* wordCount
    for field in fields {
      let word = first &+ field.offset
      let more = state.startIndex &+ field.offset
      switch field.kind {
      case .count: words[word] &+= state[more]
      case .minimum: words[word] = Accumulators.least(words[word], state[more])
      case .maximum: words[word] = max(words[word], state[more])
      case .sum:
        let sum = Int128(state[more &+ 1]) << 64 | Int128(UInt64(bitPattern: state[more]))
        let (total, overflow) = self.sum(field, of: target).addingReportingOverflow(sum)
        guard !overflow, total.magnitude <= Accumulators.sumLimit else { return field.measure }
        words[word] = Int64(truncatingIfNeeded: total)
        words[word &+ 1] = Int64(truncatingIfNeeded: total >> 64)
        words[word &+ 2] &+= state[more &+ 2]
      }
    }
    return nil
  }

  /// Returns the exact sum of a cell.
  func sum(_ field: Field, of cell: Int) -> Int128 {
    let word = cell &* wordCount &+ field.offset
    return Int128(words[word &+ 1]) << 64 | Int128(UInt64(bitPattern: words[word]))
  }

  /// Returns how many values a sum has.
  func valueCount(_ field: Field, of cell: Int) -> Int64 {
    words[cell &* wordCount &+ field.offset &+ 2]
  }

  /// Returns the word of a count, a least or a greatest value.
  func word(_ field: Field, of cell: Int) -> Int64 { words[cell &* wordCount &+ field.offset] }

  /// Takes the words of a serialised partial; returns whether they can be what was counted.
  mutating func restore(_ words: [Int64]) -> Bool {
    self.words = words
    guard wordCount > 0 else { return words.isEmpty }
    let countLimit: Int64 = 1 << 62
    for cell in 0..<(words.count / wordCount) {
      for field in fields {
        switch field.kind {
        case .count:
          guard (0...countLimit).contains(word(field, of: cell)) else { return false }
        case .sum:
          guard (0...countLimit).contains(valueCount(field, of: cell)),
            sum(field, of: cell).magnitude <= Accumulators.sumLimit
          else { return false }
        case .minimum, .maximum: break
        }
      }
    }
    return words.count % wordCount == 0
  }

  @inline(__always)
  private static func least(_ left: Int64, _ right: Int64) -> Int64 {
    if left == Values.nullNumber { return right }
    if right == Values.nullNumber { return left }
    return min(left, right)
  }
}
