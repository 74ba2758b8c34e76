import ArgumentParser
import Engine
import Records

/// Deletes what a pipeline's retention no longer allows.
struct ExpireCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expire",
    abstract: "List partitions and raw files whose time is over; with --yes, delete them.")

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(help: "The folder of the raw files.")
  var input = "."

  @Option(help: "The folder that holds the published tables.")
  var output = "out"

  @OptionGroup var place: StateOptions

  @Option(help: "Judge as of this day, not later than today, YYYY-MM-DD; default: today.")
  var date: CivilDate?

  @Flag(help: "List only, which is also what happens without --yes.")
  var dryRun = false

  @Flag(help: "Delete what is listed. Nobody can undo it.")
  var yes = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if yes, dryRun { throw ValidationError("'--yes' deletes and '--dry-run' does not: take one") }
  }

  func run() async throws {
    let compiled = try Console.pipeline(pipeline, command: "expire", common)
    guard let plan = compiled.plan else { return }
    let expiry = Expiry(plan: plan, input: input, output: output, state: place.state)
    do throws(RunFailure) {
      tell(try expiry.expire(today: try expiry.day(asked: date), confirms: yes))
    } catch {
      throw Console.end(error, command: "expire", common)
    }
  }

  private func tell(_ answer: Expiry.Answer) {
    if common.json {
      Console.data(
        Envelope(
          "expire", exit: .done,
          members: [
            .init("deleted", .boolean(yes)),
            .init(
              "items",
              .array(
                answer.due.map { item in
                  .members([
                    "kind": .string(item.kindName), "path": .string(item.subject),
                    "reason": .string(item.reason),
                  ])
                })),
            .init("notes", .strings(answer.notes)),
          ]
        ).text)
      return
    }
    if common.quiet { return }
    Console.data(
      TextTable.aligned(answer.due.map { [$0.kindName, $0.subject, $0.reason] }))
    let count = answer.due.count
    Console.talk(
      count == 0
        ? "nothing is due\n"
        : yes
          ? "\(count) deleted\n" : "\(count) would be deleted for good; say --yes to do it\n")
    for note in answer.notes { Console.talk("note: \(note)\n") }
  }
}
