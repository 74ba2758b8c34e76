import Bytes

/// The persons of a table by how they look: a class agrees in all published columns.
///
/// A class of fewer than `least` is suppressed; then, until the suppressed persons are none or at
/// least `least`, the next smallest class (of equal ones the first by its values).
struct PersonClasses {
  /// The persons of published classes, ascending.
  let published: [Int]
  /// The size of the smallest published class.
  let smallest: Int?

  /// `values` holds for each measure the finished values of all persons.
  init(_ values: [[Int64]], personCount: Int, least: Int) {
    var looks = ByteInterner()
    var classes: [UInt32] = []
    classes.reserveCapacity(personCount)
    var sizes: [Int] = []
    var look: [UInt8] = []
    for person in 0..<personCount {
      look.removeAll(keepingCapacity: true)
      for measure in values { look.append(contentsOf: orderedBytes(of: measure[person])) }
      let number = looks.code(of: look)
      if Int(number) == sizes.count { sizes.append(0) }
      sizes[Int(number)] += 1
      classes.append(number)
    }
    var isPublished = sizes.map { $0 >= least }
    var suppressed = sizes.reduce(0) { $1 < least ? $0 + $1 : $0 }
    if suppressed > 0, suppressed < least {
      let next = sizes.indices.filter { isPublished[$0] }.min { left, right in
        sizes[left] != sizes[right]
          ? sizes[left] < sizes[right] : looks.precedes(UInt32(left), UInt32(right))
      }
      // One published class has at least `least` persons, so one is enough.
      if let next {
        isPublished[next] = false
        suppressed += sizes[next]
      }
    }
    published = classes.indices.filter { isPublished[Int(classes[$0])] }
    smallest = sizes.indices.filter { isPublished[$0] }.map { sizes[$0] }.min()
  }
}
