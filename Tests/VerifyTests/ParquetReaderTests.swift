import Emit
import ParquetSupport
import Records
import Support
import Testing
import Verify

@Suite struct ParquetReaderTests {
  /// A small file of two groups with dictionaries, plain pages and nulls.
  private static let small: ParquetExample = {
    var example = ParquetExample("small", [.text, .integer, .boolean, .date, .token])
    for group in 0..<2 as Range<Int64> {
      example.addGroup([
        (0..<20).map { $0 % 4 == 0 ? .null : .text("value \($0 % 3)") },
        (0..<20).map { .number($0 * $0 + group) },
        (0..<20).map { .number($0 & 1) },
        (0..<20).map { $0 == 3 ? .null : .number(20_000 + $0 / 5) },
        (0..<20).map { .number($0 / 7 + 1) },
      ])
    }
    return example
  }()

  private func allCells(_ file: [UInt8]) throws -> [[ParquetCell]] {
    let reader = try ParquetReader(file)
    return try reader.fields.indices.map { try reader.cells($0) }
  }

  /// Every change is refused, but for one in words of the footer that describe no value.
  @Test(arguments: OutputCompression.allCases)
  func changedByteIsRefusedOrHarmless(compression: OutputCompression) throws {
    let file = Self.small.file(compression)
    let length = file.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let footerStart = file.count - 8 - length
    var harmless = 0
    for offset in file.indices {
      for mask in [0x01, 0xFF] as [UInt8] {
        var changed = file
        changed[offset] ^= mask
        do {
          let cells = try allCells(changed)
          #expect(cells == Self.small.expected, "byte \(offset), mask \(mask)")
          #expect(
            try ParquetReader(changed).fields.map(\.kind) == ParquetReader(file).fields.map(\.kind))
          #expect(offset >= footerStart, "byte \(offset), mask \(mask)")
          harmless += 1
        } catch is ParquetFault {}
      }
    }
    // Key values and the version in `created_by` may read anything.
    #expect(harmless > 0 && harmless < 2 * 60)
  }

  @Test(arguments: OutputCompression.allCases)
  func cutFileIsRefused(compression: OutputCompression) {
    let file = Self.small.file(compression)
    for count in file.indices {
      #expect(throws: ParquetFault.self, "length \(count)") {
        try allCells(Array(file[..<count]))
      }
    }
  }

  @Test func bytesBehindTheFileAreRefused() {
    #expect(throws: ParquetFault(.magic, at: Self.small.file().count - 3)) {
      try ParquetReader(Self.small.file() + [0])
    }
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func randomBytesBetweenTheMagicAreRefused(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let magic = Array("PAR1".utf8)
    let noise = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let file = magic + noise + [200, 0, 0, 0] + magic
    #expect(throws: ParquetFault.self, "seed \(seed)") { try allCells(file) }
  }

  /// Lists of lists of lists take a byte each and would take the stack.
  @Test(arguments: [20, 1_000_000])
  func nestingIsRefusedBeforeItIsTooDeep(depth: Int) {
    let magic = Array("PAR1".utf8)
    let footer = [0x29] + [UInt8](repeating: 0x19, count: depth) + [0x16, 0x00, 0x00]
    let length = (0..<4).map { UInt8(truncatingIfNeeded: footer.count >> (8 * $0)) }
    #expect(throws: ParquetFault.self) { try allCells(magic + footer + length + magic) }
  }

  @Test func manyChangesNeverCrash() {
    var generator = SplitMix(seed: 0xF00D)
    let file = Self.small.file()
    for _ in 0..<1000 {
      var changed = file
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        changed[Int.random(in: 0..<file.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      _ = try? allCells(changed)
    }
  }

  @Test func pageThatBeginsLikeAnArchiveIsRead() throws {
    // 35615 is 0x8B1F, the magic of gzip; -257 begins like a byte order mark of UTF-16.
    for first in [35_615, 4_247_762_216, -257] as [Int64] {
      for compression in OutputCompression.allCases {
        var example = ParquetExample("magic", [.integer])
        example.addGroup([(0..<100).map { .number($0 < 50 ? first : 2) }])
        #expect(try allCells(example.file(compression)) == example.expected)
      }
    }
  }

  @Test func readerThatFailsIsNoCrash() {
    #expect(throws: ParquetFault(.cutOff, at: 0)) {
      try ParquetReader(byteCount: 1000) { _ in nil }
    }
  }

  @Test func faultsAreSentences() {
    #expect(
      ParquetFault(.checksum, at: 77).description
        == "the checksum of a Parquet page is wrong (at byte 77); publish the partition again")
    #expect(
      ParquetFault(.magic, at: 0).description
        == "the file does not begin and end as a Parquet file (at byte 0); "
        + "publish the partition again")
    #expect(
      ParquetFault(.precision, at: 0).description
        == "a decimal in the Parquet file has more than 18 digits (at byte 0); "
        + "publish the partition again")
    let texts = Set(ParquetFault.Kind.allCases.map { ParquetFault($0, at: 1).description })
    #expect(texts.count == ParquetFault.Kind.allCases.count)
  }
}
