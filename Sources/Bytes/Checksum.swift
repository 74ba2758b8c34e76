import CIsal
import CZlib

/// Returns the CRC-32 of gzip (RFC 1952, 8) of what `crc` stands for followed by `bytes`.
package func checksum(of bytes: Span<UInt8>, continuing crc: UInt32) -> UInt32 {
  unsafe bytes.withUnsafeBufferPointer { input in
    // SAFETY: the pointer and the length are the span's own.
    input.isEmpty ? crc : unsafe crc32_gzip_refl(crc, input.baseAddress, UInt64(input.count))
  }
}

/// Returns the CRC-32 of two texts from the CRC-32 of each and the length of the second.
package func combinedChecksum(_ first: UInt32, _ second: UInt32, secondCount: Int) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_combine(UInt(first), UInt(second), secondCount))
}
