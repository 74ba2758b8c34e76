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
  /// An asynchronous `main` would end that thread while the others work, which profilers that
  /// follow threads do not survive.
  static func main() {
    // First of all: a crash must not print registers, which may hold bytes of a record.
    sparsam_silence_crashes()
    sparsam_forbid_dumps()
    sparsam_keep_files_private()
    sparsam_expect_write_errors()
    let held = Console.holdClosedDescriptors()
    let arguments = Console.arguments()
    checkUsage(arguments)
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
      await perform(arguments)
      isDone.signal()
    }
    isDone.wait()
    withExtendedLifetime(held) {}
  }

  /// Does the command; help and the like are answers too.
  ///
  /// The library's own `main` ends with 0 also where nobody gets them.
  private static func perform(_ arguments: [String]) async {
    do {
      var command = try await asyncParseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard exitCode(for: error).isSuccess else { exit(withError: error) }
      let answer = fullMessage(for: error)
      if !answer.isEmpty { Console.data(answer + "\n") }
      exit()
    }
  }

  /// Answers wrong arguments as JSON where they ask for JSON, and ends; else returns.
  private static func checkUsage(_ arguments: [String]) {
    guard arguments.contains("--json") else { return }
    do {
      _ = try parseAsRoot(arguments)
    } catch {
      guard exitCode(for: error).rawValue == RunFailure.Code.usage.rawValue else { return }
      let names = configuration.subcommands.compactMap { $0.configuration.commandName }
      let command = arguments.first { !$0.hasPrefix("-") } ?? ""
      Console.data(
        Envelope(
          names.contains(command) ? command : "sparsam", exit: .usage, message: message(for: error)
        ).text)
      exit(withError: ExitCode(RunFailure.Code.usage.rawValue))
    }
  }
}
