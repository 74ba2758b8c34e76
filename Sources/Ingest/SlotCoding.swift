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
  /// What the texts at hand are looked up by.
  private var tags: [ByteInterner.Tag] = []
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
        cells[slot], from: count, to: recordCount, block, tail, &interners[number], &coded[slot],
        &tags)
    }
    count = recordCount
  }

  private static func add(
    _ cells: [TextCell], from start: Int, to end: Int, _ block: Span<UInt8>, _ tail: [UInt8],
    _ interner: inout ByteInterner, _ coded: inout RawBatch.CodedCells,
    _ tags: inout [ByteInterner.Tag]
  ) {
    let count = end &- start
    if tags.count < count {
      tags.append(contentsOf: repeatElement(ByteInterner.Tag(), count: count - tags.count))
    }
    var target = tags.mutableSpan
    let source = cells.span
    for index in 0..<count {
      let cell = source[start &+ index]
      if cell.isNull { continue }
      target[index] =
        cell.lower < block.count
        ? interner.tag(of: block, from: cell.lower, count: Int(cell.count))
        : interner.tag(of: tail.span, from: cell.lower &- block.count, count: Int(cell.count))
    }
    interner.readAhead(tags.span.extracting(0..<count))
    var codes: [UInt32] = []
    swap(&codes, &coded.codes)
    codes.append(contentsOf: repeatElement(0, count: count))
    var written = codes.mutableSpan
    for index in 0..<count {
      let cell = source[start &+ index]
      if cell.isNull { continue }
      let tag = tags[index]
      let code =
        cell.lower < block.count
        ? interner.code(of: block, from: cell.lower, count: Int(cell.count), tag: tag)
        : interner.code(
          of: tail.span, from: cell.lower &- block.count, count: Int(cell.count), tag: tag)
      if Int(code) &+ 1 == coded.entries.count { coded.entries.append(cell) }
      written[start &+ index] = code &+ 1
    }
    swap(&codes, &coded.codes)
  }

  /// Hands the codes over to `batch`.
  mutating func finish(into batch: inout RawBatch) { swap(&coded, &batch.coded) }
}
