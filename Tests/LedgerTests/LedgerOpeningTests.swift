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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);"
        + "c.execute(\"insert into grdb_migrations values ('2 of a later version')\");c.commit()",
      file.path,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(throws: LedgerFault(.newer, file.path)) { _ = try file.open() }
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
