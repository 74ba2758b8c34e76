import CLanes

// Tables of a night are far larger than the caches. Whoever knows some dozens of places that will be
// looked at asks for all of them before looking at the first.

/// Asks for the words at the places, so that they are near when they are read.
package func fetchAhead(_ words: Span<UInt32>, at places: Span<Int>) {
  unsafe words.withUnsafeBytes { unsafe fetchAhead($0, size: 4, places) }
}

/// Asks for the words at the places, so that they are near when they are read.
package func fetchAhead(_ words: Span<UInt64>, at places: Span<Int>) {
  unsafe words.withUnsafeBytes { unsafe fetchAhead($0, size: 8, places) }
}

/// Asks for the fingerprints at the places, so that they are near when they are read.
package func fetchAhead(_ fingerprints: Span<UInt128>, at places: Span<Int>) {
  unsafe fingerprints.withUnsafeBytes { unsafe fetchAhead($0, size: 16, places) }
}

/// Asks for the bytes at the places, so that they are near when they are read; a place may lie beyond
/// all bytes, as that of a null does.
package func fetchAhead(_ bytes: Span<UInt8>, at places: Span<Int>) {
  unsafe bytes.withUnsafeBytes { unsafe fetchAhead($0, size: 1, places) }
}

@unsafe
private func fetchAhead(_ bytes: UnsafeRawBufferPointer, size: Int, _ places: Span<Int>) {
  // SAFETY: the places are read inside their span; what they point at is only asked for, which is
  // harmless for any address.
  unsafe places.withUnsafeBufferPointer { places in
    unsafe sparsam_fetch(bytes.baseAddress, size, places.baseAddress, places.count)
  }
}
