package import Emit
package import Records
import Support
import Testing
package import Verify

/// A value of a table as the test expects it back.
package enum ParquetCell: Hashable {
  case null
  case number(Int64)
  case text(String)
}

/// A table to be written as Parquet, and the values that must come back.
package struct ParquetExample {
  package var name: String
  package var columns: [TableColumn]
  package var groups: [[ParquetEncoder.Rows]] = []
  /// For each column all its values in order.
  package var expected: [[ParquetCell]]
  /// How often `expected` comes over.
  package var cycleCount = 1
  /// The days on which random dates and times lie.
  private var days: ClosedRange<Int64> = 0...0

  package init(_ name: String, _ forms: [ValueForm]) {
    self.name = name
    columns = forms.enumerated().map {
      TableColumn(name: "c\($0)", type: ColumnType(source: nil, form: $1, state: .treated))
    }
    expected = forms.map { _ in [] }
  }

  /// Adds a row group of one batch, its columns not coded.
  package mutating func addGroup(_ cells: [[ParquetCell]]) {
    let rowCount = cells[0].count
    groups.append([
      ParquetEncoder.Rows(
        columns: zip(columns, cells).map { Column(type: $0.type, values: $0.values(of: $1)) },
        rowCount: rowCount)
    ])
    for index in columns.indices { expected[index] += cells[index].map(columns[index].printed) }
  }

  /// Returns the bytes of the file, with all groups `repeats` times over.
  package func file(
    _ compression: OutputCompression = .zstd, isReplay: Bool = false, repeats: Int = 1
  ) -> [UInt8] {
    let encoder = ParquetEncoder(
      columns: columns, compression: compression, isReplay: isReplay)
    var bytes = encoder.opening()
    var summaries: [ParquetGroup.Summary] = []
    for batches in groups {
      let group = encoder.encode(batches)
      for _ in 0..<repeats {
        bytes += group.bytes
        summaries.append(group.summary)
      }
    }
    return bytes + encoder.closing(summaries, keyValues: [("sparsam.policy", "abc")])
  }
}

extension TableColumn {
  /// Returns cells as a column holds them; a token's number is held in its low half.
  package func values(of cells: [ParquetCell]) -> Values {
    switch type.form {
    case .text:
      var texts = TextCells()
      for cell in cells {
        if case .text(let text) = cell { texts.append(text) } else { texts.append(nil) }
      }
      return .text(texts)
    case .token:
      var identities = IdentityCells()
      for cell in cells {
        if case .number(let number) = cell {
          identities.tokens.append(TableColumn.token(of: number))
        } else {
          identities.tokens.append(0)
        }
        identities.fingerprints.append(1)
      }
      return .identity(identities)
    default:
      return .number(
        cells.map {
          if case .number(let number) = $0 { return number }
          return Values.nullNumber
        })
    }
  }

  /// Spreads a number over a whole token; never zero.
  package static func token(of number: Int64) -> UInt128 {
    (UInt128(UInt64(bitPattern: number)) << 64 | 1) &* 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835
  }

  /// Returns the cell as it comes back: tokens as text.
  package func printed(_ cell: ParquetCell) -> ParquetCell {
    guard type.form == .token, case .number(let number) = cell else { return cell }
    return .text("t" + slowBase32(TableColumn.token(of: number)))
  }
}

/// Returns 26 letters for 16 bytes, one letter at a time from the highest bits.
package func slowBase32(_ token: UInt128) -> String {
  let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
  var rest = token
  var letters: [UInt8] = []
  for _ in 0..<26 {
    letters.append(alphabet[Int(rest >> 123)])
    rest <<= 5
  }
  return String(decoding: letters, as: UTF8.self)
}

extension ParquetReader {
  /// Returns all values of a column over all groups.
  package func cells(_ index: Int) throws -> [ParquetCell] {
    var cells: [ParquetCell] = []
    for group in 0..<groupCount {
      let column = try column(index, group: group)
      for row in 0..<column.rowCount {
        let position = column.position(of: row)
        switch column.values {
        case .number(let numbers):
          let number = numbers[position]
          cells.append(number == Values.nullNumber ? .null : .number(number))
        case .text(let texts):
          let cell = texts.cells[position]
          cells.append(
            cell.isNull
              ? .null : .text(String(decoding: texts.bytes[cell.lower..<cell.upper], as: UTF8.self))
          )
        case .identity:
          Issue.record("a Parquet file holds no identities")
        }
      }
    }
    return cells
  }
}

extension ParquetExample {
  package static let allForms: [ValueForm] = [
    .text, .integer, .decimal(scale: 2, keepsPlaces: true), .decimal(scale: 18, keepsPlaces: false),
    .boolean, .date, .timestamp, .token,
  ]

  /// A random table of all forms; some groups are of several batches, coded or with chosen rows.
  ///
  /// Dates and times lie in `years`.
  package static func random(
    seed: UInt64, maximalRowCount: Int = 3000, years: ClosedRange<Int> = 1...9999
  ) -> ParquetExample {
    var generator = SplitMix(seed: seed)
    var example = ParquetExample("random, seed \(seed)", allForms)
    example.days =
      Int64(
        CivilDate(year: years.lowerBound, month: 1, day: 1).days)...Int64(
        CivilDate(year: years.upperBound, month: 12, day: 31).days)
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      var batches: [ParquetEncoder.Rows] = []
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        batches.append(
          example.randomBatch(Int.random(in: 0...maximalRowCount, using: &generator), &generator))
      }
      example.groups.append(batches)
    }
    return example
  }

  /// Returns a random batch and adds its values to those expected.
  private mutating func randomBatch(
    _ rowCount: Int, _ generator: inout SplitMix
  ) -> ParquetEncoder.Rows {
    var rows: [UInt32]?
    if Bool.random(using: &generator) {
      rows = (0..<UInt32(rowCount)).filter { _ in Int.random(in: 0..<3, using: &generator) > 0 }
    }
    var built: [Column] = []
    for (index, column) in columns.enumerated() {
      let distinct = [1, 2, 5, 300, max(1, rowCount)].randomElement(using: &generator) ?? 1
      let nulls = [0, 0, 1, 50, 100].randomElement(using: &generator) ?? 0
      let dictionary = (0..<distinct).map { _ in
        Int.random(in: 0..<100, using: &generator) < nulls
          ? .null : randomCell(column.type.form, &generator)
      }
      let isSorted = Bool.random(using: &generator)
      let codes = (0..<rowCount).map { row in
        isSorted
          ? UInt32(row * distinct / rowCount)
          : UInt32.random(in: 0..<UInt32(distinct), using: &generator)
      }
      if Bool.random(using: &generator) {
        built.append(
          Column(type: column.type, dictionary: column.values(of: dictionary), codes: codes))
      } else {
        let cells = codes.map { dictionary[Int($0)] }
        built.append(Column(type: column.type, values: column.values(of: cells)))
      }
      for row in rows ?? Array(0..<UInt32(rowCount)) {
        expected[index].append(column.printed(dictionary[Int(codes[Int(row)])]))
      }
    }
    return ParquetEncoder.Rows(columns: built, rows: rows, rowCount: rows?.count ?? rowCount)
  }

  private func randomCell(_ form: ValueForm, _ generator: inout SplitMix) -> ParquetCell {
    switch form {
    case .text:
      let letters = ["", "a", "äöü", "漢字", "🛒", "\u{0}", "\n", "\"", "0123456789", " "]
      return .text(
        (0..<Int.random(in: 0...6, using: &generator))
          .map { _ in letters.randomElement(using: &generator) ?? "" }.joined())
    case .boolean: return .number(Int64.random(in: 0...1, using: &generator))
    case .date: return .number(Int64.random(in: days, using: &generator))
    case .timestamp:
      let day = Int64.random(in: days, using: &generator)
      return .number(
        day * 86_400_000_000 + Int64.random(in: 0..<86_400_000_000, using: &generator))
    case .decimal:
      return .number(
        Int64.random(in: -ParquetExample.extreme...ParquetExample.extreme, using: &generator))
    case .integer, .token:
      return .number(Int64.random(in: -Int64.max...Int64.max, using: &generator))
    }
  }

  /// One group of 125,000 rows, which eight times over are a million; `expected` is its first 50.
  package static let eighth: ParquetExample = {
    let cycle = 50
    let rowCount = 125_000
    var example = ParquetExample("a million rows", allForms)
    let dictionaries = allForms.map { form in
      (0..<cycle).map { number -> ParquetCell in
        if number == 3 { return .null }
        if form == .text { return .text("text \(number)") }
        return .number(Int64(form == .boolean ? number & 1 : number))
      }
    }
    let codes = (0..<rowCount).map { UInt32($0 % cycle) }
    let columns = zip(example.columns, dictionaries).map {
      Column(type: $0.type, dictionary: $0.values(of: $1), codes: codes)
    }
    example.groups = [[ParquetEncoder.Rows(columns: columns, rowCount: rowCount)]]
    example.expected = zip(example.columns, dictionaries).map { $1.map($0.printed) }
    example.cycleCount = rowCount / cycle
    return example
  }()

  /// The greatest number of 18 digits.
  package static let extreme: Int64 = 999_999_999_999_999_999

  /// Tables at the limits of the format.
  package static let edges: [ParquetExample] = {
    var examples = [ParquetExample("no rows", allForms)]
    func cells(_ form: ValueForm, _ values: [Int64?]) -> [ParquetCell] {
      values.map { value in
        guard let value else { return .null }
        switch form {
        case .text: return .text("text \(value)")
        case .boolean: return .number(value & 1)
        default: return .number(value)
        }
      }
    }
    func add(_ name: String, _ groups: [[Int64?]]) {
      var example = ParquetExample(name, allForms)
      for group in groups { example.addGroup(allForms.map { cells($0, group) }) }
      examples.append(example)
    }
    add("one row", [[7]])
    add("one null", [[nil]])
    add("all null", [[Int64?](repeating: nil, count: 30)])
    add("one value in many rows", [[Int64?](repeating: 5, count: 41_000)])
    add("two groups, one all null", [[1, 2, nil, 4], [nil, nil]])
    var many: [Int64?] = (0..<45_000).map { Int64($0) }
    for row in stride(from: 0, to: many.count, by: 11) { many[row] = nil }
    add("many distinct values over several pages", [many])
    var runs = [Int64?](repeating: 1, count: 4_000)
    for row in runs.indices where row / 9 % 3 == 0 { runs[row] = Int64(row % 5) }
    add("runs and changes", [runs])

    var long = ParquetExample("long texts", [.text])
    long.addGroup([
      [
        .text(""), .text(String(repeating: "ä", count: 600_000)), .null,
        .text(String(repeating: "x", count: 1_500_000)), .text("end"),
      ]
    ])
    long.addGroup([(0..<50_000).map { .text("\($0) " + String(repeating: "y", count: $0 % 90)) }])
    examples.append(long)

    var extremes = ParquetExample(
      "extremes",
      [
        .integer, .decimal(scale: 0, keepsPlaces: false),
        .decimal(scale: 18, keepsPlaces: false), .date, .timestamp, .boolean,
      ])
    let limits: [[Int64?]] = [
      [Int64.max, -Int64.max, 0], [extreme, -extreme, -1], [extreme, -extreme, 1],
      [2_932_896, -719_162, -1], [253_402_300_799_999_999, -62_135_596_800_000_000, -1],
      [1, 0, nil],
    ]
    extremes.addGroup(limits.map { cells(.integer, $0) })
    examples.append(extremes)
    return examples
  }()
}
