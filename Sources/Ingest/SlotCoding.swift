import Bytes
import Records

/// Gives the texts of some slots their codes, a few hundred records at a time.
///
/// A block is larger than the caches that are near to a processor. Texts are looked up while the
/// scanner's last records are still there, or every slot would fetch the whole block anew.
struct SlotCoding: Sendable {
  private let slots: [Int]
  private let slotCount: Int
  private var interners: [CellInterner]
  private var coded: [RawBatch.CodedCells] = []
  /// The records that have their codes.
  private(set) var count = 0

  init(slots: [Int], slotCount: Int) {
    self.slots = slots
    self.slotCount = slotCount
    interners = slots.map { _ in CellInterner() }
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
      swap(&interners[number].entries, &coded[slot].entries)
      interners[number].removeAll()
      coded[slot].codes.removeAll(keepingCapacity: true)
    }
  }

  /// Adds the records behind the last ones; `tail` follows the block in the batch.
  mutating func add(_ cells: [[TextCell]], recordCount: Int, _ block: Span<UInt8>, tail: [UInt8]) {
    for (number, slot) in slots.enumerated() {
      let column = cells[slot]
      interners[number].appendCodes(
        of: column.span.extracting(count..<recordCount), in: block, tail.span,
        to: &coded[slot].codes)
    }
    count = recordCount
  }

  /// Hands the codes over to `batch`.
  mutating func finish(into batch: inout RawBatch) {
    for (number, slot) in slots.enumerated() {
      swap(&interners[number].entries, &coded[slot].entries)
    }
    swap(&coded, &batch.coded)
  }
}
