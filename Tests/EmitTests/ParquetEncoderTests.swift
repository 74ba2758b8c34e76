import Emit
import ParquetSupport
import Records
import Support
import Testing
import Verify

@Suite struct ParquetEncoderTests {
  private let text = ColumnType(source: .text, form: .text)

  private func texts(_ list: [String?]) -> Values {
    var cells = TextCells()
    for text in list { cells.append(text) }
    return .text(cells)
  }

  private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    let needle = Array(text.utf8)
    return bytes.indices.contains { bytes[$0...].starts(with: needle) }
  }

  /// Length of the footer and of the frame around it.
  private func footer(_ file: [UInt8]) -> [UInt8] {
    let length = file.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return file.suffix(8 + length)
  }

  @Test func valuesOfRowsThatStayAreNotInTheFile() {
    var example = ParquetExample("chosen", [.text])
    let column = Column(
      type: text, dictionary: texts(["leaves", "stays", "never used"]), codes: [0, 1, 0, 0, 0])
    example.groups = [
      [ParquetEncoder.Rows(columns: [column], rows: [0, 2, 4], rowCount: 3)],
      [
        ParquetEncoder.Rows(
          columns: [Column(type: text, values: texts(["stays", "leaves"]))], rows: [1], rowCount: 1)
      ],
    ]
    let file = example.file(.none)
    #expect(contains(file, "leaves"))
    #expect(!contains(file, "stays"))
    #expect(!contains(file, "never used"))
  }

  @Test func footerHoldsNoTextAndNoToken() {
    var example = ParquetExample("bounds", [.text, .token, .integer])
    example.addGroup([
      [.text("Zwickau"), .text("Aachen")], [.number(1), .number(2)], [.number(77_777), .number(3)],
    ])
    let bytes = footer(example.file(.none))
    #expect(!contains(bytes, "Zwickau") && !contains(bytes, "Aachen"))
    #expect(!contains(bytes, slowBase32(TableColumn.token(of: 1))))
    #expect(!contains(bytes, slowBase32(TableColumn.token(of: 2))))
    // The greatest number, 77777, stands in the statistics as 0x12FD1.
    #expect(bytes.indices.contains { bytes[$0...].starts(with: [0xD1, 0x2F, 1, 0, 0, 0, 0, 0]) })
  }

  @Test func repeatedValuesAreWrittenOnce() {
    var example = ParquetExample("repeated", [.text])
    example.addGroup([(0..<1000).map { .text($0 % 2 == 0 ? "even even" : "odd odd odd") }])
    let file = example.file(.none)
    let needle = Array("even even".utf8)
    #expect(file.indices.filter { file[$0...].starts(with: needle) }.count == 1)
    #expect(file.count < 1000)
  }

  @Test(arguments: OutputCompression.allCases)
  func sameRowsGiveSameBytes(compression: OutputCompression) {
    let example = ParquetExample.random(seed: 99)
    #expect(example.file(compression) == example.file(compression))
  }

  @Test func codedAndPlainColumnsGiveSameBytes() {
    var generator = SplitMix(seed: 4)
    let codes = (0..<5000).map { _ in UInt32.random(in: 0..<40, using: &generator) }
    let forms: [ValueForm] = [.text, .integer, .token, .boolean, .date]
    var plain = ParquetExample("plain", forms)
    var coded = ParquetExample("coded", forms)
    var dictionaries: [[ParquetCell]] = []
    for form in forms {
      dictionaries.append(
        (0..<40 as Range<Int64>).map { number -> ParquetCell in
          if number == 7 { return .null }
          if form == .text { return .text("value \(number)") }
          return .number(form == .boolean ? number & 1 : number)
        })
    }
    plain.addGroup(dictionaries.map { dictionary in codes.map { dictionary[Int($0)] } })
    coded.groups = [
      [
        ParquetEncoder.Rows(
          columns: zip(coded.columns, dictionaries).map {
            Column(type: $0.type, dictionary: $0.values(of: $1), codes: codes)
          }, rowCount: codes.count)
      ]
    ]
    #expect(plain.file() == coded.file())
  }

  @Test func batchesOfAGroupGiveTheBytesOfOne() {
    let type = ColumnType(source: .int, form: .integer)
    func batch(_ numbers: [Int64]) -> ParquetEncoder.Rows {
      ParquetEncoder.Rows(
        columns: [Column(type: type, values: .number(numbers))], rowCount: numbers.count)
    }
    let numbers = (0..<900).map { Int64($0 % 50) }
    var whole = ParquetExample("whole", [.integer])
    whole.groups = [[batch(numbers)]]
    var parts = ParquetExample("parts", [.integer])
    parts.groups = [[batch(Array(numbers[..<301])), batch([]), batch(Array(numbers[301...]))]]
    #expect(whole.file() == parts.file())
  }

  /// 10^18 is the least number of 19 digits.
  @Test(arguments: [1_000_000_000_000_000_000, -1_000_000_000_000_000_000, Int64.max])
  func decimalOfNineteenDigitsIsRefusedByTheReader(number: Int64) throws {
    let forms: [ValueForm] = [.decimal(scale: 2, keepsPlaces: true), .integer]
    var example = ParquetExample("nineteen digits", forms)
    example.addGroup([[.number(1)], [.number(number)]])
    example.addGroup([[.number(number)], [.number(number)]])
    let reader = try ParquetReader(example.file())
    #expect(try reader.column(0, group: 0).rowCount == 1)
    #expect(try reader.column(1, group: 1).rowCount == 1)
    let fault = #expect(throws: ParquetFault.self) { try reader.column(0, group: 1) }
    #expect(fault?.kind == .precision)
  }

  /// Offsets are 64 bits wide; the second group lies behind more than four gigabytes.
  @Test func offsetsBehindFourGigabytesAreWhole() {
    var example = ParquetExample("far", [.integer])
    example.addGroup([[.number(1)]])
    let encoder = ParquetEncoder(columns: example.columns, compression: .none, isReplay: false)
    var summary = encoder.encode(example.groups[0]).summary
    summary.byteCount = 5 << 30
    let bytes = encoder.closing([summary, summary], keyValues: [])
    // Thrift writes a number in zigzag, seven bits a byte, the lowest first.
    var rest = UInt64(4 + (5 << 30)) << 1
    var offset: [UInt8] = []
    while rest >= 0x80 {
      offset.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    offset.append(UInt8(rest))
    // Twice: where the group begins, and where its only page does.
    #expect(bytes.indices.filter { bytes[$0...].starts(with: offset) }.count == 2)
  }

  @Test func columnsOfAnotherTableStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let encoder = ParquetEncoder(columns: [], compression: .zstd, isReplay: false)
      let column = Column(type: ColumnType(source: .int, form: .integer), values: .number([1]))
      _ = encoder.encode([ParquetEncoder.Rows(columns: [column], rowCount: 1)])
    }
  }
}
