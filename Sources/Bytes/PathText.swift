/// A path taken apart as a text, without asking the system.
package enum PathText {
  /// The folder that `path` names something in: `.` for a mere name, `/` for what lies at the root.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What stands behind the last slash: `c` of `a/b/c`.
  package static func name(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
  }
}
