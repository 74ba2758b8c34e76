import Glibc

/// An exclusive lock on a file or folder, held until the value goes out of scope or the process
/// ends.
///
/// It is `flock`: advisory, bound to the open file, and given up by the kernel whatever happens
/// to the process. The file itself stays.
package struct FileLock: ~Copyable {
  private let descriptor: Descriptor

  /// Gives the lock up even where a child process, forked meanwhile and not yet another program,
  /// still shares the open file: closing it alone would leave the lock with the child.
  deinit { _ = flock(descriptor.number, LOCK_UN) }

  /// Takes the lock on the file at `path`, which is created if it is absent; `nil` if another
  /// holder has it.
  package static func take(
    _ path: String, mode: UInt32 = 0o600
  ) throws(SystemFault) -> FileLock? {
    try take(openFile(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: mode, operation: "lock"), path)
  }

  /// Takes the lock on the folder at `path`, which must be there; `nil` if another holder has it.
  ///
  /// A folder that cannot be opened is a fault of the operation "open".
  package static func take(folder path: String) throws(SystemFault) -> FileLock? {
    try take(openFile(path, O_RDONLY | O_DIRECTORY, mode: 0, operation: "open"), path)
  }

  private static func take(_ number: Int32, _ path: String) throws(SystemFault) -> FileLock? {
    let descriptor = Descriptor(number)
    while flock(descriptor.number, LOCK_EX | LOCK_NB) != 0 {
      let reason = errno
      if reason == EINTR { continue }
      if reason == EWOULDBLOCK { return nil }
      throw SystemFault(operation: "lock", path: path, errno: reason)
    }
    return FileLock(descriptor: descriptor)
  }
}
