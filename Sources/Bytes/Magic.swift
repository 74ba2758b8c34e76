/// The first two bytes of every gzip member.
let gzipMagic: [UInt8] = [0x1F, 0x8B]

/// Whether four bytes begin a zstd frame or one that decoders skip.
func isFrameMagic(_ start: [UInt8]) -> Bool {
  if start == [0x28, 0xB5, 0x2F, 0xFD] { return true }
  return start.count == 4 && start[0] & 0xF0 == 0x50 && start[1...] == [0x2A, 0x4D, 0x18]
}
