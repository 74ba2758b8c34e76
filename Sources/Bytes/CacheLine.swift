/// The bytes that a processor fetches at once; those of x86-64 and most of ARM's.
private let lineByteCount = 64

/// How many words a line of the cache holds.
let wordsPerLine = lineByteCount / MemoryLayout<UInt64>.size

extension Span where Element: BitwiseCopyable {
  /// The first index whose element begins a line of the processor's cache, or would begin it if
  /// there were so many; 0 where none does.
  ///
  /// Arrays begin where their memory does, a header later. Tables that are read a line at a time
  /// begin with this element, or each look would fetch two lines; they have room for a line's
  /// elements less one in addition.
  package var firstIndexOnLine: Int {
    unsafe withUnsafeBytes { bytes in
      let address = Int(bitPattern: bytes.baseAddress)
      let stride = MemoryLayout<Element>.stride
      let index = (0..<(lineByteCount / max(stride, 1))).first {
        (address &+ $0 &* stride) % lineByteCount == 0
      }
      return index ?? 0
    }
  }
}
