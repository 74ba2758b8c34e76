import ArgumentParser
import Diagnostics
import Engine
import Records

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract:
      "List a run's items, one file each, and fix its keys, so that they can be done apart.",
    discussion: """
      Prints the items, one a line. 'sparsam run --item' does one of them, 'sparsam merge' \
      publishes them all. The plan's file holds a secret of the run; it is for this user alone.
      """)

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(help: "The folder of the raw files.")
  var input = "."

  @Option(help: "The folder that will receive the published tables.")
  var output = "out"

  @OptionGroup var place: StateOptions

  @Option(help: "The run's date, YYYY-MM-DD; default: yesterday in the pipeline's timezone.")
  var date: CivilDate?

  @Option(help: "Where the plan is written; default: in the state folder, by date and pipeline.")
  var plan: String?

  @Flag(help: "Use the public replay key; the input folder must hold a file '.synthetic'.")
  var replay = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let compiled = try Console.pipeline(pipeline, command: "plan", common)
    guard let checked = compiled.plan else { return }
    let run = Run(
      plan: checked, pipelineText: compiled.source.text,
      options: RunOptions(
        input: input, output: output, state: place.state, date: date, isReplay: replay))
    let planned: Run.Planned
    do throws(RunFailure) {
      planned = try run.planItems(writingTo: plan)
    } catch {
      throw Console.end(error, command: "plan", common)
    }
    if common.json {
      Console.data(
        Envelope(
          "plan", exit: .done,
          members: [
            .init("warnings", .strings(planned.warnings)), .init("plan", .string(planned.plan.id)),
            .init("file", .string(planned.path)),
            .init("date", .string(planned.plan.date.description)),
            .init("replay", .boolean(planned.plan.isReplay)),
            .init("items", .array(planned.plan.items.map(\.json))),
          ]
        ).text)
      return
    }
    if !common.quiet { Console.show(planned.warnings) }
    Console.data(planned.plan.items.map { $0.name + "\n" }.joined())
  }
}
