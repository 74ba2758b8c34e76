import ArgumentParser
import Engine
import Records

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read published tables back and show everything that is wrong with them.")

  @Argument(help: "An output folder, or one table's folder.")
  var folder: String

  @Option(help: "The day on which retention is judged, YYYY-MM-DD; default: today.")
  var date: CivilDate?

  @OptionGroup var work: ThreadOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let report: PublishedCheck.Report
    do throws(RunFailure) {
      report = try await PublishedCheck(folder: folder, date: date, threads: work.threads ?? 0)
        .report()
    } catch {
      throw Console.end(error, command: "verify", common)
    }
    let code = report.findings.isEmpty ? RunFailure.Code.done : .badInput
    if common.json {
      Console.data(
        Envelope(
          "verify", exit: code,
          members: [
            .init("tables", .integer(report.tableCount)),
            .init("files", .integer(report.fileCount)),
            .init("rows", .integer(report.rowCount)),
            .init("findings", .array(report.findings.map(\.json))),
            .init("notes", .array(report.notes.map(\.json))),
          ]
        ).text)
    } else {
      Console.data(report.findings.map { $0.line + "\n" }.joined())
      if !common.quiet {
        for note in report.notes { Console.talk("note: \(note.line)\n") }
        Console.talk(
          "\(folder): \(Console.counted(report.tableCount, "table")), "
            + "\(Console.counted(report.fileCount, "file")), "
            + "\(Console.counted(report.rowCount, "row")): "
            + (report.findings.isEmpty
              ? "nothing is wrong\n" : Console.counted(report.findings.count, "finding") + "\n"))
      }
    }
    if code != .done { throw ExitCode(code.rawValue) }
  }
}
