package import Bytes
import Foundation
import Glibc
package import Records

/// A glob below the input folder with the run's date in it: `access-{date:yyyyMMdd}*.log.gz`.
///
/// `*` and `?` match within one name, `[a-z]` one character of a set, `**` any number of folders.
/// Nothing matches a name that begins with a dot. Links are followed where the pattern goes that way,
/// but `**` stays among the folders that lie there.
package struct FilePattern: Sendable {
  /// The components of the pattern after the date was put in.
  private let components: [[Character]]

  /// Puts the date into `{date}` (`yyyy-MM-dd`) and `{date:<pattern>}` of `text`.
  package init(_ text: String, date: CivilDate) {
    var expanded = ""
    var rest = Substring(text)
    while let open = rest.range(of: "{date"),
      let close = rest[open.upperBound...].firstIndex(of: "}")
    {
      expanded += rest[..<open.lowerBound]
      let inside = rest[open.upperBound..<close]
      let pattern = inside.hasPrefix(":") ? String(inside.dropFirst()) : "yyyy-MM-dd"
      expanded += FilePattern.formatted(date, pattern)
      rest = rest[rest.index(after: close)...]
    }
    expanded += rest
    components = expanded.split(separator: "/").map(Array.init)
  }

  /// Returns the date in a TR35 pattern of `yyyy yy MM M dd d` and literals.
  static func formatted(_ date: CivilDate, _ pattern: String) -> String {
    var result = ""
    var rest = Substring(pattern)
    while let first = rest.first {
      let run = rest.prefix { $0 == first }
      switch (first, run.count) {
      case ("y", 4): result += date.year.padded(to: 4)
      case ("y", 2): result += (date.year % 100).padded(to: 2)
      case ("M", 1...2): result += date.month.padded(to: run.count)
      case ("d", 1...2): result += date.day.padded(to: run.count)
      case ("'", _): break
      default: result += run
      }
      rest = rest.dropFirst(run.count)
    }
    return result
  }

  /// Returns the paths below `folder` that match, relative to it, sorted bytewise.
  package func matches(in folder: String) throws(SystemFault) -> [String] {
    var found: [String] = []
    try FilePattern.collect(components[...], in: folder, prefix: "", into: &found)
    // By bytes: names that are one text to Unicode are two files.
    found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return found.indices.filter { index in
      index == 0 || !found[index].utf8.elementsEqual(found[index - 1].utf8)
    }.map { found[$0] }
  }

  private static func collect(
    _ components: ArraySlice<[Character]>, in folder: String, prefix: String,
    into found: inout [String]
  ) throws(SystemFault) {
    guard let first = components.first else { return }
    let rest = components.dropFirst()
    if String(first) == "**" {
      try collect(rest, in: folder, prefix: prefix, into: &found)
      // A link may lead back, or out.
      for name in try names(in: folder, { _ in true })
      where try isFolder("\(folder)/\(name)", followsLinks: false) {
        try collect(components, in: "\(folder)/\(name)", prefix: "\(prefix)\(name)/", into: &found)
      }
      return
    }
    func matches(_ name: String) -> Bool { FilePattern.matches(first[...], Array(name)[...]) }
    for name in try names(in: folder, matches) where matches(name) {
      let path = "\(folder)/\(name)"
      if rest.isEmpty {
        if try !isFolder(path) { found.append(prefix + name) }
      } else if try isFolder(path) {
        try collect(rest, in: path, prefix: "\(prefix)\(name)/", into: &found)
      }
    }
  }

  private static func names(
    in folder: String, _ isConcerned: (String) -> Bool
  ) throws(SystemFault) -> [String] {
    try Folder.names(in: folder) { !$0.hasPrefix(".") && isConcerned($0) }
      .filter { !$0.hasPrefix(".") }
  }

  /// Whether a folder lies at `path`; a link to nowhere, or to itself, is none.
  ///
  /// What cannot be examined may be one, and the files in it would go missing without a word.
  private static func isFolder(
    _ path: String, followsLinks: Bool = true
  ) throws(SystemFault) -> Bool {
    do {
      return try FileFacts(of: path, followsLinks: followsLinks).kind == .folder
    } catch {
      if error.isMissing || error.isLink || error.errno == ENOTDIR { return false }
      throw error
    }
  }

  /// Whether `name` matches the one component `pattern`.
  static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
    var pattern = pattern
    var name = name
    // The last star seen and the name from where it matches, to come back to (linear backtracking).
    var retry: (pattern: ArraySlice<Character>, name: ArraySlice<Character>)?
    while !name.isEmpty {
      if pattern.first == "*" {
        pattern = pattern.dropFirst()
        retry = (pattern, name)
        continue
      }
      if let rest = matchOne(pattern, name.first) {
        pattern = rest
        name = name.dropFirst()
        continue
      }
      guard let back = retry else { return false }
      name = back.name.dropFirst()
      pattern = back.pattern
      retry = (pattern, name)
    }
    return pattern.allSatisfy { $0 == "*" }
  }

  /// Returns the pattern behind its first element if that matches `character`.
  private static func matchOne(
    _ pattern: ArraySlice<Character>, _ character: Character?
  ) -> ArraySlice<Character>? {
    guard let first = pattern.first, let character else { return nil }
    if first == "?" { return pattern.dropFirst() }
    if first == "[", let close = pattern.dropFirst(2).firstIndex(of: "]") {
      var set = pattern[(pattern.startIndex + 1)..<close]
      let isNegated = set.first == "!"
      if isNegated { set = set.dropFirst() }
      var isInside = false
      var index = set.startIndex
      while index < set.endIndex {
        if index + 2 < set.endIndex, set[index + 1] == "-" {
          isInside = isInside || (set[index]...max(set[index], set[index + 2])).contains(character)
          index += 3
        } else {
          isInside = isInside || set[index] == character
          index += 1
        }
      }
      return isInside != isNegated ? pattern[(close + 1)...] : nil
    }
    return first == character ? pattern.dropFirst() : nil
  }
}
