import ArgumentParser
import Diagnostics
import Engine
import Records

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tell each raw field's fate in a pipeline, or what a diagnostic code means.")

  @Argument(help: "The pipeline file, or a code such as S204.")
  var subject: String

  @OptionGroup var common: CommonOptions

  func run() async throws {
    if let code = DiagnosticCode(rawValue: subject) {
      if common.json {
        Console.data(
          Envelope(
            "explain", exit: .done,
            members: [
              .init("code", .string(code.rawValue)), .init("title", .string(code.title)),
              .init("explanation", .string(code.explanation)),
            ]
          ).text)
      } else {
        Console.data("\(code.rawValue): \(code.title)\n\n\(code.explanation)\n")
      }
      return
    }
    if subject.first == "S", subject.count == 4, subject.dropFirst().allSatisfy(\.isNumber) {
      throw Console.end(
        RunFailure(.usage, "there is no diagnostic code '\(subject)'"), command: "explain", common)
    }
    let compiled = try Console.pipeline(subject, command: "explain", common)
    guard let plan = compiled.plan else { return }
    let explanation = Explanation(plan)
    if common.json {
      Console.data(
        Envelope("explain", exit: .done, members: [.init("plan", explanation.json)]).text)
    } else {
      Console.data(explanation.text)
    }
  }
}
