import Glibc

/// Where the bytes of an input come from: a file, an open descriptor or memory.
struct ByteSource: ~Copyable {
  private let descriptor: Int32
  private let closesDescriptor: Bool
  private let name: String
  private let memory: [UInt8]
  private var position = 0

  /// Opens the regular file at `path`; a link is followed only if `followsLinks`.
  init(path: String, followsLinks: Bool) throws(SystemFault) {
    descriptor = try openRegularFile(path, followsLinks: followsLinks).descriptor
    closesDescriptor = true
    name = path
    memory = []
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  /// Opens whatever lies at `path`; a pipe's writer is waited for.
  init(pathOfAnyKind path: String) throws(SystemFault) {
    descriptor = try openFile(path, O_RDONLY, mode: 0, operation: "open")
    closesDescriptor = true
    name = path
    memory = []
  }

  /// Reads from an open descriptor, which stays open.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    closesDescriptor = false
    self.name = name
    memory = []
  }

  /// Reads from memory.
  init(bytes: [UInt8]) {
    descriptor = -1
    closesDescriptor = false
    name = "memory"
    memory = bytes
  }

  deinit {
    if closesDescriptor { close(descriptor) }
  }

  /// Reads up to `target.count` bytes; 0 is the end.
  @unsafe
  mutating func read(into target: UnsafeMutableBufferPointer<UInt8>) throws(SystemFault) -> Int {
    if descriptor < 0 {
      let count = min(target.count, memory.count - position)
      let start = position
      unsafe memory.withUnsafeBufferPointer { bytes in
        if let from = bytes.baseAddress, let to = target.baseAddress, count > 0 {
          // SAFETY: start + count <= memory.count and count <= target.count.
          unsafe memcpy(to, from + start, count)
        }
      }
      position += count
      return count
    }
    while true {
      // SAFETY: the kernel writes at most `target.count` bytes.
      let got = unsafe Glibc.read(descriptor, target.baseAddress, target.count)
      if got >= 0 { return got }
      if errno != EINTR { throw SystemFault(operation: "read", path: name, errno: errno) }
    }
  }
}

/// Opens a regular file to be read, and refuses everything else.
///
/// A pipe would be waited for as long as nobody writes to it, and a device may never end.
func openRegularFile(
  _ path: String, followsLinks: Bool
) throws(SystemFault) -> (descriptor: Int32, facts: FileFacts) {
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  let descriptor = try openFile(
    path, O_RDONLY | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW), mode: 0, operation: "open")
  do throws(SystemFault) {
    let facts = try FileFacts(descriptor: descriptor, name: path)
    try facts.requireFile(path)
    return (descriptor, facts)
  } catch {
    close(descriptor)
    throw error
  }
}

/// Opens a file for this process only, repeating the call when a signal interrupts it.
func openFile(
  _ path: String, _ flags: Int32, mode: mode_t, operation: String
) throws(SystemFault) -> Int32 {
  // A NUL would silently cut the path short.
  if path.utf8.contains(0) {
    throw SystemFault(operation: operation, path: path, errno: EINVAL)
  }
  while true {
    let descriptor = unsafe open(path, flags | O_CLOEXEC, mode)
    if descriptor >= 0 { return descriptor }
    if errno != EINTR { throw SystemFault(operation: operation, path: path, errno: errno) }
  }
}
