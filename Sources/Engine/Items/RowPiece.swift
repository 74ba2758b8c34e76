import Bytes
package import Emit

/// Rows of a table as they lie in its file, encoded and compressed, in one piece.
///
/// A piece never holds rows of two items.
package enum RowPiece: Sendable {
  case rows(EncodedChunk)
  case group(ParquetGroup)

  var frameKind: FrameKind {
    switch self {
    case .rows: .rows
    case .group: .group
    }
  }

  /// The piece with what is to be known of it in front: a count of words, the words, the bytes.
  var payload: [UInt8] {
    let words: [Int]
    let bytes: [UInt8]
    switch self {
    case .rows(let chunk): (words, bytes) = ([chunk.summary.rowCount], chunk.bytes)
    case .group(let group): (words, bytes) = (group.summary.words, group.bytes)
    }
    var payload: [UInt8] = []
    payload.reserveCapacity(8 * (words.count + 1) + bytes.count)
    for word in [words.count] + words {
      payload.append(number: UInt64(bitPattern: Int64(word)), byteCount: 8)
    }
    payload.append(copying: bytes, from: 0, count: bytes.count)
    return payload
  }

  /// Reads `payload` back, or returns `nil` when it is no piece of that kind.
  package init?(_ kind: FrameKind, payload: [UInt8]) {
    guard payload.count >= 8 else { return nil }
    let count = payload.number(at: 0, byteCount: 8)
    guard count <= UInt64(payload.count / 8 - 1) else { return nil }
    let words = (0..<Int(count)).map {
      Int(Int64(bitPattern: payload.number(at: 8 * $0 + 8, byteCount: 8)))
    }
    let bytes = Array(payload[(8 * (words.count + 1))...])
    switch kind {
    case .rows:
      guard words.count == 1, words[0] >= 0 else { return nil }
      self = .rows(EncodedChunk(bytes: bytes, summary: .init(rowCount: words[0])))
    case .group:
      guard let summary = ParquetGroup.Summary(words: words), summary.byteCount == bytes.count
      else { return nil }
      self = .group(ParquetGroup(bytes: bytes, summary: summary))
    default: return nil
    }
  }
}
