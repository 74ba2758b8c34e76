import ArgumentParser
import Diagnostics
import Engine
import Foundation
import Records

/// Flags that every command takes.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Answer as JSON on standard output.")
  var json = false

  @Flag(help: "Say nothing but errors.")
  var quiet = false
}

/// Data goes to standard output, talk to standard error; colour only on a terminal.
enum Console {
  /// Writes an answer; ends the command with 74 when nobody gets it, such as on a full disk.
  static func data(_ text: String) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(shown(text).utf8))
    } catch {
      talk("sparsam: cannot write to standard output\n")
      Foundation.exit(RunFailure.Code.inputOutput.rawValue)
    }
  }

  /// Talk that nobody can hear is no reason to stop.
  static func talk(_ text: String) { control(shown(text)) }

  /// Talk with control characters of this program's own: colours, and lines written over.
  static func control(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// The name of a file may hold whatever its maker likes, and a terminal would do what it says.
  private static func shown(_ text: String) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value < 0x20 && scalar != "\n" && scalar != "\t"
        || (0x7F...0x9F).contains(scalar.value)
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { shown, scalar in
      if isControl(scalar) {
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
  }

  /// A number with what it counts: `1 row`, `2 rows`.
  static func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  /// Holds the standard descriptors that the caller has closed.
  ///
  /// Else the first files of a run would get their numbers, and what is said would be written
  /// there. What was closed stays an error to read and to write: a closed standard input is not an
  /// empty one, and a closed standard output does not take an answer.
  static func holdClosedDescriptors() -> [FileHandle] {
    // The system gives out the lowest number that is free.
    (0...2).filter { fcntl($0, F_GETFD) < 0 }.compactMap { number in
      number == 0
        ? FileHandle(forWritingAtPath: "/dev/null") : FileHandle(forReadingAtPath: "/dev/null")
    }
  }

  /// Returns the arguments behind the program's name; ends with 74 where they cannot be read.
  ///
  /// The library looks for them by `/proc/self/maps` and, where it cannot read that, has none at
  /// all: a run would take itself for a question for help and end with 0.
  static func arguments() -> [String] {
    guard CommandLine.argc > 0 else {
      talk("sparsam: cannot read its arguments: /proc must be mounted and readable\n")
      Foundation.exit(RunFailure.Code.inputOutput.rawValue)
    }
    return Array(CommandLine.arguments.dropFirst())
  }

  static var isTerminal: Bool { isatty(2) == 1 }

  /// The style of diagnostics: colour on a terminal unless NO_COLOR is set (no-color.org).
  static var style: DiagnosticRenderer.Style {
    let forbids = !(ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    return isTerminal && !forbids ? .colour : .plain
  }

  static func show(_ pipeline: Pipeline, quiet: Bool) {
    let shown = quiet ? pipeline.diagnostics.filter { $0.severity == .error } : pipeline.diagnostics
    control(DiagnosticRenderer(source: pipeline.source, style: style).render(shown))
  }

  /// Ends the command with the failure's sentence and code.
  static func end(_ failure: RunFailure, command: String, _ options: CommonOptions) -> ExitCode {
    if options.json {
      data(
        Envelope(
          command, exit: failure.code, message: failure.message,
          members: failure.warnings.isEmpty ? [] : [.init("warnings", .strings(failure.warnings))]
        ).text)
    } else {
      if !options.quiet { show(failure.warnings) }
      talk("sparsam: \(failure.message)\n")
    }
    return ExitCode(failure.code.rawValue)
  }

  /// Shows the warnings of a run, or of the planning of one.
  static func show(_ warnings: [String]) {
    for warning in warnings { talk("sparsam: warning: \(warning)\n") }
  }

  /// Tells what a run or a merge has published; `isData` where the summary itself was asked for.
  static func show(
    _ report: Run.Report, command: String, _ options: CommonOptions, isTalkative: Bool,
    isData: Bool = false, isTimed: Bool = false
  ) {
    if options.json {
      data(
        Envelope(
          command, exit: .done,
          message: report.manifest == nil
            ? "\(report.date) is published already; nothing was new" : nil,
          members: members(of: report, isTimed: isTimed)
        ).text)
      return
    }
    if !options.quiet { show(report.warnings) }
    defer { if isTimed, !options.quiet, let times = report.times { talk(times.text) } }
    guard isTalkative else { return }
    if let manifest = report.manifest {
      let text = RunSummary(manifest).text
      if isData { data(text) } else { talk(text) }
    } else {
      talk("\(report.date) is published already from the same inputs; nothing was new\n")
    }
  }

  /// What an envelope tells of a run.
  static func members(of report: Run.Report, isTimed: Bool) -> [JSONText.Member] {
    var members: [JSONText.Member] = [
      .init("warnings", .strings(report.warnings)),
      .init("manifest", report.manifest?.json ?? .null),
    ]
    if isTimed { members.append(.init("milliseconds", report.times?.milliseconds ?? .null)) }
    return members
  }

  /// Reads and compiles the pipeline; shows its diagnostics and ends the command if it is invalid.
  static func pipeline(
    _ path: String, command: String, _ options: CommonOptions, exit: RunFailure.Code = .pipeline
  ) throws -> Pipeline {
    let pipeline: Pipeline
    do {
      pipeline = try Pipeline(path: path)
    } catch {
      // What is wrong with the pipeline itself is a finding for `check`.
      let code = error.code == .pipeline ? exit : error.code
      throw end(RunFailure(code, error.message), command: command, options)
    }
    guard pipeline.plan != nil else {
      if options.json {
        data(
          Envelope(
            command, exit: exit, message: "the pipeline is invalid",
            diagnostics: pipeline.diagnostics, source: pipeline.source
          ).text)
      } else {
        show(pipeline, quiet: options.quiet)
      }
      throw ExitCode(exit.rawValue)
    }
    return pipeline
  }
}
