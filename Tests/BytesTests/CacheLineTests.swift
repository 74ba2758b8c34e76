import Bytes
import Testing

@Suite struct CacheLineTests {
  private func address<Element>(_ array: [Element], _ index: Int) -> Int {
    // SAFETY: the pointer becomes a number inside the closure.
    unsafe array.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
      + index * MemoryLayout<Element>.stride
  }

  /// Whatever an array's size is, and so wherever its memory begins.
  @Test func elementsBeginALine() {
    for count in [1, 3, 16, 100, 1000, 70_000] {
      let words = [UInt64](repeating: 0, count: count)
      let fingerprints = [UInt128](repeating: 0, count: count)
      #expect(address(words, words.span.firstIndexOnLine) % 64 == 0)
      #expect(words.span.firstIndexOnLine < 8)
      #expect(address(fingerprints, fingerprints.span.firstIndexOnLine) % 64 == 0)
      #expect(fingerprints.span.firstIndexOnLine < 4)
    }
  }
}
