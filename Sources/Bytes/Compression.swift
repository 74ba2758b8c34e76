/// How the bytes of an output file are compressed.
package enum Compression: String, CaseIterable, Hashable, Sendable {
  /// As they are.
  case none

  /// gzip, made by ISA-L at level 1: fast.
  case gzip

  /// gzip, made by libdeflate at level 7: about a sixth smaller and many times slower.
  case small

  /// zstd, with content size and checksum.
  case zstd

  /// What a file's name gains: `.gz`, `.zst` or nothing.
  package var suffix: String {
    switch self {
    case .none: ""
    case .gzip, .small: ".gz"
    case .zstd: ".zst"
    }
  }
}
