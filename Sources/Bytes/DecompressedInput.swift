import CZstd
import Glibc

// Longer than other files: it is one machine, whose states share a buffer and the codec's own.
//
// Advice to the next reader: `gzread` of zlib takes plain files, ignores garbage behind the last
// member and reads a cut-off member as a clean end. This loop exists to tell those apart. A
// member counts only when its trailer has been compared; bytes are handed out before that, and
// whoever takes them must be able to forget them again.

/// The decompressed bytes of an input, packed or not, with every checksum compared.
///
/// What the input is follows from its first bytes, never from its name.
@safe
struct DecompressedInput: ~Copyable {
  /// The size of the pieces in which the input is read.
  static let pieceSize = 256 << 10

  /// How the input ended, once `read` has returned 0.
  private(set) var ending: InputEnding?

  /// The number of bytes read from the input as it lies.
  private(set) var compressedByteCount = 0

  /// The number of bytes after decompression.
  private(set) var byteCount = 0

  /// The number of gzip members or zstd frames that were begun.
  private(set) var memberCount = 0

  /// How the input is packed.
  private(set) var format = Damage.Format.plain

  private enum Phase {
    case start
    case plain
    case header
    case deflate
    case trailer
    case betweenMembers
    case frame
    case betweenFrames
  }

  private var source: ByteSource
  private let codec: InflateCodec
  private let onRawBytes: ((Span<UInt8>) -> Void)?

  /// The last eight bytes of the piece before, then the piece; ISA-L may give back eight.
  private let buffer: UnsafeMutablePointer<UInt8>
  private static let headroom = 8
  private var position = headroom
  private var limit = headroom
  private var sourceIsDry = false

  private var phase = Phase.start
  private var memberOffset = 0
  private var memberChecksum: UInt32 = 0
  private var memberByteCount = 0
  private var finishedChecksum: UInt32 = 0
  private var headerChecksum: UInt32 = 0
  private var prefix: [UInt8] = []
  private var decoder: DeflateDecoder?
  private var zstd: OpaquePointer?

  init(
    _ source: consuming ByteSource, codec: InflateCodec, onRawBytes: ((Span<UInt8>) -> Void)? = nil
  ) {
    self.source = source
    self.codec = codec
    self.onRawBytes = onRawBytes
    unsafe buffer = .allocate(capacity: Self.headroom + Self.pieceSize)
    unsafe buffer.initialize(repeating: 0, count: Self.headroom)
  }

  deinit {
    unsafe buffer.deallocate()
    if let zstd = unsafe zstd { unsafe ZSTD_freeDCtx(zstd) }
  }

  /// The CRC-32 of all decompressed bytes.
  var crc32: UInt32 {
    combinedChecksum(finishedChecksum, memberChecksum, secondCount: memberByteCount)
  }

  /// Decompresses into `target`, at least one byte unless the input has ended.
  @unsafe
  mutating func read(into target: UnsafeMutableBufferPointer<UInt8>) throws(SystemFault) -> Int {
    precondition(target.count > 0, "decompression has room for a byte")
    while ending == nil {
      let produced: Int
      switch phase {
      case .plain: produced = unsafe try copy(into: target)
      case .deflate: produced = unsafe try inflate(into: target)
      case .frame: produced = unsafe try unpackFrame(into: target)
      case .start, .header, .trailer, .betweenMembers, .betweenFrames:
        try readStructure()
        continue
      }
      if produced > 0 {
        unsafe account(for: UnsafeBufferPointer(rebasing: target[..<produced]))
        return produced
      }
    }
    return 0
  }

  /// Reads what lies around the data.
  private mutating func readStructure() throws(SystemFault) {
    switch phase {
    case .start: try recognise()
    case .header: try readHeader()
    case .trailer: try readTrailer()
    case .betweenMembers: try readMagicOfNextMember()
    case .betweenFrames: try readMagicOfNextFrame()
    case .plain, .deflate, .frame: break
    }
  }

  // MARK: Bytes as they lie

  /// The offset in the file of the byte at `position`.
  private var offset: Int { compressedByteCount - (limit - position) }

  /// Reads the next piece if the last one is used up; whether there are bytes.
  private mutating func refill() throws(SystemFault) -> Bool {
    if position < limit { return true }
    if sourceIsDry { return false }
    // SAFETY: the last eight bytes before `limit` are initialised from the start.
    unsafe memmove(buffer, buffer + limit - Self.headroom, Self.headroom)
    let piece = unsafe UnsafeMutableBufferPointer(
      start: buffer + Self.headroom, count: Self.pieceSize)
    let got = unsafe try source.read(into: piece)
    position = Self.headroom
    limit = Self.headroom + got
    sourceIsDry = got == 0
    compressedByteCount += got
    if got > 0, let onRawBytes {
      unsafe onRawBytes(Span(_unsafeStart: UnsafePointer(buffer + Self.headroom), count: got))
    }
    return got > 0
  }

  /// Returns the next byte, or `nil` at the end of the input.
  private mutating func nextByte() throws(SystemFault) -> UInt8? {
    guard try refill() else { return nil }
    // SAFETY: position < limit.
    let byte = unsafe buffer[position]
    position &+= 1
    return byte
  }

  private mutating func fail(_ kind: Damage.Kind, at offset: Int) {
    ending = .damaged(Damage(kind: kind, format: format, member: memberCount, offset: offset))
  }

  // MARK: What the input is

  private mutating func recognise() throws(SystemFault) {
    guard try refill() else {
      ending = .complete
      return
    }
    // Pipes give what they have: the bytes of a magic may come one by one.
    while limit - position < longestMagic, !sourceIsDry { unsafe try extend() }
    // SAFETY: the bytes from `position` to `limit` are initialised.
    let start = unsafe [UInt8](
      UnsafeBufferPointer(start: buffer + position, count: min(longestMagic, limit - position)))
    if start.starts(with: gzipMagic) || start == [gzipMagic[0]] {
      format = .gzip
      phase = .header
      position += min(2, start.count)
      beginMember(at: 0)
      if start.count < 2 { ending = .unfinished(offset: 0) }
      decoder = DeflateDecoder(codec)
    } else if isFrameMagic(start) {
      format = .zstd
      let stream = unsafe ZSTD_createDCtx()
      precondition(unsafe stream != nil, "zstd finds memory for its state")
      unsafe zstd = stream
      phase = .frame
      beginMember(at: 0)
    } else if let kind = packingThatIsNotRead(start) {
      fail(kind, at: 0)
    } else {
      phase = .plain
    }
  }

  /// Reads more bytes behind those that are there, before the first are used.
  @unsafe
  private mutating func extend() throws(SystemFault) {
    let room = unsafe UnsafeMutableBufferPointer(
      start: buffer + limit, count: Self.headroom + Self.pieceSize - limit)
    let got = unsafe try source.read(into: room)
    if got > 0, let onRawBytes {
      unsafe onRawBytes(Span(_unsafeStart: UnsafePointer(buffer + limit), count: got))
    }
    limit += got
    compressedByteCount += got
    sourceIsDry = got == 0
  }

  private mutating func beginMember(at offset: Int) {
    memberOffset = offset
    memberCount += 1
    finishedChecksum = crc32
    memberChecksum = 0
    memberByteCount = 0
  }

  /// Counts and checks bytes that are about to be handed out.
  @unsafe
  private mutating func account(for bytes: UnsafeBufferPointer<UInt8>) {
    let span = unsafe Span(_unsafeElements: bytes)
    memberChecksum = checksum(of: span, continuing: memberChecksum)
    memberByteCount += span.count
    byteCount += span.count
    if format != .plain, prefix.count < 4 {
      for index in 0..<min(4 - prefix.count, span.count) { prefix.append(span[index]) }
      if prefix.starts(with: gzipMagic) || isFrameMagic(prefix) {
        fail(.compressedTwice, at: memberOffset)
      }
    }
  }

  @unsafe
  private mutating func copy(
    into target: UnsafeMutableBufferPointer<UInt8>
  ) throws(SystemFault) -> Int {
    guard try refill() else {
      ending = .complete
      return 0
    }
    let count = min(target.count, limit - position)
    if let start = target.baseAddress {
      // SAFETY: both buffers hold `count` bytes from here.
      unsafe memcpy(start, buffer + position, count)
    }
    position += count
    return count
  }

  // MARK: gzip (RFC 1952)

  /// Reads a member's header behind its magic.
  private mutating func readHeader() throws(SystemFault) {
    let magic = gzipMagic
    headerChecksum = checksum(of: magic.span, continuing: 0)
    guard let method = try headerByte(), let flags = try headerByte() else { return }
    if method != 8 || flags & 0xE0 != 0 { return fail(.unsupported, at: memberOffset) }
    // MTIME, XFL and OS say nothing about the data.
    for _ in 0..<6 { guard try headerByte() != nil else { return } }
    if flags & 4 != 0 {
      guard let low = try headerByte(), let high = try headerByte() else { return }
      for _ in 0..<(Int(low) | Int(high) << 8) { guard try headerByte() != nil else { return } }
    }
    // FNAME and FCOMMENT end with a zero byte.
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      var byte: UInt8 = 1
      while byte != 0 {
        guard let next = try headerByte() else { return }
        byte = next
      }
    }
    if flags & 2 != 0 {
      let expected = UInt16(truncatingIfNeeded: headerChecksum)
      guard let low = try headerByte(), let high = try headerByte() else { return }
      if UInt16(low) | UInt16(high) << 8 != expected {
        return fail(.headerChecksum, at: offset - 2)
      }
    }
    decoder?.reset()
    phase = .deflate
  }

  /// Returns the next byte of a header, or `nil` after noting that the member is unfinished.
  private mutating func headerByte() throws(SystemFault) -> UInt8? {
    guard let byte = try nextByte() else {
      ending = .unfinished(offset: memberOffset)
      return nil
    }
    headerChecksum = checksum(of: CollectionOfOne(byte).span, continuing: headerChecksum)
    return byte
  }

  @unsafe
  private mutating func inflate(
    into target: UnsafeMutableBufferPointer<UInt8>
  ) throws(SystemFault) -> Int {
    // At the end of the input the decoder may still hold bytes that found no room before.
    let hasInput = try refill()
    let input = unsafe UnsafeBufferPointer(
      start: UnsafePointer(buffer + position), count: limit - position)
    // SAFETY: both buffers are initialised or writable for their lengths.
    guard let step = unsafe decoder?.step(input, target) else { return 0 }
    // May step back by up to eight bytes, which the headroom holds.
    position += step.consumed
    switch step.status {
    case .running:
      if !hasInput, step.produced == 0 { ending = .unfinished(offset: memberOffset) }
    case .finished:
      phase = .trailer
    case .invalid:
      fail(.invalidData, at: offset)
    }
    return step.produced
  }

  private mutating func readTrailer() throws(SystemFault) {
    let trailerOffset = offset
    var trailer: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
      guard let byte = try nextByte() else {
        ending = .unfinished(offset: memberOffset)
        return
      }
      trailer |= UInt64(byte) << shift
    }
    if UInt32(truncatingIfNeeded: trailer) != memberChecksum {
      return fail(.wrongChecksum, at: trailerOffset)
    }
    if UInt32(trailer >> 32) != UInt32(truncatingIfNeeded: memberByteCount) {
      return fail(.wrongSize, at: trailerOffset + 4)
    }
    phase = .betweenMembers
  }

  /// Finds the end, another member, zero bytes up to the end (tapes and block devices pad with
  /// them), or garbage.
  private mutating func readMagicOfNextMember() throws(SystemFault) {
    let start = offset
    guard let first = try nextByte() else {
      ending = .complete
      return
    }
    if first == gzipMagic[0] {
      guard let second = try nextByte() else {
        ending = .unfinished(offset: start)
        return
      }
      if second != gzipMagic[1] { return fail(.trailingGarbage, at: start) }
      beginMember(at: start)
      phase = .header
      return
    }
    var byte = first
    while byte == 0 {
      guard let next = try nextByte() else {
        ending = .complete
        return
      }
      byte = next
    }
    fail(.trailingGarbage, at: offset - 1)
  }

  // MARK: zstd (RFC 8878)

  @unsafe
  private mutating func unpackFrame(
    into target: UnsafeMutableBufferPointer<UInt8>
  ) throws(SystemFault) -> Int {
    let hasInput = try refill()
    // SAFETY: both buffers are initialised or writable for their lengths.
    var input = unsafe ZSTD_inBuffer(src: buffer + position, size: limit - position, pos: 0)
    var output = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
    let left = unsafe ZSTD_decompressStream(zstd, &output, &input)
    let produced = unsafe output.pos
    unsafe position += input.pos
    if ZSTD_isError(left) != 0 {
      switch ZSTD_getErrorCode(left) {
      case ZSTD_error_checksum_wrong: fail(.wrongChecksum, at: offset)
      case ZSTD_error_prefix_unknown: fail(.trailingGarbage, at: memberOffset)
      case ZSTD_error_frameParameter_unsupported, ZSTD_error_frameParameter_windowTooLarge,
        ZSTD_error_version_unsupported, ZSTD_error_dictionary_wrong, ZSTD_error_memory_allocation:
        fail(.unsupported, at: memberOffset)
      default: fail(.invalidData, at: offset)
      }
    } else if left == 0 {
      phase = .betweenFrames
    } else if !hasInput, produced == 0 {
      ending = .unfinished(offset: memberOffset)
    }
    return produced
  }

  private mutating func readMagicOfNextFrame() throws(SystemFault) {
    guard try refill() else {
      ending = .complete
      return
    }
    // The magic may lie across two pieces; the decoder judges what is behind the first byte.
    let start = offset
    // SAFETY: position < limit.
    let first = unsafe buffer[position]
    if first == 0x28 || first & 0xF0 == 0x50 {
      beginMember(at: start)
      phase = .frame
    } else {
      fail(.trailingGarbage, at: start)
    }
  }
}
