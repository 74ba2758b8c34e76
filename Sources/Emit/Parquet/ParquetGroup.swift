/// One encoded row group: its bytes as they lie in the file, and what the footer says of it.
package struct ParquetGroup: Sendable {
  /// What the footer says of a row group.
  package struct Summary: Hashable, Sendable {
    package var rowCount: Int
    package var byteCount: Int
    var chunks: [Chunk]
  }

  /// What the footer says of one column's part of a row group.
  struct Chunk: Hashable, Sendable {
    /// Offsets count from the group's first byte.
    var offset: Int
    var dictionaryOffset: Int?
    var dataOffset: Int
    var byteCount = 0
    /// Page headers and pages before compression.
    var uncompressedByteCount = 0
    var dataPageCount = 0
    var nullCount: Int
    /// Least and greatest value, where they are published and there is one.
    var bounds: ClosedRange<Int64>?

    /// Returns the chunk as it is when its first byte lies `distance` further on.
    func moved(by distance: Int) -> Chunk {
      var moved = self
      moved.offset += distance
      moved.dataOffset += distance
      moved.dictionaryOffset = dictionaryOffset.map { $0 + distance }
      return moved
    }
  }

  package var bytes: [UInt8]
  package var summary: Summary

  package init(bytes: [UInt8], summary: Summary) {
    self.bytes = bytes
    self.summary = summary
  }
}
