import Bytes
package import Records

/// Reads the cells of one raw field as values of its declared type, a whole column at a time.
///
/// Text types are taken as they are. For all others blanks at the ends are ignored and an empty
/// cell is no value; what is there but cannot be read becomes null and is reported as `type`. The
/// least 64-bit integer stands for null and is refused as a value.
package struct ValueReader: Sendable {
  private let type: FieldType
  private let number: NumberReading
  private var time: TimeReading
  /// Whether years of birth have two digits.
  private let hasShortYears: Bool

  /// - Parameters:
  ///   - format: How times and dates are written; ISO 8601 when `nil`.
  ///   - scale: Declared places of a decimal; the type's own when `nil`.
  ///   - zone: The zone of times without an offset.
  package init(
    type: FieldType, format: TimeFormat?, numbers: NumberStyle, scale: Int?, zone: Zone
  ) {
    self.type = type
    number = NumberReading(style: numbers, form: type.form(scale: scale))
    time = TimeReading(format: format ?? .iso8601, numbers: numbers, zone: zone)
    hasShortYears =
      if type == .birthDate, case .pattern(let pattern)? = format {
        pattern.parts.contains(.shortYear)
      } else {
        false
      }
  }

  /// Returns the values of the cells; positions in `faults` are those of the cells.
  package mutating func read(_ cells: TextCells, faults: inout ValueFaults) -> Values {
    var numbers: [Int64] = []
    switch type {
    case .int, .decimal, .money:
      numbers.reserveCapacity(cells.cells.count)
      number.readColumn(cells.bytes.span, cells.cells, into: &numbers, faults: &faults)
    case .bool:
      numbers.reserveCapacity(cells.cells.count)
      readTruths(cells.bytes.span, cells.cells, into: &numbers, faults: &faults)
    case .timestamp:
      numbers.reserveCapacity(cells.cells.count)
      time.readMoments(cells.bytes.span, cells.cells, into: &numbers, faults: &faults)
    case .date, .birthDate:
      numbers.reserveCapacity(cells.cells.count)
      time.readDates(cells.bytes.span, cells.cells, into: &numbers, faults: &faults)
      if hasShortYears { ValueReader.turnBirths(&numbers) }
    case .email, .phone, .name, .street, .ip, .account, .order, .cookie, .iban, .card, .postcode,
      .city, .url, .userAgent, .freeText, .text:
      return .text(cells)
    }
    return .number(numbers)
  }

  /// Takes births of 2030 to 2069 back by a century, so that two digits stand for 1930 to 2029.
  ///
  /// Other times with two digits of a year are 1970 to 2069; most people alive were born before.
  private static func turnBirths(_ days: inout [Int64]) {
    let first = Int64(CivilDate(year: 2030, month: 1, day: 1).days)
    // A hundred years around 2000 have 25 leap days.
    for index in days.indices where days[index] >= first { days[index] -= 36_525 }
  }

  /// Returns the number that a text of the pipeline file stands for, or `nil` when it is none.
  package mutating func number(_ text: String) -> Int64? {
    var cells = TextCells()
    cells.append(text)
    var faults = ValueFaults()
    guard case .number(let numbers) = read(cells, faults: &faults),
      numbers[0] != Values.nullNumber
    else { return nil }
    return numbers[0]
  }

  private func readTruths(
    _ bytes: borrowing Span<UInt8>, _ cells: [TextCell], into numbers: inout [Int64],
    faults: inout ValueFaults
  ) {
    for index in cells.indices {
      let range = CellRange(bytes, cells[index])
      var truth = Values.nullNumber
      if !range.isEmpty {
        truth = BooleanReading.read(bytes, from: range.start, to: range.end)
        if truth < 0 {
          truth = Values.nullNumber
          faults.add(.type, at: index)
        }
      }
      numbers.append(truth)
    }
  }
}

extension NumberReading {
  /// Appends the numbers of the cells, and reports what is none.
  func readColumn(
    _ bytes: borrowing Span<UInt8>, _ cells: [TextCell], into numbers: inout [Int64],
    faults: inout ValueFaults
  ) {
    let first = numbers.count
    numbers.append(contentsOf: repeatElement(Values.nullNumber, count: cells.count))
    var target = numbers.mutableSpan
    for index in cells.indices {
      fetchAhead(cells.span, at: index, of: bytes)
      let cell = cells[index]
      let count = Int(cell.count)
      if count == 0 { continue }
      if count <= 8 {
        let value = readShort(shortWord(bytes, from: cell.lower, count: count), count: count)
        if value != Values.nullNumber {
          target[first &+ index] = value
          continue
        }
      }
      let range = CellRange(bytes, cell)
      if range.isEmpty { continue }
      let value = read(bytes, from: range.start, to: range.end)
      if value == Values.nullNumber { faults.add(.type, at: index) }
      target[first &+ index] = value
    }
  }
}
