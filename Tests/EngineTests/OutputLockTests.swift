import Bytes
import Engine
import Foundation
import Testing

/// What is said where the output folder cannot be locked.
@Suite struct OutputLockTests {
  @Test func theReasonOfTheSystemIsTold() {
    let unlocked = RunFailure.cannotLock(
      output: "out", SystemFault(operation: "lock", path: "out", errno: ENOLCK))
    #expect(unlocked.code == .inputOutput)
    #expect(
      unlocked.message == "cannot lock the output folder 'out': the system has no locks left")
    let closed = RunFailure.cannotLock(
      output: "out", SystemFault(operation: "open", path: "out", errno: EACCES))
    #expect(closed.code == .cannotCreate)
    #expect(closed.message == "cannot read the output folder 'out': permission denied")
  }

  @Test func aFolderThatIsGoneIsNotMadeAnew() async throws {
    let shop = try await CustomerNights.shop(days: ["2026-05-01"])
    let out = shop.path("out")
    try FileManager.default.moveItem(atPath: out, toPath: shop.path("moved"))
    let persons = try AskingPerson.all(in: CustomerNights.anna)
    await #expect(
      throws: RunFailure(
        .cannotCreate, "cannot read the output folder '\(out)': no such file or folder")
    ) { _ = try await shop.rights().forget(persons) }
    #expect(!FileManager.default.fileExists(atPath: out))
  }
}
