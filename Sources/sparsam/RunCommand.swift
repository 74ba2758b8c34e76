import ArgumentParser
import Diagnostics
import Engine
import Foundation
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

  @Option(help: "The folder of keys, locks and manifests; never inside the others.")
  var state = "state"

  @Option(help: "The run's date, YYYY-MM-DD; default: yesterday in the pipeline's timezone.")
  var date: CivilDate?

  @Option(help: "Blocks worked on at once, 1 to 256; default: one a processor.")
  var threads: Int?

  @Option(
    help:
      "Memory that aggregate tables may take, as 256M or 1G; default: a quarter of the machine's.")
  var memory: String?

  @Flag(help: "Use the public replay key; the input folder must hold a file '.synthetic'.")
  var replay = false

  @Flag(help: "Show what would be read, kept, dropped and published; write nothing.")
  var dryRun = false

  @Flag(help: "End with a table of what was read, kept and published.")
  var verbose = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("'--threads' takes a number from 1 to 256")
    }
    if let memory, RunOptions.byteCount(ofSize: memory) == nil {
      throw ValidationError("'--memory' takes a size of 1M or more, such as 256M or 1G")
    }
  }

  func run() async throws {
    let compiled = try Console.pipeline(pipeline, command: "run", common)
    guard let plan = compiled.plan else { return }
    let isTalkative = !common.quiet && !common.json && (verbose || dryRun || Console.isTerminal)
    if isTalkative { Console.show(compiled, quiet: false) }
    let run = Run(
      plan: plan, pipelineText: compiled.source.text,
      options: RunOptions(
        input: input, output: output, state: state, date: date, threads: threads ?? 0,
        isReplay: replay, isDryRun: dryRun,
        memory: memory.flatMap { RunOptions.byteCount(ofSize: $0) }))
    let line = ProgressLine(isShown: Console.isTerminal && !common.quiet && !common.json)
    let report: Run.Report
    do {
      report = try await run.execute { line.show($0) }
      line.clear()
    } catch let failure as RunFailure {
      line.clear()
      throw Console.end(failure, command: "run", common)
    } catch {
      line.clear()
      throw Console.end(
        RunFailure(
          .internalError, "the run broke off for a reason that has no name; nothing was published"),
        command: "run", common)
    }
    if common.json {
      Console.data(
        Envelope(
          "run", exit: .done,
          message: report.manifest == nil
            ? "\(run.date) is published already; nothing was new" : nil,
          members: [
            .init("warnings", .strings(report.warnings)),
            .init("manifest", report.manifest?.json ?? .null),
          ]
        ).text)
      return
    }
    if !common.quiet {
      for warning in report.warnings { Console.talk("sparsam: warning: \(warning)\n") }
    }
    guard isTalkative else { return }
    if let manifest = report.manifest {
      let text = RunSummary(manifest).text
      if dryRun { Console.data(text) } else { Console.talk(text) }
    } else {
      Console.talk("\(run.date) is published already from the same inputs; nothing was new\n")
    }
  }
}

extension CivilDate: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
