/// The first two bytes of every gzip member.
let gzipMagic: [UInt8] = [0x1F, 0x8B]

/// Whether these bytes begin with a zstd frame or one that decoders skip.
func isFrameMagic(_ start: [UInt8]) -> Bool {
  if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return true }
  return start.count >= 4 && start[0] & 0xF0 == 0x50 && start[1...3] == [0x2A, 0x4D, 0x18]
}

/// The bytes that it takes to tell how a file is packed.
let longestMagic = 10

/// Returns in which way a file that begins so is packed, if that is one that is not read.
func packingThatIsNotRead(_ start: [UInt8]) -> Damage.Kind? {
  // A level from 1 to 9, and the first block's mark: the first three are letters of any text.
  if start.starts(with: Array("BZh".utf8)),
    start.dropFirst(4) == [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]
  {
    return .bzip2
  }
  if start.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) { return .xz }
  if start.starts(with: [0x50, 0x4B, 3, 4]) { return .zip }
  return nil
}
