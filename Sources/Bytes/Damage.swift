/// What is wrong with an input file as a whole, and where.
package struct Damage: Error, Hashable, Sendable {
  /// What is wrong.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A member's header has unknown flags or another method, or needs too much memory.
    case unsupported

    /// A header contradicts its own checksum.
    case headerChecksum

    /// The compressed data break the format's rules.
    case invalidData

    /// The decompressed bytes contradict the checksum.
    case wrongChecksum

    /// The decompressed bytes are more or fewer than the trailer says.
    case wrongSize

    /// Something that is no member follows the last member.
    case trailingGarbage

    /// What was decompressed is compressed once more.
    case compressedTwice

    /// The text is UTF-16 or UTF-32.
    case utf16

    /// The file is packed in a way that is not read.
    case bzip2
    case xz
    case zip
  }

  /// How the file is packed.
  package enum Format: String, Hashable, Sendable {
    case plain
    case gzip
    case zstd
  }

  package var kind: Kind
  package var format: Format

  /// The number of the gzip member or zstd frame, from 1; 0 in a plain file.
  package var member: Int

  /// The offset in the file as it lies, in bytes from 0.
  package var offset: Int

  package init(kind: Kind, format: Format, member: Int, offset: Int) {
    self.kind = kind
    self.format = format
    self.member = member
    self.offset = offset
  }
}

extension Damage: CustomStringConvertible {
  /// A sentence without its full stop, such as "the checksum of gzip member 3 is wrong (at byte
  /// 1234)".
  package var description: String {
    let unit = format == .zstd ? "zstd frame \(member)" : "gzip member \(member)"
    let text =
      switch kind {
      case .unsupported: "the header of \(unit) is invalid or not supported"
      case .headerChecksum: "the header checksum of \(unit) is wrong"
      case .invalidData: "the data of \(unit) are invalid"
      case .wrongChecksum: "the checksum of \(unit) is wrong"
      case .wrongSize: "the length of \(unit) is wrong"
      case .trailingGarbage: "something that is not \(format.rawValue) follows \(unit)"
      case .compressedTwice: "the file was compressed twice; decompress it once"
      case .utf16: "the text is UTF-16; convert it to UTF-8"
      case .bzip2, .xz, .zip:
        "the file is packed with \(kind.rawValue), which is not read; pack it with gzip or zstd"
      }
    return "\(text) (at byte \(offset))"
  }
}

/// How an input came to its end.
package enum InputEnding: Hashable, Sendable {
  /// All of it was read, and every checksum agreed.
  case complete

  /// It stops inside a gzip member or zstd frame, whose first byte is at `offset`: the file is
  /// still being written, or was cut off.
  case unfinished(offset: Int)

  /// It cannot be trusted.
  case damaged(Damage)
}

extension InputEnding: CustomStringConvertible {
  /// A sentence without its full stop.
  package var description: String {
    switch self {
    case .complete: "the file is complete"
    case .unfinished(let offset):
      "the file is unfinished: its last part, which begins at byte \(offset), is cut off"
    case .damaged(let damage): damage.description
    }
  }
}
