import ArgumentParser
import Diagnostics
import Engine
import Records

struct MergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Put the items of a plan together that were done apart, and publish the run.",
    discussion: "In the end the partials and the plan are deleted.")

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The folders of the partials, one or several.", valueName: "dir"))
  var partial: [String]

  @Option(help: "The folder that receives the published tables.")
  var output = "out"

  @OptionGroup var place: StateOptions

  @Option(help: "The run's date, YYYY-MM-DD, to find the plan by.")
  var date: CivilDate?

  @Option(help: "The plan's file; default: in the state folder, by date and pipeline.")
  var plan: String?

  @OptionGroup var tables: MemoryOptions

  @Flag(help: "End with a table of what was read, kept and published.")
  var verbose = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let compiled = try Console.pipeline(pipeline, command: "merge", common)
    guard let checked = compiled.plan else { return }
    let run = Run(
      plan: checked, pipelineText: compiled.source.text,
      options: RunOptions(
        output: output, state: place.state, date: date, memory: tables.byteCount))
    let report: Run.Report
    do throws(RunFailure) {
      report = try await run.mergeItems(planFile: plan, partials: partial)
    } catch {
      throw Console.end(error, command: "merge", common)
    }
    Console.show(
      report, command: "merge", common,
      isTalkative: !common.quiet && !common.json && (verbose || Console.isTerminal))
  }
}
