package import Records

/// `bands`: the range that a number lies in.
package struct BandsKind: TreatmentKind {
  package init() {}

  package var name: String { "bands" }

  package var summary: String {
    "Names the half-open range between integer bounds that a number lies in."
  }

  package var shape: SettingShape {
    .list(of: .integer(-1_000_000_000...1_000_000_000), count: 1...12)
  }

  package var examples: [TreatmentExample] {
    let bounds = SettingValue.list([.integer(0), .integer(50), .integer(200)])
    return [
      TreatmentExample(.money, bounds, "49.99", gives: "0–49"),
      TreatmentExample(.int, bounds, "200", gives: "200+"),
      TreatmentExample(.int, bounds, "-1", gives: "<0"),
      TreatmentExample(
        .int, .list([.integer(1), .integer(2), .integer(5)]), "1", gives: "1"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form.isNumber else { throw refusal(of: input, takes: "numbers") }
    _ = try Bands(settings, scale: input.form.scale)
    return input.becoming(.text, .closed)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    BandsTreatment(bands: try Bands(settings, scale: input.form.scale))
  }
}

private struct BandsTreatment: Treatment {
  var bands: Bands

  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    let vocabulary = bands.vocabulary
    let cells = values.numbers.map { number in
      number == Values.nullNumber
        ? TextCell.null : vocabulary.cells[bands.position(of: number)]
    }
    values = .text(TextCells(bytes: vocabulary.bytes, cells: cells))
  }
}

/// `round`: the nearest multiple.
package struct RoundKind: TreatmentKind {
  package init() {}

  package var name: String { "round" }

  package var summary: String {
    "Rounds a number to the nearest multiple; of two as near, to the even one."
  }

  package var shape: SettingShape { .integer(1...1_000_000_000) }

  package var examples: [TreatmentExample] {
    [
      TreatmentExample(.int, .integer(10), "47", gives: "50"),
      TreatmentExample(.int, .integer(10), "45", gives: "40"),
      TreatmentExample(.int, .integer(10), "-55", gives: "-60"),
      TreatmentExample(.money, .integer(5), "12.51", gives: "15.00"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form.isNumber else { throw refusal(of: input, takes: "numbers") }
    _ = try unit(settings, scale: input.form.scale)
    return input.becoming(input.form, .treated)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    RoundTreatment(
      unit: try unit(settings, scale: input.form.scale), greatest: input.form.greatest)
  }

  private func unit(_ settings: SettingValue, scale: Int) throws(PlanFault) -> Int64 {
    guard let integer = settings.integer, integer >= 1 else {
      throw PlanFault("'round' takes a positive integer")
    }
    return try minorUnits(integer, scale: scale)
  }
}

private struct RoundTreatment: Treatment {
  var unit: Int64
  /// The greatest magnitude of a result.
  var greatest: Int64

  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    var numbers = values.numbers
    for position in numbers.indices where numbers[position] != Values.nullNumber {
      let below = floorDivide(numbers[position], unit)
      let rest = numbers[position] &- below &* unit
      // rest lies in 0 ..< unit, so `unit - rest` cannot overflow where `2 * rest` could.
      let isUp = rest > unit &- rest || rest == unit &- rest && below & 1 != 0
      let (rounded, overflow) = (isUp ? below &+ 1 : below).multipliedReportingOverflow(by: unit)
      if overflow || rounded.magnitude > greatest.magnitude {
        numbers[position] = Values.nullNumber
        faults.add(.overflow, at: position)
      } else {
        numbers[position] = rounded
      }
    }
    values = .number(numbers)
  }
}

/// `clamp`: the number, but no less and no more than two bounds.
package struct ClampKind: TreatmentKind {
  package init() {}

  package var name: String { "clamp" }

  package var summary: String { "Moves numbers outside two bounds to the nearer bound." }

  package var shape: SettingShape {
    .list(of: .integer(-1_000_000_000_000...1_000_000_000_000), count: 2...2)
  }

  package var examples: [TreatmentExample] {
    let bounds = SettingValue.list([.integer(0), .integer(100)])
    return [
      TreatmentExample(.int, bounds, "250", gives: "100"),
      TreatmentExample(.money, bounds, "-3.50", gives: "0.00"),
      TreatmentExample(.decimal, bounds, "99.5", gives: "99.5"),
    ]
  }

  package func output(
    of input: ColumnType, with settings: SettingValue
  ) throws(PlanFault) -> ColumnType {
    guard input.form.isNumber else { throw refusal(of: input, takes: "numbers") }
    _ = try bounds(settings, of: input.form)
    return input.becoming(input.form, .treated)
  }

  package func make(
    for input: ColumnType, with settings: SettingValue, in environment: TreatmentEnvironment
  ) throws(PlanFault) -> any Treatment {
    ClampTreatment(bounds: try bounds(settings, of: input.form))
  }

  /// Returns the bounds in minor units; no number is moved to one that its form cannot hold.
  private func bounds(
    _ settings: SettingValue, of form: ValueForm
  ) throws(PlanFault) -> ClosedRange<Int64> {
    guard let list = settings.list, list.count == 2, let low = list[0].integer,
      let high = list[1].integer
    else { throw PlanFault("'clamp' takes two integers") }
    guard low <= high else { throw PlanFault("the lower bound \(low) is above \(high)") }
    let bounds = try minorUnits(low, scale: form.scale)...minorUnits(high, scale: form.scale)
    guard bounds.lowerBound <= form.greatest else { throw tooLarge(low, scale: form.scale) }
    guard bounds.upperBound >= -form.greatest else { throw tooLarge(high, scale: form.scale) }
    return bounds
  }
}

private struct ClampTreatment: Treatment {
  var bounds: ClosedRange<Int64>

  func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    var numbers = values.numbers
    for position in numbers.indices where numbers[position] != Values.nullNumber {
      numbers[position] = min(max(numbers[position], bounds.lowerBound), bounds.upperBound)
    }
    values = .number(numbers)
  }
}

/// Returns `integer` in minor units of `scale` places.
private func minorUnits(_ integer: Int, scale: Int) throws(PlanFault) -> Int64 {
  var units = Int64(integer)
  for _ in 0..<scale {
    let (product, overflow) = units.multipliedReportingOverflow(by: 10)
    guard !overflow else {
      throw tooLarge(integer, scale: scale)
    }
    units = product
  }
  return units
}

private func tooLarge(_ integer: Int, scale: Int) -> PlanFault {
  PlanFault("\(integer) is too large for a column of \(scale) places")
}
