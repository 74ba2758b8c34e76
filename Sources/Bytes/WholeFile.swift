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
  /// A link as the last part of the path is refused unless `followsLinks`; a longer file is
  /// refused as too large, a folder or device as such.
  package init(
    path: String, limit: Int = 16 << 20, followsLinks: Bool = false
  ) throws(SystemFault) {
    precondition(limit >= 0, "a limit is not negative")
    let opened = try openRegularFile(path, followsLinks: followsLinks)
    let descriptor = opened.descriptor
    defer { close(descriptor) }
    facts = opened.facts
    if facts.byteCount > limit { throw SystemFault(operation: "read", path: path, errno: EFBIG) }
    var source = ByteSource(descriptor: descriptor, name: path)
    var fault: SystemFault?
    // One byte more than allowed tells a file that has grown since.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit + 1) { buffer, count in
      do throws(SystemFault) {
        while count <= limit {
          let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[count...])
          let got = unsafe try source.read(into: room)
          if got == 0 { break }
          count += got
        }
      } catch {
        fault = error
      }
    }
    if let fault { throw fault }
    if bytes.count > limit { throw SystemFault(operation: "read", path: path, errno: EFBIG) }
    // The array must not hold on to the memory of the limit.
    self.bytes = [UInt8](copying: bytes.span)
  }
}
