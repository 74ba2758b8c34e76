import Glibc

/// A growable buffer of bytes that output is written into.
///
/// The storage is one `malloc` block that is kept between uses: `removeAll()` forgets the bytes
/// and keeps the memory, so that a worker formats every chunk into the same pages.
@safe
package struct OutputBuffer: ~Copyable {
  private var storage: UnsafeMutablePointer<UInt8>
  private var capacity: Int

  /// The number of bytes written since the buffer was created or emptied.
  package private(set) var count: Int

  /// Creates an empty buffer with room for `capacity` bytes.
  package init(capacity: Int = 4096) {
    precondition(capacity >= 0, "a buffer has no negative capacity")
    self.capacity = max(capacity, 64)
    unsafe storage = .allocate(capacity: self.capacity)
    count = 0
  }

  deinit { unsafe storage.deallocate() }

  /// Whether nothing has been written.
  package var isEmpty: Bool { count == 0 }

  /// Makes room for `additional` more bytes.
  package mutating func reserve(_ additional: Int) {
    precondition(additional >= 0, "a reservation is not negative")
    if additional > capacity &- count { grow(by: additional) }
  }

  /// Appends one byte.
  package mutating func append(_ byte: UInt8) {
    if count == capacity { grow(by: 1) }
    // SAFETY: count < capacity, the size of the allocation.
    unsafe storage[count] = byte
    count &+= 1
  }

  /// Appends a copy of `bytes`.
  package mutating func append(_ bytes: Span<UInt8>) {
    append(bytes, from: 0, count: bytes.count)
  }

  /// Appends a copy of the `count` bytes of `bytes` that begin at `start`.
  package mutating func append(_ bytes: Span<UInt8>, from start: Int, count byteCount: Int) {
    precondition(
      start >= 0 && byteCount >= 0 && start <= bytes.count && byteCount <= bytes.count &- start,
      "a copied range lies inside its bytes")
    if byteCount <= OutputBuffer.shortCount, start <= bytes.count &- OutputBuffer.shortCount {
      if OutputBuffer.shortCount > capacity &- count { grow(by: OutputBuffer.shortCount) }
      // SAFETY: sixteen bytes from `start` on lie in the source, and there is room for as many;
      // those beyond `byteCount` are written over.
      unsafe UnsafeMutableRawPointer(storage + count).storeBytes(
        of: bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: Lanes.self),
        as: Lanes.self)
      count &+= byteCount
      return
    }
    if byteCount > capacity &- count { grow(by: byteCount) }
    // SAFETY: the source range was checked above, the target has room for `byteCount` bytes.
    unsafe bytes.withUnsafeBufferPointer { source in
      if let base = source.baseAddress, byteCount > 0 {
        unsafe memcpy(storage + count, base + start, byteCount)
      }
    }
    count &+= byteCount
  }

  /// Most cells are short: up to so many bytes are copied without calling anybody.
  private static let shortCount = laneCount

  /// Appends the `byteCount` lowest bytes of `number`, at most eight, the lowest first.
  package mutating func append(littleEndian number: UInt64, count byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= 8, "a number has eight bytes")
    if 8 > capacity &- count { grow(by: 8) }
    // SAFETY: there is room for eight bytes; those beyond `byteCount` are written over.
    unsafe UnsafeMutableRawPointer(storage + count).storeBytes(
      of: number.littleEndian, as: UInt64.self)
    count &+= byteCount
  }

  /// Appends a copy of `array`.
  package mutating func append(_ array: [UInt8]) {
    // What stands before and behind a cell is mostly nothing or one byte.
    if array.count == 1 { return append(array[0]) }
    if array.isEmpty { return }
    append(array.span, from: 0, count: array.count)
  }

  /// Appends a copy of the `count` bytes of `array` that begin at `start`.
  package mutating func append(_ array: [UInt8], from start: Int, count byteCount: Int) {
    append(array.span, from: start, count: byteCount)
  }

  /// Appends the UTF-8 of a literal.
  package mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { source in
      append(unsafe Span(_unsafeElements: source))
    }
  }

  /// Appends `number` in decimal digits, with a sign if it is negative.
  package mutating func append(decimal number: Int64) {
    append(decimal: number, scale: 0)
  }

  /// Appends the decimal number `unscaled` / 10^`scale` with all its places, `12.30` for 1230 and
  /// 2.
  package mutating func append(decimal unscaled: Int64, scale: Int) {
    appendDecimal(unscaled, scale: scale, places: scale)
  }

  /// Appends the decimal number `unscaled` / 10^`scale` in its shortest exact form, `12.3`, `12`.
  package mutating func append(shortestDecimal unscaled: Int64, scale: Int) {
    appendDecimal(unscaled, scale: scale, places: 0)
  }

  /// Forgets the bytes and keeps the memory.
  package mutating func removeAll() { count = 0 }

  /// Forgets all bytes behind the first `newCount`.
  package mutating func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count, "a buffer is cut inside its bytes")
    count = newCount
  }

  /// Lends the bytes to `body`.
  package func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: the first `count` bytes of the allocation are initialised and outlive the call.
    try unsafe body(Span(_unsafeStart: UnsafePointer(storage), count: count))
  }

  /// Returns the bytes as an array and empties the buffer, which keeps its memory.
  package mutating func take() -> [UInt8] {
    // SAFETY: the first `count` bytes of the allocation are initialised.
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: storage, count: count))
    count = 0
    return bytes
  }

  /// Copies pieces of `source`, which the caller proves to lie inside it, into reserved memory.
  ///
  /// There is room for all pieces and `BytePiece.width` bytes more.
  @unsafe
  mutating func copy(_ pieces: Span<BytePiece>, from source: borrowing OutputBuffer) {
    let from = unsafe UnsafeRawPointer(source.storage)
    let limit = source.capacity &- BytePiece.width
    var target = unsafe UnsafeMutableRawPointer(storage + count)
    let start = unsafe target
    for index in pieces.indices {
      let piece = pieces[index]
      let offset = Int(piece.start)
      let length = Int(piece.count)
      // SAFETY: up to `limit` thirty-two bytes of the source's allocation are there to read,
      // written or not; the target has room for as many behind every piece.
      if length <= BytePiece.width, offset <= limit {
        unsafe target.storeBytes(
          of: (from + offset).loadUnaligned(as: Lanes.self), as: Lanes.self)
        unsafe (target + laneCount).storeBytes(
          of: (from + offset + laneCount).loadUnaligned(as: Lanes.self), as: Lanes.self)
      } else {
        unsafe memcpy(target, from + offset, length)
      }
      unsafe target += length
    }
    unsafe count &+= target - start
  }

  /// Writes the digits from the last to the first, dropping zeros beyond `places` after the point.
  private mutating func appendDecimal(_ unscaled: Int64, scale: Int, places: Int) {
    precondition(scale >= 0 && scale <= 18, "a decimal has at most 18 places")
    // 19 digits, 18 leading zeros, a sign and a point always fit into 40 bytes.
    if capacity &- count < 40 { grow(by: 40) }
    var rest = unscaled.magnitude
    var scale = scale
    while scale > places, rest % 10 == 0 {
      rest /= 10
      scale &-= 1
    }
    let digits = max(decimalDigitCount(rest), scale &+ 1)
    let isNegative = unscaled < 0
    let length = digits &+ (isNegative ? 1 : 0) &+ (scale > 0 ? 1 : 0)
    var position = count &+ length
    // SAFETY: `length` <= 40 bytes were reserved and every write lies in count..<count + length.
    for written in 0..<digits {
      if written == scale, scale > 0 {
        position &-= 1
        unsafe storage[position] = UInt8(ascii: ".")
      }
      position &-= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      unsafe storage[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
    if isNegative { unsafe storage[count] = UInt8(ascii: "-") }
    count &+= length
  }

  private mutating func grow(by additional: Int) {
    let needed = count + additional
    let larger = max(needed, capacity * 2)
    let replacement = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    // SAFETY: both blocks hold at least `count` bytes and do not overlap.
    unsafe memcpy(replacement, storage, count)
    unsafe storage.deallocate()
    unsafe storage = replacement
    capacity = larger
  }
}

/// One owner at a time holds the allocation, so it may move between threads.
extension OutputBuffer: @unchecked Sendable {}

/// Returns the number of decimal digits of `number`, 1 for zero.
private func decimalDigitCount(_ number: UInt64) -> Int {
  var digits = 1
  var bound: UInt64 = 10
  while number >= bound {
    digits &+= 1
    let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
    if overflow { break }
    bound = next
  }
  return digits
}
