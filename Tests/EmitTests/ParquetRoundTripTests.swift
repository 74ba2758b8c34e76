import Emit
import ParquetSupport
import Records
import Support
import Testing
import Verify

/// Files come back from the program's own reader as they were written.
@Suite struct ParquetRoundTripTests {
  private func expectSame(_ example: ParquetExample, _ compression: OutputCompression) throws {
    let reader = try ParquetReader(example.file(compression))
    #expect(reader.rowCount == example.expected[0].count, "\(example.name)")
    #expect(reader.fields.map(\.name) == example.columns.map(\.name))
    #expect(reader.fields.map(\.kind) == example.columns.map { ParquetKind($0.type.form) })
    for index in example.columns.indices {
      let isSame = try reader.cells(index) == example.expected[index]
      #expect(isSame, "\(example.name), column \(index), \(compression)")
    }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func randomTables(seed: UInt64) throws {
    let compression = OutputCompression.allCases[Int(seed % 4)]
    try expectSame(ParquetExample.random(seed: seed), compression)
  }

  @Test(arguments: ParquetExample.edges.indices)
  func tablesAtTheLimits(index: Int) throws {
    let example = ParquetExample.edges[index]
    // Codecs see the same pages; large tables need not be written with each.
    let isLarge = example.expected[0].count > 1000
    for compression in isLarge ? [.zstd, .none] : OutputCompression.allCases {
      try expectSame(example, compression)
    }
  }

  @Test func keysAndCreatorAreRead() throws {
    let encoder = ParquetEncoder(columns: [], compression: .zstd, isReplay: false)
    let file =
      encoder.opening()
      + encoder.closing(
        [], keyValues: [("sparsam.policy", "p"), ("sparsam.run", "")],
        creator: ParquetCreator(version: "1.2.3", build: "abc"))
    let reader = try ParquetReader(file)
    #expect(reader.createdBy == "sparsam version 1.2.3 (build abc)")
    #expect(reader.keyValues.map(\.key) == ["sparsam.policy", "sparsam.run"])
    #expect(reader.keyValues.map(\.value) == ["p", ""])
    #expect(reader.rowCount == 0 && reader.groupCount == 0)
  }

  @Test func tableOfTwentyColumnsIsRead() throws {
    // Lists of 15 elements and more have another head in Thrift.
    var example = ParquetExample("wide", [ValueForm](repeating: .integer, count: 20))
    for group in 0..<16 {
      example.addGroup((0..<20).map { [.number(Int64($0 * 100 + group)), .null] })
    }
    try expectSame(example, .zstd)
  }

  @Test func groupsWithoutRowsAreLeftOut() throws {
    var example = ParquetExample("empty groups", [.integer])
    example.groups.append([])
    example.addGroup([[.number(1)]])
    example.addGroup([[]])
    try expectSame(example, .zstd)
    #expect(try ParquetReader(example.file()).groupCount == 1)
  }

  @Test func replayedTokensSayThatTheyAre() throws {
    var example = ParquetExample("replay", [.token])
    example.addGroup([[.number(1)]])
    let cells = try ParquetReader(example.file(.zstd, isReplay: true)).cells(0)
    #expect(cells == [.text("r" + slowBase32(TableColumn.token(of: 1)))])
  }

  @Test(arguments: [
    (UInt128.max, "t" + String(repeating: "7", count: 25) + "4"),
    (UInt128(1), "t" + String(repeating: "a", count: 25) + "e"),
    (UInt128(1) << 127, "tq" + String(repeating: "a", count: 25)),
    // RFC 4648, 10: "foobar" is MZXW6YTBOI.
    (UInt128(0x666F_6F62_6172) << 80, "tmzxw6ytboi" + String(repeating: "a", count: 16)),
  ])
  func tokensAreBase32(token: UInt128, text: String) throws {
    var example = ParquetExample("token", [.token])
    let identities = IdentityCells(fingerprints: [1, 0], tokens: [token, 0])
    example.groups = [
      [
        ParquetEncoder.Rows(
          columns: [Column(type: example.columns[0].type, values: .identity(identities))],
          rowCount: 2)
      ]
    ]
    #expect(try ParquetReader(example.file()).cells(0) == [.text(text), .null])
  }
}
