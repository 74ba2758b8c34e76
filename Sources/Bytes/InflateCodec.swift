import CIsal
import CZlib

/// Which library inflates.
package enum InflateCodec: String, CaseIterable, Hashable, Sendable {
  /// ISA-L, more than twice as fast.
  ///
  /// It takes incomplete Huffman codes, which zlib refuses at once (RFC 1951, 3.2.2 leaves them
  /// undefined). A file damaged in such a place is then refused for its checksum.
  case isal

  /// zlib, against which the other is tested.
  case reference
}

/// What one step of inflation came to.
enum InflateStatus {
  /// More input or more room is wanted.
  case running

  /// The deflate stream has ended.
  case finished

  /// The data are no deflate stream.
  case invalid
}

/// Inflates raw deflate streams (RFC 1951) with either library behind one interface.
@safe
struct DeflateDecoder: ~Copyable {
  private var isal: UnsafeMutablePointer<inflate_state>?
  private var zlib: UnsafeMutablePointer<z_stream>?

  init(_ codec: InflateCodec) {
    switch codec {
    case .isal:
      let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
      unsafe isal_inflate_init(state)
      unsafe isal = state
    case .reference:
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      unsafe stream.initialize(to: z_stream())
      let status = unsafe inflateInit2_(
        stream, -15, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
      precondition(status == Z_OK, "zlib starts with fixed parameters")
      unsafe zlib = stream
    }
  }

  deinit {
    unsafe isal?.deallocate()
    if let zlib = unsafe zlib {
      unsafe inflateEnd(zlib)
      unsafe zlib.deallocate()
    }
  }

  /// Prepares for the next stream.
  mutating func reset() {
    if let isal = unsafe isal { unsafe isal_inflate_reset(isal) }
    if let zlib = unsafe zlib { unsafe inflateReset(zlib) }
  }

  /// Inflates from `input` into `output`; says how much of each was used.
  ///
  /// At the end of a stream `consumed` may be up to eight less than zero: ISA-L reads ahead by
  /// words, and what it took from an earlier input is given back.
  @unsafe
  mutating func step(
    _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
  ) -> (status: InflateStatus, consumed: Int, produced: Int) {
    if let isal = unsafe isal { return unsafe step(isal, input, output) }
    if let zlib = unsafe zlib { return unsafe step(zlib, input, output) }
    return (.invalid, 0, 0)
  }

  @unsafe
  private func step(
    _ state: UnsafeMutablePointer<inflate_state>, _ input: UnsafeBufferPointer<UInt8>,
    _ output: UnsafeMutableBufferPointer<UInt8>
  ) -> (status: InflateStatus, consumed: Int, produced: Int) {
    // SAFETY: the codec reads `avail_in` bytes and writes `avail_out` bytes; both are the
    // buffers' own lengths, which are far below 4 GiB.
    unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    unsafe state.pointee.avail_in = UInt32(input.count)
    unsafe state.pointee.next_out = output.baseAddress
    unsafe state.pointee.avail_out = UInt32(output.count)
    let status = unsafe isal_inflate(state)
    var consumed = unsafe input.count - Int(state.pointee.avail_in)
    let produced = unsafe output.count - Int(state.pointee.avail_out)
    // The 32-bit total tells the codec how far back a match may reach. It must not wrap to a
    // small number in a member of 4 GiB, and anything above the window of 32 KiB says the same.
    if unsafe state.pointee.total_out > 1 << 30 { unsafe state.pointee.total_out = 1 << 30 }
    if status != ISAL_DECOMP_OK { return (.invalid, consumed, produced) }
    if unsafe state.pointee.block_state == ISAL_BLOCK_FINISH {
      unsafe consumed -= Int(state.pointee.read_in_length) / 8
      return (.finished, consumed, produced)
    }
    return (.running, consumed, produced)
  }

  @unsafe
  private func step(
    _ stream: UnsafeMutablePointer<z_stream>, _ input: UnsafeBufferPointer<UInt8>,
    _ output: UnsafeMutableBufferPointer<UInt8>
  ) -> (status: InflateStatus, consumed: Int, produced: Int) {
    // SAFETY: as above.
    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    unsafe stream.pointee.avail_in = UInt32(input.count)
    unsafe stream.pointee.next_out = output.baseAddress
    unsafe stream.pointee.avail_out = UInt32(output.count)
    let status = unsafe inflate(stream, Z_NO_FLUSH)
    let consumed = unsafe input.count - Int(stream.pointee.avail_in)
    let produced = unsafe output.count - Int(stream.pointee.avail_out)
    switch status {
    case Z_OK, Z_BUF_ERROR: return (.running, consumed, produced)
    case Z_STREAM_END: return (.finished, consumed, produced)
    default: return (.invalid, consumed, produced)
    }
  }
}
