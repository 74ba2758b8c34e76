/// A piece of a buffer's bytes, to be copied.
package struct BytePiece: Hashable, Sendable {
  package var start: UInt32
  package var count: UInt32

  package init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }
}

extension OutputBuffer {
  /// Appends copies of pieces of `source`, one after the other.
  ///
  /// Pieces are mostly short, so thirty-two bytes are copied at once, a pseudonym and its comma
  /// among them, wherever both buffers have that much memory; what is too much is written over by
  /// the next piece.
  package mutating func append(_ pieces: Span<BytePiece>, of source: borrowing OutputBuffer) {
    var total = 0
    for index in pieces.indices {
      let piece = pieces[index]
      precondition(
        Int(piece.start) &+ Int(piece.count) <= source.count, "a piece lies inside its buffer")
      total &+= Int(piece.count)
    }
    reserve(total &+ BytePiece.width)
    unsafe copy(pieces, from: source)
  }
}

extension BytePiece {
  /// How many bytes are copied at once.
  static let width = 2 * laneCount
}
