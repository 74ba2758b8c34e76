import ArgumentParser
import Engine
import Records

struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the runs of a state folder, or show one.")

  @Argument(help: "The run to show; without it all are listed.")
  var run: String?

  @OptionGroup var place: StateOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    do throws(RunFailure) {
      let list = try RunList(state: place.state)
      let answer = if let run { try list.one(run) } else { try list.all() }
      if common.json {
        Console.data(
          Envelope(
            "runs", exit: .done, members: [.init(run == nil ? "runs" : "run", answer.json)]
          ).text)
      } else {
        Console.data(answer.text)
      }
    } catch {
      throw Console.end(error, command: "runs", common)
    }
  }
}
