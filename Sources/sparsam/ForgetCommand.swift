import ArgumentParser
import Diagnostics
import Engine
import Records

/// Removes the rows of a person and keeps them from coming back.
struct ForgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Remove a person's published rows for good; identifiers come on standard input.",
    discussion: """
      Identifiers are written as for 'locate'. Row and person tables are written anew without the
      rows; tombstones keep later runs from bringing them back as long as the keys of their epochs
      live. Cells of many persons stay as they are.
      """)

  @OptionGroup var asking: PersonOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    guard let rights = try asking.rights(command: "forget", common) else { return }
    do throws(RunFailure) {
      let answer = try await rights.forget(try PersonConsole.persons())
      PersonConsole.tell(answer, "forget", removed: true, common)
    } catch {
      throw Console.end(error, command: "forget", common)
    }
  }
}
