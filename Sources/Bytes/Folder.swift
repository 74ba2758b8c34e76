import CSystem
import Glibc

/// What is done to folders and to the names in them.
package enum Folder {
  /// Creates a folder with exactly `mode`, and with `intermediate` all that lead to it, whose new
  /// names are made durable.
  ///
  /// An existing folder is an error, unless `intermediate` is set; its mode is left alone.
  package static func make(
    _ path: String, mode: UInt32 = 0o700, intermediate: Bool = false
  ) throws(SystemFault) {
    try make(path, mode: mode, intermediate: intermediate, makesParent: intermediate)
  }

  private static func make(
    _ path: String, mode: UInt32, intermediate: Bool, makesParent: Bool
  ) throws(SystemFault) {
    try requireWhole(path, "create")
    if unsafe mkdir(path, mode & 0o700) == 0 {
      try setMode(of: path, to: mode)
      if intermediate { try sync(parent(of: path) ?? (path.hasPrefix("/") ? "/" : ".")) }
      return
    }
    let reason = errno
    if makesParent, reason == ENOENT, let parent = parent(of: path) {
      try make(parent, mode: mode, intermediate: true)
      // Once: in some file systems nothing can be made in a folder that is there.
      return try make(path, mode: mode, intermediate: true, makesParent: false)
    }
    if intermediate, reason == EEXIST {
      let facts = try FileFacts(of: path, followsLinks: true)
      if facts.kind == .folder { return }
      throw SystemFault(operation: "create", path: path, errno: ENOTDIR)
    }
    throw SystemFault(operation: "create", path: path, errno: reason)
  }

  /// Makes the names in a folder durable; an error is final and never tried again.
  package static func sync(_ path: String) throws(SystemFault) {
    let descriptor = try openFile(path, O_RDONLY | O_DIRECTORY, mode: 0, operation: "make durable")
    defer { close(descriptor) }
    if fsync(descriptor) != 0 {
      throw SystemFault(operation: "make durable", path: path, errno: errno)
    }
  }

  /// Makes the name `path` durable in the folder that it lies in, or that it is gone from there.
  package static func sync(around path: String) throws(SystemFault) {
    try sync(PathText.folder(of: path))
  }

  /// Renames `source` to `target`, never replacing anything.
  package static func rename(_ source: String, to target: String) throws(SystemFault) {
    try requireWhole(source, "rename")
    try requireWhole(target, "publish")
    if unsafe sparsam_rename_noreplace(source, target) != 0 {
      throw SystemFault(operation: "rename '\(source)' to", path: target, errno: errno)
    }
  }

  /// Lets two files or folders change places at once: nobody ever finds either name missing.
  package static func exchange(_ one: String, with other: String) throws(SystemFault) {
    try requireWhole(one, "exchange")
    try requireWhole(other, "exchange")
    if unsafe sparsam_rename_exchange(one, other) != 0 {
      throw SystemFault(operation: "exchange '\(one)' with", path: other, errno: errno)
    }
  }

  /// Renames a file to `target`, in the place of the file that has this name, if there is one.
  package static func replaceFile(_ target: String, by source: String) throws(SystemFault) {
    try requireWhole(source, "rename")
    try requireWhole(target, "publish")
    if unsafe Glibc.rename(source, target) != 0 {
      throw SystemFault(operation: "rename '\(source)' to", path: target, errno: errno)
    }
  }

  /// Returns the names in a folder, sorted by their bytes, without `.` and `..`.
  ///
  /// Names that are not UTF-8 cannot be told apart safely and are an error, unless `isConcerned`
  /// says of one, with U+FFFD in place of what is no text, that it is nobody's business.
  package static func names(
    in path: String, isConcerned: (String) -> Bool = { _ in true }
  ) throws(SystemFault) -> [String] {
    try requireWhole(path, "list")
    guard let stream = unsafe opendir(path) else {
      throw SystemFault(operation: "list", path: path, errno: errno)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      // SAFETY: the kernel's names end with a zero byte inside the entry.
      let bytes = unsafe entryName(entry)
      guard let name = String(validating: bytes, as: UTF8.self) else {
        let shown = String(decoding: bytes, as: UTF8.self)
        if !isConcerned(shown) { continue }
        throw SystemFault(operation: "read the name '\(shown)' in", path: path, errno: EILSEQ)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    if errno != 0 { throw SystemFault(operation: "list", path: path, errno: errno) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Removes a file or a link, never what the link points to.
  package static func removeFile(_ path: String) throws(SystemFault) {
    try requireWhole(path, "remove")
    if unsafe unlink(path) != 0 {
      throw SystemFault(operation: "remove", path: path, errno: errno)
    }
  }

  /// Removes a folder and everything in it; links are removed and never followed.
  ///
  /// Every step goes by descriptors from the folder above (`openat`, `O_NOFOLLOW`), so that
  /// nobody can swap a folder for a link in between. What is absent is no error.
  package static func removeTree(_ path: String) throws(SystemFault) {
    try requireWhole(path, "remove")
    do {
      try removeEntry(AT_FDCWD, path, shown: path)
    } catch {
      if !error.isMissing { throw error }
    }
  }

  /// Sets the mode of what lies at `path`, which must not be a link.
  package static func setMode(of path: String, to mode: UInt32) throws(SystemFault) {
    let descriptor = try openFile(
      path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, mode: 0, operation: "set the mode of")
    defer { close(descriptor) }
    if fchmod(descriptor, mode) != 0 {
      throw SystemFault(operation: "set the mode of", path: path, errno: errno)
    }
  }

  /// Gives what lies at `path`, which is not followed if it is a link, to a group.
  package static func setGroup(of path: String, to group: UInt32) throws(SystemFault) {
    try requireWhole(path, "set the group of")
    if unsafe lchown(path, UInt32.max, group) != 0 {
      throw SystemFault(operation: "set the group of", path: path, errno: errno)
    }
  }

  /// Returns the number of the group of that name, or `nil`.
  package static func groupNumber(named name: String) -> UInt32? {
    if name.utf8.contains(0) { return nil }
    // The result lies in static memory of the C library; it is read at once and not kept.
    guard let entry = unsafe getgrnam(name) else { return nil }
    return unsafe entry.pointee.gr_gid
  }

  private static func removeEntry(
    _ parent: Int32, _ name: String, shown: String
  ) throws(SystemFault) {
    // Removing as a file first never descends into a link. POSIX answers EPERM for a folder,
    // Linux EISDIR.
    if unsafe unlinkat(parent, name, 0) == 0 { return }
    if errno != EISDIR, errno != EPERM {
      throw SystemFault(operation: "remove", path: shown, errno: errno)
    }
    let descriptor = unsafe openat(
      parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 { throw SystemFault(operation: "remove", path: shown, errno: errno) }
    guard let stream = unsafe fdopendir(descriptor) else {
      let reason = errno
      close(descriptor)
      throw SystemFault(operation: "remove", path: shown, errno: reason)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // SAFETY: the kernel's names end with a zero byte inside the entry.
      let bytes = unsafe entryName(entry)
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw SystemFault(operation: "remove a name in", path: shown, errno: EILSEQ)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    for name in names { try removeEntry(descriptor, name, shown: shown + "/" + name) }
    if unsafe unlinkat(parent, name, AT_REMOVEDIR) != 0 {
      throw SystemFault(operation: "remove", path: shown, errno: errno)
    }
  }

  /// Returns the bytes of an entry's name.
  @unsafe
  private static func entryName(_ entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
    // SAFETY: `d_name` ends with a zero byte; `strlen` stops there.
    unsafe withUnsafeBytes(of: &entry.pointee.d_name) { field in
      guard let base = field.baseAddress else { return [] }
      let length = unsafe strlen(base.assumingMemoryBound(to: CChar.self))
      return unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: length))
    }
  }

  private static func parent(of path: String) -> String? {
    var trimmed = Substring(path)
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    guard let slash = trimmed.lastIndex(of: "/"), slash > trimmed.startIndex else { return nil }
    return String(trimmed[..<slash])
  }

  /// A NUL would silently cut a path short.
  private static func requireWhole(_ path: String, _ operation: String) throws(SystemFault) {
    if path.utf8.contains(0) {
      throw SystemFault(operation: operation, path: path, errno: EINVAL)
    }
  }
}
