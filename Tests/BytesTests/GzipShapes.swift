import Bytes
import Support

/// Builds gzip members by hand, so that every shape of the format can be tested.
struct GzipMember {
  var payload: [UInt8]
  var flags: UInt8 = 0
  var extra: [UInt8] = []
  var name: [UInt8] = []
  var comment: [UInt8] = []
  var method: UInt8 = 8
  var headerChecksumError: UInt8 = 0
  var checksumError: UInt8 = 0
  var sizeError: UInt8 = 0

  /// The header without the deflate data.
  var header: [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, method, flags, 1, 2, 3, 4, 0, 3]
    if flags & 4 != 0 {
      bytes += [UInt8(extra.count & 255), UInt8(extra.count >> 8)] + extra
    }
    if flags & 8 != 0 { bytes += name + [0] }
    if flags & 16 != 0 { bytes += comment + [0] }
    if flags & 2 != 0 {
      let sum = checksum(of: bytes.span, continuing: 0)
      bytes += [UInt8(sum & 255) ^ headerChecksumError, UInt8(sum >> 8 & 255)]
    }
    return bytes
  }

  /// The whole member, its data compressed by zlib.
  var bytes: [UInt8] {
    var packed: [UInt8] = []
    var compressor = Compressor(.small)
    compressor.compress(payload, appendingTo: &packed)
    packed[packed.count - 8] ^= checksumError
    packed[packed.count - 4] ^= sizeError
    return header + packed[10...]
  }

  /// The whole member in stored blocks.
  var stored: [UInt8] {
    var bytes = header
    var start = 0
    repeat {
      let length = min(payload.count - start, 65_535)
      let isLast: UInt8 = start + length == payload.count ? 1 : 0
      bytes += [isLast, UInt8(length & 255), UInt8(length >> 8)]
      bytes += [UInt8(~length & 255), UInt8(~length >> 8 & 255)]
      bytes += payload[start..<(start + length)]
      start += length
    } while start < payload.count
    let sum = checksum(of: payload.span, continuing: 0)
    for word in [sum, UInt32(payload.count)] {
      for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(word >> shift & 255)) }
    }
    return bytes
  }
}

/// What a reader made of an input.
struct Reading: Equatable {
  var bytes: [UInt8] = []
  var ending: InputEnding?
  var members = 0
  var format = Damage.Format.plain
  var byteCount = 0
  var crc32: UInt32 = 0
}

/// Reads `input` to its end.
func reading(
  _ input: [UInt8], codec: InflateCodec = .isal, borders: RecordBorders = .lines,
  blockSize: Int = BlockReader.defaultBlockSize
) throws -> Reading {
  var reader = BlockReader(bytes: input, borders: borders, blockSize: blockSize, codec: codec)
  var result = Reading()
  while let block = try reader.next() { result.bytes += block.bytes }
  result.ending = reader.ending
  result.members = reader.memberCount
  result.format = reader.format
  result.byteCount = reader.byteCount
  result.crc32 = reader.crc32
  return result
}

/// Returns lines that look like a log and compress like one.
func logLines(_ count: Int, seed: UInt64) -> [UInt8] {
  var generator = SplitMix(seed: seed)
  var bytes: [UInt8] = []
  for _ in 0..<count {
    let host = UInt8.random(in: 1...254, using: &generator)
    let page = Int.random(in: 0..<500, using: &generator)
    let size = Int.random(in: 100..<90_000, using: &generator)
    bytes += Array("192.0.2.\(host) - - \"GET /p/\(page) HTTP/1.1\" 200 \(size)\n".utf8)
  }
  return bytes
}
