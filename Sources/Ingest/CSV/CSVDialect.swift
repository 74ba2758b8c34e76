package import Bytes
package import Records

/// Where one field of a CSV record lies.
struct CSVField {
  /// The content, without the quotes around it and without the CR of a CRLF.
  var lower: Int
  var upper: Int
  /// Where the delimiter or LF behind the field begins, or the end of the bytes.
  var next: Int
  /// Whether the content holds doubled quotes.
  var isDoubled: Bool
  /// Whether the quote was left open, or text follows the closing one.
  var isMalformed: Bool
  /// Whether the record ends with this field.
  var isLast: Bool
}

/// How the fields of a CSV file are told apart (RFC 4180 with a free delimiter and quote).
///
/// A quote opens only as the first byte of a field; elsewhere it is text, as measures such as
/// `37°36'37.8"N` demand. Where nothing is quoted it is text everywhere. A CR counts as part of the line end only before an LF or at the end.
/// The rule agrees with `RecordBorders.csv`, so records end here where blocks are cut.
struct CSVDialect: Sendable {
  let delimiter: UInt8
  /// The bytes of the delimiter behind its first.
  let delimiterRest: [UInt8]
  let delimiterCount: Int
  /// The delimiter once more where nothing is quoted: another byte is not marked then.
  let quote: UInt8
  let isQuoting: Bool
  /// Whether blanks around a value are no part of it.
  let trims: Bool

  init(_ csv: Reading.CSV) {
    precondition(!csv.delimiter.isEmpty, "a delimiter has a byte")
    precondition(csv.quote ?? 0 < 0x80, "a quote is an ASCII character")
    delimiter = csv.delimiter[0]
    delimiterRest = Array(csv.delimiter.dropFirst())
    delimiterCount = csv.delimiter.count
    quote = csv.quote ?? csv.delimiter[0]
    isQuoting = csv.quote != nil
    trims = csv.trims
  }

  /// Marks where fields of `bytes` may begin or end.
  func mark(_ bytes: Span<UInt8>, in stops: inout FieldStops) {
    stops.mark(bytes, delimiter: delimiter, quote: quote)
  }

  /// Returns the field that begins at `position`, which may be the end of the bytes.
  ///
  /// `stops` are the marks of the bytes.
  @inline(__always)
  func field(in bytes: Span<UInt8>, _ stops: Span<UInt64>, from position: Int) -> CSVField {
    if isQuoting, position < bytes.count, bytes[position] == quote {
      return quotedField(in: bytes, stops, from: position)
    }
    let next = fieldEnd(in: bytes, stops, from: position)
    var upper = next
    let isLast = next == bytes.count || bytes[next] == lineFeed
    if isLast, upper > position, bytes[upper &- 1] == carriageReturn { upper &-= 1 }
    return CSVField(
      lower: position, upper: upper, next: next, isDoubled: false, isMalformed: false,
      isLast: isLast)
  }

  /// Returns the field in quotes that begins at `position`, behind which the walk stands, if a
  /// delimiter of one byte or an LF follows its closing quote at once; the walk stands behind that
  /// then.
  @inline(__always)
  func closedField(
    _ marks: inout MarkWalk, in bytes: Span<UInt8>, _ stops: Span<UInt64>, from position: Int
  ) -> CSVField? {
    var isDoubled = false
    let closing = closingQuote(&marks, in: bytes, stops, &isDoubled)
    let next = closing &+ 1
    guard next < bytes.count, marks.next(stops) == next else { return nil }
    // No other byte than these three is marked, and a quote would have made two.
    return CSVField(
      lower: position &+ 1, upper: closing, next: next, isDoubled: isDoubled, isMalformed: false,
      isLast: bytes[next] == lineFeed)
  }

  /// Goes to the quote that closes a field whose opening one lies behind the walk, and returns its
  /// offset, or the end of the bytes.
  @inline(__always)
  private func closingQuote(
    _ marks: inout MarkWalk, in bytes: Span<UInt8>, _ stops: Span<UInt64>,
    _ isDoubled: inout Bool
  ) -> Int {
    while true {
      let mark = marks.next(stops)
      if mark == bytes.count { return mark }
      if bytes[mark] != quote { continue }
      if mark &+ 1 == bytes.count || bytes[mark &+ 1] != quote { return mark }
      // The second of two is marked too.
      _ = marks.next(stops)
      isDoubled = true
    }
  }

  private func quotedField(
    in bytes: Span<UInt8>, _ stops: Span<UInt64>, from position: Int
  ) -> CSVField {
    var field = CSVField(
      lower: position &+ 1, upper: bytes.count, next: bytes.count, isDoubled: false,
      isMalformed: false, isLast: true)
    var marks = MarkWalk(stops, from: position &+ 1)
    field.upper = closingQuote(&marks, in: bytes, stops, &field.isDoubled)
    if field.upper == bytes.count {
      field.isMalformed = true
      return field
    }
    var rest = field.upper &+ 1
    field.next = fieldEnd(in: bytes, stops, from: rest)
    field.isLast = field.next == bytes.count || bytes[field.next] == lineFeed
    var restEnd = field.next
    if field.isLast, restEnd > rest, bytes[restEnd &- 1] == carriageReturn { restEnd &-= 1 }
    if trims { while rest < restEnd, isBlank(bytes[rest]) { rest &+= 1 } }
    field.isMalformed = rest != restEnd
    return field
  }

  /// Returns where the first delimiter or LF at or after `position` begins, or the end.
  @inline(__always)
  private func fieldEnd(
    in bytes: Span<UInt8>, _ stops: Span<UInt64>, from position: Int
  ) -> Int {
    var end = firstMark(stops, from: position)
    while end < bytes.count {
      let byte = bytes[end]
      if byte == lineFeed { return end }
      if byte == delimiter, delimiterCount == 1 || hasDelimiterRest(in: bytes, at: end &+ 1) {
        return end
      }
      // A quote inside a text, or a delimiter's first byte alone.
      end = firstMark(stops, from: end &+ 1)
    }
    return end
  }

  private func hasDelimiterRest(in bytes: Span<UInt8>, at position: Int) -> Bool {
    if bytes.count &- position < delimiterRest.count { return false }
    for index in delimiterRest.indices where bytes[position &+ index] != delimiterRest[index] {
      return false
    }
    return true
  }

  /// Returns the position behind the blank line at `position`, or `position` if there is none.
  @inline(__always)
  func endOfBlankLine(in bytes: Span<UInt8>, from position: Int) -> Int {
    let first = bytes[position]
    if first == lineFeed { return position &+ 1 }
    guard first == carriageReturn else { return position }
    if position &+ 1 == bytes.count { return position &+ 1 }
    return bytes[position &+ 1] == lineFeed ? position &+ 2 : position
  }

  /// Takes the blanks around the field's content away, if the file is read so.
  ///
  /// Behind leading blanks a quote does not open a field; where the trimmed content stands in
  /// quotes nevertheless, they are taken away too.
  func trim(_ field: inout CSVField, in bytes: Span<UInt8>) {
    guard trims else { return }
    let first = field.lower
    trimBlanks(&field, in: bytes)
    if isQuoting, field.lower > first, field.upper &- field.lower >= 2, bytes[field.lower] == quote,
      bytes[field.upper &- 1] == quote
    {
      field.lower &+= 1
      field.upper &-= 1
      field.isDoubled =
        firstOffset(of: quote, in: bytes, from: field.lower, to: field.upper) < field.upper
      trimBlanks(&field, in: bytes)
    }
  }

  private func trimBlanks(_ field: inout CSVField, in bytes: Span<UInt8>) {
    while field.lower < field.upper, isBlank(bytes[field.lower]) { field.lower &+= 1 }
    while field.lower < field.upper, isBlank(bytes[field.upper &- 1]) { field.upper &-= 1 }
  }
}

extension Reading.CSV {
  /// Where records end in a file of this dialect.
  package var borders: RecordBorders {
    quote.map { .csv(quote: $0, delimiter: delimiter) } ?? .lines
  }
}

let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

/// Whether the byte is a blank or a tab.
@inline(__always)
func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
