/// A file that is read from front to back, as many bytes at a time as are asked for.
package struct SequentialFile: ~Copyable {
  private var source: ByteSource

  /// Opens the file at `path`, which must not be a link.
  package init(path: String) throws(SystemFault) {
    source = try ByteSource(path: path, followsLinks: false)
  }

  /// Returns the next `count` bytes, fewer only at the end.
  package mutating func read(_ count: Int) throws(SystemFault) -> [UInt8] {
    precondition(count >= 0, "no negative number of bytes is read")
    // An array made for no elements is one that all share, and making it would write to it.
    if count == 0 { return [] }
    var fault: SystemFault?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SystemFault) {
        while filled < count {
          // SAFETY: filled < count, the size of the buffer.
          let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled..<count])
          let got = unsafe try source.read(into: room)
          if got == 0 { break }
          filled += got
        }
      } catch {
        fault = error
      }
    }
    if let fault { throw fault }
    return bytes
  }
}
