/// What a scanner found in one block: the projected raw fields of its records, undecoded otherwise.
package struct RawBatch: Sendable {
  /// The elements of one array over all records of the batch.
  package struct NestedCells: Sendable {
    /// Record `i` owns the elements `offsets[i] ..< offsets[i + 1]`.
    package var offsets: [UInt32]
    /// For each element path the cells of all elements.
    package var cells: [[TextCell]]

    package init(offsets: [UInt32] = [0], cells: [[TextCell]] = []) {
      self.offsets = offsets
      self.cells = cells
    }
  }

  /// The texts of one slot as a dictionary.
  package struct CodedCells: Sendable {
    /// The texts in the order of their first records, behind null; each once where texts repeat
    /// themselves (see `CellInterner`).
    package var entries: [TextCell] = []
    /// For each record the position of its text in `entries`.
    package var codes: [UInt32] = []

    package init() {}
  }

  /// The block's bytes, followed by what had to be decoded (escapes, doubled quotes, encodings).
  package var bytes: [UInt8] = []
  /// For each slot of the projection a cell for each record.
  package var slots: [[TextCell]] = []
  /// For each slot its texts as a dictionary where the scanner was asked for it, else nothing.
  package var coded: [CodedCells] = []
  package var nested: [NestedCells] = []
  /// For each record the offset of its first byte in the block.
  package var starts: [UInt32] = []
  /// For each record its ordinal among the block's records, those with faults included; empty when
  /// no record of the block was faulty and the ordinals are 0, 1, 2, …
  package var ordinals: [UInt32] = []
  /// Records that could not be read at all; they have no cells.
  package var faults: [ScanFault] = []
  /// Values that were there but could not be decoded; their cells are null.
  package var cellFaults: [CellFault] = []
  /// Parents without any element, where every element is a record; they count as filtered.
  package var emptyParents = 0
  /// Fields seen and skipped because nothing declared them, at most, in one record (0 for access
  /// logs).
  package var droppedFields = 0

  package init() {}

  /// Records that can be worked on.
  package var recordCount: Int { starts.count }
  /// All records the block held: good, faulty and empty parents.
  package var readCount: Int { starts.count + faults.count + emptyParents }
}

/// A record of a block that could not be read.
package struct ScanFault: Hashable, Sendable {
  package var rule: Rule
  /// Ordinal among the block's records.
  package var ordinal: UInt32
  /// Offset of the record's first byte in the block.
  package var start: UInt32

  package init(rule: Rule, ordinal: UInt32, start: UInt32) {
    self.rule = rule
    self.ordinal = ordinal
    self.start = start
  }
}

/// A projected value that was present but could not be decoded.
package struct CellFault: Hashable, Sendable {
  package var rule: Rule
  package var slot: UInt32
  /// Position among the batch's good records.
  package var record: UInt32

  package init(rule: Rule, slot: UInt32, record: UInt32) {
    self.rule = rule
    self.slot = slot
    self.record = record
  }
}

extension RawBatch {
  /// Returns the batch of the given good records, in their order; faults are left behind.
  package func selecting(_ records: [UInt32]) -> RawBatch {
    var chosen = RawBatch()
    chosen.bytes = bytes
    chosen.slots = slots.map { cells in records.map { cells[Int($0)] } }
    chosen.starts = records.map { starts[Int($0)] }
    chosen.nested = nested.map { group in
      var part = NestedCells(offsets: [0], cells: group.cells.map { _ in [] })
      for record in records {
        let range = Int(group.offsets[Int(record)])..<Int(group.offsets[Int(record) + 1])
        for index in part.cells.indices {
          part.cells[index].append(contentsOf: group.cells[index][range])
        }
        part.offsets.append(part.offsets[part.offsets.count - 1] + UInt32(range.count))
      }
      return part
    }
    return chosen
  }
}
