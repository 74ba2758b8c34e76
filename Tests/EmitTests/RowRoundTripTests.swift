import Emit
import Foundation
import Records
import Support
import Testing

/// Random tables come back from slow, independent readers.
@Suite struct RowRoundTripTests {
  /// A random table of text columns, some coded, some rows chosen, and what must come back.
  struct Table {
    var columns: [TableColumn]
    var batch: [Column] = []
    var rows: [UInt32]?
    var rowCount: Int
    /// Row by row.
    var expected: [[String?]] = []

    init(seed: UInt64) {
      var generator = SplitMix(seed: seed)
      rowCount = Int.random(in: 1...400, using: &generator)
      let type = ColumnType(source: nil, form: .text)
      columns = (0..<Int.random(in: 2...6, using: &generator)).map {
        TableColumn(name: "c\($0)", type: type)
      }
      var cells: [[String?]] = []
      for _ in columns {
        let distinct = [1, 3, 20, rowCount, 3 * rowCount].randomElement(using: &generator) ?? 1
        let dictionary = (0..<distinct).map { _ in Table.randomText(&generator) }
        let codes = (0..<rowCount).map { _ in
          UInt32.random(in: 0..<UInt32(distinct), using: &generator)
        }
        let texts = codes.map { dictionary[Int($0)] }
        batch.append(
          Bool.random(using: &generator)
            ? Column(type: type, dictionary: CellCase.texts(dictionary), codes: codes)
            : Column(type: type, values: CellCase.texts(texts)))
        cells.append(texts)
      }
      if Bool.random(using: &generator) {
        rows = (0..<UInt32(rowCount)).filter { _ in Bool.random(using: &generator) }
      }
      for row in rows ?? Array(0..<UInt32(rowCount)) {
        expected.append(cells.map { $0[Int(row)] })
      }
    }

    private static func randomText(_ generator: inout SplitMix) -> String? {
      if Int.random(in: 0..<8, using: &generator) == 0 { return nil }
      let pieces = [
        "a", "b", ",", "\"", "\n", "\r", "\t", " ", "=", "+", "-", "@", ";", "'", "é", "漢", "🛒",
        "\\", "/", "\u{1}", "\u{1F}", "\u{7F}", "\u{2028}", "0123456789abcdef", "{", "}",
      ]
      let count = Int.random(in: 0...9, using: &generator)
      return (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    }

    func bytes(_ format: OutputFormat) -> [UInt8] {
      var encoder = TableEncoder(
        columns: columns, format: format, compression: .none, zone: .utc, isReplay: false)
      return encoder.encode(batch, rows: rows, rowCount: rowCount).bytes
    }
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func csvReadsBack(seed: UInt64) {
    let table = Table(seed: seed)
    let expected = table.expected.map { row in
      row.map { cell -> [UInt8] in
        let text = Array((cell ?? "").utf8)
        let formulas = Array("=+-@\t\r".utf8)
        return text.first.map { formulas.contains($0) } == true
          ? [UInt8(ascii: "'")] + text : text
      }
    }
    #expect(SlowCSV.records(of: table.bytes(.csv)) == expected, "seed \(seed)")
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func ndjsonReadsBack(seed: UInt64) throws {
    let table = Table(seed: seed)
    let lines = table.bytes(.ndjson).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    try #require(lines.count == table.expected.count + 1, "seed \(seed)")
    #expect(lines[lines.count - 1].isEmpty)
    for (line, row) in zip(lines, table.expected) {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any], "seed \(seed)")
      #expect(object.count == row.count)
      for (index, cell) in row.enumerated() {
        let found = object["c\(index)"]
        if let cell {
          #expect((found as? String).map { Array($0.utf8) } == Array(cell.utf8), "seed \(seed)")
        } else {
          #expect(found is NSNull, "seed \(seed)")
        }
      }
    }
  }
}

/// A reader of RFC 4180 with lines that end in LF, byte by byte.
enum SlowCSV {
  static func records(of bytes: [UInt8]) -> [[[UInt8]]] {
    var records: [[[UInt8]]] = []
    var record: [[UInt8]] = []
    var field: [UInt8] = []
    var index = 0
    var isQuoted = false
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          field.append(byte)
        } else if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == UInt8(ascii: "\""), field.isEmpty {
        isQuoted = true
      } else if byte == UInt8(ascii: ",") {
        record.append(field)
        field = []
      } else if byte == UInt8(ascii: "\n") {
        records.append(record + [field])
        record = []
        field = []
      } else {
        field.append(byte)
      }
    }
    return records
  }
}
