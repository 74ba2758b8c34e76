import Bytes

/// The persons of a table by how they look: a class agrees in all published columns.
///
/// A class of fewer than `least` is suppressed; then, until the suppressed persons are none or at
/// least `least`, the next smallest class (of equal ones the first by its values).
struct PersonClasses: Sendable {
  private let counts: LookCounts
  private var isPublished: [Bool]
  /// The persons of suppressed classes.
  private(set) var suppressed: Int

  init(_ counts: LookCounts, least: Int) {
    self.counts = counts
    let sizes = counts.sizes
    isPublished = sizes.map { $0 >= least }
    suppressed = sizes.reduce(0) { $1 < least ? $0 + $1 : $0 }
    guard suppressed > 0, suppressed < least else { return }
    let next = sizes.indices.filter { isPublished[$0] }.min { left, right in
      sizes[left] != sizes[right]
        ? sizes[left] < sizes[right]
        : counts.looks.precedes(UInt32(left), UInt32(right))
    }
    // One published class has at least `least` persons, so one is enough.
    if let next {
      isPublished[next] = false
      suppressed += sizes[next]
    }
  }

  /// The size of the smallest published class.
  var smallest: Int? {
    counts.sizes.indices.filter { isPublished[$0] }.map { counts.sizes[$0] }.min()
  }

  /// Whether persons with these measures are published.
  func publishes(_ measures: ArraySlice<Int64>) -> Bool {
    let look = LookCounts.look(measures)
    return counts.looks.find(look, from: 0, count: look.count).map { isPublished[Int($0)] } ?? false
  }
}
