import Bytes
import Foundation

/// A file that is written in pieces, each of which becomes one gzip member where it is compressed.
///
/// Web servers and log rotation write files of many members too.
struct SampleFile: ~Copyable {
  private let handle: FileHandle
  private var compressor: Compressor
  private var pending: [UInt8] = []
  private var packed: [UInt8] = []

  /// Creates or empties the file at `url`.
  init(at url: URL, compression: Compression) throws {
    guard FileManager.default.createFile(atPath: url.path, contents: nil),
      let handle = FileHandle(forWritingAtPath: url.path)
    else { throw WriteFault(path: url.path) }
    self.handle = handle
    compressor = Compressor(compression)
  }

  /// Appends `bytes`.
  mutating func write(_ bytes: [UInt8]) throws {
    pending += bytes
    if pending.count >= 1 << 20 { try flush() }
  }

  /// Writes what is left and closes the file.
  consuming func close() throws {
    if !pending.isEmpty { try flush() }
    try handle.close()
  }

  private mutating func flush() throws {
    packed.removeAll(keepingCapacity: true)
    compressor.compress(pending, appendingTo: &packed)
    try handle.write(contentsOf: packed)
    pending.removeAll(keepingCapacity: true)
  }
}

/// A file that cannot be created.
struct WriteFault: Error, CustomStringConvertible {
  var path: String
  var description: String { "cannot create '\(path)'" }
}

extension [UInt8] {
  /// Appends `text` in UTF-8.
  mutating func append(_ text: String) { append(contentsOf: text.utf8) }

  /// Appends `text` in windows-1252, with `?` for what that encoding lacks, as exports do.
  mutating func append(windows1252 text: String) {
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x80, 0xA0...0xFF: append(UInt8(scalar.value))
      case 0x20AC: append(0x80)
      case 0x201A: append(0x82)
      case 0x201E: append(0x84)
      case 0x2026: append(0x85)
      case 0x0160: append(0x8A)
      case 0x017D: append(0x8E)
      case 0x2018: append(0x91)
      case 0x2019: append(0x92)
      case 0x201C: append(0x93)
      case 0x201D: append(0x94)
      case 0x2013: append(0x96)
      case 0x0161: append(0x9A)
      case 0x017E: append(0x9E)
      default: append(UInt8(ascii: "?"))
      }
    }
  }
}
