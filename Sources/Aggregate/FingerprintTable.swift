import Bytes
import Records

/// The persons of a table by their fingerprints, each with a dense number from 1; 0 stands for
/// nobody.
struct FingerprintTable: Sendable {
  /// Fingerprint of value `number - 1`.
  private(set) var fingerprints: [UInt128] = []

  /// Open addressing with linear probes: the number below, in the bits that every number of a table
  /// of this size fits into, and above them as many bits of the fingerprint; 0 is a free place.
  ///
  /// Fingerprints are keyed, so their bits need no further hash.
  private var slots = [UInt32](repeating: 0, count: 16)

  var count: Int { fingerprints.count }

  var byteCount: Int { 16 &* fingerprints.capacity &+ 4 &* slots.count }

  /// Returns the number of `fingerprint`, a new one if it was never seen; the caller has made room
  /// for one more.
  @inline(__always)
  private mutating func number(of fingerprint: UInt128) -> UInt32 {
    let low = UInt64(truncatingIfNeeded: fingerprint)
    let mask = slots.count &- 1
    let numberBits = UInt32(truncatingIfNeeded: mask)
    let tag = UInt32(truncatingIfNeeded: low) & ~numberBits
    var slot = Int(truncatingIfNeeded: low >> 32) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      if entry & ~numberBits == tag {
        let number = entry & numberBits
        if fingerprints[Int(number) &- 1] == fingerprint { return number }
      }
      slot = (slot &+ 1) & mask
    }
    precondition(count < 1 << 31, "a column holds fewer than 2^31 distinct values")
    fingerprints.append(fingerprint)
    // Less than all places are taken, so the number fits into the bits that count them.
    slots[slot] = tag | UInt32(truncatingIfNeeded: count)
    if count &* 5 > slots.count &* 4 { grow(to: slots.count &* 2) }
    return UInt32(truncatingIfNeeded: count)
  }

  /// Returns the number of each of the selected rows of `column`, whose values have `prints`.
  ///
  /// `found` receives for every new number the position of its value in `column.values`.
  mutating func numbers(
    of column: Column, prints: [UInt128], rows: RowSelection, found: inout [UInt32]
  ) -> [UInt32] {
    let prints = prints.span
    let codes = column.codes.span
    let chosen = rows.rows.span
    // A dictionary that its rows repeat often is looked up once an entry, else once a row.
    guard column.isCoded, prints.count &* 4 <= rows.count else {
      return numbers(of: rows.count, prints, codes, chosen, found: &found)
    }
    // Entries that no selected row uses get no number.
    var used = [UInt128](repeating: 0, count: prints.count)
    for index in 0..<rows.count {
      let code = Int(codes[rows[index]])
      used[code] = prints[code]
    }
    let known = numbers(of: used, found: &found)
    var result = [UInt32](repeating: 0, count: rows.count)
    var target = result.mutableSpan
    for index in 0..<rows.count { target[index] = known[Int(codes[rows[index]])] }
    return result
  }

  /// Makes room for `count` values in all.
  mutating func reserve(_ count: Int) {
    fingerprints.reserveCapacity(count)
    var size = slots.count
    while size &* 4 < count &* 5 { size *= 2 }
    if size > slots.count { grow(to: size) }
  }

  /// Returns the number of each fingerprint, 0 for 0; `found` receives the places of new ones.
  mutating func numbers(of prints: [UInt128], found: inout [UInt32]) -> [UInt32] {
    let none: [UInt32] = []
    return numbers(of: prints.count, prints.span, none.span, none.span, found: &found)
  }

  /// Returns the number of each of `count` rows: of all, or of those `chosen` where there are any.
  ///
  /// A row's fingerprint is the one at its code, or at the row itself where there are no `codes`.
  /// Neighbouring records often belong together: the lines of an order, the clicks of a visit. Of
  /// those that say the same the first one is looked up. What a hundred look-ups read is asked for
  /// before the first of them: the table is far larger than the caches.
  private mutating func numbers(
    of count: Int, _ prints: Span<UInt128>, _ codes: Span<UInt32>, _ chosen: Span<UInt32>,
    found: inout [UInt32]
  ) -> [UInt32] {
    var result = [UInt32](repeating: 0, count: count)
    var target = result.mutableSpan
    // Of each run of equal fingerprints the fingerprint, where it stands and where the run begins.
    var runPrints: [128 of UInt128] = .init(repeating: 0)
    var runPlaces: [128 of Int] = .init(repeating: 0)
    var starts: [128 of Int] = .init(repeating: 0)
    var reads: [128 of Int] = .init(repeating: 0)
    var last: UInt128 = 0
    var lastNumber: UInt32 = 0
    var start = 0
    while start < count {
      let end = min(start &+ 128, count)
      let mask = slots.count &- 1
      let numberBits = UInt32(truncatingIfNeeded: mask)
      var runs = 0
      for index in start..<end {
        let place = position(index, codes, chosen)
        let print = prints[place]
        if print == last {
          // What goes on from the hundred before has its number.
          if runs == 0 { target[index] = lastNumber }
          continue
        }
        last = print
        runPrints[runs] = print
        runPlaces[runs] = place
        starts[runs] = index
        reads[runs] = Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: print) >> 32) & mask
        runs &+= 1
      }
      fetchAhead(slots.span, at: reads.span.extracting(0..<runs))
      if !fingerprints.isEmpty {
        let slots = slots.span
        for run in 0..<runs {
          let low = UInt32(truncatingIfNeeded: runPrints[run])
          let entry = slots[reads[run]]
          let number = entry & numberBits
          let isLikely = number != 0 && (entry ^ low) & ~numberBits == 0
          reads[run] = isLikely ? Int(number) &- 1 : 0
        }
        fetchAhead(fingerprints.span, at: reads.span.extracting(0..<runs))
      }
      fingerprints.makeRoom(for: runs)
      for run in 0..<runs {
        let print = runPrints[run]
        lastNumber = 0
        if print == 0 { continue }
        let before = self.count
        lastNumber = number(of: print)
        if self.count != before { found.append(UInt32(truncatingIfNeeded: runPlaces[run])) }
        for index in starts[run]..<(run &+ 1 < runs ? starts[run &+ 1] : end) {
          target[index] = lastNumber
        }
      }
      start = end
    }
    return result
  }

  @inline(__always)
  private func position(_ index: Int, _ codes: Span<UInt32>, _ chosen: Span<UInt32>) -> Int {
    let row = chosen.isEmpty ? index : Int(chosen[index])
    return codes.isEmpty ? row : Int(codes[row])
  }

  /// Takes `size` places, a power of two.
  private mutating func grow(to size: Int) {
    slots = []
    var larger = [UInt32](repeating: 0, count: size)
    var places = larger.mutableSpan
    let mask = size &- 1
    let numberBits = UInt32(truncatingIfNeeded: mask)
    for index in fingerprints.indices {
      let low = UInt64(truncatingIfNeeded: fingerprints[index])
      var slot = Int(truncatingIfNeeded: low >> 32) & mask
      while places[slot] != 0 { slot = (slot &+ 1) & mask }
      places[slot] =
        UInt32(truncatingIfNeeded: low) & ~numberBits | UInt32(truncatingIfNeeded: index &+ 1)
    }
    slots = larger
  }
}

extension Values {
  /// Returns a fingerprint for each value, 0 for null: an identity's own, else that of its bytes.
  func fingerprints(_ key: FingerprintKey) -> [UInt128] {
    switch self {
    case .identity(let identities): return identities.fingerprints
    case .text(let text):
      let bytes = text.bytes.span
      return text.cells.map { cell in
        cell.isNull ? 0 : key.fingerprint(bytes, from: cell.lower, count: Int(cell.count))
      }
    case .number(let numbers):
      var bytes = [UInt8](repeating: 0, count: 8)
      return numbers.map { number in
        if number == Values.nullNumber { return 0 }
        let pattern = UInt64(bitPattern: number)
        for index in 0..<8 {
          bytes[index] = UInt8(truncatingIfNeeded: pattern &>> (8 &* UInt64(index)))
        }
        return key.fingerprint(bytes, from: 0, count: 8)
      }
    }
  }
}

extension Values {
  /// Returns the same for what is counted: who is there in two epochs counts once, as in the week in
  /// which one of them ends, or where the time was taken away for want of consent.
  func countedFingerprints(_ key: FingerprintKey) -> [UInt128] {
    if case .identity(let identities) = self { return identities.fingerprintsAcrossEpochs }
    return fingerprints(key)
  }
}

extension Array {
  /// Makes room for `count` more elements, for half as many again as there are where it is lacking.
  ///
  /// Tables of a night are too large to be doubled, as arrays do by themselves.
  mutating func makeRoom(for count: Int) {
    let needed = self.count &+ count
    if needed > capacity { reserveCapacity(Swift.max(needed, capacity &+ capacity / 2, 16)) }
  }
}
