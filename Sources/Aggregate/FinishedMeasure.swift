import Records

/// From the state of a measure to the number or band that is published.
struct FinishedMeasure: Sendable {
  private let measure: AggregateDefinition.Measure
  /// Powers of ten: of a mean's additional places, and of the finished value's places.
  private let widening: Int128
  private let unit: Int128
  /// The greatest magnitude of what is published.
  private let greatest: UInt128

  /// Prepares a measure over a column of `scale` places; integers have 0.
  init(_ measure: AggregateDefinition.Measure, scale: Int, isDecimal: Bool) {
    self.measure = measure
    let isMeanOfIntegers = measure.operation == .mean && !isDecimal
    let form: ValueForm =
      isDecimal || isMeanOfIntegers
      ? .decimal(scale: isMeanOfIntegers ? 2 : scale, keepsPlaces: false) : .integer
    widening = power(of: form.scale - scale)
    unit = power(of: form.scale)
    greatest = UInt128(form.greatest)
  }

  /// Returns the mean of a sum, half to even, or `nil` beyond 128 bits.
  func mean(_ sum: Int128, of count: Int64) -> Int128? {
    let (dividend, overflow) = sum.multipliedReportingOverflow(by: widening)
    guard !overflow else { return nil }
    return roundedQuotient(dividend, Int128(count))
  }

  /// Returns the finished value: clamped, rounded, then the position of its band or the number.
  ///
  /// `nil` is a number beyond what its form holds (see `ValueForm.greatest`).
  func finished(_ value: Int128) -> Int64? {
    var value = value
    if let clamp = measure.clamp {
      value = min(max(value, Int128(clamp.lowerBound) * unit), Int128(clamp.upperBound) * unit)
    }
    if let round = measure.round {
      let multiple = Int128(round) * unit
      let (rounded, overflow) = roundedQuotient(value, multiple)
        .multipliedReportingOverflow(by: multiple)
      guard !overflow else { return nil }
      value = rounded
    }
    if let bands = measure.bands {
      var position = 0
      while position < bands.count, Int128(bands[position]) * unit <= value { position += 1 }
      return Int64(position)
    }
    guard value.magnitude <= greatest else { return nil }
    return Int64(value)
  }

  /// Returns the column of finished values; `Values.nullNumber` is null.
  func column(of finished: [Int64], type: ColumnType) -> Column {
    guard let bands = measure.bands else { return Column(type: type, values: .number(finished)) }
    var names = TextCells()
    for name in bandNames(bands) { names.append(name) }
    names.append(nil)
    let null = UInt32(bands.count + 1)
    return Column(
      type: type, dictionary: .text(names),
      codes: finished.map { $0 == Values.nullNumber ? null : UInt32(truncatingIfNeeded: $0) })
  }
}

/// Returns the quotient by a positive divisor, rounded to the nearest integer, ties to even.
private func roundedQuotient(_ dividend: Int128, _ divisor: Int128) -> Int128 {
  var (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
  if rest < 0 {
    quotient -= 1
    rest += divisor
  }
  // 0 <= rest < divisor; `2 * rest` could overflow, the difference cannot.
  let toNext = divisor - rest
  return rest > toNext || rest == toNext && quotient & 1 != 0 ? quotient + 1 : quotient
}

private func power(of exponent: Int) -> Int128 {
  (0..<max(0, exponent)).reduce(1) { product, _ in product * 10 }
}
