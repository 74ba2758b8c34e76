import ArgumentParser
import Diagnostics
import Engine
import Foundation
import Records

/// Tells where rows of a person are published.
struct LocateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "locate",
    abstract: "Tell where rows of a person are published; identifiers come on standard input.",
    discussion: """
      One identifier a line, its type first: email anna@shop.example
      Or one JSON object a line, of all that is known of one person: {"ip": "...", "user_agent": "..."}
      Identifiers are never taken as arguments, because those end up in histories and process lists.
      """)

  @OptionGroup var asking: PersonOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    guard let rights = try asking.rights(command: "locate", common) else { return }
    do throws(RunFailure) {
      let answer = try rights.locate(try PersonConsole.persons())
      PersonConsole.tell(answer, "locate", removed: false, common)
    } catch {
      throw Console.end(error, command: "locate", common)
    }
  }
}

/// Where `locate` and `forget` look for a person.
struct PersonOptions: ParsableArguments {
  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(help: "The folder that holds the published tables.")
  var output = "out"

  @OptionGroup var place: StateOptions

  /// Compiles the pipeline; `nil` when it cannot be, which has been told.
  func rights(command: String, _ common: CommonOptions) throws -> PersonRights? {
    let compiled = try Console.pipeline(pipeline, command: command, common)
    return compiled.plan.map {
      PersonRights(plan: $0, pipelineText: compiled.source.text, output: output, state: place.state)
    }
  }
}

/// What `locate` and `forget` share of reading and telling.
enum PersonConsole {
  /// Reads who is asked for from standard input.
  static func persons() throws(RunFailure) -> [AskingPerson] {
    let bytes = (try? FileHandle.standardInput.readToEnd()) ?? Data()
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RunFailure(.usage, "standard input is not UTF-8")
    }
    return try AskingPerson.all(in: text)
  }

  static func tell(
    _ answer: PersonRights.Answer, _ command: String, removed: Bool, _ common: CommonOptions
  ) {
    if common.json {
      Console.data(
        Envelope(
          command, exit: .done,
          members: [
            .init("removed", .boolean(removed)),
            .init("places", .array(answer.places.map(json))),
            .init("limits", .strings(answer.limits)),
          ]
        ).text)
      return
    }
    if common.quiet { return }
    let rows = answer.places.map { place in
      var words = Console.counted(place.rows.count, "row")
      if place.companions > 0 {
        words += removed ? ", and \(place.companions) that would have stood out" : ""
      }
      return ["\(place.output)/\(place.table)", "dt=\(place.date)", words]
    }
    Console.data(TextTable.aligned(rows))
    let found = Console.counted(answer.places.reduce(0) { $0 + $1.rows.count }, "row")
    Console.talk(
      removed
        ? "\(found) removed; a later run drops the person's records as long as the keys live\n"
        : "\(found) found\n")
    for limit in answer.limits { Console.talk("note: \(limit)\n") }
  }

  private static func json(_ place: PersonRights.Place) -> JSONText {
    .members([
      "output": .string(place.output), "table": .string(place.table),
      "date": .string(place.date), "count": .integer(place.rows.count),
      "rows": .array(place.rows.map { .integer($0) }),
      "companions": .integer(place.companions),
    ])
  }
}
