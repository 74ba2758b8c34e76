/// Where one record ends and the next begins.
package enum RecordBorders: Hashable, Sendable {
  /// At every LF.
  case lines

  /// At every LF outside quotes.
  ///
  /// A quote opens only at the start of a field, that is behind a delimiter or a border; inside,
  /// two quotes are one (RFC 4180, 2). After the closing quote everything up to the next
  /// delimiter or border belongs to the field.
  case csv(quote: UInt8, delimiter: [UInt8])
}

/// What a scan for borders found.
package struct BorderScan: Equatable {
  /// The offset behind the last LF that ends a record, or 0.
  package var end: Int

  /// Whether the bytes stop inside quotes.
  package var isOpen: Bool
}

/// How far the quotes of a block were followed while it was read.
package struct QuoteState {
  /// Everything before this offset was looked at.
  fileprivate var position = 0
  fileprivate var isInside = false

  package init() {}
}

extension RecordBorders {
  /// Bytes at the end of a block among which a record is expected to begin.
  private static let likelyRecordLimit = 32 << 10

  /// Follows the quotes of `bytes`, which begin with a record and of which those known to `state`
  /// were there before: a part of what `scan` does, while the bytes are near.
  ///
  /// `goal` is how many bytes there will be; those near its end are left to `scan`.
  package func follow(_ bytes: Span<UInt8>, goal: Int, _ state: inout QuoteState) {
    guard case .csv(let quote, let delimiter) = self, delimiter.count == 1 else { return }
    let limit = min(bytes.count, goal &- RecordBorders.likelyRecordLimit)
    if limit <= state.position { return }
    _ = followQuotes(
      bytes.extracting(0..<limit), quote: quote, delimiter: delimiter[0], &state,
      bordersFrom: limit)
  }

  /// Returns where the last whole record of `bytes` ends, which begin with a record and whose
  /// quotes were followed up to `state`.
  package func scan(_ bytes: Span<UInt8>, behind state: QuoteState = QuoteState()) -> BorderScan {
    switch self {
    case .lines:
      return BorderScan(end: endOfLastLine(bytes, from: 0, to: bytes.count) ?? 0, isOpen: false)
    case .csv(let quote, let delimiter) where delimiter.count == 1:
      // The last border nearly always lies near the end; only then is all searched for it.
      let start = max(0, bytes.count &- RecordBorders.likelyRecordLimit)
      var last = state
      var end = followQuotes(
        bytes, quote: quote, delimiter: delimiter[0], &last, bordersFrom: start)
      if end == 0, start > 0 || state.position > 0 {
        last = QuoteState()
        end = followQuotes(bytes, quote: quote, delimiter: delimiter[0], &last, bordersFrom: 0)
      }
      return BorderScan(end: end, isOpen: last.isInside && last.position == bytes.count)
    case .csv(let quote, let delimiter):
      if firstOffset(of: quote, in: bytes, from: 0) == bytes.count {
        return RecordBorders.lines.scan(bytes)
      }
      return scanByBytes(bytes, quote: quote, delimiter: delimiter)
    }
  }
}

/// Jumps from quote to quote: with a delimiter of one byte, the byte before a quote tells whether
/// it opens. Returns where the last record ends, or 0; borders before `start` are not looked for.
private func followQuotes(
  _ bytes: Span<UInt8>, quote: UInt8, delimiter: UInt8, _ state: inout QuoteState,
  bordersFrom start: Int
) -> Int {
  var quotes = ByteWalk(quote, from: state.position)
  var position = state.position
  var isInside = state.isInside
  var end = 0
  while true {
    let next = quotes.next(in: bytes)
    if isInside {
      // A quote in the last place may be the first of two: not yet known to close.
      if next &+ 1 >= bytes.count {
        position = next
        break
      }
      if bytes[next &+ 1] == quote {
        _ = quotes.next(in: bytes)
        continue
      }
      isInside = false
    } else {
      if next > start, let border = endOfLastLine(bytes, from: max(position, start), to: next) {
        end = border
      }
      if next == bytes.count {
        position = next
        break
      }
      isInside = next == 0 || bytes[next &- 1] == delimiter || bytes[next &- 1] == lineFeed
    }
    position = next &+ 1
  }
  state.position = position
  state.isInside = isInside
  return end
}

/// Reads byte by byte, for delimiters of several bytes, which may overlap themselves.
private func scanByBytes(_ bytes: Span<UInt8>, quote: UInt8, delimiter: [UInt8]) -> BorderScan {
  var end = 0
  var position = 0
  var startsField = true
  while position < bytes.count {
    let byte = bytes[position]
    if byte == quote, startsField {
      position &+= 1
      while true {
        let closing = firstOffset(of: quote, in: bytes, from: position)
        if closing &+ 1 >= bytes.count {
          return BorderScan(end: end, isOpen: closing == bytes.count)
        }
        position = closing &+ 1
        if bytes[position] != quote { break }
        position &+= 1
      }
      startsField = false
    } else if byte == lineFeed {
      position &+= 1
      end = position
      startsField = true
    } else if matches(delimiter, bytes, at: position) {
      position &+= delimiter.count
      startsField = true
    } else {
      position &+= 1
      startsField = false
    }
  }
  return BorderScan(end: end, isOpen: false)
}

private func matches(_ delimiter: [UInt8], _ bytes: Span<UInt8>, at offset: Int) -> Bool {
  if delimiter.isEmpty || bytes.count &- offset < delimiter.count { return false }
  for index in delimiter.indices where bytes[offset &+ index] != delimiter[index] { return false }
  return true
}

/// Returns the offset behind the last LF of `start..<end`, or `nil`.
private func endOfLastLine(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
  if let last = lastOffset(of: lineFeed, in: bytes, from: start, to: end) { return last &+ 1 }
  return nil
}

let lineFeed = UInt8(ascii: "\n")
