import Glibc

/// What the file system knows of a file or folder.
package struct FileFacts: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case file
    case folder
    case link
    case other
  }

  package let kind: Kind

  /// The permission bits, `setuid`, `setgid` and sticky included.
  package let mode: UInt32

  /// The number of the owner.
  package let owner: UInt32

  /// The number of the group.
  package let group: UInt32

  /// The number of the device, equal for all that can be renamed to one another.
  package let device: UInt64

  /// The number of the file on its device; another file may take it over once this one is gone.
  package let inode: UInt64

  /// When its bytes were changed last, in nanoseconds since 1970.
  package let modified: Int64

  /// When its bytes, its names or its readers were changed last, in nanoseconds since 1970.
  package let changed: Int64

  /// The size in bytes.
  package let byteCount: Int

  /// How many names the file has.
  package let linkCount: Int

  /// Whether this process runs as the owner.
  package var isOwnedByThisProcess: Bool { owner == geteuid() }

  /// Reads the facts of what lies at `path`; of a link itself, unless `followsLinks`.
  package init(of path: String, followsLinks: Bool = false) throws(SystemFault) {
    if path.utf8.contains(0) {
      throw SystemFault(operation: "examine", path: path, errno: EINVAL)
    }
    var entry = stat()
    let flags = followsLinks ? 0 : AT_SYMLINK_NOFOLLOW
    if unsafe fstatat(AT_FDCWD, path, &entry, flags) != 0 {
      throw SystemFault(operation: "examine", path: path, errno: errno)
    }
    self.init(entry)
  }

  /// Reads the facts of an open file; `name` stands for it in messages.
  init(descriptor: Int32, name: String) throws(SystemFault) {
    var entry = stat()
    if unsafe fstat(descriptor, &entry) != 0 {
      throw SystemFault(operation: "examine", path: name, errno: errno)
    }
    self.init(entry)
  }

  private init(_ entry: stat) {
    switch entry.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    mode = entry.st_mode & 0o7777
    owner = entry.st_uid
    group = entry.st_gid
    device = UInt64(entry.st_dev)
    inode = UInt64(entry.st_ino)
    modified = Int64(entry.st_mtim.tv_sec) * 1_000_000_000 + Int64(entry.st_mtim.tv_nsec)
    changed = Int64(entry.st_ctim.tv_sec) * 1_000_000_000 + Int64(entry.st_ctim.tv_nsec)
    byteCount = Int(entry.st_size)
    linkCount = Int(entry.st_nlink)
  }

  /// Whether these are the facts of one file with the same bytes, whatever its name is by now.
  package func isSameFile(as other: FileFacts) -> Bool {
    kind == other.kind && device == other.device && inode == other.inode
      && byteCount == other.byteCount && modified == other.modified
  }

  /// Throws unless this is a regular file: a folder is refused as such, a pipe or a device as no
  /// file.
  package func requireFile(_ path: String) throws(SystemFault) {
    switch kind {
    case .file: return
    case .folder: throw SystemFault(operation: "read", path: path, errno: EISDIR)
    case .link, .other: throw SystemFault(operation: "read", path: path, errno: ENODEV)
    }
  }

  /// Whether anything lies at `path`, a dangling link included.
  package static func exists(_ path: String) throws(SystemFault) -> Bool {
    do {
      _ = try FileFacts(of: path)
      return true
    } catch {
      if error.isMissing || error.errno == ENOTDIR { return false }
      throw error
    }
  }
}
