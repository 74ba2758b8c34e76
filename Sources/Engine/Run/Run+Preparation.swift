import Bytes
import Foundation
import PipelineFile
import Pseudonymise
import Records

extension Run {
  /// Refuses folders and formats that cannot work together, before anything is touched.
  func checkOptions() throws(RunFailure) {
    try checkStateIsApart()
    let input = Run.canonical(options.input)
    let state = Run.canonical(options.state)
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

  /// Refuses a state folder that would be published.
  func checkStateIsApart() throws(RunFailure) {
    if Run.lies(Run.canonical(options.state), in: Run.canonical(options.output)) {
      throw RunFailure(
        .usage,
        "the state folder '\(options.state)' lies inside the output folder; keys and evidence are not "
          + "for analysts: choose another '--state'")
    }
  }

  /// Returns the absolute path without links, `.` and `..`; the part that does not exist stays.
  ///
  /// Step by step as the kernel goes: a link counts although what follows it does not exist yet,
  /// and `..` behind a link is the folder above its target.
  static func canonical(_ path: String) -> String {
    let absolute =
      path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var rest = absolute.split(separator: "/").map(String.init)[...]
    var resolved: [String] = []
    var linksLeft = 40  // as many as Linux follows
    while let part = rest.popFirst() {
      if part == "." { continue }
      if part == ".." {
        _ = resolved.popLast()
        continue
      }
      let place = "/" + (resolved + [part]).joined(separator: "/")
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place)
      guard let target, linksLeft > 0 else {
        resolved.append(part)
        continue
      }
      linksLeft -= 1
      if target.hasPrefix("/") { resolved = [] }
      rest = (target.split(separator: "/").map(String.init) + rest)[...]
    }
    return "/" + resolved.joined(separator: "/")
  }

  static func lies(_ path: String, in folder: String) -> Bool {
    path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  /// Returns the names below the input folder that a pattern matches; output and state are left alone.
  func names(matching pattern: String) throws -> [String] {
    let input = Run.canonical(options.input)
    let barred = [Run.canonical(options.output), Run.canonical(options.state)]
    return try FilePattern(pattern, date: date).matches(in: input).filter { name in
      !barred.contains { $0 != input && Run.lies("\(input)/\(name)", in: $0) }
    }
  }

  /// Returns the files of each source, in name order.
  func findItems() throws -> [[Item]] {
    let input = Run.canonical(options.input)
    return try plan.sources.map { source in
      if source.files == "-" { return [Item(name: "-", content: .standardInput, byteCount: 0)] }
      let names = try names(matching: source.files)
      guard !names.isEmpty || source.missingIsFine else {
        throw RunFailure(
          .inputMissing,
          "source '\(source.name)' has no file '\(source.files)' in '\(options.input)' for \(date); "
            + "say 'missing: ok' where that is no error")
      }
      return try names.map { name in
        let path = "\(input)/\(name)"
        do throws(SystemFault) {
          return Item(
            name: name, content: .file(path: path),
            byteCount: try FileFacts(of: path, followsLinks: true).byteCount)
        } catch {
          // A link to nowhere, or a file that went away since it was listed.
          var fault = error
          fault.path = "\(options.input)/\(name)"
          throw RunFailure(fault.isMissing ? .inputMissing : .inputOutput, fault.description)
        }
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
      try checkRotation(of: key.name, Rotation(key.rotation) ?? .never, live)
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

  /// Holds a key name to the rotation that earlier runs used it with.
  private func checkRotation(
    of name: String, _ rotation: Rotation, _ live: [PastRun]
  ) throws(RunFailure) {
    for run in live.reversed() {
      for used in run.keyChecks.keys.sorted() where used.hasPrefix("\(name)/") {
        guard let epoch = Epoch(String(used.dropFirst(name.count + 1))),
          epoch.rotation != rotation
        else { continue }
        throw RunFailure(
          .pipeline,
          "key '\(name)' has 'rotate: \(rotation.rawValue)' here, and run '\(run.name)' used it with "
            + "'rotate: \(epoch.rotation.rawValue)'; a key keeps its rotation: write that, or take another "
            + "key name")
      }
    }
  }

  /// Returns a warning for each key that lies in the store although no run is known there.
  func adoptedKeys(_ state: StateFolder) throws -> [String] {
    if try options.isReplay || !Folder.names(in: state.runs).isEmpty { return [] }
    let store = KeyStore(folder: state.keys)
    return try plan.keys.compactMap { key in
      let epochs = try store.epochs(of: key.name)
      if epochs.isEmpty { return nil }
      let names = epochs.map { "'\($0)'" }.joined(separator: ", ")
      return
        "key '\(key.name)' was found in '\(state.keys)' with epoch \(names), and no earlier run is "
        + "known in '\(options.state)'; it is adopted: make sure that it is the right one"
    }
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
  func days(ofKey number: Int) -> ClosedRange<Int> {
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
  ///
  /// A run that was cut off has a manifest too: only one whose files lie there counts.
  func isSameAsBefore(
    _ history: [PastRun], _ items: [[Item]], _ publisher: Publisher
  ) throws -> Bool {
    let published = try publisher.publishedDigests()
    let candidates = history.filter { past in
      past.pipelineName == plan.name && past.date == date.description
        && past.pipelineDigest == pipelineDigest && past.isReplay == options.isReplay
        && published.allSatisfy { past.tables[$0.key]?.files.map(\.sha256) == $0.value }
    }
    guard !candidates.isEmpty else { return false }
    var inputs: [String: [String]] = [:]
    for (source, files) in zip(plan.sources, items) {
      var digests: [String] = []
      for file in files {
        if let digest = try file.completeDigest() { digests.append(digest) }
      }
      inputs[source.name] = digests.sorted()
    }
    return candidates.contains { $0.inputs == inputs }
  }
}
