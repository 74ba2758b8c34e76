import Records

/// An integer whose three least values stand for what is no number.
///
/// Where operands are marked so, the result is too: unreadable outweighs missing, and either of them
/// outweighs overflow, for without an operand there is no result that could be too large.
protocol ExpressionNumber: FixedWidthInteger, SignedInteger, Sendable {}
extension Int64: ExpressionNumber {}
extension Int128: ExpressionNumber {}

extension ExpressionNumber {
  static var null: Self { min }
  static var unreadable: Self { min &+ 1 }
  static var overflow: Self { min &+ 2 }

  @inline(__always)
  var isMark: Bool { self <= Self.overflow }

  /// Returns the mark that two values, at least one of them marked, give together.
  @inline(__always)
  static func mark(_ left: Self, _ right: Self) -> Self {
    if left.isMark, right.isMark {
      if left == .overflow { return right }
      return right == .overflow ? left : Swift.max(left, right)
    }
    return Swift.min(left, right)
  }
}

/// The values of one operand over a batch.
struct ExpressionInput: Sendable {
  /// By record, or by element of `group`; `Values.nullNumber` is null.
  var numbers: [Int64]
  /// Positions of what could not be read.
  var unreadable: [UInt32] = []
  /// The nested array whose elements these are, or `nil` for records.
  var group: Int?
  /// Whether a number is among the marks of 64 bits.
  var hasExtremes = false

  init(numbers: [Int64]) {
    self.numbers = numbers
    findExtremes()
  }

  init(_ bytes: [UInt8], _ cells: [TextCell], _ reading: NumberReading, group: Int?) {
    var numbers: [Int64] = []
    numbers.reserveCapacity(cells.count)
    var faults = ValueFaults()
    reading.readColumn(bytes.span, cells, into: &numbers, faults: &faults)
    self.numbers = numbers
    self.group = group
    findExtremes()
    for entry in faults.entries { unreadable.append(entry.position) }
  }

  private mutating func findExtremes() {
    for index in numbers.indices
    where numbers[index] <= Int64.overflow && numbers[index] != Int64.null {
      hasExtremes = true
    }
  }
}

/// One evaluation of an expression over a batch, a column at a time.
struct ExpressionRun<Number: ExpressionNumber> {
  private enum Column {
    case constant(Number)
    case values([Number])

    /// Returns the values and lets go of them, so that they can be changed without a copy.
    mutating func takeValues() -> [Number] {
      guard case .values(let values) = self else { return [] }
      self = .constant(0)
      return values
    }
  }

  private let batch: RawBatch
  private let inputs: [ExpressionInput]
  /// Whether a step did not fit.
  private(set) var didOverflow = false

  init(batch: RawBatch, inputs: [ExpressionInput]) {
    self.batch = batch
    self.inputs = inputs
  }

  /// Returns the value of `node` for each record, with `surplus` places rounded away.
  mutating func results(of node: ExpressionNode, surplus: Int) -> [Number] {
    var column = value(of: node, group: nil)
    if surplus < 0 { column = shifted(column, places: -surplus) }
    var results: [Number]
    switch column {
    case .constant(let constant):
      results = Array(repeating: constant, count: batch.recordCount)
    case .values(let values): results = values
    }
    if surplus > 0 { round(&results, places: surplus) }
    return results
  }

  /// Returns the value of `node` for each record, or for each element of `group`.
  private mutating func value(of node: ExpressionNode, group: Int?) -> Column {
    switch node {
    case .literal(let literal): return .constant(Number(literal))
    case .operand(let position):
      let values = loaded(inputs[position])
      return .values(
        group != nil && inputs[position].group == nil ? spread(values, over: group) : values)
    case .sum(let inner, let array):
      let sums = summed(value(of: inner, group: array), over: array)
      return .values(group == nil ? sums : spread(sums, over: group))
    case .negate(let inner):
      return combine(.constant(0), value(of: inner, group: group)) {
        $0.subtractingReportingOverflow($1)
      }
    case .add(let left, let right):
      return combine(value(of: left, group: group), value(of: right, group: group)) {
        $0.addingReportingOverflow($1)
      }
    case .subtract(let left, let right):
      return combine(value(of: left, group: group), value(of: right, group: group)) {
        $0.subtractingReportingOverflow($1)
      }
    case .multiply(let left, let right):
      return combine(value(of: left, group: group), value(of: right, group: group)) {
        $0.multipliedReportingOverflow(by: $1)
      }
    case .shift(let inner, let places):
      return shifted(value(of: inner, group: group), places: places)
    }
  }

  private func loaded(_ input: ExpressionInput) -> [Number] {
    // In 64 bits the null of columns is the null here.
    if var values = input.numbers as? [Number] {
      for position in input.unreadable { values[Int(position)] = .unreadable }
      return values
    }
    var values: [Number] = []
    values.reserveCapacity(input.numbers.count)
    for index in input.numbers.indices {
      let number = input.numbers[index]
      values.append(number == Values.nullNumber ? .null : Number(truncatingIfNeeded: number))
    }
    for position in input.unreadable { values[Int(position)] = .unreadable }
    return values
  }

  /// Returns the values of records, repeated for each element of the group.
  private func spread(_ values: [Number], over group: Int?) -> [Number] {
    guard let group else { return values }
    let offsets = batch.nested[group].offsets
    var spread: [Number] = []
    for record in values.indices {
      for _ in offsets[record]..<offsets[record + 1] { spread.append(values[record]) }
    }
    return spread
  }

  /// Returns the sum over the elements of each record.
  private mutating func summed(_ column: Column, over group: Int) -> [Number] {
    let offsets = batch.nested[group].offsets
    var sums: [Number] = []
    sums.reserveCapacity(batch.recordCount)
    for record in 0..<batch.recordCount {
      var sum: Number = 0
      for element in Int(offsets[record])..<Int(offsets[record &+ 1]) {
        let value =
          switch column {
          case .constant(let constant): constant
          case .values(let values): values[element]
          }
        if sum.isMark || value.isMark {
          sum = Number.mark(sum, value)
          continue
        }
        let (total, overflow) = sum.addingReportingOverflow(value)
        sum = checked(total, overflow)
      }
      sums.append(sum)
    }
    return sums
  }

  private mutating func shifted(_ column: Column, places: Int) -> Column {
    guard let power = Self.power(places) else {
      didOverflow = true
      return combine(column, .constant(0)) { value, _ in (value, value != 0) }
    }
    return combine(column, .constant(power)) { $0.multipliedReportingOverflow(by: $1) }
  }

  /// Returns 10 to the power of `places`, or `nil` when it does not fit.
  private static func power(_ places: Int) -> Number? {
    var power: Number = 1
    for _ in 0..<places {
      let (product, overflow) = power.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      power = product
    }
    return power
  }

  /// Rounds half to even.
  private mutating func round(_ values: inout [Number], places: Int) {
    guard let divisor = Self.power(places) else {
      // 64 bits are computed again in 128, of which no number is half as large: all are nearest
      // to 0.
      didOverflow = true
      for index in values.indices where !values[index].isMark { values[index] = 0 }
      return
    }
    for index in values.indices where !values[index].isMark {
      let divided = values[index].quotientAndRemainder(dividingBy: divisor)
      let rest = divided.remainder.magnitude
      let half = divisor.magnitude / 2
      let isUp = rest > half || (rest == half && divided.quotient & 1 == 1)
      values[index] = divided.quotient &+ (isUp ? values[index].signum() : 0)
    }
  }

  @inline(__always)
  private mutating func checked(_ value: Number, _ overflow: Bool) -> Number {
    if overflow || value.isMark {
      didOverflow = true
      return .overflow
    }
    return value
  }

  /// Applies an operation row by row, in the storage of an operand.
  @inline(__always)
  private mutating func combine(
    _ left: consuming Column, _ right: consuming Column,
    _ operation: (Number, Number) -> (partialValue: Number, overflow: Bool)
  ) -> Column {
    var left = left
    var right = right
    if case .constant(let leftValue) = left {
      if case .constant(let rightValue) = right {
        return .constant(applied(leftValue, rightValue, operation))
      }
      var values = right.takeValues()
      var target = values.mutableSpan
      for index in target.indices { target[index] = applied(leftValue, target[index], operation) }
      return .values(values)
    }
    var values = left.takeValues()
    var target = values.mutableSpan
    switch right {
    case .constant(let rightValue):
      for index in target.indices { target[index] = applied(target[index], rightValue, operation) }
    case .values(let rightValues):
      for index in target.indices {
        target[index] = applied(target[index], rightValues[index], operation)
      }
    }
    return .values(values)
  }

  @inline(__always)
  private mutating func applied(
    _ left: Number, _ right: Number,
    _ operation: (Number, Number) -> (partialValue: Number, overflow: Bool)
  ) -> Number {
    if left.isMark || right.isMark { return Number.mark(left, right) }
    let (value, overflow) = operation(left, right)
    return checked(value, overflow)
  }
}
