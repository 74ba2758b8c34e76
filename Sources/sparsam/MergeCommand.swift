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

  @Option(help: "The folder of keys, locks and manifests; never inside the output folder.")
  var state = "state"

  @Option(help: "The run's date, YYYY-MM-DD, to find the plan by.")
  var date: CivilDate?

  @Option(help: "The plan's file; default: in the state folder, by date and pipeline.")
  var plan: String?

  @Option(
    help: ArgumentHelp(
      "What aggregates may take in memory before they are set aside on disk, as 'sparsam run' has it.",
      valueName: "size"))
  var memory: String?

  @Flag(help: "End with a table of what was read, kept and published.")
  var verbose = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let memory, RunOptions.byteCount(ofSize: memory) == nil {
      throw ValidationError("'--memory' takes a size of 1M or more, such as 256M or 1G")
    }
  }

  func run() async throws {
    let compiled = try Console.pipeline(pipeline, command: "merge", common)
    guard let checked = compiled.plan else { return }
    let run = Run(
      plan: checked, pipelineText: compiled.source.text,
      options: RunOptions(
        output: output, state: state, date: date,
        memory: memory.flatMap { RunOptions.byteCount(ofSize: $0) }))
    let report: Run.Report
    do {
      report = try await run.mergeItems(planFile: plan, partials: partial)
    } catch {
      throw Console.end(unexpected: error, command: "merge", common)
    }
    Console.show(
      report, command: "merge", common,
      isTalkative: !common.quiet && !common.json && (verbose || Console.isTerminal))
  }
}
