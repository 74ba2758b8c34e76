import Records

/// Holds the numbers of one column to its grammar: bounds, multiples, floors, persons.
struct NumberCheck: Sendable {
  private let form: ValueForm
  private let least: Int64
  private let greatest: Int64
  private let multiple: Int64
  private let floor: TimeUnit?
  private let leastPersons: Int64
  private let zone: Zone
  /// The date last found to begin its unit.
  private var knownFloor = Values.nullNumber

  init(_ column: TableContract.Column, zone: Zone) {
    form = column.form
    self.zone = zone
    leastPersons = column.least.map(Int64.init) ?? Int64.min
    var grammar = column.grammar
    while true {
      switch grammar {
      case .orOther(let inner), .kept(let inner):
        grammar = inner
        continue
      default: break
      }
      break
    }
    if case .number(let least, let greatest, let multiple) = grammar {
      self.least = least ?? Int64.min
      self.greatest = greatest ?? Int64.max
      self.multiple = multiple ?? 1
    } else {
      least = Int64.min
      greatest = Int64.max
      multiple = 1
    }
    if case .time(let floor) = grammar { self.floor = floor } else { floor = nil }
  }

  /// Returns what is wrong with a number that is not null.
  mutating func flaw(_ number: Int64) -> Flaw? {
    switch form {
    case .boolean: return number == 0 || number == 1 ? nil : .type
    case .date, .timestamp: return obeysFloor(number) ? nil : .grammar
    default: return flawOfInteger(number)
    }
  }

  /// Returns what is wrong with a number of minor units that is not null.
  @inline(__always)
  func flawOfInteger(_ number: Int64) -> Flaw? {
    if number < least || number > greatest || multiple > 1 && number % multiple != 0 {
      return .grammar
    }
    return number < leastPersons ? .smallCell : nil
  }

  private mutating func obeysFloor(_ number: Int64) -> Bool {
    guard let floor, floor != .day || form == .timestamp else { return true }
    if number == knownFloor { return true }
    let isFloor: Bool
    if form == .timestamp {
      // Hours begin where the zone's clock shows them.
      let seconds = floorDivide(number, 1_000_000)
      isFloor =
        floorDivide(number, 1_000_000) &* 1_000_000 == number
        && floorDivide(seconds &+ Int64(zone.offset(at: seconds)), 3600) &* 3600
          == seconds &+ Int64(zone.offset(at: seconds))
    } else {
      let date = CivilDate(days: Int(number))
      isFloor = date.floored(to: floor) == date
    }
    if isFloor { knownFloor = number }
    return isFloor
  }
}
