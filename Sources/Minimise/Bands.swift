import Records

/// Half-open bands between integer bounds, and their names: `<0`, `0–49`, `50–199`, `200+`.
struct Bands: Sendable {
  /// The bounds in minor units of the column, ascending.
  let bounds: [Int64]
  let vocabulary: Vocabulary

  /// Creates the bands for numbers of `scale` places.
  init(_ settings: SettingValue?, scale: Int) throws(PlanFault) {
    guard let list = settings?.list, !list.isEmpty, list.count <= 12 else {
      throw PlanFault("bands are a list of 1 to 12 integers", setting: ["bands"])
    }
    var factor: Int64 = 1
    for _ in 0..<scale {
      let (product, overflow) = factor.multipliedReportingOverflow(by: 10)
      guard !overflow else { throw PlanFault("the column has too many places for bands") }
      factor = product
    }
    var bounds: [Int64] = []
    var integers: [Int] = []
    for item in list {
      guard let integer = item.integer else { throw PlanFault("a bound is an integer") }
      if let last = integers.last, integer <= last {
        throw PlanFault("the bounds must ascend: \(integer) follows \(last)")
      }
      let (bound, overflow) = Int64(integer).multipliedReportingOverflow(by: factor)
      guard !overflow else { throw PlanFault("the bound \(integer) is too large for the column") }
      integers.append(integer)
      bounds.append(bound)
    }
    var vocabulary = Vocabulary(["<\(integers[0])"])
    for (index, lower) in integers.enumerated() {
      guard index + 1 < integers.count else {
        vocabulary.append("\(lower)+")
        break
      }
      let last = integers[index + 1] - 1
      vocabulary.append(last == lower ? "\(lower)" : "\(lower)–\(last)")
    }
    self.bounds = bounds
    self.vocabulary = vocabulary
  }

  /// Returns the position of the band of `number` in the vocabulary.
  @inline(always)
  func position(of number: Int64) -> Int {
    var position = 0
    while position < bounds.count, bounds[position] <= number { position &+= 1 }
    return position
  }
}
