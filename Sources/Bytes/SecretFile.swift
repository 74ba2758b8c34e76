import CSystem
import Glibc

/// An open file that holds a secret, closed when it goes out of scope; opening never follows a
/// link.
///
/// Its buffer is zeroed after use, and it is the only thing in the program that writes over an
/// existing file.
package struct SecretFile: ~Copyable {
  private let descriptor: Int32
  private let path: String

  package init(reading path: String) throws(SystemFault) { try self.init(path, O_RDONLY) }

  package init(overwriting path: String) throws(SystemFault) { try self.init(path, O_WRONLY) }

  private init(_ path: String, _ access: Int32) throws(SystemFault) {
    var descriptor: Int32
    repeat {
      // A pipe must not make the run wait for its writer. SAFETY: the path lives for the call.
      descriptor = unsafe open(path, access | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    } while descriptor < 0 && errno == EINTR
    if descriptor < 0 { throw SystemFault(operation: "open", path: path, errno: errno) }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// Returns whether this is still the file that was looked at by its path.
  package func isFile(of facts: FileFacts) throws(SystemFault) -> Bool {
    var entry = stat()
    // SAFETY: `entry` is ours.
    if unsafe fstat(descriptor, &entry) != 0 {
      throw SystemFault(operation: "examine", path: path, errno: errno)
    }
    return entry.st_mode & S_IFMT == S_IFREG && entry.st_mode & 0o7777 == facts.mode
      && entry.st_uid == facts.owner && UInt64(entry.st_dev) == facts.device
      && Int(entry.st_size) == facts.byteCount
  }

  /// Lends the first `limit` bytes, or as many as there are, and zeroes them afterwards.
  package func withFirstBytes<Result: ~Copyable>(
    _ limit: Int, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result {
    try unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) { buffer in
      // SAFETY: the buffer is initialised here, lent inside the closure, and zeroed before it goes;
      // the kernel writes at most `limit - count` bytes behind the first `count`.
      unsafe buffer.initialize(repeating: 0)
      defer {
        if let start = buffer.baseAddress { unsafe explicit_bzero(start, limit) }
      }
      var count = 0
      while count < limit {
        let got = unsafe read(
          descriptor, UnsafeMutableBufferPointer(rebasing: buffer[count...]).baseAddress,
          limit - count)
        if got == 0 { break }
        if got < 0, errno == EINTR { continue }
        if got < 0 { throw SystemFault(operation: "read", path: path, errno: errno) }
        count += got
      }
      return try unsafe body(
        Span(_unsafeElements: UnsafeBufferPointer(rebasing: buffer[..<count])))
    }
  }

  /// Writes over the file from its beginning, 32 random bytes after the other, and makes it
  /// durable.
  package func overwrite(byteCount: Int) throws(SystemFault) {
    var position = 0
    var noise: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let size = MemoryLayout.size(ofValue: noise)
    while position < byteCount {
      // SAFETY: both calls touch the 32 bytes of `noise` only.
      if unsafe sparsam_random_bytes(&noise, UInt(size)) != 0 {
        throw SystemFault(operation: "overwrite", path: path, errno: errno)
      }
      let count = unsafe pwrite(descriptor, &noise, size, off_t(position))
      if count < 0, errno == EINTR { continue }
      if count <= 0 { throw SystemFault(operation: "overwrite", path: path, errno: errno) }
      position += count
    }
    if fdatasync(descriptor) != 0 {
      throw SystemFault(operation: "make durable", path: path, errno: errno)
    }
  }
}
