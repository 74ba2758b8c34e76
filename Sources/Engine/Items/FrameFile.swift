package import Bytes

// A frame file: magic (8), version (1), then frames until the end of the file, numbers lowest byte
// first:
//
//   kind (1), number (4), length (8), CRC-32 of kind, number, length and payload (4), payload
//
// The last frame is of the kind `end`, so that a file that was cut off is told from a whole one.

/// What a frame of a partial holds.
package enum FrameKind: UInt8 {
  /// Whose partial it is, as JSON; the first frame.
  case header = 1
  /// Encoded rows of target `number`.
  case rows = 2
  /// An encoded row group of target `number`.
  case group = 3
  /// A serialised partial aggregate of target `number`.
  case aggregate = 4
  /// Fingerprints of the distinct values of column `number`.
  case distinct = 5
  /// Counts, places of rejected records and how the item ended, as JSON.
  case report = 6
  case end = 7
  /// The filter of the identifiers that the item holds.
  case identifiers = 8
}

/// Why frames cannot be read.
enum FrameFault: Error {
  case damaged
  /// Another version of the form.
  case version
}

/// Writes the frames of one file from front to back.
package struct FrameWriter: ~Copyable {
  fileprivate static let magic = Array("SPARITEM".utf8)
  fileprivate static let version: UInt8 = 1
  fileprivate static let headCount = 17

  private var file: OutputFile

  /// Creates the file at `path`, for this user alone.
  package init(path: String) throws(SystemFault) {
    var file = try OutputFile(path: path, mode: 0o600)
    try file.write(FrameWriter.magic + [FrameWriter.version])
    self.file = file
  }

  /// Where the next frame will begin.
  var byteCount: Int { file.byteCount }

  mutating func write(
    _ kind: FrameKind, _ number: Int, _ payload: [UInt8]
  ) throws(SystemFault) {
    var head: [UInt8] = [kind.rawValue]
    head.append(number: UInt64(number), byteCount: 4)
    head.append(number: UInt64(payload.count), byteCount: 8)
    let checksum = frameChecksum(head, payload)
    head.append(number: UInt64(checksum), byteCount: 4)
    try file.write(head)
    try file.write(payload)
  }

  /// Forgets all frames from the place `byteCount` on.
  mutating func cut(to byteCount: Int) throws(SystemFault) { try file.truncate(to: byteCount) }

  /// Writes the end and makes the file durable.
  package consuming func finish() throws(SystemFault) {
    try write(.end, 0, [])
    try file.sync()
    try file.close()
  }
}

/// Reads the frames of one file and believes none of them.
package struct FrameReader: ~Copyable {
  package struct Frame {
    package var kind: FrameKind
    var number: Int
    var payload: [UInt8]
  }

  private var file: SequentialFile
  /// Bytes that are left, so that no length can ask for more.
  private var left: Int

  package init(path: String) throws {
    let count = FrameWriter.magic.count + 1
    let byteCount = try FileFacts(of: path).byteCount
    var file = try SequentialFile(path: path)
    let opening = try file.read(count)
    guard opening.count == count, opening.starts(with: FrameWriter.magic) else {
      throw FrameFault.damaged
    }
    guard opening.last == FrameWriter.version else { throw FrameFault.version }
    self.file = file
    left = byteCount - count
  }

  /// Returns the next frame; the one of kind `end` is the last.
  package mutating func next() throws -> Frame {
    let head = try take(FrameWriter.headCount)
    let length = head.number(at: 5, byteCount: 8)
    guard let kind = FrameKind(rawValue: head[0]), length <= UInt64(left) else {
      throw FrameFault.damaged
    }
    let payload = try take(Int(length))
    let checksum = frameChecksum(Array(head[..<13]), payload)
    guard UInt64(checksum) == head.number(at: 13, byteCount: 4) else { throw FrameFault.damaged }
    if kind == .end, left > 0 { throw FrameFault.damaged }
    return Frame(kind: kind, number: Int(head.number(at: 1, byteCount: 4)), payload: payload)
  }

  private mutating func take(_ count: Int) throws -> [UInt8] {
    guard count <= left else { throw FrameFault.damaged }
    let bytes = try file.read(count)
    guard bytes.count == count else { throw FrameFault.damaged }
    left -= count
    return bytes
  }
}

private func frameChecksum(_ head: [UInt8], _ payload: [UInt8]) -> UInt32 {
  checksum(of: payload.span, continuing: checksum(of: head.span, continuing: 0))
}

extension [UInt8] {
  /// Appends the lowest bytes of a number, lowest first.
  mutating func append(number: UInt64, byteCount: Int) {
    for index in 0..<byteCount { append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
  }

  /// Returns the number of `byteCount` bytes at `offset`, lowest first; the caller bounds it.
  func number(at offset: Int, byteCount: Int) -> UInt64 {
    var number: UInt64 = 0
    for index in 0..<byteCount { number |= UInt64(self[offset + index]) << UInt64(8 * index) }
    return number
  }
}
