import Bytes
import Records

/// Puts rows together from cells that are written out already.
///
/// A strip is a few thousand rows, so that its cells stay in the cache between writing and copying.
struct RowStrip: ~Copyable {
  /// The rows of one strip.
  static let rowCount = 4096

  private let writers: [CellWriter]
  /// All cells that rows are put together from: dictionaries first, then those of the strip.
  private var arena: OutputBuffer
  /// Where the dictionaries end.
  private let dictionariesEnd: Int
  /// For each column its dictionary's entries in the arena; empty when it is written by rows.
  private var entries: [[TextCell]]
  /// For each row of the strip, one behind the other, its cells.
  private var pieces: [TextCell]

  /// Writes the dictionaries of a batch of which `rowCount` rows are chosen.
  ///
  /// A dictionary with more entries than that is cheaper by rows, and a very large one by strips.
  init(writers: [CellWriter], batch: [Column], rowCount: Int) {
    self.writers = writers
    arena = OutputBuffer(capacity: 1 << 18)
    entries = []
    pieces = [TextCell](
      repeating: .null, count: min(rowCount, RowStrip.rowCount) * batch.count)
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
    let count = rows.count * batch.count
    output.reserve(arena.count - dictionariesEnd + count * 8)
    copyPieces(count, to: &output)
  }

  private mutating func place(_ cells: [TextCell], at column: Int) {
    var target = column
    for index in 0..<cells.count {
      pieces[target] = cells[index]
      target &+= writers.count
    }
  }

  private mutating func place(
    _ entries: [TextCell], by codes: [UInt32], _ rows: [UInt32], at column: Int
  ) {
    var target = column
    for index in 0..<rows.count {
      pieces[target] = entries[Int(codes[Int(rows[index])])]
      target &+= writers.count
    }
  }

  private func copyPieces(_ count: Int, to output: inout OutputBuffer) {
    arena.withBytes { bytes in
      for index in 0..<count {
        let piece = pieces[index]
        output.append(bytes, from: Int(piece.start), count: Int(piece.count))
      }
    }
  }
}

/// The entries that are written once a batch; beyond it the arena would leave the caches.
private let dictionaryLimit = 1 << 16
