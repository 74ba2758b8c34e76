import Ingest
import Records
import Support
import Testing

@Suite struct ValuesExpressionTests {
  /// A batch whose slots are `slots` by record and whose one nested array has the given elements.
  private func batch(
    records: Int, slots: [[String?]] = [], elements: [[[String?]]] = []
  ) -> RawBatch {
    var batch = RawBatch()
    var cells = TextCells()
    func take(_ text: String?) -> TextCell {
      cells.append(text)
      return cells.cells[cells.cells.count - 1]
    }
    batch.starts = Array(repeating: 0, count: records)
    batch.slots = slots.map { $0.map(take) }
    if !elements.isEmpty {
      var nested = RawBatch.NestedCells()
      nested.cells = Array(repeating: [], count: elements.flatMap { $0 }.first?.count ?? 0)
      for record in elements {
        for element in record {
          for index in element.indices { nested.cells[index].append(take(element[index])) }
        }
        nested.offsets.append(UInt32(nested.cells.first?.count ?? 0))
      }
      batch.nested = [nested]
    }
    batch.bytes = cells.bytes
    return batch
  }

  private func evaluate(
    _ expression: Expression, scale: Int? = nil, _ batch: RawBatch, _ columns: [[Int64]] = [],
    _ faults: inout ValueFaults
  ) -> [Int64?] {
    let scale = scale ?? expression.scale
    let form: ValueForm = scale == 0 ? .integer : .decimal(scale: scale, keepsPlaces: false)
    let evaluator = ExpressionEvaluator(expression, form: form, numbers: NumberStyle())
    guard
      case .number(let numbers) = evaluator.evaluate(
        batch: batch, columns: columns.map { .number($0) }, faults: &faults)
    else { return [] }
    return numbers.map { $0 == Values.nullNumber ? nil : $0 }
  }

  @Test func productsAddScales() {
    // quantity * price * (1 - discount)
    let expression = Expression.multiply(
      .multiply(.column(0, scale: 0), .column(1, scale: 2)),
      .subtract(.literal(mantissa: 1, scale: 0), .column(2, scale: 6)))
    var faults = ValueFaults()
    let columns: [[Int64]] = [
      [3, 1, Values.nullNumber, 2], [4990, 1, 1, 250], [100_000, 500_000, 0, Values.nullNumber],
    ]
    #expect(expression.scale == 8)
    #expect(
      evaluate(expression, batch(records: 4), columns, &faults)
        == [13_473_000_000, 500_000, nil, nil])
    #expect(evaluate(expression, scale: 2, batch(records: 4), columns, &faults)[0] == 13_473)
    #expect(faults.isEmpty)
  }

  @Test(
    arguments: [
      (5, 0), (15, 2), (25, 2), (26, 3), (24, 2), (35, 4), (-5, 0), (-15, -2), (-25, -2), (-26, -3),
      (-35, -4), (0, 0), (Int64.max, 922_337_203_685_477_581),
      (-Int64.max, -922_337_203_685_477_581),
    ] as [(Int64, Int64)])
  func halfIsRoundedToEven(_ units: Int64, _ rounded: Int64) {
    var faults = ValueFaults()
    #expect(
      evaluate(.column(0, scale: 1), scale: 0, batch(records: 1), [[units]], &faults) == [rounded])
    #expect(faults.isEmpty)
  }

  @Test func sumOverElements() {
    let expression = Expression.sum(
      .multiply(
        .element(group: 0, element: 0, scale: 6), .element(group: 0, element: 1, scale: 6)),
      group: 0)
    let raw = batch(
      records: 6,
      elements: [
        [["1.50", "2"], ["0.25", "4"]], [], [["1", nil]], [["x", "1"], ["1", "1"]],
        [["1", nil], ["x", "1"]], [["2", "2"]],
      ])
    var faults = ValueFaults()
    #expect(
      evaluate(expression, scale: 6, raw, [], &faults)
        == [4_000_000, 0, nil, nil, nil, 4_000_000])
    #expect(faults.entries.map(\.position) == [3, 4])
    #expect(faults.entries.allSatisfy { $0.rule == .type })
  }

  @Test func recordOperandsInsideASum() {
    // sum(price * rate) + sum(price)
    let price = Expression.element(group: 0, element: 0, scale: 0)
    let expression = Expression.add(
      .sum(.multiply(price, .column(0, scale: 1)), group: 0), .sum(price, group: 0))
    let raw = batch(records: 3, elements: [[["1"], ["2"]], [], [["3"]]])
    var faults = ValueFaults()
    #expect(
      evaluate(expression, raw, [[5, 7, Values.nullNumber]], &faults) == [45, 0, nil])
  }

  @Test func constantsInASumCountElements() {
    let raw = batch(records: 3, elements: [[["1"], ["2"]], [], [["3"]]])
    var faults = ValueFaults()
    let expression = Expression.sum(.literal(mantissa: 15, scale: 1), group: 0)
    #expect(evaluate(expression, raw, [], &faults) == [30, 0, 15])
  }

  @Test func rawSlotsAreReadAtTheirScale() {
    let raw = batch(records: 4, slots: [["1.5", "", nil, "1.2345678"], ["2", "2", "x", "1"]])
    let expression = Expression.subtract(.slot(0, scale: 6), .negate(.slot(1, scale: 2)))
    var faults = ValueFaults()
    #expect(evaluate(expression, raw, [], &faults) == [3_500_000, nil, nil, nil])
    #expect(faults.entries.map(\.position) == [2, 3])
  }

  @Test func overflowIsReportedAtItsRowOnly() {
    let square = Expression.multiply(.column(0, scale: 0), .column(0, scale: 0))
    var faults = ValueFaults()
    let columns: [[Int64]] = [[3_037_000_499, 3_037_000_500, -3_037_000_499, Int64.max, 2]]
    #expect(
      evaluate(square, batch(records: 5), columns, &faults)
        == [9_223_372_030_926_249_001, nil, 9_223_372_030_926_249_001, nil, 4])
    #expect(faults.entries.map(\.position) == [1, 3])
    #expect(faults.entries.allSatisfy { $0.rule == .overflow })
  }

  @Test func stepsMayPassSixtyFourBits() {
    // max * max / 10^18 fits again, and so does max + max - max.
    let product = Expression.multiply(.column(0, scale: 9), .column(0, scale: 9))
    var faults = ValueFaults()
    #expect(
      evaluate(product, scale: 0, batch(records: 2), [[Int64.max, 2_000_000_000]], &faults)
        == [nil, 4])
    #expect(
      evaluate(
        product, scale: 6, batch(records: 1), [[999_999_999_000_000]], &faults)
        == [999_999_998_000_000_001])
    // 10^18 minor units have a digit more than a decimal.
    #expect(
      evaluate(
        product, scale: 6, batch(records: 2), [[1_000_000_000_000_000, 999_999_999_999_999]],
        &faults) == [nil, 999_999_999_999_998_000])
    let column = Expression.column(0, scale: 0)
    var none = ValueFaults()
    #expect(
      evaluate(
        .subtract(.add(column, column), column), batch(records: 2),
        [[Int64.max, -Int64.max]], &none) == [Int64.max, -Int64.max])
    #expect(none.isEmpty)
    #expect(faults.entries.map(\.rule) == [.overflow, .overflow])
  }

  @Test func beyondOneHundredTwentyEightBitsIsOverflow() {
    var expression = Expression.column(0, scale: 0)
    for _ in 0..<4 { expression = .multiply(expression, expression) }
    var faults = ValueFaults()
    #expect(
      evaluate(expression, batch(records: 3), [[Int64.max, 2, Values.nullNumber]], &faults)
        == [nil, 65536, nil])
    #expect(faults.entries.map(\.rule) == [.overflow])
    let deep = Expression.multiply(.column(0, scale: 18), .column(0, scale: 18))
    var none = ValueFaults()
    #expect(evaluate(.multiply(deep, deep), scale: 0, batch(records: 1), [[2]], &none) == [0])
    #expect(
      evaluate(.column(0, scale: 0), scale: 20, batch(records: 2), [[0, 1]], &none) == [0, nil])
    #expect(none.entries.map(\.rule) == [.overflow])
  }

  /// Where an operand is missing or unreadable there is no result that could be too large.
  @Test func overflowOfAPartNeedsAllOperands() {
    var large = Expression.column(0, scale: 0)
    for _ in 0..<4 { large = .multiply(large, large) }
    let raw = batch(records: 3, slots: [["1", nil, "x"]])
    let columns = [[Int64](repeating: .max, count: 3)]
    for expression in [
      Expression.add(.slot(0, scale: 6), large), .subtract(large, .slot(0, scale: 6)),
      .multiply(.add(large, .column(0, scale: 0)), .slot(0, scale: 6)),
    ] {
      var faults = ValueFaults()
      #expect(evaluate(expression, raw, columns, &faults) == [nil, nil, nil])
      #expect(faults.entries.map(\.rule) == [.overflow, .type])
      #expect(faults.entries.map(\.position) == [0, 2])
    }
  }

  @Test func textColumnHasNoNumbers() {
    let evaluator = ExpressionEvaluator(
      .column(0, scale: 0), form: .integer, numbers: NumberStyle())
    var faults = ValueFaults()
    guard
      case .number(let numbers) = evaluator.evaluate(
        batch: batch(records: 1), columns: [.text(TextCells())], faults: &faults)
    else {
      Issue.record("no numbers")
      return
    }
    #expect(numbers == [Values.nullNumber])
  }

  /// An integer of any size, as sign and decimal digits with the lowest first.
  private struct Big: Equatable {
    var isNegative = false
    var digits: [Int] = []

    init(_ value: Int64) {
      isNegative = value < 0
      digits = String(value.magnitude).reversed().compactMap(\.wholeNumberValue)
      trim()
    }

    private mutating func trim() {
      while digits.last == 0 { digits.removeLast() }
      if digits.isEmpty { isNegative = false }
    }

    static func isLess(_ left: [Int], _ right: [Int]) -> Bool {
      left.count != right.count
        ? left.count < right.count : left.reversed().lexicographicallyPrecedes(right.reversed())
    }

    func times(_ other: Big) -> Big {
      var product = Big(0)
      product.digits = Array(repeating: 0, count: digits.count + other.digits.count + 1)
      for (i, a) in digits.enumerated() {
        for (j, b) in other.digits.enumerated() {
          product.digits[i + j] += a * b
          var k = i + j
          while product.digits[k] > 9 {
            product.digits[k + 1] += product.digits[k] / 10
            product.digits[k] %= 10
            k += 1
          }
        }
      }
      product.isNegative = isNegative != other.isNegative
      product.trim()
      return product
    }

    func plus(_ other: Big) -> Big {
      var (large, small) = (self, other)
      if Big.isLess(large.digits, small.digits) { swap(&large, &small) }
      let sign = large.isNegative == small.isNegative ? 1 : -1
      var carry = 0
      for index in large.digits.indices {
        var digit =
          large.digits[index] + carry
          + sign * (index < small.digits.count ? small.digits[index] : 0)
        carry = digit > 9 ? 1 : digit < 0 ? -1 : 0
        digit -= carry * 10
        large.digits[index] = digit
      }
      if carry > 0 { large.digits.append(carry) }
      large.trim()
      return large
    }

    /// Rounds half to even after taking `places` digits away.
    func rounded(_ places: Int) -> Big {
      let cut = Array(digits.prefix(places))
      var result = self
      result.digits = Array(digits.dropFirst(places))
      let half = Array(repeating: 0, count: places - 1) + [5]
      var rest = cut
      while rest.last == 0 { rest.removeLast() }
      let isOdd = (result.digits.first ?? 0) % 2 == 1
      if Big.isLess(half, rest) || (half == rest && isOdd) {
        var one = Big(1)
        one.isNegative = isNegative
        let isNegative = self.isNegative
        result = result.digits.isEmpty ? one : result.plus(one)
        result.isNegative = isNegative
      }
      result.trim()
      return result
    }

    var int64: Int64? {
      Int64(
        (isNegative ? "-" : "")
          + (digits.isEmpty ? "0" : digits.reversed().map(String.init).joined()))
    }
  }

  /// a * b + c at scales 2, 3 and 1, rounded to 2 places, against digit strings.
  @Test(arguments: [1, 2, 0xFACE as UInt64])
  func agreesWithSchoolArithmetic(seed: UInt64) {
    var random = SplitMix(seed: seed)
    func number(_ bits: Int) -> Int64 {
      let width = Int.random(in: 0...bits, using: &random)
      return Int64.random(in: -((1 << width) - 1)...((1 << width) - 1), using: &random)
    }
    let a = (0..<400).map { _ in number(50) }
    let b = (0..<400).map { _ in number(40) }
    let c = (0..<400).map { _ in number(62) }
    let expression = Expression.add(
      .multiply(.column(0, scale: 2), .column(1, scale: 3)), .column(2, scale: 1))
    var faults = ValueFaults()
    let results = evaluate(expression, scale: 2, batch(records: 400), [a, b, c], &faults)
    var overflows: [UInt32] = []
    // The least magnitude that is no decimal's.
    let tooGreat: UInt64 = 1_000_000_000_000_000_000
    for row in 0..<400 {
      let exact = Big(a[row]).times(Big(b[row])).plus(Big(c[row]).times(Big(10_000))).rounded(3)
      let expected = exact.int64.flatMap { $0.magnitude < tooGreat ? $0 : nil }
      #expect(results[row] == expected, "seed \(seed) row \(row)")
      if expected == nil { overflows.append(UInt32(row)) }
    }
    #expect(faults.entries.map(\.position) == overflows)
    #expect(overflows.count < 300)
  }
}
