import ArgumentParser
import Diagnostics
import Engine
import Foundation
import PipelineFile
import Records

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a pipeline over a night's raw files and publish its tables.")

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(help: "The folder of the raw files.")
  var input = "."

  @Option(help: "The folder that receives the published tables.")
  var output = "out"

  @OptionGroup var place: StateOptions

  @Option(help: "The run's date, YYYY-MM-DD; default: yesterday in the pipeline's timezone.")
  var date: CivilDate?

  @Option(help: "The first of several dates that are run in order, one run each.")
  var from: CivilDate?

  @Option(help: "The last of these dates.")
  var to: CivilDate?

  @OptionGroup var work: ThreadOptions
  @OptionGroup var tables: MemoryOptions

  @Flag(help: "Use the public replay key; the input folder must hold a file '.synthetic'.")
  var replay = false

  @Flag(
    help:
      """
      Read, treat and count all records and write nothing; asks no ledger what earlier nights have \
      read and released, nor who was forgotten.
      """)
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Do this item of a plan alone and publish nothing; needs '--partial'.",
      valueName: "source/file"))
  var item: String?

  @Option(
    help: ArgumentHelp("The folder that receives what the item leaves.", valueName: "dir"))
  var partial: String?

  @Option(
    help: "The plan that the item is from; default: in the state folder, by date and pipeline.")
  var plan: String?

  @Flag(
    help: "Publish the date again from other inputs or another pipeline, in place of what is there."
  )
  var replace = false

  @Option(
    help: "Why released cells are released in another version; for '--replace' on group tables.")
  var retract: String?

  @Flag(help: "Where the ledger was lost, write down again what manifests and output tell.")
  var adopt = false

  @Flag(help: "End with a table of what was read, kept and published.")
  var verbose = false

  @Flag(help: "End with how long staging, verification and publication took.")
  var timings = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if (item == nil) != (partial == nil) {
      throw ValidationError("'--item' and '--partial' belong together: which item, and where to")
    }
    if plan != nil, item == nil { throw ValidationError("'--plan' needs '--item'") }
    if item != nil, dryRun { throw ValidationError("'--dry-run' does all items, not one") }
    if timings, dryRun || item != nil {
      throw ValidationError(
        "'--timings' is about publishing: it goes with neither '--dry-run' nor '--item'")
    }
    if item != nil, from != nil || replace || adopt {
      throw ValidationError(
        "an item publishes nothing: '--item' takes no '--from', '--replace' or '--adopt'")
    }
    if let retract {
      if !replace { throw ValidationError("'--retract' needs '--replace'") }
      if retract.allSatisfy(\.isWhitespace) { throw ValidationError("'--retract' takes a reason") }
    }
    guard (from == nil) == (to == nil) else {
      throw ValidationError("'--from' and '--to' go together")
    }
    if let from, let to {
      guard date == nil else {
        throw ValidationError("'--date' names one date, '--from' and '--to' a range of them")
      }
      guard from <= to else { throw ValidationError("'--from' is later than '--to'") }
    }
    if replay, replace || adopt {
      throw ValidationError("a replay has no ledger: it takes neither '--replace' nor '--adopt'")
    }
  }

  func run() async throws {
    let compiled = try Console.pipeline(pipeline, command: "run", common)
    guard let checked = compiled.plan else { return }
    let isTalkative = !common.quiet && !common.json && (verbose || dryRun || Console.isTerminal)
    if isTalkative { Console.show(compiled, quiet: false) }
    let run = Run(
      plan: checked, pipelineText: compiled.source.text,
      options: RunOptions(
        input: input, output: output, state: place.state, date: date,
        threads: work.threads ?? 0, isReplay: replay, isDryRun: dryRun, memory: tables.byteCount,
        replaces: replace, retraction: retract, adopts: adopt))
    let line = ProgressLine(isShown: Console.isTerminal && !common.quiet && !common.json)
    do throws(RunFailure) {
      if let item, let partial {
        let done = try await run.executeItem(item, planFile: plan, partials: partial) {
          line.show($0)
        }
        line.clear()
        show(done, isTalkative)
      } else if let dates {
        try await range(dates, checked, compiled, run.options, line, isTalkative)
      } else {
        let report = try await run.execute { line.show($0) }
        line.clear()
        Console.show(
          report, command: "run", common, isTalkative: isTalkative, isData: dryRun,
          isTimed: timings)
      }
    } catch {
      line.clear()
      throw Console.end(error, command: "run", common)
    }
  }

  /// The range of dates that was asked for.
  private var dates: ClosedRange<CivilDate>? {
    guard let from, let to else { return nil }
    return from...to
  }

  private func range(
    _ dates: ClosedRange<CivilDate>, _ checked: Plan, _ compiled: Pipeline, _ options: RunOptions,
    _ line: ProgressLine, _ isTalkative: Bool
  ) async throws(RunFailure) {
    var runs: [JSONText] = []
    try await RunRange(
      plan: checked, pipelineText: compiled.source.text, options: options, dates: dates
    ).execute(
      onProgress: { line.show($0) },
      onReport: { date, report in
        line.clear()
        if common.json {
          runs.append(
            .object(
              [.init("date", .string(date.description))]
                + Console.members(of: report, isTimed: timings)))
        } else {
          Console.show(
            report, command: "run", common, isTalkative: isTalkative, isData: dryRun,
            isTimed: timings)
        }
      })
    if common.json {
      Console.data(Envelope("run", exit: .done, members: [.init("runs", .array(runs))]).text)
    }
  }

  private func show(_ done: Run.ItemDone, _ isTalkative: Bool) {
    if common.json {
      Console.data(
        Envelope(
          "run", exit: .done,
          members: [
            .init("plan", .string(done.plan.id)), .init("item", .string(done.entry.name)),
            .init("ending", .string(done.ending.word)), .init("partial", .string(done.path)),
            .init("records", done.counts.json),
          ]
        ).text)
    } else if isTalkative {
      Console.talk(
        "\(done.entry.name): \(done.ending.word), \(done.counts.read) records read; "
          + "its partial is '\(done.path)'\n")
    }
  }
}
