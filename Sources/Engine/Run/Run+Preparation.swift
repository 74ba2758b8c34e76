import Bytes
import Foundation
import PipelineFile
import Pseudonymise
import Records

extension Run {
  /// Refuses folders and formats that cannot work together, before anything is touched.
  func checkOptions() throws(RunFailure) {
    let input = Run.canonical(options.input)
    let output = Run.canonical(options.output)
    let state = Run.canonical(options.state)
    if Run.lies(state, in: output) {
      throw RunFailure(
        .usage,
        "the state folder '\(options.state)' lies inside the output folder; keys and evidence are not "
          + "for analysts: choose another '--state'")
    }
    // The default layout has everything in the working folder; globs leave state and output alone.
    let isDefaultLayout = input == Run.canonical(".")
    if Run.lies(state, in: input), !isDefaultLayout || state == input {
      throw RunFailure(
        .usage,
        "the state folder '\(options.state)' lies inside the input folder; choose another '--state'"
      )
    }
    guard (try? FileFacts(of: input, followsLinks: true))?.kind == .folder else {
      throw RunFailure(.inputMissing, "there is no input folder '\(options.input)'")
    }
    let isSynthetic = (try? FileFacts.exists("\(input)/.synthetic")) ?? false
    if options.isReplay, !isSynthetic {
      throw RunFailure(
        .usage,
        "'--replay' uses a public key that protects nobody: it needs a file '.synthetic' in the input "
          + "folder '\(options.input)', which says that no real person is in it")
    }
  }

  /// Returns the absolute path without links, `.` and `..`; the part that does not exist stays.
  static func canonical(_ path: String) -> String {
    let absolute =
      path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    return URL(fileURLWithPath: absolute).standardizedFileURL.resolvingSymlinksInPath().path
  }

  static func lies(_ path: String, in folder: String) -> Bool {
    path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  /// Returns the files of each source, in name order.
  func findItems() throws -> [[Item]] {
    let input = Run.canonical(options.input)
    let barred = [Run.canonical(options.output), Run.canonical(options.state)]
    return try plan.sources.map { source in
      if source.files == "-" { return [Item(name: "-", content: .standardInput, byteCount: 0)] }
      let pattern = FilePattern(source.files, date: date)
      let names = try pattern.matches(in: input).filter { name in
        !barred.contains { $0 != input && Run.lies("\(input)/\(name)", in: $0) }
      }
      guard !names.isEmpty || source.missingIsFine else {
        throw RunFailure(
          .inputMissing,
          "source '\(source.name)' has no file '\(source.files)' in '\(options.input)' for \(date); "
            + "say 'missing: ok' where that is no error")
      }
      return try names.map { name in
        let path = "\(input)/\(name)"
        return Item(
          name: name, content: .file(path: path),
          byteCount: try FileFacts(of: path, followsLinks: true).byteCount)
      }
    }
  }

  /// Returns the key rings of the plan's keys, over all days that their sources let in.
  func keyRings(_ history: [PastRun]) throws -> [String: KeyRing] {
    if options.isReplay { return replayRings() }
    let store = KeyStore(folder: StateFolder(path: options.state).keys)
    let live = history.filter { !$0.isReplay }
    var rings: [String: KeyRing] = [:]
    for (number, key) in plan.keys.enumerated() {
      rings[key.name] = KeyRing(
        shop: plan.shop, name: key.name, rotation: Rotation(key.rotation) ?? .never,
        days: days(ofKey: number),
        store: store,
        standing: { epoch in
          let checks = live.compactMap { $0.keyChecks["\(key.name)/\(epoch)"] }
          return checks.last.map { .known(check: $0) } ?? .unknown
        })
    }
    return rings
  }

  /// Returns rings of the public replay key.
  func replayRings() -> [String: KeyRing] {
    var rings: [String: KeyRing] = [:]
    for (number, key) in plan.keys.enumerated() {
      rings[key.name] = KeyRing(
        replayOf: plan.shop, name: key.name, rotation: Rotation(key.rotation) ?? .never,
        days: days(ofKey: number))
    }
    return rings
  }

  /// The days on which an event may lie that needs the key: all windows of the sources that use it.
  private func days(ofKey number: Int) -> ClosedRange<Int> {
    var first = date.days
    var last = date.days
    for source in plan.sources where source.columns.contains(where: { $0.key == number }) {
      let window = SourceProgram.window(of: source, runDate: date)
      first = min(first, Int(window.lowerBound))
      last = max(last, Int(window.upperBound))
    }
    return first...last
  }

  /// Whether a run of this pipeline file has published this date from the same input files.
  func isSameAsBefore(_ history: [PastRun], _ items: [[Item]]) throws -> Bool {
    let candidates = history.filter {
      $0.pipelineName == plan.name && $0.date == date.description
        && $0.pipelineDigest == pipelineDigest && $0.isReplay == options.isReplay
    }
    guard !candidates.isEmpty else { return false }
    var inputs: [String: [String]] = [:]
    for (source, files) in zip(plan.sources, items) {
      var digests: [String] = []
      for file in files {
        let reader = try ItemReader(file, borders: .lines)
        while try reader.next() != nil {}
        if case .complete? = reader.ending { digests.append(reader.digest) }
      }
      inputs[source.name] = digests.sorted()
    }
    return candidates.contains { $0.inputs == inputs }
  }
}
