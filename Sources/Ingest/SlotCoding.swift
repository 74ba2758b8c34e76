import Bytes
import Records

/// Gives the texts of some slots their codes, a few hundred records at a time.
///
/// A block is larger than the caches that are near to a processor. Texts are looked up while the
/// scanner's last records are still there, or every slot would fetch the whole block anew.
struct SlotCoding: Sendable {
  private let slots: [Int]
  private let slotCount: Int
  private var interners: [ByteInterner]
  private var coded: [RawBatch.CodedCells] = []
  /// The records that have their codes.
  private(set) var count = 0

  init(slots: [Int], slotCount: Int) {
    self.slots = slots
    self.slotCount = slotCount
    interners = slots.map { _ in ByteInterner() }
  }

  /// Begins a block and takes over the storage of `batch`.
  mutating func begin(reusing batch: inout RawBatch) {
    count = 0
    if slots.isEmpty {
      batch.coded = []
      return
    }
    swap(&coded, &batch.coded)
    if coded.count != slotCount {
      coded = [RawBatch.CodedCells](repeating: .init(), count: slotCount)
    }
    for (number, slot) in slots.enumerated() {
      interners[number].removeAll(keepingCapacity: true)
      coded[slot].entries.removeAll(keepingCapacity: true)
      coded[slot].entries.append(.null)
      coded[slot].codes.removeAll(keepingCapacity: true)
    }
  }

  /// Adds the records behind the last ones; `tail` follows the block in the batch.
  mutating func add(_ cells: [[TextCell]], recordCount: Int, _ block: Span<UInt8>, tail: [UInt8]) {
    for (number, slot) in slots.enumerated() {
      SlotCoding.add(
        cells[slot], from: count, to: recordCount, block, tail, &interners[number], &coded[slot])
    }
    count = recordCount
  }

  private static func add(
    _ cells: [TextCell], from start: Int, to end: Int, _ block: Span<UInt8>, _ tail: [UInt8],
    _ interner: inout ByteInterner, _ coded: inout RawBatch.CodedCells
  ) {
    for record in start..<end {
      let cell = cells[record]
      if cell.isNull {
        coded.codes.append(0)
        continue
      }
      let code =
        cell.lower < block.count
        ? interner.code(of: block, from: cell.lower, count: Int(cell.count))
        : interner.code(of: tail, from: cell.lower &- block.count, count: Int(cell.count))
      if Int(code) &+ 1 == coded.entries.count { coded.entries.append(cell) }
      coded.codes.append(code &+ 1)
    }
  }

  /// Hands the codes over to `batch`.
  mutating func finish(into batch: inout RawBatch) { swap(&coded, &batch.coded) }
}
