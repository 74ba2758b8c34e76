import Foundation
import Ledger
import Testing

/// A folder that could not be synchronised is not synchronised again: the second time is no proof.
@Suite struct LedgerSynchronisationTests {
  @Test func aFailedSynchronisationOfTheFolderEndsAllWriting() throws {
    let file = try LedgerFile()
    let ledger = try file.open()
    // The files stay open; the folder is not where it was.
    let away = file.folder.deletingLastPathComponent()
      .appendingPathComponent("\(file.folder.lastPathComponent)-away")
    try FileManager.default.moveItem(at: file.folder, to: away)
    let fault = LedgerFault(.inputOutput(code: 1290), file.path)
    #expect(throws: fault) { try ledger.begin(.example("a.1")) }
    try FileManager.default.moveItem(at: away, to: file.folder)
    #expect(throws: fault) { try ledger.begin(.example("a.2")) }
    #expect(
      fault.description
        == "cannot read or write the ledger '\(file.path)': input/output error (SQLite 1290)")
    // The next run begins with a proof of its own.
    let next = try file.open()
    try next.begin(.example("a.3"))
    let names = try next.runs().map(\.name)
    #expect(names == ["a.1", "a.3"])
  }
}
