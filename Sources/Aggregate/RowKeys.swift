import Bytes
import Records

// Advice to the next reader: a row's key is kept as bytes whose bytewise order is the order of
// output, so that rows of any shard, in memory or on disk, are compared alike.
//
//   null    0
//   number  1, then eight bytes, highest first with the sign bit turned
//   text    1, its bytes (a 0 is written 0 255), then 0 0
//   token   sixteen bytes: its letters as printed, each replaced by its rank (base32 has its digits
//           behind its letters, text has them in front)

/// The keys of rows, one after the other.
struct RowKeys: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where each row's key ends.
  private(set) var ends: [Int] = []

  var count: Int { ends.count }

  func range(of row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row &- 1])..<ends[row] }

  func key(of row: Int) -> [UInt8] { Array(bytes[range(of: row)]) }

  /// Appends one group key to the key at hand.
  mutating func append(_ dictionary: KeyDictionary, _ code: UInt32) {
    if code == 0 { return bytes.append(0) }
    bytes.append(1)
    let range = dictionary.values.range(of: code &- 1)
    let first = bytes.count
    bytes.append(copying: dictionary.values.bytes, from: range.lowerBound, count: range.count)
    guard dictionary.isText else { return }
    if bytes[first...].contains(0) {
      let text = Array(bytes[first...])
      bytes.removeSubrange(first...)
      for byte in text {
        bytes.append(byte)
        if byte == 0 { bytes.append(255) }
      }
    }
    bytes.append(0)
    bytes.append(0)
  }

  /// Ends the key at hand.
  mutating func close() { ends.append(bytes.count) }

  /// The keys of persons.
  init(tokens: [UInt128]) {
    bytes = [UInt8](highestFirst: tokens.map { TokenRank.rank(of: $0) })
    ends = (0..<tokens.count).map { 16 * ($0 + 1) }
  }

  /// Appends a whole key of other rows.
  mutating func append(_ other: borrowing RowKeys, _ row: Int) {
    let range = other.range(of: row)
    bytes.append(copying: other.bytes, from: range.lowerBound, count: range.count)
    close()
  }

  /// The keys that `bytes` and `ends` say; `nil` where they do not fit.
  init?(bytes: [UInt8], ends: [Int]) {
    var last = 0
    for end in ends {
      if end < last || end > bytes.count { return nil }
      last = end
    }
    if last != bytes.count { return nil }
    self.bytes = bytes
    self.ends = ends
  }

  init() {}

  /// The first eight bytes of each key, zeros behind its end, as a number of the same order.
  var heads: [UInt64] {
    var heads: [UInt64] = []
    heads.reserveCapacity(count)
    let bytes = bytes.span
    var start = 0
    for end in ends {
      heads.append(shortWord(bytes, from: start, count: min(end &- start, 8)).byteSwapped)
      start = end
    }
    return heads
  }

  /// Whether the key of `row` stands before that of `otherRow` in `other`, by all their bytes.
  func precedes(_ row: Int, _ other: borrowing RowKeys, _ otherRow: Int) -> Bool {
    let mine = range(of: row)
    let theirs = other.range(of: otherRow)
    let one = bytes.span
    let two = other.bytes.span
    let count = min(mine.count, theirs.count)
    for offset in stride(from: 0, to: count, by: 8) {
      // The first byte counts most.
      let width = min(count &- offset, 8)
      let left = shortWord(one, from: mine.lowerBound &+ offset, count: width).byteSwapped
      let right = shortWord(two, from: theirs.lowerBound &+ offset, count: width).byteSwapped
      if left != right { return left < right }
    }
    return mine.count < theirs.count
  }
}

/// The order of printed tokens: 25 letters of five bits and one of three.
enum TokenRank {
  private static let ones: UInt128 = (0..<25).reduce(0) { lanes, _ in lanes << 5 | 1 } << 3
  private static let low = ones &* 15
  private static let high = ones &* 16

  /// Every letter's digit becomes its rank, 6 more modulo 32: a carry ends in the lane's high bit.
  static func rank(of token: UInt128) -> UInt128 {
    let letters = ((token & low) &+ ones &* 6) ^ (token & high)
    return letters | ((token & 3) &+ 1) ^ (token & 4)
  }

  /// The token whose rank is `rank`.
  static func token(of rank: UInt128) -> UInt128 {
    let letters = ((rank & low) &+ ones &* 10) ^ (rank & high) ^ high
    return letters | ((rank & 3) &+ 3) ^ (rank & 4) ^ 4
  }
}
