import Crypto
import Foundation

/// Turns normalised values of one key name, epoch and domain into tokens.
///
/// Holds both SHA-256 states of HMAC (RFC 2104) behind the key, the inner one also behind the
/// constant head of the message; each token starts from copies of them, which saves the
/// compressions that a fresh HMAC spends on its key. The library's own HMAC is generic over its
/// hash, and what it asks of the runtime for each message takes longer than hashing it.
package struct TokenMaker: Sendable {
  private let inner: SHA256
  private let outer: SHA256

  /// Prepares the states for `key` and the domain's name.
  package init(key: borrowing Secret, domain: String) {
    var head: [UInt8] = [0x01]
    appendFramed(Array(domain.utf8), to: &head)
    var inner = TokenMaker.state(behind: key, padding: 0x36)
    inner.update(data: head)
    self.inner = inner
    outer = TokenMaker.state(behind: key, padding: 0x5C)
  }

  /// Returns the state after one block: the key, zeros behind it, each byte xored with `padding`.
  private static func state(behind key: borrowing Secret, padding: UInt8) -> SHA256 {
    var state = SHA256()
    key.withBytes { bytes in
      let size = SHA256.blockByteCount
      // A longer key would have to be hashed first.
      precondition(bytes.count <= size, "a key fits into one block")
      // SAFETY: the block is written as a whole before it is read, and overwritten before it is
      // left.
      unsafe withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { block in
        for index in 0..<size {
          unsafe block[index] = (index < bytes.count ? bytes[index] : 0) ^ padding
        }
        unsafe state.update(bufferPointer: UnsafeRawBufferPointer(block))
        if let start = block.baseAddress { unsafe explicit_bzero(start, block.count) }
      }
    }
    return state
  }

  /// Returns the token of `value`: the first sixteen bytes of its authentication code, big-endian.
  ///
  /// `value` is normalised and framed by its length in four bytes.
  package func token(of value: Span<UInt8>) -> UInt128 {
    var inner = inner
    // One update of the joined message: each costs the library more than the bytes do.
    // SAFETY: the buffer has room for four bytes and the value, all of which are written before the
    // library reads them, and neither pointer leaves its closure.
    unsafe withUnsafeTemporaryAllocation(byteCount: 4 + value.count, alignment: 4) { message in
      unsafe message.storeBytes(of: UInt32(value.count).bigEndian, as: UInt32.self)
      unsafe value.withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(rebasing: message[4...]).copyMemory(from: $0)
      }
      unsafe inner.update(bufferPointer: UnsafeRawBufferPointer(message))
    }
    var outer = outer
    unsafe inner.finalize().withUnsafeBytes { unsafe outer.update(bufferPointer: $0) }
    // SAFETY: a SHA-256 digest has 32 bytes, of which the first 16 are read.
    return unsafe outer.finalize().withUnsafeBytes { code in
      UInt128(bigEndian: unsafe code.loadUnaligned(as: UInt128.self))
    }
  }
}

extension TokenMaker: CustomStringConvertible, CustomReflectable {
  package var description: String { "TokenMaker" }

  /// Shows nothing: the prepared state is as secret as the key.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
