import Bytes
import Support
import Testing

@Suite struct BytePieceTests {
  /// Pieces of every length from every place, also the last bytes of a buffer that is full.
  @Test(arguments: [64, 65, 80, 4096], [3 as UInt64, 4])
  func copiesWhatAPlainLoopCopies(size: Int, seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var source = OutputBuffer(capacity: size)
    let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
    source.append(bytes)
    var target = OutputBuffer(capacity: 1)
    var expected: [UInt8] = []
    for _ in 0..<40 {
      var pieces: [BytePiece] = []
      for _ in 0..<Int.random(in: 0...30, using: &generator) {
        let count = Int.random(
          in: 0...min(size, [3, 16, 17, 60].randomElement(using: &generator) ?? 1),
          using: &generator)
        // Every other piece ends where the source does.
        let start =
          Bool.random(using: &generator)
          ? size - count : Int.random(in: 0...(size - count), using: &generator)
        pieces.append(BytePiece(start: UInt32(start), count: UInt32(count)))
        expected += bytes[start..<(start + count)]
      }
      target.append(pieces.span, of: source)
    }
    #expect(target.take() == expected, "seed \(seed)")
  }

  @Test func rejectsPieceOutside() async {
    await #expect(processExitsWith: .failure) {
      var source = OutputBuffer()
      source.append([1, 2, 3])
      var target = OutputBuffer()
      target.append([BytePiece(start: 2, count: 2)].span, of: source)
    }
  }
}
