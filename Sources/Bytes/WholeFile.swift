import Glibc

/// A small file read at once, with the facts of the very file that was read.
///
/// The facts come from the open descriptor, so nobody can exchange the file between the look at
/// its mode and the read of its bytes.
package struct WholeFile: Sendable {
  package let bytes: [UInt8]
  package let facts: FileFacts

  /// Reads the regular file at `path`, which must not be longer than `limit`.
  ///
  /// By default that is more than a manifest, a plan or a data package ever has. A link as the last
  /// part of the path is refused unless `followsLinks`; a longer file is refused as too large, a
  /// folder or device as such.
  package init(
    path: String, limit: Int = 1 << 28, followsLinks: Bool = false
  ) throws(SystemFault) {
    precondition(limit >= 0, "a limit is not negative")
    let opened = try openRegularFile(path, followsLinks: followsLinks)
    let descriptor = opened.descriptor
    defer { close(descriptor) }
    facts = opened.facts
    if facts.byteCount > limit { throw SystemFault(operation: "read", path: path, errno: EFBIG) }
    var source = ByteSource(descriptor: descriptor, name: path)
    var bytes: [UInt8] = []
    // At first all that the file says it has; it may have grown since.
    var room = max(facts.byteCount, 4096)
    while true {
      let piece = try source.bytes(atMost: room)
      if piece.isEmpty { break }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
      if bytes.count > limit { throw SystemFault(operation: "read", path: path, errno: EFBIG) }
      room = 4096
    }
    self.bytes = bytes
  }
}

extension ByteSource {
  /// Reads up to `count` bytes; none is the end.
  fileprivate mutating func bytes(atMost count: Int) throws(SystemFault) -> [UInt8] {
    var fault: SystemFault?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SystemFault) {
        filled = unsafe try read(into: buffer)
      } catch {
        fault = error
      }
    }
    if let fault { throw fault }
    return bytes
  }
}
