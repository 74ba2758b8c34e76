import Bytes
import Records

/// Decompresses pages in memory.
///
/// `BlockReader` is made for text files: it looks at the first decompressed bytes for byte order
/// marks and for a second compression. Pages are binary and may begin with anything, so a member
/// of four zero bytes goes before each.
struct PageUnpacker: Sendable {
  /// A page beyond this size is none of ours, whatever its header says.
  static let sizeLimit = 64 << 20

  private let codec: ParquetCodec
  private let prefix: [UInt8]

  init(_ codec: ParquetCodec) {
    self.codec = codec
    var member: [UInt8] = []
    var compressor = Compressor(codec == .zstd ? .zstd : codec == .gzip ? .small : .none)
    compressor.compress(PageUnpacker.zeros, appendingTo: &member)
    prefix = member
  }

  private static let zeros = [UInt8](repeating: 0, count: 4)

  /// Returns the `byteCount` bytes that `packed` holds, or `nil` when it does not hold just them.
  func unpack(_ packed: [UInt8], byteCount: Int) -> [UInt8]? {
    if codec == .none { return packed.count == byteCount ? packed : nil }
    let collected = Collected(limit: byteCount + PageUnpacker.zeros.count)
    var reader = BlockReader(
      bytes: prefix + packed, blockSize: 1 << 18, recordLimit: 1 << 18,
      onBytes: { collected.append($0) })
    do throws(SystemFault) {
      while !collected.isOverfull, try reader.next() != nil {}
    } catch {
      return nil
    }
    guard reader.ending == .complete, !collected.isOverfull, reader.memberCount == 2,
      collected.bytes.count == byteCount + PageUnpacker.zeros.count
    else { return nil }
    return [UInt8](copying: collected.bytes.span, from: PageUnpacker.zeros.count, count: byteCount)
  }
}

/// Decompressed bytes up to a limit, filled by a closure.
private final class Collected {
  private(set) var bytes: [UInt8] = []
  private(set) var isOverfull = false
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func append(_ piece: Span<UInt8>) {
    if piece.count > limit - bytes.count {
      isOverfull = true
    } else {
      bytes.append(copying: piece)
    }
  }
}
