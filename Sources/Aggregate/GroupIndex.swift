import Bytes

/// The groups of a table: a dense number for every combination of key codes.
///
/// The combinations are kept as bytes, four for each key. While few bits tell all codes apart, a
/// plain table from the packed codes to the group answers for nearly every row; beyond that, rows
/// are looked up by bytes.
struct GroupIndex: Sendable {
  /// 2^18 entries are one MiB, of which the rows of a night touch a small part.
  private static let directBitLimit = 18

  let keyCount: Int
  private(set) var tuples = ByteInterner()
  private var widths: [Int]
  /// The group's number and one for packed codes; 0 is unknown; empty when there are too many bits.
  private var direct: [UInt32]
  private var scratch: [UInt8]

  init(keyCount: Int) {
    self.keyCount = keyCount
    widths = [Int](repeating: 0, count: keyCount)
    direct = [0]
    scratch = [UInt8](repeating: 0, count: 4 * keyCount)
  }

  var count: Int { tuples.count }

  var byteCount: Int { tuples.byteCount &+ 4 &* direct.count }

  /// Returns the code of key `key` in `group`.
  func code(of group: Int, key: Int) -> UInt32 {
    let start = 4 &* (group &* keyCount &+ key)
    let bytes = tuples.bytes
    return UInt32(bytes[start]) | UInt32(bytes[start &+ 1]) << 8
      | UInt32(bytes[start &+ 2]) << 16 | UInt32(bytes[start &+ 3]) << 24
  }

  /// Returns the codes of all keys of `group`.
  func codes(of group: Int) -> [UInt32] { (0..<keyCount).map { code(of: group, key: $0) } }

  /// Returns the group of a combination, a new one if it was never seen.
  mutating func group(of codes: [UInt32]) -> UInt32 {
    for key in 0..<keyCount { write(codes[key], key: key) }
    return tuples.code(of: scratch)
  }

  /// Returns the group of each row; `codes` holds for each key the code of each row.
  ///
  /// `codeCounts` are the numbers of codes there are of each key.
  mutating func groups(of codes: [[UInt32]], rowCount: Int, codeCounts: [Int]) -> [UInt32] {
    var groups = [UInt32](repeating: 0, count: rowCount)
    fit(codeCounts)
    guard !direct.isEmpty else {
      for row in 0..<rowCount {
        for key in 0..<keyCount { write(codes[key][row], key: key) }
        groups[row] = tuples.code(of: scratch)
      }
      return groups
    }
    var shift: UInt32 = 0
    for key in 0..<keyCount {
      let column = codes[key]
      for row in 0..<rowCount { groups[row] |= column[row] &<< shift }
      shift &+= UInt32(widths[key])
    }
    for row in 0..<rowCount {
      let packed = Int(groups[row])
      let known = direct[packed]
      if known != 0 {
        groups[row] = known &- 1
        continue
      }
      for key in 0..<keyCount { write(codes[key][row], key: key) }
      let group = tuples.code(of: scratch)
      direct[packed] = group &+ 1
      groups[row] = group
    }
    return groups
  }

  @inline(__always)
  private mutating func write(_ code: UInt32, key: Int) {
    scratch[4 &* key] = UInt8(truncatingIfNeeded: code)
    scratch[4 &* key &+ 1] = UInt8(truncatingIfNeeded: code >> 8)
    scratch[4 &* key &+ 2] = UInt8(truncatingIfNeeded: code >> 16)
    scratch[4 &* key &+ 3] = UInt8(truncatingIfNeeded: code >> 24)
  }

  /// Widens the packed codes where a key has more codes than its bits tell apart.
  private mutating func fit(_ codeCounts: [Int]) {
    guard !direct.isEmpty else { return }
    if zip(codeCounts, widths).allSatisfy({ $0 <= 1 << $1 }) { return }
    for key in 0..<keyCount where codeCounts[key] > 1 << widths[key] {
      // The bits of the count itself, not of the greatest code, leave room to grow.
      widths[key] = Int.bitWidth - codeCounts[key].leadingZeroBitCount
    }
    let bits = widths.reduce(0, +)
    guard bits <= GroupIndex.directBitLimit else {
      direct = []
      return
    }
    direct = [UInt32](repeating: 0, count: 1 << bits)
    for group in 0..<count {
      var packed = 0
      var shift = 0
      for key in 0..<keyCount {
        packed |= Int(code(of: group, key: key)) << shift
        shift += widths[key]
      }
      direct[packed] = UInt32(group + 1)
    }
  }
}
