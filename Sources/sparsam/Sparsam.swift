import ArgumentParser
import CSystem
import Engine

/// Data minimisation you can run.
@main
struct Sparsam: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sparsam",
    abstract: "Keeps of a shop's raw data only what a declared purpose needs.",
    version: sparsamVersion,
    subcommands: [
      RunCommand.self, CheckCommand.self, TestCommand.self, ExplainCommand.self,
      DraftCommand.self,
    ])

  static func main() async {
    // First of all: a crash must not print registers, which may hold bytes of a record.
    sparsam_silence_crashes()
    sparsam_forbid_dumps()
    let held = Console.holdClosedDescriptors()
    await main(nil)
    withExtendedLifetime(held) {}
  }
}
