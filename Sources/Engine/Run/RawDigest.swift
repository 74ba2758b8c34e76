import Bytes
import Crypto

/// The running SHA-256 (FIPS 180-4) of bytes as they lie in a file.
///
/// A class, because a reader's closure and the reader's owner share it; one task at a time uses it.
final class RawDigest {
  private var sha256 = SHA256()
  private(set) var byteCount = 0
  /// Crypto takes contiguous collections, not spans: one copy of the bytes.
  private var copy: [UInt8] = []

  func add(_ bytes: Span<UInt8>) {
    byteCount += bytes.count
    copy.removeAll(keepingCapacity: true)
    copy.append(copying: bytes)
    sha256.update(data: copy)
  }

  /// The digest of all that was added, in hex.
  var hex: String { hexText(sha256.finalize()) }
}

extension PositionedFile {
  /// The SHA-256 (FIPS 180-4) of all its bytes, in hex.
  func sha256() throws(SystemFault) -> String {
    var sha256 = SHA256()
    for start in stride(from: 0, to: byteCount, by: 1 << 20) {
      sha256.update(data: try read(start..<min(start + (1 << 20), byteCount)))
    }
    return hexText(sha256.finalize())
  }
}

/// Returns the bytes in lower-case hex.
func hexText(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
