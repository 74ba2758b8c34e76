import Bytes
package import Records

/// Scans blocks of newline-delimited JSON: one object (RFC 8259) a line, in one pass.
///
/// Declared paths become cells; everything else is checked for its form and skipped. A string is
/// its bytes, a number its exact text, `true` and `false` their word, `null` is missing. A line
/// that is no well-formed object has no cells; blank lines are no records. A byte order mark is
/// accepted where a block begins. Where every element is a record, the line's other cells stand
/// with each of them, and a line with a declared path that occurs twice rejects all of them: it
/// contradicts itself. A scalar path over every element of another array has no one value and is
/// null.
///
/// A block is written to, and so copied if something else holds its array, only where a declared
/// string has escapes or the last line no end.
package struct NDJSONScanner: Scanner {
  /// Whether every element of an array is a record.
  private let isSplit: Bool
  private var walk: RecordWalk
  private var stops = StringStops()
  /// Cells of the finished records, one record after the other.
  private var records: [TextCell] = []
  /// For each nested group the elements that all records up to each one have.
  private var offsets: [[UInt32]]
  private var ordinals: [UInt32] = []
  /// For each scope but the record its rows before the line.
  private var marks: [Int]

  package init(projection: Projection) {
    isSplit = projection.each != nil
    walk = RecordWalk(PathTree(projection))
    marks = walk.rowCounts
    offsets = Array(repeating: [0], count: projection.nested.count)
  }

  package mutating func scan(_ bytes: consuming [UInt8], into batch: inout RawBatch) {
    var bytes = bytes
    let isOpen = bytes.last.map { $0 != JSONSyntax.lineFeed } ?? false
    reset(base: bytes.count)
    clear(&batch)
    if isOpen { bytes.append(JSONSyntax.lineFeed) }
    stops.mark(bytes.span)
    walk.isSettled = stops.ascii.isValidUTF8(bytes.span)
    scanLines(bytes.span, into: &batch)
    if isOpen { bytes.removeLast() }
    if !walk.tail.isEmpty { bytes.append(contentsOf: walk.tail) }
    batch.bytes = bytes
    if !batch.faults.isEmpty || batch.emptyParents > 0 {
      batch.ordinals.append(contentsOf: ordinals)
    }
    fillColumns(of: &batch)
  }

  /// Empties the batch and keeps its storage.
  private func clear(_ batch: inout RawBatch) {
    batch.bytes = []
    batch.starts.removeAll(keepingCapacity: true)
    batch.ordinals.removeAll(keepingCapacity: true)
    batch.faults.removeAll(keepingCapacity: true)
    batch.cellFaults.removeAll(keepingCapacity: true)
    batch.emptyParents = 0
    let slots = walk.tree.widths[0]
    if batch.slots.count != slots { batch.slots = Array(repeating: [], count: slots) }
    if batch.nested.count != offsets.count
      || zip(batch.nested, walk.tree.groupColumns).contains(where: { $0.cells.count != $1.count })
    {
      batch.nested = walk.tree.groupColumns.map {
        RawBatch.NestedCells(offsets: [0], cells: Array(repeating: [], count: $0.count))
      }
    }
  }

  private mutating func reset(base: Int) {
    walk.beginBlock(base: base)
    records.removeAll(keepingCapacity: true)
    ordinals.removeAll(keepingCapacity: true)
    for group in offsets.indices { offsets[group] = [0] }
  }

  private mutating func scanLines(_ text: Span<UInt8>, into batch: inout RawBatch) {
    // A copy of the reference alone, so that the walk may be changed beside it.
    let words = stops.words
    let stops = words.span
    let count = text.count
    var mostDropped = 0
    var ordinal: UInt32 = 0
    var lineStart = 0
    while lineStart < count {
      var first = lineStart
      if lineStart == 0, count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { first = 3 }
      first = JSONSyntax.afterBlanks(text, from: first)
      if text[first] == JSONSyntax.lineFeed {
        lineStart = first &+ 1
        continue
      }
      for scope in marks.indices { marks[scope] = walk.rowCounts[scope] }
      var end = JSONSyntax.malformed
      if text[first] == UInt8(ascii: "{") {
        end = walk.record(text, stops, from: first)
        if end >= 0 {
          end = JSONSyntax.afterBlanks(text, from: end)
          if text[end] != JSONSyntax.lineFeed { end = JSONSyntax.malformed }
        }
      }
      let isTooLarge = end >= 0 && isSplit && repeatedCount > max(256, end &- lineStart)
      if end >= 0, !isTooLarge, !walk.hasDuplicate {
        mostDropped = max(mostDropped, walk.droppedCount)
        if isSplit {
          finishElements(line: lineStart, ordinal: &ordinal, into: &batch)
        } else {
          finishRecord(line: lineStart, ordinal: ordinal, into: &batch)
          ordinal &+= 1
        }
      } else {
        let rule: Rule =
          isTooLarge || end == JSONSyntax.tooDeep ? .limit : end >= 0 ? .duplicate : .malformed
        // Which elements a line has that is no JSON, nobody can tell.
        let count = end >= 0 && isSplit ? max(walk.rowCounts[1], 1) : 1
        for _ in 0..<count {
          batch.faults.append(
            ScanFault(rule: rule, ordinal: ordinal, start: UInt32(truncatingIfNeeded: lineStart)))
          ordinal &+= 1
        }
        truncateToMarks()
        if end < 0 {
          end = firstOffset(of: JSONSyntax.lineFeed, in: text, from: first)
        }
      }
      lineStart = end &+ 1
    }
    batch.droppedFields = mostDropped
  }

  /// Nested elements of the line that would stand with each of its elements once more.
  ///
  /// Bounded by the length of the line, lest two long arrays side by side fill the memory.
  private var repeatedCount: Int {
    var count = 0
    for group in offsets.indices where !walk.tree.isGroupInEach[group] {
      let (product, overflow) = (walk.rowCounts[group + 2] - marks[group + 2])
        .multipliedReportingOverflow(by: walk.rowCounts[1])
      count += overflow ? Int(UInt32.max) : product
    }
    return count
  }

  /// Takes back what the line has added.
  private mutating func truncateToMarks() {
    for scope in marks.indices { setRowCount(marks[scope], of: scope) }
  }

  private mutating func setRowCount(_ count: Int, of scope: Int) {
    let cells = count &* walk.tree.widths[scope]
    walk.rows[scope].removeLast(walk.rows[scope].count &- cells)
    walk.rowCounts[scope] = count
  }

  /// Takes the line over as one record.
  private mutating func finishRecord(line: Int, ordinal: UInt32, into batch: inout RawBatch) {
    for fault in walk.faults {
      batch.cellFaults.append(
        CellFault(
          rule: fault.rule, slot: UInt32(truncatingIfNeeded: fault.column),
          record: UInt32(truncatingIfNeeded: batch.starts.count)))
    }
    records.append(contentsOf: walk.line)
    batch.starts.append(UInt32(truncatingIfNeeded: line))
    ordinals.append(ordinal)
    for group in offsets.indices {
      offsets[group].append(UInt32(truncatingIfNeeded: walk.rowCounts[group &+ 2]))
    }
  }

  /// Takes every element of the line over as a record, with the cells of its parent.
  private mutating func finishElements(
    line: Int, ordinal: inout UInt32, into batch: inout RawBatch
  ) {
    let count = walk.rowCounts[1]
    if count == 0 {
      batch.emptyParents += 1
      ordinal &+= 1
      return truncateToMarks()
    }
    let first = batch.starts.count
    let width = walk.tree.widths[1]
    for element in 0..<count {
      let row = records.count
      records.append(contentsOf: walk.line)
      for column in 0..<width {
        records[row &+ walk.tree.elementSlots[column]] = walk.rows[1][element &* width &+ column]
      }
      batch.starts.append(UInt32(truncatingIfNeeded: line))
      ordinals.append(ordinal)
      ordinal &+= 1
      finishGroups(of: element, count: count)
    }
    for fault in walk.faults {
      let isElement = fault.scope == 1
      let slot = isElement ? walk.tree.elementSlots[fault.column] : fault.column
      for element in isElement ? fault.row..<fault.row + 1 : 0..<count {
        batch.cellFaults.append(
          CellFault(
            rule: fault.rule, slot: UInt32(truncatingIfNeeded: slot),
            record: UInt32(truncatingIfNeeded: first + element)))
      }
    }
    setRowCount(0, of: 1)
  }

  /// Gives the element its own nested elements, or a copy of those of the whole record.
  private mutating func finishGroups(of element: Int, count: Int) {
    for group in offsets.indices {
      let scope = group + 2
      if walk.tree.isGroupInEach[group] {
        let next = (element + 1) * walk.rowCounts.count + scope
        let bound =
          element + 1 < count ? walk.elementBounds[next] : walk.rowCounts[scope]
        offsets[group].append(UInt32(truncatingIfNeeded: bound))
        continue
      }
      if element > 0 {
        let width = walk.tree.widths[scope]
        let size = Int(offsets[group][offsets[group].count - 1]) - lastStart(of: group)
        let from = marks[scope]
        for cell in from * width..<(from + size) * width {
          walk.rows[scope].append(walk.rows[scope][cell])
        }
        walk.rowCounts[scope] += size
      }
      offsets[group].append(UInt32(truncatingIfNeeded: walk.rowCounts[scope]))
    }
  }

  private func lastStart(of group: Int) -> Int {
    Int(offsets[group][offsets[group].count - 2])
  }

  /// Turns rows into columns.
  private mutating func fillColumns(of batch: inout RawBatch) {
    for slot in batch.slots.indices {
      fill(&batch.slots[slot], with: slot, of: records, width: walk.tree.widths[0])
    }
    for group in offsets.indices {
      let scope = group + 2
      batch.nested[group].offsets = offsets[group]
      for position in batch.nested[group].cells.indices {
        fill(
          &batch.nested[group].cells[position], with: walk.tree.groupColumns[group][position],
          of: walk.rows[scope], width: walk.tree.widths[scope])
      }
    }
  }

  private func fill(
    _ cells: inout [TextCell], with column: Int, of rows: [TextCell], width: Int
  ) {
    cells.removeAll(keepingCapacity: true)
    cells.reserveCapacity(rows.count / width)
    var index = column
    while index < rows.count {
      cells.append(rows[index])
      index &+= width
    }
  }
}
