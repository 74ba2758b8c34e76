import CDeflate
import CIsal
import CZstd

/// Compresses blocks, each into one complete gzip member or zstd frame.
///
/// Members that follow one another form a file (RFC 1952, 2.2; RFC 8878, 3.1), so blocks can be
/// compressed by several workers and written in order. The result depends on the block alone:
/// no time, no name, nothing of an earlier block. The memory of the codec is kept between calls.
///
/// ISA-L picks its code by processor, so `gzip` may give other (equally valid) bytes on another
/// machine; all workers of one machine give the same.
@safe
package struct Compressor: ~Copyable {
  /// How this compressor packs its blocks.
  package let compression: Compression

  private var isal: UnsafeMutablePointer<isal_zstream>?
  private var libdeflate: OpaquePointer?
  private var zstd: OpaquePointer?
  private var levelBuffer: UnsafeMutablePointer<UInt8>?
  private var scratch: UnsafeMutablePointer<UInt8>
  private var scratchSize: Int

  /// Creates a compressor that packs blocks as `compression` says; `zstdLevel` is one of that
  /// codec.
  package init(_ compression: Compression, zstdLevel: Int32 = 3) {
    self.compression = compression
    scratchSize = compression == .none ? 1 : 256 << 10
    unsafe scratch = .allocate(capacity: scratchSize)
    switch compression {
    case .none:
      break
    case .gzip:
      let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
      unsafe isal_deflate_init(stream)
      unsafe levelBuffer = .allocate(capacity: Self.levelBufferSize)
      unsafe isal = stream
    case .small:
      let stream = unsafe libdeflate_alloc_compressor(7)
      precondition(unsafe stream != nil, "libdeflate finds memory for its state")
      unsafe libdeflate = stream
    case .zstd:
      let stream = unsafe ZSTD_createCCtx()
      precondition(unsafe stream != nil, "zstd finds memory for its state")
      unsafe ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, zstdLevel)
      unsafe ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1)
      unsafe ZSTD_CCtx_setParameter(stream, ZSTD_c_contentSizeFlag, 1)
      unsafe zstd = stream
    }
  }

  deinit {
    unsafe scratch.deallocate()
    unsafe levelBuffer?.deallocate()
    unsafe isal?.deallocate()
    if let libdeflate = unsafe libdeflate { unsafe libdeflate_free_compressor(libdeflate) }
    if let zstd = unsafe zstd { unsafe ZSTD_freeCCtx(zstd) }
  }

  /// Appends `bytes` to `output` as one complete member or frame, or as they are.
  package mutating func compress(_ bytes: Span<UInt8>, appendingTo output: inout [UInt8]) {
    switch compression {
    case .none:
      output.append(copying: bytes)
    case .gzip, .small:
      // RFC 1952, 2.3: magic, deflate, no flags, no time, no extra flags, unknown system.
      output.append(contentsOf: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
      unsafe bytes.withUnsafeBufferPointer { input in
        if compression == .gzip {
          unsafe deflateFast(input, appendingTo: &output)
        } else {
          unsafe deflateSmall(input, appendingTo: &output)
        }
      }
      appendLittleEndian(checksum(of: bytes, continuing: 0), to: &output)
      appendLittleEndian(UInt32(truncatingIfNeeded: bytes.count), to: &output)
    case .zstd:
      unsafe bytes.withUnsafeBufferPointer { input in
        unsafe packFrame(input, appendingTo: &output)
      }
    }
  }

  /// Appends `bytes` to `output` as one complete member or frame, or as they are.
  package mutating func compress(_ bytes: [UInt8], appendingTo output: inout [UInt8]) {
    compress(bytes.span, appendingTo: &output)
  }

  /// The larger the buffer, the longer its deflate blocks and the fewer its Huffman tables.
  /// This is ISAL_DEF_LVL1_EXTRA_LARGE, a macro that Swift does not see.
  private static let levelBufferSize = 4 * 1024 + 2 * 8 * 1024 + 4 * 128 * 1024

  @unsafe
  private mutating func deflateFast(
    _ input: UnsafeBufferPointer<UInt8>, appendingTo output: inout [UInt8]
  ) {
    guard let stream = unsafe isal else { return }
    unsafe isal_deflate_reset(stream)
    // The reset leaves the table of earlier matches as it was, and what matches is looked for
    // there. SAFETY: the level buffer was allocated with this size.
    unsafe levelBuffer?.initialize(repeating: 0, count: Self.levelBufferSize)
    unsafe stream.pointee.level = 1
    unsafe stream.pointee.level_buf = levelBuffer
    unsafe stream.pointee.level_buf_size = UInt32(Self.levelBufferSize)
    unsafe stream.pointee.gzip_flag = UInt16(IGZIP_DEFLATE)
    var left = unsafe input[...]
    unsafe stream.pointee.avail_in = 0
    repeat {
      if unsafe stream.pointee.avail_in == 0 {
        let isFirst = unsafe left.count == input.count && input.count > firstPieceSize
        let piece = unsafe left.prefix(isFirst ? firstPieceSize : pieceSize)
        unsafe left = left.dropFirst(piece.count)
        unsafe stream.pointee.flush = UInt16(isFirst ? SYNC_FLUSH : NO_FLUSH)
        // SAFETY: the codec reads `avail_in` bytes of the input and never writes to it.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: UnsafeBufferPointer(rebasing: piece).baseAddress)
        unsafe stream.pointee.avail_in = UInt32(piece.count)
        unsafe stream.pointee.end_of_stream = left.isEmpty ? 1 : 0
      }
      unsafe stream.pointee.next_out = scratch
      unsafe stream.pointee.avail_out = UInt32(scratchSize)
      let status = unsafe isal_deflate(stream)
      precondition(status == COMP_OK, "compression with fixed parameters cannot fail")
      unsafe take(scratchSize - Int(stream.pointee.avail_out), into: &output)
    } while unsafe stream.pointee.internal_state.state != ZSTATE_END
  }

  @unsafe
  private mutating func deflateSmall(
    _ input: UnsafeBufferPointer<UInt8>, appendingTo output: inout [UInt8]
  ) {
    unsafe makeRoom(libdeflate_deflate_compress_bound(libdeflate, input.count))
    // SAFETY: the target holds `scratchSize` bytes, at least the bound for this input.
    let size = unsafe libdeflate_deflate_compress(
      libdeflate, input.baseAddress, input.count, scratch, scratchSize)
    precondition(size > 0, "a deflate stream fits into its bound")
    unsafe take(size, into: &output)
  }

  @unsafe
  private mutating func packFrame(
    _ input: UnsafeBufferPointer<UInt8>, appendingTo output: inout [UInt8]
  ) {
    makeRoom(ZSTD_compressBound(input.count))
    // SAFETY: the target holds `scratchSize` bytes, at least the bound for this input.
    let size = unsafe ZSTD_compress2(zstd, scratch, scratchSize, input.baseAddress, input.count)
    precondition(ZSTD_isError(size) == 0, "compression with fixed parameters cannot fail")
    unsafe take(size, into: &output)
  }

  /// Sees to it that the scratch memory holds `bound` bytes.
  private mutating func makeRoom(_ bound: Int) {
    if bound <= scratchSize { return }
    unsafe scratch.deallocate()
    unsafe scratch = .allocate(capacity: bound)
    scratchSize = bound
  }

  /// Appends the first `count` bytes of the scratch memory, which the codec has just written.
  @unsafe
  private func take(_ count: Int, into output: inout [UInt8]) {
    unsafe output.append(contentsOf: UnsafeBufferPointer(start: scratch, count: count))
  }
}

/// One owner at a time holds the codec's state, so it may move between threads.
extension Compressor: @unchecked Sendable {}

/// The bytes that ISA-L gets alone, and flushes, before the rest.
///
/// Where its fast loop (`isal_deflate_icf_body_hash_hist`, 2.30) meets the first byte of a member,
/// it hashes a register that still holds the address of the stream, and the match that it may
/// overlook for that depends on where memory lies. Behind a beginning that its slow loop has taken,
/// it does not.
private let firstPieceSize = 4

/// The codecs count in 32 bits.
private let pieceSize = 1 << 30

private func appendLittleEndian(_ number: UInt32, to output: inout [UInt8]) {
  for shift in [0, 8, 16, 24] as [UInt32] {
    output.append(UInt8(truncatingIfNeeded: number >> shift))
  }
}
