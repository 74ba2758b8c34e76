import Bytes
import Foundation
import Pseudonymise
import Records
import Support
import Testing

@Suite struct PseudonymiserTests {
  private func ring(
    _ name: String = "orders", rotation: Rotation = .quarter
  ) -> KeyRing {
    KeyRing(replayOf: "shop-1", name: name, rotation: rotation, days: autumnDays)
  }

  private func column(_ values: [String?], _ type: FieldType) -> Column {
    var text = TextCells()
    for value in values { text.append(value) }
    return Column(type: ColumnType(source: type, form: .text), values: .text(text))
  }

  private func day(_ text: String) throws -> Int32 { Int32(try #require(CivilDate(text)).days) }

  private func identities(_ column: Column) throws -> IdentityCells {
    guard case .identity(let cells) = column.values else {
      Issue.record("no identities")
      return IdentityCells()
    }
    return cells
  }

  /// Returns the tokens row by row, as they are printed; `nil` for null.
  private func tokens(_ column: Column, _ worker: inout Pseudonymiser) throws -> [String?] {
    var cells = try identities(column)
    cells.tokens = try worker.tokens(of: cells)
    return (0..<column.rowCount).map { row in
      let token = cells.tokens[column.position(of: row)]
      if token == 0 { return nil }
      var text: [UInt8] = []
      appendTokenText(token, replay: worker.ring.isReplay, to: &text)
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// More values than the cache has shards and less than it has places: the second time each is
  /// found.
  @Test func rememberedTokensAreThoseThatWereMade() throws {
    let values = (0..<3_000).map { "visitor-\($0)@shop.example" } + ["", "visitor-7@shop.example"]
    let days = [Int32](repeating: try day("2026-10-05"), count: values.count)
    let shared = ring()
    var made: [[String?]] = []
    for ring in [shared, shared, ring()] {
      var worker = Pseudonymiser(ring: ring, type: .email, fingerprints: testFingerprints)
      var faults = ValueFaults()
      let column = try worker.column(
        of: [column(values, .email)], epochs: ring.numbers(ofDays: days), faults: &faults)
      made.append(try tokens(column, &worker))
    }
    #expect(made[0] == made[1] && made[0] == made[2])
    #expect(made[0][3_000] == nil && made[0][3_001] == made[0][7])
    #expect(Set(made[0].compactMap { $0 }).count == 3_000)
  }

  @Test func columnGivesTheTokensOfTheVectors() throws {
    let ring = ring()
    var worker = Pseudonymiser(ring: ring, type: .email, fingerprints: testFingerprints)
    let epochs = ring.numbers(ofDays: [Int32](repeating: try day("2026-10-05"), count: 5))
    var faults = ValueFaults()
    let column = try worker.column(
      of: [
        column(
          ["Anna@Shop.example", nil, "-", "j\u{FC}rgen@shop.example", " anna@shop.example"], .email)
      ],
      epochs: epochs, faults: &faults)
    #expect(faults.isEmpty)
    #expect(column.type.form == .token)
    #expect(column.type.state == .pseudonym(key: "orders"))
    #expect(
      try tokens(column, &worker) == [
        "rcm4osiebl3l6dlpobrlbjrowhq", nil, nil, "r6gzpj56mnglomrva6lahk7u2ke",
        "rcm4osiebl3l6dlpobrlbjrowhq",
      ])
    let cells = try identities(column)
    #expect(cells.fingerprints[0] == cells.fingerprints[4])
    #expect(cells.fingerprints[1] == 0)
    #expect(cells.fingerprints[0] != cells.fingerprints[3])
    #expect(ring.usedKeys.map(\.epoch) == ["q2026-4"])
    #expect(ring.usedKeys.map(\.check) == ["10a5dbfca3109122"])
  }

  /// A person of two epochs is one to who counts across them, and only of one key and domain.
  @Test func fingerprintsAcrossEpochsAreThoseOfTheValue() throws {
    func prints(
      _ type: FieldType, key: String = "orders", rotation: Rotation = .quarter
    ) throws -> [UInt128] {
      let ring = ring(key, rotation: rotation)
      var worker = Pseudonymiser(ring: ring, type: type, fingerprints: testFingerprints)
      let days = try ["2026-09-30", "2026-10-01", "2026-10-01", "2026-10-02"].map { try day($0) }
      var faults = ValueFaults()
      let column = try worker.column(
        of: [column(["anna@shop.example", "anna@shop.example", "otto@shop.example", nil], type)],
        epochs: ring.numbers(ofDays: days), faults: &faults)
      let cells = try identities(column.selecting([0, 1, 2, 3]))
      #expect(cells.fingerprints[0] != cells.fingerprints[1])
      return cells.fingerprintsAcrossEpochs
    }
    let mails = try prints(.email)
    #expect(mails[0] == mails[1] && mails[0] != mails[2] && mails[2] != 0 && mails[3] == 0)
    #expect(try prints(.account)[0] != mails[0])
    #expect(try prints(.email, key: "visits")[0] != mails[0])
    #expect(try prints(.email, rotation: .month) == mails)
  }

  @Test func tupleGivesTheTokensOfTheVectors() throws {
    let spring = CivilDate(year: 2026, month: 4, day: 1).days
    let ring = KeyRing(
      replayOf: "shop-1", name: "visitor", rotation: .day, days: spring...spring)
    var worker = Pseudonymiser(ring: ring, all: [.ip, .userAgent], fingerprints: testFingerprints)
    var faults = ValueFaults()
    let column = try worker.column(
      of: [
        column(["192.0.2.7", "192.0.2.7", nil, "-", "::ffff:192.0.2.7"], .ip),
        column(["Mozilla/5.0", "-", nil, "", nil], .userAgent),
      ],
      epochs: [0, 0, 0, 0, 0], faults: &faults)
    #expect(faults.isEmpty)
    #expect(
      try tokens(column, &worker) == [
        "raxwpb42ibb5dwmrpstylsfi4oy", "rb3hb5ik4wj5fkocsd7frcdmjfy", nil, nil,
        "rb3hb5ik4wj5fkocsd7frcdmjfy",
      ])
  }

  @Test func tuplesAreJoinedUnambiguously() throws {
    let ring = ring()
    var worker = Pseudonymiser(
      ring: ring, all: [.account, .cookie, .text], fingerprints: testFingerprints)
    let epoch = ring.number(ofDay: try day("2026-10-05"))
    var faults = ValueFaults()
    let column = try worker.column(
      of: [
        column(["ab", "a", "abc", "", nil], .account),
        column(["c", "bc", nil, "abc", nil], .cookie),
        column([nil, nil, nil, nil, "abc"], .text),
      ],
      epochs: [UInt16](repeating: epoch, count: 5), faults: &faults)
    #expect(Set(try identities(column).fingerprints).count == 5)
    #expect(Set(try tokens(column, &worker)).count == 5)
  }

  @Test func tupleBeyondTheLimitIsRejected() throws {
    let ring = ring()
    var worker = Pseudonymiser(ring: ring, all: [.text, .cookie], fingerprints: testFingerprints)
    let epoch = ring.number(ofDay: try day("2026-10-05"))
    // lp("text") 6 + 2, lp("cookie") 8 + 2: 18 bytes of frame.
    let fits = String(repeating: "x", count: 65_535 - 18 - 1)
    var faults = ValueFaults()
    let column = try worker.column(
      of: [column([fits, fits, fits + "xx"], .text), column(["y", "yy", nil], .cookie)],
      epochs: [epoch, epoch, epoch], faults: &faults)
    #expect(faults.entries.map(\.position) == [1, 2])
    #expect(faults.entries.map(\.rule) == [.limit, .limit])
    #expect(try identities(column).fingerprints.map { $0 == 0 } == [false, true, true])
  }

  @Test func valueThatCannotBeNormalisedIsAFaultOfItsRow() throws {
    let ring = ring()
    var worker = Pseudonymiser(ring: ring, type: .email, fingerprints: testFingerprints)
    let epoch = ring.number(ofDay: try day("2026-10-05"))
    var text = TextCells()
    text.append("anna@shop.example")
    text.append("not an address")
    text.bytes += [0x61, 0x40, 0xFF]
    text.cells.append(TextCell(start: text.bytes.count - 3, count: 3))
    let type = ColumnType(source: .email, form: .text)
    var faults = ValueFaults()
    _ = try worker.column(
      of: [Column(type: type, values: .text(text))], epochs: [epoch, epoch, epoch],
      faults: &faults)
    #expect(faults.entries.map(\.position) == [1, 2])
    #expect(faults.entries.map(\.rule) == [.identifier, .encoding])

    // In a dictionary every row that points there is at fault, and no other.
    var codedFaults = ValueFaults()
    let coded = try worker.column(
      of: [Column(type: type, dictionary: .text(text), codes: [2, 0, 1, 0, 2])],
      epochs: [UInt16](repeating: epoch, count: 5), faults: &codedFaults)
    #expect(coded.isCoded)
    #expect(codedFaults.entries.map(\.position) == [0, 2, 4])
    #expect(codedFaults.entries.map(\.rule) == [.encoding, .identifier, .encoding])
  }

  @Test func faultOfAnUnusedEntryIsNone() throws {
    let ring = ring()
    var worker = Pseudonymiser(ring: ring, type: .email, fingerprints: testFingerprints)
    var text = TextCells()
    text.append("not an address")
    text.append("anna@shop.example")
    var faults = ValueFaults()
    _ = try worker.column(
      of: [
        Column(type: ColumnType(source: .email, form: .text), dictionary: .text(text), codes: [1])
      ],
      epochs: [ring.number(ofDay: try day("2026-10-05"))], faults: &faults)
    #expect(faults.isEmpty)
  }

  @Test func lateRowsAreNullYetTheirFaultsCount() throws {
    let ring = ring()
    var worker = Pseudonymiser(ring: ring, type: .email, fingerprints: testFingerprints)
    let epochs = ring.numbers(ofDays: [try day("2027-03-01"), try day("2026-01-01")])
    #expect(epochs == [KeyRing.noEpoch, KeyRing.noEpoch])
    var faults = ValueFaults()
    let column = try worker.column(
      of: [column(["anna@shop.example", "nobody"], .email)], epochs: epochs, faults: &faults)
    #expect(try identities(column).fingerprints == [0, 0])
    #expect(try tokens(column, &worker) == [nil, nil])
    #expect(faults.entries.map(\.position) == [1])
    #expect(ring.usedKeys.isEmpty)
  }

  /// A dictionary, in one epoch or in several, gives what the rows themselves give.
  @Test(arguments: [0x5EED as UInt64, 11, 12])
  func dictionaryGivesWhatRowsGive(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let ring = ring(rotation: .week)
    let values: [String?] = [
      "anna@shop.example", "BEN@shop.example", nil, "-", "broken", "cleo@shop.example",
    ]
    for isUniform in [true, false] {
      let codes = (0..<200).map { _ in UInt32.random(in: 0..<6, using: &generator) }
      let first = UInt16.random(in: 0..<9, using: &generator)
      let epochs = codes.map { _ in
        isUniform ? first : UInt16.random(in: 0..<9, using: &generator)
      }
      var dictionary = TextCells()
      for value in values { dictionary.append(value) }
      let type = ColumnType(source: .email, form: .text)
      var worker = Pseudonymiser(ring: ring, type: .email, fingerprints: testFingerprints)
      var other = Pseudonymiser(ring: ring, type: .email, fingerprints: testFingerprints)
      var faults = ValueFaults()
      var rowFaults = ValueFaults()
      let coded = try worker.column(
        of: [Column(type: type, dictionary: .text(dictionary), codes: codes)], epochs: epochs,
        faults: &faults)
      let rows = try other.column(
        of: [column(codes.map { values[Int($0)] }, .email)], epochs: epochs, faults: &rowFaults)
      #expect(coded.isCoded == isUniform)
      #expect(faults.entries == rowFaults.entries, "seed \(seed)")
      let codedCells = try identities(coded)
      let rowCells = try identities(rows)
      for row in 0..<codes.count {
        #expect(
          codedCells.fingerprints[coded.position(of: row)] == rowCells.fingerprints[row],
          "seed \(seed)")
      }
      #expect(try tokens(coded, &worker) == tokens(rows, &other), "seed \(seed)")
    }
  }

  /// Tuples of dictionaries, in one epoch or in several, give what their rows give.
  @Test(arguments: [0x5EED as UInt64, 11, 12])
  func tuplesOfDictionariesGiveWhatRowsGive(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let ring = ring(rotation: .week)
    let values: [[String?]] = [
      ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.300", nil, "host.example"],
      ["Mozilla/5.0", "curl/8", "-", nil], ["a", "b", ""],
    ]
    for partCount in 1...3 {
      let types = Array([FieldType.ip, .userAgent, .cookie].prefix(partCount))
      for isUniform in [true, false] {
        let first = UInt16.random(in: 0..<9, using: &generator)
        let epochs = (0..<300).map { _ in
          isUniform ? first : UInt16.random(in: 0..<9, using: &generator)
        }
        var coded: [Column] = []
        var plain: [Column] = []
        for index in 0..<partCount {
          var dictionary = TextCells()
          for value in values[index] { dictionary.append(value) }
          let codes = epochs.map { _ in
            UInt32.random(in: 0..<UInt32(values[index].count), using: &generator)
          }
          coded.append(
            Column(
              type: ColumnType(source: types[index], form: .text), dictionary: .text(dictionary),
              codes: codes))
          plain.append(column(codes.map { values[index][Int($0)] }, types[index]))
        }
        var worker = Pseudonymiser(ring: ring, all: types, fingerprints: testFingerprints)
        var other = Pseudonymiser(ring: ring, all: types, fingerprints: testFingerprints)
        var faults = ValueFaults()
        var rowFaults = ValueFaults()
        let joined = try worker.column(of: coded, epochs: epochs, faults: &faults)
        let rows = try other.column(of: plain, epochs: epochs, faults: &rowFaults)
        #expect(joined.isCoded == isUniform)
        #expect(!rows.isCoded)
        #expect(!faults.isEmpty)
        #expect(faults.entries == rowFaults.entries, "seed \(seed)")
        let joinedCells = try identities(joined)
        let rowCells = try identities(rows)
        for row in epochs.indices {
          #expect(
            joinedCells.fingerprints[joined.position(of: row)] == rowCells.fingerprints[row],
            "seed \(seed)")
        }
        #expect(try tokens(joined, &worker) == tokens(rows, &other), "seed \(seed)")
      }
    }
  }

  /// So many combinations that they crowd each other in the table of codes.
  @Test(arguments: [0x5EED as UInt64, 4])
  func manyCombinationsStayApart(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let ring = ring()
    var dictionary = TextCells()
    for number in 0..<2000 { dictionary.append("A-\(number)") }
    let codes = (0..<2).map { _ in
      (0..<8000).map { _ in UInt32.random(in: 0..<2000, using: &generator) }
    }
    let parts = codes.map {
      Column(
        type: ColumnType(source: .account, form: .text), dictionary: .text(dictionary), codes: $0)
    }
    var worker = Pseudonymiser(
      ring: ring, all: [.account, .account], fingerprints: testFingerprints)
    var faults = ValueFaults()
    let joined = try worker.column(
      of: parts, epochs: [UInt16](repeating: 1, count: 8000), faults: &faults)
    let cells = try identities(joined)
    var seen: [UInt64: UInt128] = [:]
    for row in 0..<8000 {
      let pair = UInt64(codes[0][row]) << 32 | UInt64(codes[1][row])
      let fingerprint = cells.fingerprints[joined.position(of: row)]
      #expect(seen[pair] ?? fingerprint == fingerprint, "seed \(seed)")
      seen[pair] = fingerprint
    }
    #expect(Set(seen.values).count == seen.count, "seed \(seed)")
  }

  @Test func emptyBatchGivesAnEmptyColumn() throws {
    var worker = Pseudonymiser(
      ring: ring(), all: [.ip, .userAgent], fingerprints: testFingerprints)
    var faults = ValueFaults()
    let empty = Column(
      type: ColumnType(source: .ip, form: .text), dictionary: .text(TextCells()), codes: [])
    let joined = try worker.column(of: [empty, empty], epochs: [], faults: &faults)
    #expect(joined.rowCount == 0)
    #expect(faults.isEmpty)
  }

  /// Equal values of other epochs, key names, domains and fingerprint keys never meet.
  @Test func fingerprintsOfDifferentPlacesDiffer() throws {
    let place = [column(["4711", "4712"], .account)]
    var all: [UInt128] = []
    for name in ["orders", "visits"] {
      let ring = ring(name, rotation: .week)
      for type in [FieldType.account, .order, .cookie] {
        var worker = Pseudonymiser(ring: ring, type: type, fingerprints: testFingerprints)
        for epoch in 0..<UInt16(ring.epochs.count) {
          var faults = ValueFaults()
          let column = try worker.column(of: place, epochs: [epoch, epoch], faults: &faults)
          all += try identities(column).fingerprints
        }
      }
    }
    #expect(Set(all).count == all.count)
    #expect(!all.contains(0))
    var other = Pseudonymiser(
      ring: ring("orders", rotation: .week), type: .account,
      fingerprints: FingerprintKey(k0: 1, k1: 2))
    var faults = ValueFaults()
    let column = try other.column(of: place, epochs: [0, 0], faults: &faults)
    #expect(Set(all).isDisjoint(with: try identities(column).fingerprints))
  }

  /// More values than the cache has places: every token is still the right one.
  @Test func cacheNeverGivesAnothersToken() throws {
    let ring = ring()
    let epoch = ring.number(ofDay: try day("2026-10-05"))
    var worker = Pseudonymiser(ring: ring, type: .account, fingerprints: testFingerprints)
    let maker = try ring.key(epoch).tokenMaker(for: "account")
    let values = (0..<90_000).map { "A-\($0)" }
    var faults = ValueFaults()
    let column = try worker.column(
      of: [column(values, .account)], epochs: [UInt16](repeating: epoch, count: values.count),
      faults: &faults)
    var cells = try identities(column)
    for _ in 0..<2 {
      cells.tokens = try worker.tokens(of: cells)
      for row in stride(from: 0, to: values.count, by: 7) {
        #expect(cells.tokens[row] == maker.token(of: Array(values[row].utf8).span))
      }
    }
    #expect(Set(cells.tokens).count == values.count)
    #expect(try worker.tokens(at: [3, 1], of: cells) == [cells.tokens[3], cells.tokens[1]])
  }

  /// Asked for before any is remembered, in any order, null among them.
  @Test func tokensOfSomePositionsAreThose() throws {
    let ring = ring()
    let epoch = ring.number(ofDay: try day("2026-10-05"))
    var worker = Pseudonymiser(ring: ring, type: .account, fingerprints: testFingerprints)
    let maker = try ring.key(epoch).tokenMaker(for: "account")
    let values = ["A-0", "A-1", "", "A-3", "A-4"]
    var faults = ValueFaults()
    let column = try worker.column(
      of: [column(values, .account)], epochs: [UInt16](repeating: epoch, count: values.count),
      faults: &faults)
    let tokens = try worker.tokens(at: [4, 2, 1, 4], of: identities(column))
    func token(_ value: String) -> UInt128 { maker.token(of: Array(value.utf8).span) }
    #expect(tokens == [token("A-4"), 0, token("A-1"), token("A-4")])
    #expect(
      try worker.tokens(at: [3, 2, 0, 3], of: identities(column), once: true)
        == [token("A-3"), 0, token("A-0"), token("A-3")])
    #expect(
      try worker.tokens(of: identities(column), once: true)
        == values.map { $0.isEmpty ? 0 : token($0) })
  }

  /// Tokens are remembered for the whole ring: the same texts as other types are another tuple.
  @Test func tuplesOfOtherTypesHaveTokensOfTheirOwn() throws {
    let ring = ring()
    let epoch = ring.number(ofDay: try day("2026-10-05"))
    let kinds: [[FieldType]] = [[.account, .order], [.order, .account]]
    var tokens: [UInt128] = []
    for types in kinds {
      var worker = Pseudonymiser(ring: ring, all: types, fingerprints: testFingerprints)
      var faults = ValueFaults()
      let parts = zip(["A-1", "B-2"], types).map { column([$0], $1) }
      var cells = try identities(worker.column(of: parts, epochs: [epoch], faults: &faults))
      cells.tokens = try worker.tokens(of: cells)
      tokens += cells.tokens
    }
    #expect(tokens.count == 2 && tokens[0] != tokens[1])
    #expect(!tokens.contains(0))
  }

  @Test func numbersAreHashedAsTheirDigits() throws {
    let ring = ring()
    let epoch = ring.number(ofDay: try day("2026-10-05"))
    var worker = Pseudonymiser(ring: ring, type: .int, fingerprints: testFingerprints)
    var faults = ValueFaults()
    let type = ColumnType(source: .int, form: .integer)
    let numbers = try worker.column(
      of: [Column(type: type, values: .number([4711, Values.nullNumber, -1]))],
      epochs: [epoch, epoch, epoch], faults: &faults)
    let texts = try worker.column(
      of: [column(["4711", nil, "-1"], .int)], epochs: [epoch, epoch, epoch], faults: &faults)
    #expect(try identities(numbers).fingerprints == identities(texts).fingerprints)
    #expect(faults.isEmpty)
  }

  @Test func keyThatIsGoneStopsEvenWithoutTokens() throws {
    let folder = try TestFolder()
    let ring = KeyRing(
      shop: "shop-1", name: "orders", rotation: .quarter, days: autumnDays, store: folder.store,
      standing: { _ in .known(check: "0123456789abcdef") })
    var worker = Pseudonymiser(ring: ring, type: .email, fingerprints: testFingerprints)
    let epoch = ring.number(ofDay: try day("2026-10-05"))
    let fault = #expect(throws: KeyFault.self) {
      var faults = ValueFaults()
      _ = try worker.column(
        of: [column(["anna@shop.example"], .email)], epochs: [epoch], faults: &faults)
    }
    #expect(fault?.reason == .missing)
  }
}

@Suite struct KeyRingTests {
  @Test func epochsFollowFromTheDays() throws {
    let ring = KeyRing(replayOf: "s", name: "k", rotation: .month, days: autumnDays)
    #expect(ring.epochs.map(\.description) == ["m2026-09", "m2026-10", "m2026-11", "m2026-12"])
    #expect(ring.number(ofDay: Int32(autumnDays.lowerBound)) == 0)
    #expect(ring.number(ofDay: Int32(autumnDays.upperBound)) == 3)
    #expect(ring.number(ofDay: Int32(autumnDays.upperBound + 1)) == KeyRing.noEpoch)
    #expect(ring.number(ofDay: Int32(autumnDays.lowerBound - 1)) == KeyRing.noEpoch)
    #expect(ring.number(ofDay: .min) == KeyRing.noEpoch)
    #expect(ring.number(ofDay: .max) == KeyRing.noEpoch)
    #expect(ring.isReplay)
  }

  @Test func keysAreMadeOnlyForEpochsThatAreMet() throws {
    let folder = try TestFolder()
    let ring = KeyRing(
      shop: "s", name: "k", rotation: .month, days: autumnDays, store: folder.store,
      standing: { _ in .unknown })
    #expect(!FileManager.default.fileExists(atPath: folder.store.folder))
    let key = try ring.key(2)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.store.folder + "/k")
        == ["m2026-11.key"])
    #expect(try ring.key(2) === key)
    #expect(ring.usedKeys.map(\.epoch) == ["m2026-11"])
  }

  @Test func recordsOfADestroyedEpochAreLate() throws {
    let folder = try TestFolder()
    let ring = KeyRing(
      shop: "s", name: "k", rotation: .month, days: autumnDays, store: folder.store,
      standing: { $0.description == "m2026-09" ? .destroyed : .unknown })
    #expect(ring.number(ofDay: Int32(autumnDays.lowerBound)) == KeyRing.noEpoch)
    #expect(ring.number(ofDay: Int32(autumnDays.lowerBound + 30)) == 1)
  }

  @Test func workersShareOneNewSecret() async throws {
    let folder = try TestFolder()
    let ring = KeyRing(
      shop: "s", name: "k", rotation: .never, days: autumnDays, store: folder.store,
      standing: { _ in .unknown })
    let checks = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<16 { group.addTask { try ring.key(0).check } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(checks.count == 1)
  }

  @Test func replayTakesThePublicSecret() throws {
    let ring = KeyRing(replayOf: "shop-1", name: "orders", rotation: .quarter, days: autumnDays)
    #expect(try ring.key(1).check == "10a5dbfca3109122")
  }
}
