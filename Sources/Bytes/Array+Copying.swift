extension Array where Element == UInt8 {
  /// Appends a copy of `bytes`.
  package mutating func append(copying bytes: Span<UInt8>) {
    // SAFETY: the span's own memory, read inside the closure only.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  /// Appends a copy of the `count` bytes of `bytes` that begin at `start`.
  package mutating func append(copying bytes: Span<UInt8>, from start: Int, count: Int) {
    precondition(
      start >= 0 && count >= 0 && start <= bytes.count && count <= bytes.count &- start,
      "a copied range lies inside its bytes")
    // SAFETY: the range was checked above.
    unsafe bytes.withUnsafeBufferPointer { source in
      unsafe append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<(start &+ count)]))
    }
  }

  /// Appends a copy of the `count` bytes of `array` that begin at `start`.
  package mutating func append(copying array: [UInt8], from start: Int, count: Int) {
    append(copying: array.span, from: start, count: count)
  }

  /// Appends the `count` lowest bytes of `number`, at most eight, the lowest first.
  package mutating func append(littleEndian number: UInt64, count: Int) {
    precondition(count >= 0 && count <= 8, "a number has eight bytes")
    var number = number.littleEndian
    // SAFETY: the eight bytes of a local variable, read inside the closure only.
    unsafe Swift.withUnsafeBytes(of: &number) { bytes in
      unsafe append(contentsOf: bytes.prefix(count))
    }
  }

  /// Creates a copy of `bytes`.
  package init(copying bytes: Span<UInt8>) {
    // SAFETY: the span's own memory, read inside the closure only.
    self = unsafe bytes.withUnsafeBufferPointer { unsafe [UInt8]($0) }
  }

  /// Creates a copy of the `count` bytes of `bytes` that begin at `start`.
  package init(copying bytes: Span<UInt8>, from start: Int, count: Int) {
    self = []
    append(copying: bytes, from: start, count: count)
  }

  /// Creates the sixteen bytes of each number, its highest first.
  package init(highestFirst numbers: [UInt128]) {
    let swapped = numbers.map(\.bigEndian)
    // SAFETY: the array's own memory, read inside the closure only; any bytes are bytes.
    self = unsafe swapped.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
