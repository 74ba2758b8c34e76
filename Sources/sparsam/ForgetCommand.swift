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

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(help: "The folder that holds the published tables.")
  var output = "out"

  @Option(help: "The folder of keys, locks and manifests.")
  var state = "state"

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let compiled = try Console.pipeline(pipeline, command: "forget", common)
    guard let plan = compiled.plan else { return }
    do throws(RunFailure) {
      let answer = try PersonRights(
        plan: plan, pipelineText: compiled.source.text, output: output, state: state
      ).forget(try PersonConsole.persons())
      PersonConsole.tell(answer, "forget", removed: true, common)
    } catch {
      throw Console.end(error, command: "forget", common)
    }
  }
}
