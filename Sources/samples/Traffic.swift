/// The visits of a night's files in the order in which they begin, a stretch of time at a time.
///
/// Logs are rotated a little after midnight: the file begins with the last minutes of the day
/// before and ends with the first ones of the next day. Memory holds one stretch at most.
struct Traffic: Sequence, IteratorProtocol {
  let seed: UInt64
  let day: Day
  let visits: Int
  let customers: Int

  private var visit = 0
  private var stretch = 0

  init(seed: UInt64, day: Day, visits: Int, customers: Int) {
    self.seed = seed
    self.day = day
    self.visits = visits
    self.customers = customers
  }

  mutating func next() -> [Visit]? {
    defer { stretch += 1 }
    switch stretch {
    case 0: return visits(visits / 80, from: -1500, seconds: 1500)
    case 1...24:
      let hour = stretch - 1
      let before = Self.weights[..<hour].reduce(0, +)
      let count = visits * (before + Self.weights[hour]) / Self.total - visits * before / Self.total
      return visits(count, from: hour * 3600, seconds: 3600)
    case 25: return visits(visits / 200, from: 86_400, seconds: 240)
    default: return nil
    }
  }

  private mutating func visits(_ count: Int, from start: Int, seconds: Int) -> [Visit] {
    let range = visit..<visit + count
    visit += count
    return range.map { index in
      var dice = Dice(seed: seed, stream: .arrival, index: index)
      return Visit(
        index: index, start: Moment(day: day, second: start + dice.below(seconds)),
        customers: customers, seed: seed, today: day)
    }
  }

  /// How busy each hour of the day is.
  private static let weights = [
    2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 11, 10, 9, 9, 10, 12, 14, 16, 17, 14, 9, 5,
  ]
  private static let total = weights.reduce(0, +)
}
