import Bytes
import Records

// Advice to the next reader: a row group is gathered from several batches, of each the chosen
// rows. Only values of chosen rows may enter the file. A batch's dictionary also holds values of
// rows that do not leave, so its entries are taken over one by one, when a chosen row shows them.

/// Which rows of a chunk have a value, and how many have none.
struct Presence {
  /// For each row 1 or 0.
  private(set) var marks: [UInt8]
  private(set) var nullCount = 0

  init(rowCount: Int) { marks = [UInt8](repeating: 1, count: rowCount) }

  @inline(__always)
  mutating func clear(_ row: Int) {
    marks[row] = 0
    nullCount &+= 1
  }

  var valueCount: Int { marks.count &- nullCount }
}

/// A column's values of one row group without its nulls, of fixed size.
struct NumberChunk<Value: ChunkValue> {
  var presence: Presence
  /// All values in order when `codes` is `nil`, else the distinct ones.
  var values: [Value]
  var codes: [UInt32]?

  /// Gathers column `column` of `batches`, as codes where values repeat themselves.
  init(column: Int, of batches: [ParquetEncoder.Rows], seeksCodes: Bool) {
    presence = Presence(rowCount: batches.reduce(0) { $0 + $1.count })
    values = []
    if seeksCodes, batches.allSatisfy({ $0.columns[column].isCoded }) {
      takeCodes(column, of: batches)
    } else {
      takeValues(column, of: batches)
      if seeksCodes { findCodes() }
    }
  }

  private mutating func takeCodes(_ column: Int, of batches: [ParquetEncoder.Rows]) {
    var table = DistinctValues<Value>()
    var found: [UInt32] = []
    found.reserveCapacity(presence.marks.count)
    var target = 0
    for batch in batches {
      let dictionary = Value.all(of: batch.columns[column].values)
      let codes = batch.columns[column].codes
      var known = [UInt32](repeating: unseenCode, count: dictionary.count)
      let rows = batch.rows ?? []
      let isWhole = batch.rows == nil
      for index in 0..<batch.count {
        let position = Int(codes[isWhole ? index : Int(rows[index])])
        var code = known[position]
        if code == unseenCode {
          let value = dictionary[position]
          code = value == Value.null ? nullCode : table.code(of: value)
          known[position] = code
        }
        if code == nullCode {
          presence.clear(target)
        } else {
          found.append(code)
        }
        target &+= 1
      }
    }
    values = table.values
    codes = found
  }

  private mutating func takeValues(_ column: Int, of batches: [ParquetEncoder.Rows]) {
    values.reserveCapacity(presence.marks.count)
    var target = 0
    for batch in batches {
      let source = Value.all(of: batch.columns[column].values)
      let codes = batch.columns[column].codes
      let isCoded = batch.columns[column].isCoded
      let rows = batch.rows ?? []
      let isWhole = batch.rows == nil
      for index in 0..<batch.count {
        let row = isWhole ? index : Int(rows[index])
        let value = source[isCoded ? Int(codes[row]) : row]
        if value == Value.null {
          presence.clear(target)
        } else {
          values.append(value)
        }
        target &+= 1
      }
    }
  }

  /// Replaces the values by codes unless nearly all are distinct.
  private mutating func findCodes() {
    var table = DistinctValues<Value>()
    var found: [UInt32] = []
    found.reserveCapacity(values.count)
    let sample = min(values.count, sampleSize)
    for index in 0..<sample { found.append(table.code(of: values[index])) }
    if sample == sampleSize, isMostlyDistinct(table.values.count) { return }
    for index in sample..<values.count { found.append(table.code(of: values[index])) }
    values = table.values
    codes = found
  }

  /// Gives up the codes, where they do not save room.
  mutating func expand() {
    guard let codes else { return }
    let distinct = values
    values = codes.map { distinct[Int($0)] }
    self.codes = nil
  }
}

/// A column's texts of one row group without its nulls, in Parquet's plain encoding.
struct TextChunk {
  var presence: Presence
  /// The texts, each behind its length in four bytes; only the distinct ones when there are codes.
  var plain: [UInt8] = []
  /// Where each text of `plain` ends.
  var ends: [Int] = []
  var codes: [UInt32]?

  /// Gathers column `column` of `batches`, as codes where texts repeat themselves.
  init(column: Int, of batches: [ParquetEncoder.Rows]) {
    presence = Presence(rowCount: batches.reduce(0) { $0 + $1.count })
    takeCodes(column, of: batches)
    if codes == nil {
      presence = Presence(rowCount: presence.marks.count)
      takeTexts(column, of: batches)
    }
  }

  /// Leaves `codes` at `nil` when nearly all texts are distinct.
  private mutating func takeCodes(_ column: Int, of batches: [ParquetEncoder.Rows]) {
    var table = ByteInterner(capacity: 1024)
    var found: [UInt32] = []
    found.reserveCapacity(presence.marks.count)
    var target = 0
    for batch in batches {
      let texts = TextChunk.texts(of: batch.columns[column].values)
      let codes = batch.columns[column].codes
      let isCoded = batch.columns[column].isCoded
      var known = [UInt32](repeating: unseenCode, count: isCoded ? texts.cells.count : 0)
      let rows = batch.rows ?? []
      let isWhole = batch.rows == nil
      for index in 0..<batch.count {
        let row = isWhole ? index : Int(rows[index])
        let position = isCoded ? Int(codes[row]) : row
        var code = isCoded ? known[position] : unseenCode
        if code == unseenCode {
          let cell = texts.cells[position]
          code =
            cell.isNull
            ? nullCode : table.code(of: texts.bytes, from: cell.lower, count: Int(cell.count))
          if isCoded { known[position] = code }
        }
        if code == nullCode {
          presence.clear(target)
        } else {
          found.append(code)
          if found.count == sampleSize, isMostlyDistinct(table.count) { return }
        }
        target &+= 1
      }
    }
    for code in 0..<table.count {
      append(table.bytes, table.range(of: UInt32(code)))
    }
    codes = found
  }

  private mutating func takeTexts(_ column: Int, of batches: [ParquetEncoder.Rows]) {
    var target = 0
    for batch in batches {
      let texts = TextChunk.texts(of: batch.columns[column].values)
      let codes = batch.columns[column].codes
      let isCoded = batch.columns[column].isCoded
      let rows = batch.rows ?? []
      let isWhole = batch.rows == nil
      for index in 0..<batch.count {
        let row = isWhole ? index : Int(rows[index])
        let cell = texts.cells[isCoded ? Int(codes[row]) : row]
        if cell.isNull {
          presence.clear(target)
        } else {
          append(texts.bytes, cell.lower..<cell.upper)
        }
        target &+= 1
      }
    }
  }

  @inline(__always)
  private mutating func append(_ bytes: [UInt8], _ range: Range<Int>) {
    appendLittleEndian(UInt32(range.count), to: &plain)
    plain.append(copying: bytes, from: range.lowerBound, count: range.count)
    ends.append(plain.count)
  }

  /// The bytes that text `position` of `plain` takes.
  func byteCount(of position: Int) -> Int {
    ends[position] &- (position == 0 ? 0 : ends[position &- 1])
  }

  /// Gives up the codes, where they do not save room.
  mutating func expand() {
    guard let codes else { return }
    let (distinct, distinctEnds) = (plain, ends)
    plain = []
    ends = []
    ends.reserveCapacity(codes.count)
    for code in codes {
      let start = code == 0 ? 0 : distinctEnds[Int(code) &- 1]
      plain.append(copying: distinct, from: start, count: distinctEnds[Int(code)] &- start)
      ends.append(plain.count)
    }
    self.codes = nil
  }

  private static func texts(of values: Values) -> TextCells {
    guard case .text(let texts) = values else {
      preconditionFailure("a column of texts holds texts")
    }
    return texts
  }
}

/// Stands for null among the codes of a batch's dictionary.
private let nullCode = UInt32.max

/// Stands for an entry of a batch's dictionary that no chosen row has shown yet.
private let unseenCode = UInt32.max - 1

/// How many values are looked at before it is decided that values do not repeat themselves.
private let sampleSize = 1 << 14

/// Whether more than seven eighths of a sample are distinct.
private func isMostlyDistinct(_ count: Int) -> Bool { count &* 8 > sampleSize &* 7 }
