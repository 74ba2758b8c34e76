import ArgumentParser
import CSystem
import Dispatch
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
      DraftCommand.self, PlanCommand.self, MergeCommand.self, RunsCommand.self, KeysCommand.self,
      ExpireCommand.self, LocateCommand.self, ForgetCommand.self, VerifyCommand.self,
    ])

  /// Waits for the command on the first thread.
  ///
  /// An asynchronous `main` would end that thread while the others work, which profilers that follow
  /// threads do not survive.
  static func main() {
    // First of all: a crash must not print registers, which may hold bytes of a record.
    sparsam_silence_crashes()
    sparsam_forbid_dumps()
    sparsam_keep_files_private()
    sparsam_expect_write_errors()
    let held = Console.holdClosedDescriptors()
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
      await main(nil)
      isDone.signal()
    }
    isDone.wait()
    withExtendedLifetime(held) {}
  }
}
