extension ParquetGroup.Summary {
  private static let chunkWordCount = 10

  /// The summary as numbers, for a group that is kept apart from its file.
  package var words: [Int] {
    var words = [rowCount, byteCount]
    for chunk in chunks {
      words += [
        chunk.offset, chunk.dictionaryOffset ?? -1, chunk.dataOffset, chunk.byteCount,
        chunk.uncompressedByteCount, chunk.dataPageCount, chunk.nullCount,
        chunk.bounds == nil ? 0 : 1, Int(chunk.bounds?.lowerBound ?? 0),
        Int(chunk.bounds?.upperBound ?? 0),
      ]
    }
    return words
  }

  /// Reads `words` back, or returns `nil` when they are no summary.
  package init?(words: [Int]) {
    let size = Self.chunkWordCount
    guard words.count >= 2, (words.count - 2) % size == 0, words[..<2].allSatisfy({ $0 >= 0 })
    else { return nil }
    self.init(rowCount: words[0], byteCount: words[1], chunks: [])
    for start in stride(from: 2, to: words.count, by: size) {
      let part = Array(words[start..<(start + size)])
      guard part[1] >= -1, ([0] + Array(2...6)).allSatisfy({ part[$0] >= 0 }),
        (0...1).contains(part[7]), part[8] <= part[9]
      else { return nil }
      var chunk = ParquetGroup.Chunk(offset: part[0], dataOffset: part[2], nullCount: part[6])
      chunk.dictionaryOffset = part[1] < 0 ? nil : part[1]
      chunk.byteCount = part[3]
      chunk.uncompressedByteCount = part[4]
      chunk.dataPageCount = part[5]
      if part[7] == 1 { chunk.bounds = Int64(part[8])...Int64(part[9]) }
      chunks.append(chunk)
    }
  }
}
