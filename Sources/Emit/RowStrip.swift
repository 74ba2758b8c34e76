import Bytes
import Records

/// Puts rows together from cells that are written out already.
///
/// A strip is a few thousand rows, so that its cells stay in the cache between writing and copying.
struct RowStrip: ~Copyable {
  /// The rows of one strip.
  static let rowCount = 1024

  private let writers: [CellWriter]
  /// All cells that rows are put together from: dictionaries first, then those of the strip.
  private var arena: OutputBuffer
  /// Where the dictionaries end.
  private var dictionariesEnd = 0
  /// For each column its dictionary's entries in the arena; empty when it is written by rows.
  private var entries: [[TextCell]] = []
  /// For each row of the strip, one behind the other, its cells.
  private var pieces: [BytePiece]

  init(writers: [CellWriter]) {
    self.writers = writers
    arena = OutputBuffer(capacity: 1 << 18)
    pieces = [BytePiece](
      repeating: BytePiece(start: 0, count: 0), count: RowStrip.rowCount * writers.count)
  }

  /// Writes the dictionaries of a batch of which `rowCount` rows are chosen.
  ///
  /// A dictionary with more entries than that is cheaper by rows, and a very large one by strips.
  mutating func begin(_ batch: [Column], rowCount: Int) {
    arena.removeAll()
    entries.removeAll(keepingCapacity: true)
    for (writer, column) in zip(writers, batch) {
      if column.isCoded, column.values.count <= min(rowCount, dictionaryLimit) {
        entries.append(writer.write(column.values, at: nil, form: column.type.form, to: &arena))
      } else {
        entries.append([])
      }
    }
    dictionariesEnd = arena.count
  }

  /// Appends the given rows of the batch, at most `RowStrip.rowCount`.
  mutating func append(_ rows: [UInt32], of batch: [Column], to output: inout OutputBuffer) {
    arena.truncate(to: dictionariesEnd)
    for column in batch.indices {
      if !batch[column].isCoded {
        let cells = writers[column].write(
          batch[column].values, at: rows, form: batch[column].type.form, to: &arena)
        place(cells, at: column)
      } else if entries[column].isEmpty {
        let codes = batch[column].codes
        let cells = writers[column].write(
          batch[column].values, at: rows.map { codes[Int($0)] }, form: batch[column].type.form,
          to: &arena)
        place(cells, at: column)
      } else {
        place(entries[column], by: batch[column].codes, rows, at: column)
      }
    }
    output.append(pieces.span.extracting(0..<(rows.count * batch.count)), of: arena)
  }

  private mutating func place(_ cells: [TextCell], at column: Int) {
    var target = column
    for index in 0..<cells.count {
      pieces[target] = BytePiece(start: cells[index].start, count: cells[index].count)
      target &+= writers.count
    }
  }

  private mutating func place(
    _ entries: [TextCell], by codes: [UInt32], _ rows: [UInt32], at column: Int
  ) {
    var target = column
    for index in 0..<rows.count {
      let entry = entries[Int(codes[Int(rows[index])])]
      pieces[target] = BytePiece(start: entry.start, count: entry.count)
      target &+= writers.count
    }
  }
}

/// The entries that are written once a batch; beyond it the arena would leave the caches.
private let dictionaryLimit = 1 << 16
