import ArgumentParser
import Draft
import Engine
import Records

struct DraftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draft",
    abstract: "Draft a commented pipeline for raw files: formats, fields, types, no values.")

  @Argument(
    help: ArgumentHelp(
      "Raw files: access logs, CSV or NDJSON, packed or not.", valueName: "file"))
  var files: [String]

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let draft: PipelineDraft
    do throws(DraftFault) {
      draft = try PipelineDraft(files: files)
    } catch {
      throw Console.end(RunFailure(error), command: "draft", common)
    }
    if common.json {
      Console.data(
        Envelope(
          "draft", exit: .done,
          members: [.init("pipeline", .string(draft.yaml)), .init("sources", draft.json)]
        ).text)
    } else {
      Console.data(draft.yaml)
    }
  }
}

extension RunFailure {
  fileprivate init(_ fault: DraftFault) {
    let code: Code =
      switch fault.kind {
      case .missing: .inputMissing
      case .unreadable: .inputOutput
      case .noSample: .badInput
      }
    self.init(code, fault.message)
  }
}
