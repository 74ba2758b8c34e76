import ArgumentParser
import Diagnostics
import Engine
import Foundation
import PipelineFile
import Records

struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Run the tests that a pipeline file carries.")

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Flag(help: "Write what the tests saw into the file as their expectations.")
  var record = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let compiled = try Console.pipeline(pipeline, command: "test", common)
    guard let plan = compiled.plan else { return }
    let tests = PipelineTests(plan: plan, pipelineText: compiled.source.text)
    let outcomes = await tests.run()
    if record {
      do {
        try tests.record(outcomes, into: pipeline, text: compiled.source.text)
      } catch let failure as RunFailure {
        throw Console.end(failure, command: "test", common)
      }
    }
    let failed = outcomes.filter { !$0.failures.isEmpty }
    // Recording makes expectations true, never a leak.
    let isSettled = record && !outcomes.contains { $0.leaks }
    let exit: RunFailure.Code = failed.isEmpty || isSettled ? .done : .found
    if common.json {
      Console.data(
        Envelope(
          "test", exit: exit,
          members: [
            .init(
              "tests",
              .array(
                outcomes.map { outcome in
                  .members([
                    "name": .string(outcome.name), "line": .integer(outcome.line),
                    "passed": .boolean(outcome.failures.isEmpty),
                    "failures": .strings(outcome.failures),
                  ])
                }))
          ]
        ).text)
    } else {
      for outcome in failed {
        Console.talk("\(pipeline):\(outcome.line): test '\(outcome.name)' failed\n")
        for failure in outcome.failures { Console.talk("  \(failure)\n") }
      }
      if !common.quiet {
        Console.talk(
          record
            ? "\(outcomes.count) tests recorded\n"
            : "\(outcomes.count - failed.count) passed, \(failed.count) failed\n")
      }
    }
    if exit != .done { throw ExitCode(exit.rawValue) }
  }
}
