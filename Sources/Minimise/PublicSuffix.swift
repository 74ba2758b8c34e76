import CPsl

/// The public suffix list as libpsl was built with it.
///
/// All calls into the library are in this file.
enum PublicSuffix {
  /// The library's own list: constant and never freed, so it may be read from any thread.
  private nonisolated(unsafe) static let list = unsafe psl_builtin()

  /// Whether the library was built with a list.
  static var isAvailable: Bool { unsafe list != nil }

  /// Returns how many bytes at the end of `name` are its registrable domain, or `nil` when the name
  /// is itself a public suffix, has one label only, or there is no list.
  ///
  /// `name` is lower case, UTF-8 or Punycode, and holds no NUL; it ends with one.
  static func registrableLength(of name: [UInt8]) -> Int? {
    guard name.last == 0, name.dropLast().firstIndex(of: 0) == nil else { return nil }
    return unsafe name.withUnsafeBytes { bytes -> Int? in
      guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
        // SAFETY: the bytes end with a NUL and live until the closure returns; the result, when
        // there is one, points into them.
        let found = unsafe psl_registrable_domain(list, start)
      else { return nil }
      return unsafe name.count &- 1 &- start.distance(to: found)
    }
  }
}
