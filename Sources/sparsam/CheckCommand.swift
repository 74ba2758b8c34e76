import ArgumentParser
import Diagnostics
import Engine

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Show every problem of a pipeline file.")

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let compiled = try Console.pipeline(pipeline, command: "check", common, exit: .found)
    if common.json {
      Console.data(
        Envelope(
          "check", exit: .done, diagnostics: compiled.diagnostics, source: compiled.source
        ).text)
      return
    }
    Console.show(compiled, quiet: common.quiet)
    if !common.quiet {
      let warnings = compiled.diagnostics.count
      Console.talk(
        warnings == 0
          ? "\(pipeline): no problems\n"
          : "\(pipeline): no errors, \(Console.counted(warnings, "warning"))\n")
    }
  }
}
