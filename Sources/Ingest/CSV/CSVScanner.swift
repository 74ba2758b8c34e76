import Bytes
package import Records

/// Reads the declared columns of CSV records; all others are skipped in the bytes.
///
/// Blank lines are no records. A record with more or fewer fields than the header is a fault,
/// whatever the fields hold: nothing tells which column is missing. Blocks begin behind the
/// header.
package struct CSVScanner: Scanner {
  /// More fields than this in one record are a `limit` fault.
  package static let fieldsPerRecord = 16_384
  /// A longer field is a `limit` fault.
  package static let bytesPerField = 1 << 20

  private let dialect: CSVDialect
  private let decoding: CSVDecoding
  private let isUTF8: Bool
  /// For each column of the file its slot, or -1 where it is skipped.
  private let slotOfColumn: [Int]
  /// For each slot its column of the file.
  private let columnOfSlot: [Int]
  private let emptyIsNull: Bool
  /// The texts other than the empty one that mean nothing.
  private let nulls: [[UInt8]]
  /// Whether a cell is taken as it lies in the block, unless it has doubled quotes.
  private let takesAsIs: Bool
  private var builder: BatchBuilder
  private var stops = FieldStops()

  /// A cell that is not what lies between two delimiters.
  private struct OtherCell {
    var cell: TextCell
    var slot: Int
  }

  /// Those of the record at hand.
  private var otherCells: [OtherCell] = []

  /// Creates the scanner of a file whose columns are `names`, in the file's order.
  ///
  /// The order may be any, and more columns than declared may be there. A declared column that
  /// is missing or there twice is a fault.
  init(
    csv: Reading.CSV, names: [String], projection: Projection, codedSlots: [Int] = []
  ) throws(HeaderFault) {
    var slotOfColumn = [Int](repeating: -1, count: names.count)
    var missing: [String] = []
    var repeated: [String] = []
    for (slot, path) in projection.slots.enumerated() {
      let columns = names.indices.filter { names[$0] == path.lastName }
      if columns.isEmpty { missing.append(path.lastName) }
      if columns.count > 1 { repeated.append(path.lastName) }
      for column in columns { slotOfColumn[column] = slot }
    }
    if !missing.isEmpty { throw HeaderFault(.missing, columns: missing) }
    if !repeated.isEmpty { throw HeaderFault(.repeated, columns: repeated) }
    self.slotOfColumn = slotOfColumn
    columnOfSlot = projection.slots.indices.compactMap { slotOfColumn.firstIndex(of: $0) }
    precondition(columnOfSlot.count == projection.slots.count, "each slot has a column of its own")
    dialect = CSVDialect(csv)
    decoding = CSVDecoding(csv)
    isUTF8 = csv.encoding == .utf8
    emptyIsNull = csv.nulls.contains([])
    nulls = csv.nulls.filter { !$0.isEmpty }
    takesAsIs = !csv.trims && nulls.isEmpty
    builder = BatchBuilder(slotCount: projection.slots.count, codedSlots: codedSlots)
  }

  package mutating func scan(_ bytes: consuming [UInt8], into batch: inout RawBatch) {
    builder.begin(reusing: &batch, blockCount: bytes.count)
    scanRecords(bytes.span)
    builder.finish(bytes, droppedFields: slotOfColumn.count - columnOfSlot.count, into: &batch)
  }

  private mutating func scanRecords(_ bytes: Span<UInt8>) {
    dialect.mark(bytes, in: &stops)
    // In a block that is well-formed all cells are, because no field ends inside a character:
    // delimiter, quote and line ends are whole ones.
    let isSettled = isUTF8 ? stops.ascii.isValidUTF8(bytes) : stops.ascii.isASCII
    // Copies of references alone, so that the builder may be changed beside them.
    let words = stops.words
    let slots = slotOfColumn
    let columns = columnOfSlot
    var room = [UInt32](repeating: 0, count: slots.count &+ 1)
    var ends = room.mutableSpan
    var position = 0
    while position < bytes.count {
      let next = dialect.endOfBlankLine(in: bytes, from: position)
      if next != position {
        position = next
      } else {
        position = scanRecord(
          bytes, words.span, from: position, isSettled: isSettled, slots.span, columns.span, &ends)
      }
    }
  }

  /// What is known of a record while its fields are read.
  private struct Standing {
    /// The number of fields so far.
    var fieldCount = 0
    var isMalformed = false
    /// Whether a declared field is more or less than what lies between its delimiters.
    var hasOtherCells = false
  }

  /// Reads the record at `start` and returns the position behind it; `ends` is room for where each
  /// column's field ends, and in front of them the record's beginning.
  @inline(__always)
  private mutating func scanRecord(
    _ bytes: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, isSettled: Bool,
    _ slotOfColumn: Span<Int>, _ columnOfSlot: Span<Int>, _ ends: inout MutableSpan<UInt32>
  ) -> Int {
    var record = Standing()
    let end = walk(bytes, stops, from: start, slotOfColumn, &ends, &record)
    if record.isMalformed {
      builder.reject(.malformed, start: start)
    } else if record.fieldCount > CSVScanner.fieldsPerRecord
      || (end &- start > CSVScanner.bytesPerField
        && longestField(bytes, stops, from: start) > CSVScanner.bytesPerField)
    {
      builder.reject(.limit, start: start)
    } else if record.fieldCount != slotOfColumn.count {
      builder.reject(.fieldCount, start: start)
    } else {
      builder.set(
        ends.span, apart: dialect.delimiterCount, at: columnOfSlot, emptyIsNull: emptyIsNull)
      if record.hasOtherCells { setOtherCells() }
      if !isSettled, !isASCII(bytes, from: start, to: min(end, bytes.count)) {
        settleEncoding(bytes)
      }
      builder.keep(start: start)
      builder.codeKept(in: bytes)
    }
    if record.hasOtherCells { otherCells.removeAll(keepingCapacity: true) }
    return end
  }

  /// Goes through the fields of the record at `start` and returns the position behind it.
  ///
  /// Where a field ends is put down whether it is declared or not: that takes less than asking.
  /// Cells are made of it when the record is whole; those of declared fields that are not what lies
  /// between two delimiters are made here.
  @inline(__always)
  private mutating func walk(
    _ bytes: Span<UInt8>, _ stops: Span<UInt64>, from start: Int, _ slotOfColumn: Span<Int>,
    _ ends: inout MutableSpan<UInt32>, _ record: inout Standing
  ) -> Int {
    let delimiter = dialect.delimiter
    // Where nothing is quoted, a number that no byte has.
    let quote = dialect.isQuoting ? UInt16(dialect.quote) : 256
    let isPlain = dialect.delimiterCount == 1 && takesAsIs
    let columnCount = slotOfColumn.count
    var position = start
    var marks = MarkWalk(stops, from: start)
    ends[0] = UInt32(truncatingIfNeeded: start &- dialect.delimiterCount)
    while true {
      var isQuote = false
      if isPlain {
        var next = marks.next(stops)
        var fieldCount = record.fieldCount
        // Most fields stand in no quotes and are not the last one.
        while next < bytes.count, bytes[next] == delimiter, fieldCount < columnCount {
          fieldCount &+= 1
          ends[fieldCount] = UInt32(truncatingIfNeeded: next)
          position = next &+ 1
          next = marks.next(stops)
        }
        record.fieldCount = fieldCount
        isQuote = next == position && next < bytes.count && UInt16(bytes[next]) == quote
      }
      var field: CSVField
      if let quoted = isQuote
        ? dialect.closedField(&marks, in: bytes, stops, from: position) : nil
      {
        field = quoted
      } else {
        field = dialect.field(in: bytes, stops, from: position)
        if field.isMalformed { record.isMalformed = true }
        if !field.isLast { marks = MarkWalk(stops, from: field.next &+ dialect.delimiterCount) }
      }
      if record.fieldCount < columnCount {
        let slot = slotOfColumn[record.fieldCount]
        if slot >= 0, !takesAsIs || field.lower != position || field.upper != field.next {
          otherCells.append(OtherCell(cell: cell(of: field, slot: slot, bytes), slot: slot))
          record.hasOtherCells = true
        }
        ends[record.fieldCount &+ 1] = UInt32(truncatingIfNeeded: field.next)
      }
      record.fieldCount &+= 1
      if field.isLast { return field.next &+ 1 }
      position = field.next &+ dialect.delimiterCount
    }
  }

  /// Returns the length of the longest field of the record at `start`, in bytes.
  private func longestField(
    _ bytes: Span<UInt8>, _ stops: Span<UInt64>, from start: Int
  ) -> Int {
    var longest = 0
    var position = start
    while true {
      let field = dialect.field(in: bytes, stops, from: position)
      longest = max(longest, field.upper &- field.lower)
      if field.isLast { return longest }
      position = field.next &+ dialect.delimiterCount
    }
  }

  private mutating func setOtherCells() {
    for other in otherCells { builder.set(other.cell, slot: other.slot) }
  }

  /// Returns the cell of a declared field.
  private mutating func cell(
    of found: CSVField, slot: Int, _ bytes: Span<UInt8>
  ) -> TextCell {
    var field = found
    dialect.trim(&field, in: bytes)
    var cell = TextCell(start: field.lower, count: field.upper &- field.lower)
    if field.isDoubled {
      guard
        let decoded = decoding.decode(
          bytes, from: field.lower, to: field.upper, isDoubled: true, into: &builder)
      else {
        builder.spoil(slot: slot)
        return .null
      }
      cell = decoded
    }
    return isNull(cell, bytes) ? .null : cell
  }

  /// Checks or decodes the cells of a record that is not all ASCII.
  private mutating func settleEncoding(_ bytes: Span<UInt8>) {
    if isUTF8 { return builder.spoilInvalidUTF8(in: bytes) }
    for slot in columnOfSlot.indices {
      let cell = builder.cell(slot: slot)
      if cell.isNull || builder.isInTail(cell) { continue }
      if isASCII(bytes, from: cell.lower, to: cell.upper) { continue }
      if let decoded = decoding.decode(
        bytes, from: cell.lower, to: cell.upper, isDoubled: false, into: &builder)
      {
        builder.set(isNull(decoded, bytes) ? .null : decoded, slot: slot)
      } else {
        builder.spoil(slot: slot)
      }
    }
  }

  private func isNull(_ cell: TextCell, _ bytes: Span<UInt8>) -> Bool {
    if cell.count == 0 { return emptyIsNull }
    for text in nulls where builder.equals(cell, text, in: bytes) { return true }
    return false
  }
}
