import Bytes
import Records

/// Collects what a scanner finds in one block.
///
/// The scanner sets the cells of the record at hand and then keeps or rejects it; a rejected
/// record leaves nothing behind but its fault.
struct BatchBuilder: Sendable {
  /// Rows gathered before they are appended to the slots: all cells of a slot then move with one
  /// copy, and the rows at hand stay in the fastest cache.
  private static let rowLimit = 256

  private var batch = RawBatch()
  /// The cells at hand; those of a slot lie together.
  private var grid: [TextCell]
  private var row = 0
  private let slotCount: Int
  private var coding: SlotCoding
  private var blockCount = 0
  private var ordinal: UInt32 = 0
  /// Decoded text; it follows the block in the batch.
  private var tail: [UInt8] = []
  private var keptTailCount = 0
  private var keptCellFaultCount = 0

  /// The texts of `codedSlots` come as dictionaries too.
  init(slotCount: Int, codedSlots: [Int] = []) {
    self.slotCount = slotCount
    coding = SlotCoding(slots: codedSlots, slotCount: slotCount)
    grid = [TextCell](repeating: .null, count: slotCount * BatchBuilder.rowLimit)
  }

  /// Begins a block of `blockCount` bytes and takes over the storage of `other`.
  mutating func begin(reusing other: inout RawBatch, blockCount: Int) {
    // Decoded text is at most three times as long as its source, and cells hold 32-bit places.
    precondition(blockCount <= 1 << 30, "a block is at most 1 GiB")
    swap(&batch, &other)
    batch.bytes = []
    if batch.slots.count != slotCount {
      batch.slots = [[TextCell]](repeating: [], count: slotCount)
    }
    for slot in 0..<slotCount { batch.slots[slot].removeAll(keepingCapacity: true) }
    coding.begin(reusing: &batch)
    batch.nested = []
    batch.starts.removeAll(keepingCapacity: true)
    batch.ordinals.removeAll(keepingCapacity: true)
    batch.faults.removeAll(keepingCapacity: true)
    batch.cellFaults.removeAll(keepingCapacity: true)
    batch.emptyParents = 0
    batch.droppedFields = 0
    tail.removeAll(keepingCapacity: true)
    self.blockCount = blockCount
    row = 0
    ordinal = 0
    keptTailCount = 0
    keptCellFaultCount = 0
  }

  /// Ends the block and hands its batch over.
  ///
  /// `droppedFields` counts the undeclared fields of a record.
  mutating func finish(
    _ bytes: consuming [UInt8], droppedFields: Int, into other: inout RawBatch
  ) {
    flush()
    coding.add(batch.slots, recordCount: batch.starts.count, bytes.span, tail: tail)
    coding.finish(into: &batch)
    batch.bytes = bytes
    if !tail.isEmpty { batch.bytes.append(contentsOf: tail) }
    if !batch.starts.isEmpty { batch.droppedFields = droppedFields }
    swap(&batch, &other)
  }

  // MARK: The record at hand

  @inline(__always)
  mutating func set(_ cell: TextCell, slot: Int) {
    grid[slot &* BatchBuilder.rowLimit &+ row] = cell
  }

  /// Sets the cell of each slot to what lies between two of `ends`, which are `gap` bytes before
  /// the next field's beginning: of the slot with `places[slot]`, behind that end. Empty ones are
  /// null, if that is what they mean.
  @inline(__always)
  mutating func set(
    _ ends: Span<UInt32>, apart gap: Int, at places: Span<Int>, emptyIsNull: Bool
  ) {
    let gap = UInt32(truncatingIfNeeded: gap)
    var target = row
    var cells = grid.mutableSpan
    for slot in places.indices {
      let place = places[slot]
      let start = ends[place] &+ gap
      let count = ends[place &+ 1] &- start
      cells[target] = count == 0 && emptyIsNull ? .null : TextCell(start: start, count: count)
      target &+= BatchBuilder.rowLimit
    }
  }

  func cell(slot: Int) -> TextCell { grid[slot &* BatchBuilder.rowLimit &+ row] }

  /// Empties a cell whose value could not be decoded.
  mutating func spoil(slot: Int) {
    set(.null, slot: slot)
    batch.cellFaults.append(
      CellFault(
        rule: .encoding, slot: UInt32(truncatingIfNeeded: slot),
        record: UInt32(truncatingIfNeeded: batch.starts.count)))
  }

  /// Keeps the record that begins at `start`.
  @inline(__always)
  mutating func keep(start: Int) {
    batch.starts.append(UInt32(truncatingIfNeeded: start))
    if !batch.faults.isEmpty { batch.ordinals.append(ordinal) }
    ordinal &+= 1
    keptTailCount = tail.count
    keptCellFaultCount = batch.cellFaults.count
    row &+= 1
    if row == BatchBuilder.rowLimit { flush() }
  }

  /// Records that the record beginning at `start` cannot be read, and forgets its cells.
  mutating func reject(_ rule: Rule, start: Int) {
    if batch.faults.isEmpty {
      for position in 0..<batch.starts.count {
        batch.ordinals.append(UInt32(truncatingIfNeeded: position))
      }
    }
    batch.faults.append(
      ScanFault(rule: rule, ordinal: ordinal, start: UInt32(truncatingIfNeeded: start)))
    ordinal &+= 1
    tail.removeLast(tail.count - keptTailCount)
    batch.cellFaults.removeLast(batch.cellFaults.count - keptCellFaultCount)
  }

  /// Gives the records kept since the last time their codes, if there are enough of them.
  @inline(__always)
  mutating func codeKept(in bytes: Span<UInt8>) {
    let flushed = batch.starts.count &- row
    guard flushed > coding.count else { return }
    coding.add(batch.slots, recordCount: flushed, bytes, tail: tail)
  }

  private mutating func flush() {
    for slot in 0..<slotCount {
      let first = slot &* BatchBuilder.rowLimit
      batch.slots[slot].append(contentsOf: grid[first..<(first &+ row)])
    }
    row = 0
  }

  // MARK: Decoded text

  var tailCount: Int { tail.count }

  mutating func append(_ byte: UInt8) { tail.append(byte) }

  /// Appends a text and returns its cell.
  mutating func append(text: StaticString) -> TextCell {
    let start = tail.count
    for byte in text.description.utf8 { tail.append(byte) }
    return cell(ofTailFrom: start)
  }

  /// Returns the cell of what was appended since the tail held `start` bytes.
  func cell(ofTailFrom start: Int) -> TextCell {
    TextCell(start: blockCount &+ start, count: tail.count &- start)
  }

  /// Takes back what was appended since the tail held `start` bytes.
  mutating func truncateTail(to start: Int) { tail.removeLast(tail.count - start) }

  /// Whether what was appended since the tail held `start` bytes is well-formed UTF-8.
  func tailIsValidUTF8(from start: Int) -> Bool {
    isValidUTF8(tail, from: start, to: tail.count)
  }

  func isInTail(_ cell: TextCell) -> Bool { cell.lower >= blockCount && !cell.isNull }

  /// Whether the cell's text is `text`.
  func equals(_ cell: TextCell, _ text: [UInt8], in bytes: Span<UInt8>) -> Bool {
    guard Int(cell.count) == text.count else { return false }
    let inTail = isInTail(cell)
    for index in text.indices {
      let byte =
        inTail ? tail[cell.lower &- blockCount &+ index] : bytes[cell.lower &+ index]
      if byte != text[index] { return false }
    }
    return true
  }

  /// Empties the cells of the record at hand that are no well-formed UTF-8.
  mutating func spoilInvalidUTF8(in bytes: Span<UInt8>) {
    for slot in 0..<slotCount {
      let cell = cell(slot: slot)
      // Text in the tail was checked when it was decoded.
      if cell.isNull || isInTail(cell) { continue }
      if !isValidUTF8(bytes, from: cell.lower, to: cell.upper) { spoil(slot: slot) }
    }
  }
}
