import Foundation
import Ledger
import Testing

@Suite struct LedgerOpeningTests {
  private let file: LedgerFile

  init() throws { file = try LedgerFile() }

  private func mode(_ name: String) throws -> Int? {
    let path = file.folder.appendingPathComponent(name).path
    return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func filesAreForTheirOwnerAlone() throws {
    let ledger = try file.open()
    try ledger.begin(.example("a.1"))
    #expect(try mode("ledger.sqlite") == 0o600)
    #expect(try mode("ledger.sqlite-wal") == 0o600)
    #expect(try mode("ledger.sqlite-shm") == 0o600)
  }

  @Test func openedModeIsClosedAgain() throws {
    _ = try file.open()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
    _ = try file.open()
    #expect(try mode("ledger.sqlite") == 0o600)
  }

  @Test func secondOpeningFindsWhatTheFirstWrote() throws {
    try file.open().begin(.example("a.1"))
    #expect(try file.open().runs().map(\.name) == ["a.1"])
  }

  @Test func readerNeedsNoLockBesideWriter() throws {
    let writer = try file.open()
    let reader = try file.open()
    try writer.begin(.example("a.1"))
    #expect(try reader.runs().map(\.name) == ["a.1"])
  }

  @Test func missingLedgerIsNotMadeWhereItMustExist() throws {
    #expect(throws: LedgerFault(.missing, file.path)) {
      _ = try Ledger(path: file.path, mustExist: true)
    }
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  /// Cut short, overwritten in the middle, overwritten at the head, no database at all.
  @Test(arguments: ["short", "middle", "head", "text"])
  func damagedLedgerIsRefusedAndLeftAsItIs(_ damage: String) throws {
    do {
      let ledger = try file.open()
      for number in 0..<200 { try ledger.begin(.example("run.\(number)")) }
    }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
    switch damage {
    case "short": bytes.removeLast(bytes.count / 2)
    case "middle": for index in 8192..<24_576 { bytes[index] = 0x5A }
    case "head": for index in 0..<64 { bytes[index] = 0 }
    default: bytes = Data("once upon a time".utf8)
    }
    try bytes.write(to: URL(fileURLWithPath: file.path))
    #expect(throws: LedgerFault(.damaged, file.path)) { _ = try file.open() }
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == bytes)
  }

  /// Whichever column of the schema has changed its name by one letter, it is noticed before a row is
  /// read by its old one.
  @Test func aColumnOfAnotherNameIsDamage() throws {
    do { _ = try file.open() }
    let whole = try Data(contentsOf: URL(fileURLWithPath: file.path))
    // One character a byte, so that places in the text are places in the file.
    let text = try #require(String(data: whole, encoding: .isoLatin1))
    let columns = text.matches(of: #/([a-z0-9_]+) (TEXT|INTEGER|BLOB)\b/#).map { match in
      text.distance(from: text.startIndex, to: match.range.lowerBound)
    }
    #expect(columns.count > 60)
    for place in columns {
      var bytes = whole
      bytes[place] = UInt8(ascii: "z")
      try bytes.write(to: URL(fileURLWithPath: file.path))
      for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file.path + end) }
      #expect(throws: LedgerFault(.damaged, file.path), "at \(place)") { _ = try file.open() }
    }
  }

  @Test func linkIsRefused() throws {
    let target = file.folder.appendingPathComponent("elsewhere").path
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: target)
    #expect(throws: LedgerFault(.notAFile, file.path)) { _ = try file.open() }
    #expect(!FileManager.default.fileExists(atPath: target))
  }

  @Test func folderThatIsNotThereIsAnError() throws {
    let path = file.folder.appendingPathComponent("no/ledger.sqlite").path
    #expect(throws: LedgerFault(.cannotOpen, path)) { _ = try Ledger(path: path) }
  }

  @Test func ledgerOfNewerVersionIsRefused() throws {
    _ = try file.open()
    try execute("insert into grdb_migrations values ('2 of a later version')")
    #expect(throws: LedgerFault(.newer, file.path)) { _ = try file.open() }
  }

  /// The first version knew no earliest events, no audiences of keys and not who had ingested a
  /// deferred file, and no run told how its inputs began.
  @Test func ledgerOfOlderVersionIsCarriedOver() throws {
    do {
      let ledger = try file.open()
      let key = KeyFacts(name: "shopper", rotation: "month", timezone: "UTC")
      try ledger.use(key, epoch: "m2026-05", check: "00", shop: "beispiel", at: "2026-05-01")
      try ledger.begin(.example("a.1"))
      try ledger.prepare(
        "a.1", LedgerPreparation(partitions: [.example("a.1")], inputs: [.example("a.1")]),
        at: "2026-05-01T00:31:00Z")
      try ledger.publish("a.1", at: "2026-05-01T00:32:00Z")
    }
    try execute("alter table partitions drop column earliest")
    try execute("alter table keys drop column audience")
    try execute("alter table deferred drop column ingested_by")
    try execute("alter table deletions drop column folder")
    try execute("delete from grdb_migrations where identifier not like '1 %'")
    let ledger = try file.open()
    #expect(try ledger.keys().map(\.audience) == [nil])
    #expect(try ledger.livePartitions() == [.example("a.1")])
    #expect(try ledger.inputs(of: "a.1") == [.example("a.1")])
    #expect(
      try ledger.beginnings(pipeline: "shop-nightly", source: "orders", besides: "x").isEmpty)
    #expect(try ledger.releases(by: "a.1").isEmpty)
    var input = LedgerInput.example("b.1", 2, name: "b.csv")
    input.beginning = "2:cc"
    let release = Release(
      audience: "finance", input: input.content.id, definitionDigest: "dd", definition: "{}",
      output: "o", table: "t", run: "b.1", kind: .group)
    try ledger.begin(.example("b.1", date: "2026-05-01"))
    try ledger.prepare(
      "b.1",
      LedgerPreparation(
        partitions: [], inputs: [input], releases: [release], audiences: ["shopper": "finance"]),
      at: "2026-05-02T00:31:00Z")
    #expect(try ledger.keys().map(\.audience) == ["finance"])
    #expect(try ledger.releases(to: "finance", of: input.content.id) == [release])
    #expect(
      try ledger.beginnings(pipeline: "shop-nightly", source: "orders", besides: "x") == [
        LedgerBeginning(run: "b.1", name: "b.csv", content: input.content.id, beginning: "2:cc")
      ])
    // A run that is made anew has its own beginnings besides it.
    #expect(
      try ledger.beginnings(
        pipeline: "shop-nightly", source: "orders", besides: "2026-05-01"
      ).isEmpty)
  }

  /// A word that stands for nothing is not taken for another one.
  @Test(arguments: [
    "update runs set kind = 'evening'", "update runs set state = 'over'",
    "update releases set kind = 'file'", "update deletions set kind = 'all'",
  ])
  func anUnknownWordIsDamage(_ statement: String) throws {
    let ledger = try file.open()
    let release = Release(
      audience: "finance", input: "i", definitionDigest: "dd", definition: "{}", output: "o",
      table: "t", run: "a.1", kind: .group)
    try ledger.begin(.example("a.1"))
    try ledger.prepare(
      "a.1", LedgerPreparation(partitions: [], releases: [release]), at: "2026-05-01T00:31:00Z")
    _ = try ledger.intendDeletion(
      .raw, of: "a.csv", in: "/in", because: "a test", by: "expire", at: "2026-05-01T00:31:00Z")
    func all() throws {
      _ = (try ledger.runs(), try ledger.releases(by: "a.1"), try ledger.deletions())
    }
    try all()
    try execute(statement)
    #expect(throws: LedgerFault(.damaged, file.path)) { try all() }
  }

  /// Does to the file what no ledger does.
  private func execute(_ statement: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);"
        + "c.execute('pragma ignore_check_constraints = on');c.execute(sys.argv[2]);c.commit()",
      file.path, statement,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test(arguments: [
    (LedgerFault.Reason.missing, "there is no ledger 'l'"),
    (.notAFile, "the ledger 'l' is not a regular file; put the file itself there"),
    (
      .cannotOpen,
      "cannot open the ledger 'l'; it and its folder must be this user's own and writable"
    ),
    (
      .damaged,
      "the ledger 'l' is damaged; restore the state folder's ledger from a backup: it knows which "
        + "inputs were read and which keys were destroyed, so nothing is begun anew"
    ),
    (.newer, "the ledger 'l' was written by a newer version of this program; use that one"),
    (.full, "cannot write the ledger 'l': no space left on device"),
    (.busy, "the ledger 'l' is in use by another program; wait for its end and start again"),
    (
      .inputOutput(code: 522),
      "cannot read or write the ledger 'l': input/output error (SQLite 522)"
    ),
    (.contradiction("a flaw"), "the ledger 'l' refuses an entry: a flaw"),
  ])
  func faultSaysWhatAndWhereAndNothingElse(_ reason: LedgerFault.Reason, _ sentence: String) {
    #expect("\(LedgerFault(reason, "l"))" == sentence)
  }
}
