import CLanes

// Tables of a night are far larger than the caches. Whoever knows some dozens of places that will
// be looked at asks for all of them before looking at the first.

/// Asks for the elements at the places, so that they are near when they are read; a place may lie
/// beyond all elements, as that of a null does.
@inlinable @inline(__always)
package func fetchAhead<Element: BitwiseCopyable>(_ elements: Span<Element>, at places: Span<Int>) {
  unsafe elements.withUnsafeBytes {
    unsafe fetchLines($0, size: MemoryLayout<Element>.stride, places)
  }
}

@unsafe
@usableFromInline
func fetchLines(_ bytes: UnsafeRawBufferPointer, size: Int, _ places: Span<Int>) {
  // SAFETY: the places are read inside their span; what they point at is only asked for, which is
  // harmless for any address.
  unsafe places.withUnsafeBufferPointer { places in
    unsafe sparsam_fetch(bytes.baseAddress, size, places.baseAddress, places.count)
  }
}
