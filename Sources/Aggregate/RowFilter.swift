import Bytes
import Records

/// One condition of `where`: the rows whose value is among the listed ones.
///
/// The listed texts are read once, by the form of the column: numbers of at most the column's
/// places, dates as `YYYY-MM-DD`, times as ISO 8601 (without offset in the pipeline's timezone),
/// `true` and `false`. A text that is no value of that form is met by no row; so is null.
struct RowFilter: Sendable {
  let column: Int
  private let numbers: [Int64]
  private let texts: ByteInterner

  init(_ condition: AggregateDefinition.Condition, form: ValueForm, zone: Zone) {
    column = condition.column
    var texts = ByteInterner()
    var numbers: [Int64] = []
    for value in condition.values {
      switch form {
      case .text: _ = texts.code(of: Array(value.utf8))
      case .integer, .decimal:
        if let number = minorUnits(of: value, scale: form.scale) { numbers.append(number) }
      case .boolean:
        if value == "true" || value == "false" { numbers.append(value == "true" ? 1 : 0) }
      case .date:
        if let date = CivilDate(value) { numbers.append(Int64(date.days)) }
      case .timestamp:
        if let time = microseconds(of: value, zone: zone) { numbers.append(time) }
      case .token: break
      }
    }
    self.texts = texts
    self.numbers = numbers
  }

  /// Returns the selected rows that meet the condition.
  func passing(_ rows: RowSelection, of values: Column) -> RowSelection {
    // Judged once per value of a dictionary.
    let passes: [Bool]
    switch values.values {
    case .number(let candidates):
      passes = candidates.map { $0 != Values.nullNumber && numbers.contains($0) }
    case .text(let candidates):
      passes = candidates.cells.map { cell in
        !cell.isNull
          && texts.find(candidates.bytes, from: cell.lower, count: Int(cell.count)) != nil
      }
    case .identity(let candidates):
      passes = [Bool](repeating: false, count: candidates.fingerprints.count)
    }
    var chosen: [UInt32] = []
    for index in 0..<rows.count where passes[values.position(of: rows[index])] {
      chosen.append(UInt32(truncatingIfNeeded: rows[index]))
    }
    return RowSelection(chosen, rowCount: chosen.count)
  }
}

/// Returns the minor units of a decimal text, or `nil` when it is none or has too many places.
private func minorUnits(of text: String, scale: Int) -> Int64? {
  var digits = Substring(text)
  let isNegative = digits.first == "-"
  if isNegative || digits.first == "+" { digits.removeFirst() }
  let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
    let whole = parts.first
  else { return nil }
  var places = parts.count == 2 ? Substring(parts[1]) : ""
  while places.utf8.count > scale, places.last == "0" { places.removeLast() }
  guard places.utf8.count <= scale else { return nil }
  let padding = String(repeating: "0", count: scale - places.utf8.count)
  return Int64((isNegative ? "-" : "") + whole + places + padding)
}

/// Returns the microseconds since 1970 of an ISO 8601 time, or `nil` when it is none.
private func microseconds(of text: String, zone: Zone) -> Int64? {
  let bytes = Array(text.utf8)
  func number(_ start: Int, _ count: Int) -> Int? {
    guard start + count <= bytes.count,
      bytes[start..<(start + count)].allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return bytes[start..<(start + count)].reduce(0) { $0 * 10 + Int($1) - 48 }
  }
  func isByte(_ position: Int, _ among: StaticString) -> Bool {
    position < bytes.count && Array("\(among)".utf8).contains(bytes[position])
  }
  guard bytes.count >= 16, let date = CivilDate(String(text.prefix(10))), isByte(10, "T "),
    let hour = number(11, 2), isByte(13, ":"), let minute = number(14, 2), hour < 24, minute < 60
  else { return nil }
  var second = 0
  var position = 16
  if isByte(16, ":") {
    guard let read = number(17, 2), read < 60 else { return nil }
    second = read
    position = 19
  }
  let local = Int64(date.days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  let seconds: Int64
  if position == bytes.count {
    seconds = zone.utcSeconds(local: local)
  } else if isByte(position, "Z"), position + 1 == bytes.count {
    seconds = local
  } else {
    guard isByte(position, "+-"), let hours = number(position + 1, 2),
      isByte(position + 3, ":"), let minutes = number(position + 4, 2),
      position + 6 == bytes.count, hours < 24, minutes < 60
    else { return nil }
    let offset = Int64(hours * 3600 + minutes * 60)
    seconds = isByte(position, "-") ? local + offset : local - offset
  }
  return seconds * 1_000_000
}
