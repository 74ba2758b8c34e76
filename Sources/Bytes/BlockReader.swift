import Glibc

/// Whole records cut from an input.
package struct Block: Sendable {
  /// What a block stands for.
  package enum Kind: Hashable, Sendable {
    /// Whole records, one after the other.
    case records

    /// One record that was skipped, for it is longer than the limit. There are no bytes.
    case oversizeRecord

    /// One line that was skipped, for a quote in it never closes. There are no bytes.
    case unclosedRecord
  }

  package var kind: Kind

  /// The records with the LF that ends each; the last record of a file may lack it.
  package var bytes: [UInt8]

  /// The offset of the block's first byte in the decompressed input.
  package var offset: Int

  /// The number of the line on which the block begins, from 1; lines end at LF.
  package var firstLine: Int

  /// How many bytes of the input the block stands for, also where they were skipped.
  package var byteCount: Int

  /// How many LFs there are among the bytes.
  package var lineCount: Int
}

/// Reads an input, packed or not, and cuts it into blocks of whole records.
///
/// Memory is bounded by the record limit, whatever comes. Blocks are handed out before the
/// checksum behind them has been seen: only an `ending` of `.complete` makes them valid.
@safe
package struct BlockReader: ~Copyable {
  /// The usual size of a block.
  package static let defaultBlockSize = 2 << 20

  /// The usual limit for one record.
  package static let defaultRecordLimit = 4 << 20

  /// How much is read at once. What looks at the bytes next, checksums, the count of lines and
  /// the search for quotes, still finds them near the processor.
  private static let sliceSize = 256 << 10

  private var input: DecompressedInput
  private let borders: RecordBorders
  private let blockSize: Int
  private let recordLimit: Int
  private let onBytes: ((Span<UInt8>) -> Void)?

  /// The most that is assembled at once: a record of the limit's length and its LF.
  private let capacity: Int

  /// The size of the array in which the next block is assembled. It grows when a record needs it:
  /// arrays of the limit's size would cost pages and address space for each block.
  private var room: Int

  /// The bytes behind the last block, which the next one begins with.
  private let carry: UnsafeMutablePointer<UInt8>
  private var carryCount = 0
  /// How many LFs there are among them.
  private var carryLineCount = 0

  private var isStarted = false
  private var inputHasEnded = false
  private var skipsLine = false
  private var offset = 0
  private var line = 1
  private var encodingDamage: Damage?

  /// How the input ended, once `next()` has returned `nil`.
  package private(set) var ending: InputEnding?

  /// Opens the regular file at `path`, or a pipe or device too where `isOfAnyKind`.
  ///
  /// `onRawBytes` sees the file as it lies, `onBytes` all of its decompressed bytes, both in
  /// order and in pieces of any size.
  package init(
    path: String, borders: RecordBorders = .lines,
    blockSize: Int = defaultBlockSize, recordLimit: Int = defaultRecordLimit,
    codec: InflateCodec = .isal, followsLinks: Bool = true, isOfAnyKind: Bool = false,
    onRawBytes: ((Span<UInt8>) -> Void)? = nil, onBytes: ((Span<UInt8>) -> Void)? = nil
  ) throws(SystemFault) {
    let source =
      isOfAnyKind
      ? try ByteSource(pathOfAnyKind: path)
      : try ByteSource(path: path, followsLinks: followsLinks)
    self.init(source, borders, blockSize, recordLimit, codec, onRawBytes, onBytes)
  }

  /// Reads an open descriptor, which stays open; `name` stands for it in messages.
  package init(
    descriptor: Int32, name: String = "standard input", borders: RecordBorders = .lines,
    blockSize: Int = defaultBlockSize, recordLimit: Int = defaultRecordLimit,
    codec: InflateCodec = .isal,
    onRawBytes: ((Span<UInt8>) -> Void)? = nil, onBytes: ((Span<UInt8>) -> Void)? = nil
  ) {
    let source = ByteSource(descriptor: descriptor, name: name)
    self.init(source, borders, blockSize, recordLimit, codec, onRawBytes, onBytes)
  }

  /// Reads bytes in memory.
  package init(
    bytes: [UInt8], borders: RecordBorders = .lines,
    blockSize: Int = defaultBlockSize, recordLimit: Int = defaultRecordLimit,
    codec: InflateCodec = .isal,
    onRawBytes: ((Span<UInt8>) -> Void)? = nil, onBytes: ((Span<UInt8>) -> Void)? = nil
  ) {
    let source = ByteSource(bytes: bytes)
    self.init(source, borders, blockSize, recordLimit, codec, onRawBytes, onBytes)
  }

  private init(
    _ source: consuming ByteSource, _ borders: RecordBorders, _ blockSize: Int,
    _ recordLimit: Int, _ codec: InflateCodec,
    _ onRawBytes: ((Span<UInt8>) -> Void)?, _ onBytes: ((Span<UInt8>) -> Void)?
  ) {
    precondition(blockSize > 0, "a block has room for a byte")
    precondition(recordLimit >= 16, "the limit of a record is 16 bytes or more")
    input = DecompressedInput(source, codec: codec, onRawBytes: onRawBytes)
    self.borders = borders
    // A block never outgrows the limit, so that no longer record hides inside one and records
    // are the same whatever the block's size.
    self.blockSize = min(blockSize, recordLimit)
    self.recordLimit = recordLimit
    self.onBytes = onBytes
    capacity = recordLimit + 1
    room = min(capacity, max(self.blockSize, 4))
    unsafe carry = .allocate(capacity: capacity)
  }

  deinit { unsafe carry.deallocate() }

  /// The number of bytes read from the input as it lies.
  package var compressedByteCount: Int { input.compressedByteCount }

  /// The number of bytes after decompression, a byte order mark included.
  package var byteCount: Int { input.byteCount }

  /// The CRC-32 of all decompressed bytes, a byte order mark included.
  package var crc32: UInt32 { input.crc32 }

  /// The number of gzip members or zstd frames; 0 in a plain file.
  package var memberCount: Int { input.memberCount }

  /// How the input is packed.
  package var format: Damage.Format { input.format }

  /// Returns the next block, or `nil` at the end; then `ending` tells how it came.
  package mutating func next() throws(SystemFault) -> Block? {
    while ending == nil {
      var fault: SystemFault?
      var cut = Cut(end: 0, skipped: 0, isRecord: false)
      var filled = 0
      var isOutgrown = false
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        // SAFETY: `fill` initialises the first `filled` bytes; `cut.end` is at most `filled`.
        do throws(SystemFault) {
          if let (all, end) = unsafe try fill(buffer) {
            (filled, cut) = (all, end)
            count = cut.end
          } else {
            isOutgrown = true
            count = 0
          }
        } catch {
          fault = error
          count = 0
        }
      }
      if let fault { throw fault }
      if isOutgrown {
        room = min(2 * room, capacity)
        continue
      }
      if let ending = damagedEnding {
        self.ending = ending
        return nil
      }
      let used = cut.end + cut.skipped
      if used == 0, filled == 0, inputHasEnded, !cut.isRecord {
        ending = .complete
        return nil
      }
      if let block = block(bytes, cut) { return block }
    }
    return nil
  }

  /// What to do with the bytes at the head of the buffer.
  private struct Cut {
    /// How many bytes become a block of records.
    var end: Int

    /// How many LFs there are among those; of a block of records only.
    var lineCount = 0

    /// How many bytes are skipped.
    var skipped: Int

    /// Whether the skipped bytes end a record, which is then reported.
    var isRecord: Bool

    /// LFs among the skipped bytes.
    var skippedLines = 0

    /// Whether they are skipped because the input ends inside quotes.
    var isUnclosed = false
  }

  private var skippedOffset = 0
  private var skippedLine = 1

  /// Why what was read must be forgotten, if it must.
  private var damagedEnding: InputEnding? {
    if let encodingDamage { return .damaged(encodingDamage) }
    switch input.ending {
    case .unfinished(let offset): return .unfinished(offset: offset)
    case .damaged(let damage): return .damaged(damage)
    case .complete, nil: return nil
    }
  }

  /// Moves on behind the cut and returns its block, if there is one.
  private mutating func block(_ bytes: consuming [UInt8], _ cut: Cut) -> Block? {
    if cut.end > 0 {
      let block = Block(
        kind: .records, bytes: bytes, offset: offset, firstLine: line, byteCount: cut.end,
        lineCount: cut.lineCount)
      offset += cut.end
      line += cut.lineCount
      return block
    }
    if !skipsLine {
      skippedOffset = offset
      skippedLine = line
    }
    offset += cut.skipped
    line += cut.skippedLines
    skipsLine = !cut.isRecord
    if !cut.isRecord { return nil }
    return Block(
      kind: cut.isUnclosed ? .unclosedRecord : .oversizeRecord, bytes: [], offset: skippedOffset,
      firstLine: skippedLine, byteCount: offset - skippedOffset, lineCount: 0)
  }

  /// Fills `buffer` behind what was carried over and decides where to cut it; returns `nil`, and
  /// carries everything over, when that takes more than it holds.
  @unsafe
  private mutating func fill(
    _ buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(SystemFault) -> (filled: Int, cut: Cut)? {
    guard let start = buffer.baseAddress else {
      return (0, Cut(end: 0, skipped: 0, isRecord: true))
    }
    var filled = carryCount
    // SAFETY: carryCount <= room <= buffer.count.
    unsafe memcpy(start, carry, carryCount)
    carryCount = 0
    var lineCount = carryLineCount
    var quotes = QuoteState()
    var goal = max(blockSize, isStarted ? 1 : 4)
    while true {
      while filled < goal, !inputHasEnded {
        let slice = unsafe UnsafeMutableBufferPointer(
          start: start + filled, count: min(goal - filled, BlockReader.sliceSize))
        let got = unsafe try input.read(into: slice)
        inputHasEnded = got == 0
        if got > 0, let onBytes {
          unsafe onBytes(
            Span(
              _unsafeElements: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(slice)[..<got])))
        }
        // SAFETY: the first `filled + got` bytes are initialised.
        let span = unsafe Span(_unsafeStart: UnsafePointer(start), count: filled + got)
        lineCount += count(of: lineFeed, in: span, from: filled, to: filled + got)
        filled += got
        // The first bytes of all may be a mark that is no part of the first record.
        if isStarted, !skipsLine { borders.follow(span, goal: goal, &quotes) }
      }
      if damagedEnding != nil { return (filled, Cut(end: 0, skipped: 0, isRecord: true)) }
      if !isStarted {
        isStarted = true
        unsafe filled -= removeMark(start, filled)
        if encodingDamage != nil { return (filled, Cut(end: 0, skipped: 0, isRecord: true)) }
      }
      // SAFETY: the first `filled` bytes are initialised.
      let span = unsafe Span(_unsafeStart: UnsafePointer(start), count: filled)
      if var cut = cut(span, quotes) {
        let used = cut.end + cut.skipped
        // SAFETY: used <= filled <= capacity, the size of the carry.
        unsafe memcpy(carry, start + used, filled - used)
        carryCount = filled - used
        carryLineCount = count(of: lineFeed, in: span, from: used, to: filled)
        cut.lineCount = lineCount - carryLineCount
        return (filled, cut)
      }
      goal = min(max(goal, filled) * 2, capacity)
      if goal > room {
        // SAFETY: filled <= room <= capacity, the size of the carry.
        unsafe memcpy(carry, start, filled)
        carryCount = filled
        carryLineCount = lineCount
        return nil
      }
    }
  }

  /// Returns where to cut `bytes`, or `nil` if more are needed to decide.
  private func cut(_ bytes: Span<UInt8>, _ quotes: QuoteState) -> Cut? {
    if skipsLine {
      // The rest of a line that is too long, up to its LF.
      let end = firstOffset(of: lineFeed, in: bytes, from: 0)
      if end < bytes.count {
        return Cut(end: 0, skipped: end + 1, isRecord: true, skippedLines: 1)
      }
      return Cut(end: 0, skipped: bytes.count, isRecord: inputHasEnded)
    }
    let scan = borders.scan(bytes, behind: quotes)
    if scan.end > 0 { return Cut(end: scan.end, skipped: 0, isRecord: false) }
    if inputHasEnded, !scan.isOpen, bytes.count <= recordLimit {
      return Cut(end: bytes.count, skipped: 0, isRecord: false)
    }
    if !inputHasEnded, bytes.count < capacity { return nil }
    // One record fills the buffer, or its quote never closes. Only the line on which it began is
    // given up, so that one stray quote does not swallow the file.
    let isUnclosed = scan.isOpen && bytes.count <= recordLimit
    let end = firstOffset(of: lineFeed, in: bytes, from: 0)
    if end < bytes.count {
      return Cut(
        end: 0, skipped: end + 1, isRecord: true, skippedLines: 1, isUnclosed: isUnclosed)
    }
    return Cut(end: 0, skipped: bytes.count, isRecord: inputHasEnded, isUnclosed: isUnclosed)
  }

  /// Removes a UTF-8 byte order mark from the first bytes and finds those of UTF-16 and UTF-32.
  @unsafe
  private mutating func removeMark(_ start: UnsafeMutablePointer<UInt8>, _ filled: Int) -> Int {
    // SAFETY: only the first `filled` bytes are read or moved.
    if filled >= 2 {
      let pair = unsafe (start[0], start[1])
      if pair == (0xFF, 0xFE) || pair == (0xFE, 0xFF) {
        encodingDamage = Damage(
          kind: .utf16, format: input.format, member: input.memberCount, offset: 0)
        return 0
      }
    }
    if filled >= 3, unsafe (start[0], start[1], start[2]) == (0xEF, 0xBB, 0xBF) {
      unsafe memmove(start, start + 3, filled - 3)
      offset = 3
      return 3
    }
    return 0
  }
}
