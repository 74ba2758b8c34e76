import Bytes
import Foundation

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

  /// Refuses a state folder that would be published, or that analysts would have to pass.
  func checkStateIsApart() throws(RunFailure) {
    let state = Run.canonical(options.state)
    let output = Run.canonical(options.output)
    if Run.lies(output, in: state), output != state {
      throw RunFailure(
        .usage,
        "the output folder '\(options.output)' lies inside the state folder, which nobody but the "
          + "program may enter: choose another '--output'")
    }
    if Run.lies(state, in: output) {
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
}
