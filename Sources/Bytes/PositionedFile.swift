import Glibc

/// A file that is read at any place, from several threads at once.
package final class PositionedFile: Sendable {
  package let byteCount: Int
  private let path: String
  private let descriptor: Descriptor

  /// Opens the regular file at `path`, which must not be a link.
  package init(path: String) throws(SystemFault) {
    let opened = try openRegularFile(path, followsLinks: false)
    descriptor = Descriptor(opened.descriptor)
    byteCount = opened.facts.byteCount
    self.path = path
  }

  /// Returns the bytes of a range; one that reaches beyond the file's end is an error.
  package func read(_ range: Range<Int>) throws(SystemFault) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw .inputOutput("read all of", path)
    }
    // An array made for no elements is one that all share, and making it would write to it.
    if range.isEmpty { return [] }
    let number = descriptor.number
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while count < range.count {
        // SAFETY: count < range.count, the buffer's capacity; the kernel writes no more than asked.
        let got = unsafe pread(
          number, buffer.baseAddress.map { unsafe $0 + count }, range.count - count,
          range.lowerBound + count)
        if got > 0 {
          count += got
        } else if got == 0 || errno != EINTR {
          if got < 0 { failure = errno }
          break
        }
      }
    }
    if failure != 0 { throw SystemFault(operation: "read", path: path, errno: failure) }
    guard bytes.count == range.count else { throw .inputOutput("read all of", path) }
    return bytes
  }
}
