import Glibc

/// Makes an empty file whose name need not be text; returns whether it is there.
package func makeFile(named name: [UInt8], in folder: String) -> Bool {
  let path = Array("\(folder)/".utf8) + name + [0]
  let descriptor = unsafe path.withUnsafeBufferPointer { bytes in
    unsafe bytes.withMemoryRebound(to: CChar.self) { name -> Int32 in
      guard let start = name.baseAddress else { return -1 }
      return unsafe creat(start, 0o600)
    }
  }
  if descriptor >= 0 { close(descriptor) }
  return descriptor >= 0
}
