import Glibc

/// A file that this process creates, writes from front to back, and makes durable.
///
/// Nothing is buffered here: callers write large chunks. Closing without `close()` loses the
/// chance to hear of a late error, so only abandoned files are closed by going out of scope.
package struct OutputFile: ~Copyable, Sendable {
  /// The path the file was created at.
  package let path: String

  /// The number of bytes in the file.
  package private(set) var byteCount = 0

  private let descriptor: Descriptor

  /// Creates the file; it is an error if anything, even a dangling link, has that name.
  ///
  /// `mode` is set exactly, whatever the process's umask.
  package init(path: String, mode: UInt32 = 0o600) throws(SystemFault) {
    let descriptor = Descriptor(
      try openFile(
        path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode & 0o600, operation: "create"))
    if fchmod(descriptor.number, mode) != 0 {
      throw SystemFault(operation: "set the mode of", path: path, errno: errno)
    }
    self.path = path
    self.descriptor = descriptor
  }

  /// Writes all of `bytes`, whatever number of calls it takes.
  package mutating func write(_ bytes: Span<UInt8>) throws(SystemFault) {
    var written = 0
    while written < bytes.count {
      let start = written
      let number = descriptor.number
      let result = unsafe bytes.withUnsafeBufferPointer { buffer in
        // SAFETY: start < count, so the pointer and the rest lie inside the span.
        unsafe Glibc.write(
          number, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start)
      }
      if result > 0 {
        written += result
        byteCount += result
      } else if result == 0 {
        throw SystemFault(operation: "write", path: path, errno: ENOSPC)
      } else if errno != EINTR {
        throw SystemFault(operation: "write", path: path, errno: errno)
      }
    }
  }

  /// Writes all of `bytes`.
  package mutating func write(_ bytes: [UInt8]) throws(SystemFault) {
    try write(bytes.span)
  }

  /// Cuts the file to its first `count` bytes and writes on from there.
  package mutating func truncate(to count: Int) throws(SystemFault) {
    precondition(count >= 0 && count <= byteCount, "a file is cut inside its bytes")
    while ftruncate(descriptor.number, count) != 0 {
      if errno != EINTR {
        throw SystemFault(operation: "truncate", path: path, errno: errno)
      }
    }
    if lseek(descriptor.number, count, SEEK_SET) < 0 {
      throw SystemFault(operation: "truncate", path: path, errno: errno)
    }
    byteCount = count
  }

  /// Makes the file's bytes durable.
  ///
  /// An error is final: the kernel may have dropped the pages that it could not write, and a
  /// second call would report success (see "fsyncgate", PostgreSQL 2018). It is never repeated.
  package func sync() throws(SystemFault) {
    if fsync(descriptor.number) != 0 {
      throw SystemFault(operation: "make durable", path: path, errno: errno)
    }
  }

  /// Gives the file to the group of that number.
  package func setGroup(_ group: UInt32) throws(SystemFault) {
    if fchown(descriptor.number, UInt32.max, group) != 0 {
      throw SystemFault(operation: "set the group of", path: path, errno: errno)
    }
  }

  /// Closes the file and reports what was late to fail.
  package consuming func close() throws(SystemFault) {
    let path = path
    let reason = descriptor.close()
    if reason != 0 { throw SystemFault(operation: "close", path: path, errno: reason) }
  }
}

/// An open file descriptor with one owner, closed when that goes out of scope.
struct Descriptor: ~Copyable, Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { Glibc.close(number) }

  /// Closes the descriptor; returns 0 or the error number.
  consuming func close() -> Int32 {
    let number = number
    discard self
    // EINTR leaves the descriptor closed on Linux; what it means for the bytes is not known, so
    // it is reported like any other error and never repeated.
    return Glibc.close(number) == 0 ? 0 : errno
  }
}
