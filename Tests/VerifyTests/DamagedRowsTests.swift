import Bytes
import Records
import Support
import Testing
import Verify

/// Damaged files of rows are refused, or read as what they were; none stops the program.
@Suite struct DamagedRowsTests {
  struct Packed: Sendable, CustomTestStringConvertible {
    var format: OutputFormat
    var compression: Compression
    var testDescription: String { "\(format), \(compression)" }

    static let all = [
      Packed(format: .csv, compression: .gzip), Packed(format: .csv, compression: .small),
      Packed(format: .ndjson, compression: .zstd), Packed(format: .csv, compression: .zstd),
      Packed(format: .ndjson, compression: .gzip),
    ]

    var file: PlantedFile {
      var file = PlantedFile(format: format, compression: compression)
      file.plant(nil, in: "note")
      file.plant("say \\ it", in: "note")
      file.plant("/c/shoes", in: "page")
      return file
    }
  }

  @Test(arguments: Packed.all)
  func changedByteIsRefusedOrHarmless(_ packed: Packed) throws {
    let good = packed.file.bytes
    var harmless = 0
    for offset in good.indices {
      for mask in [0x01, 0xFF] as [UInt8] {
        var changed = good
        changed[offset] ^= mask
        let found = try PlantedFile.findings(of: changed, PlantedFile.contract(packed.format))
        guard found.findings.isEmpty else { continue }
        #expect(found.rowCount == 3, "byte \(offset)")
        harmless += 1
      }
    }
    // Time, flags of level and system in the heads of two members, and the bit that says text.
    #expect(harmless <= 2 * (2 * 6 + 1))
  }

  /// A quote counts where a field begins and nowhere else, and a comma ends one that has none.
  @Test(arguments: [
    "spr\"ing", "spring\"", "spr\"ing\"", "\"spring\"x", "\"spr\"ing\"", "spr,ing",
    "\"spr\"in\"g\"", "spring\"\"", "\"a\"\"b\"c", "spr\ning",
  ])
  func malformedFieldOfCSVIsNoRow(_ field: String) throws {
    #expect(
      try firstFinding(of: field) == "row 2: a row is not made of one value for each column")
  }

  /// Of the row that is none, what was right before its fault counts no more than the rest.
  @Test(arguments: ["page", "host", "route"])
  func rightFieldsOfAMalformedRowAreNone(column: String) throws {
    let index = try #require(PlantedFile.columns.firstIndex { $0.name == column })
    var file = PlantedFile(format: .csv)
    file.plant("spring", in: "note")
    file.plant("\"s\"pr", in: "note")
    file.rows[1][index] = "\"\(PlantedFile.goodCells[index])\""
    let rule = "row 2: a row is not made of one value for each column"
    #expect(try file.findings() == [rule])
    // Also where it is the only row.
    file.rows.removeFirst()
    #expect(try file.findings() == [rule.replacing("row 2", with: "row 1")])
  }

  /// As many stops and line ends as there should be, in other places.
  @Test func lineEndsInWrongPlacesMakeNoRows() throws {
    var file = PlantedFile(format: .csv)
    for note in ["spring", "summer"] { file.plant(note, in: "note") }
    let text = String(decoding: file.bytes, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let comma = try #require(lines[2].firstIndex(of: ","))
    let shifted = lines[2][..<comma] + "\n" + lines[2][comma...].dropFirst()
    let rule = "a row is not made of one value for each column"
    #expect(
      try file.findings(of: Array("\(lines[0])\n\(lines[1])\n\(shifted)\n".utf8)) == [
        "row 2: \(rule)"
      ])
    #expect(
      try file.findings(of: Array("\(lines[0])\n\(lines[1]),\(shifted)\n".utf8)) == [
        "row 1: \(rule)"
      ])
  }

  /// Where a quote never closes, nothing tells in which row it should have.
  @Test(arguments: ["\"", "\"spring\"\"", "\"\"\""])
  func openQuoteIsNoRow(_ field: String) throws {
    #expect(try firstFinding(of: field) == "a row is not made of one value for each column")
  }

  /// What is found first where the second of three rows has that field, as it lies in the file.
  private func firstFinding(of field: String) throws -> String? {
    var file = PlantedFile(format: .csv)
    for note in ["spring", field, "spring"] { file.plant(note, in: "note") }
    return try file.findings().first
  }

  /// Fields in quotes are what they mean, wherever they stand: as long as that, and null when
  /// empty.
  @Test(arguments: [1 as UInt64, 2, 3])
  func quotedFieldIsWhatItMeans(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    var file = PlantedFile(format: .csv)
    var tooLong: [Int] = []
    for row in 1...200 {
      let count = Int.random(in: 0...4, using: &generator)
      let text = String(
        (0..<count).map { _ in
          ["\"", ",", "\n", "a", "é"].randomElement(using: &generator) ?? "a"
        })
      if count > 2 { tooLong.append(row) }
      file.plant("\"" + text.replacing("\"", with: "\"\"") + "\"", in: "region")
    }
    let findings = try file.findings()
    #expect(tooLong.count > 20)
    #expect(
      findings == [
        "row \(tooLong[0]), column 'region': a value is none that the column's treatment gives"
          + " (\(tooLong.count) rows)"
      ])
  }

  @Test(arguments: Packed.all)
  func cutFileIsRefused(_ packed: Packed) throws {
    let good = packed.file.bytes
    let contract = PlantedFile.contract(packed.format)
    for count in good.indices {
      let found = try PlantedFile.findings(of: Array(good[..<count]), contract)
      // Between two members a file ends well; that a row or all of them are missing tells it.
      #expect(!found.findings.isEmpty || found.rowCount < 3, "length \(count)")
    }
  }

  @Test(arguments: [OutputFormat.csv, .ndjson])
  func randomChangesOfPlainFilesNeverCrash(format: OutputFormat) throws {
    var generator = SplitMix(seed: 0xBAD)
    var file = Packed(format: format, compression: .none).file
    if format == .csv {
      // Fields in quotes, several in a row.
      for index in file.rows.indices {
        for column in ["page", "host", "note", "kind"] {
          guard let place = PlantedFile.columns.firstIndex(where: { $0.name == column }),
            let cell = file.rows[index][place]
          else { continue }
          file.rows[index][place] = "\"\(cell)\""
        }
      }
    }
    let good = file.bytes
    let signs = Array("\",\n'=\\{}:".utf8)
    for round in 0..<1_000 {
      var changed = good
      for _ in 0..<Int.random(in: 1...5, using: &generator) {
        let byte = UInt8.random(in: 0...255, using: &generator)
        changed[Int.random(in: 0..<good.count, using: &generator)] =
          round.isMultiple(of: 2) ? byte : signs[Int(byte) % signs.count]
      }
      _ = try PlantedFile.findings(of: changed, PlantedFile.contract(format))
    }
  }
}
