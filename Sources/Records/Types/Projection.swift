/// The raw fields a source's plan needs; the scanner skips everything else undecoded.
package struct Projection: Hashable, Sendable {
  /// One array whose elements are summed over, and the element fields needed.
  package struct Nested: Hashable, Sendable {
    /// The path of the array itself, without the `[]`.
    package var array: RawPath
    /// Paths inside an element.
    package var elements: [RawPath]

    package init(array: RawPath, elements: [RawPath]) {
      self.array = array
      self.elements = elements
    }
  }

  /// Scalar raw fields, each once; a field's position is its slot. With `each`, paths that begin
  /// with the array's `[]` are relative to the element, all others to the whole record.
  package var slots: [RawPath]
  package var nested: [Nested]
  /// The array of which every element is a record of its own, without the `[]`.
  package var each: RawPath?

  package init(slots: [RawPath] = [], nested: [Nested] = [], each: RawPath? = nil) {
    self.slots = slots
    self.nested = nested
    self.each = each
  }
}
