import Bytes
import Records

/// The columns of a finished table under construction.
struct FinishedColumns {
  /// The place of a row that is left out.
  static let nowhere = UInt32.max

  private enum Key {
    case text(TextCells)
    case number([Int64])
    case token([UInt128])
  }

  private let plan: TablePlan
  private var keys: [Key]
  private var measures: [[Int64]]
  private(set) var rowCount = 0

  init(_ plan: TablePlan) {
    self.plan = plan
    keys =
      plan.person == nil
      ? plan.keys.map { $0.isText ? .text(TextCells()) : .number([]) }
      : [.token([])]
    measures = plan.definition.measures.map { _ in [] }
  }

  /// Makes room for so many rows more, which are to be filled in.
  mutating func grow(by count: Int) {
    rowCount += count
    for index in keys.indices {
      switch keys[index] {
      case .token(var tokens):
        keys[index] = .token([])
        tokens += repeatElement(0, count: count)
        keys[index] = .token(tokens)
      case .number(var numbers):
        keys[index] = .number([])
        numbers += repeatElement(Values.nullNumber, count: count)
        keys[index] = .number(numbers)
      case .text(var text):
        keys[index] = .text(TextCells())
        text.cells += repeatElement(.null, count: count)
        keys[index] = .text(text)
      }
    }
    for index in measures.indices {
      measures[index] += repeatElement(Values.nullNumber, count: count)
    }
  }

  /// Fills in the rows of `rows` that follow each other from `first` on, each at its place.
  mutating func fill(
    from rows: borrowing SortedRows, startingAt first: Int, places: Span<UInt32>
  ) {
    let bytes = rows.keys.bytes.span
    // Where the next key of each row begins.
    var positions = places.indices.map { rows.keys.range(of: first &+ $0).lowerBound }
    for index in keys.indices {
      switch keys[index] {
      case .token(var tokens):
        keys[index] = .token([])
        FinishedColumns.read(bytes, &positions, places, into: &tokens)
        keys[index] = .token(tokens)
      case .number(var numbers):
        keys[index] = .number([])
        FinishedColumns.read(bytes, &positions, places, into: &numbers)
        keys[index] = .number(numbers)
      case .text(var text):
        keys[index] = .text(TextCells())
        FinishedColumns.read(bytes, &positions, places, into: &text)
        keys[index] = .text(text)
      }
    }
    let values = rows.values.span
    for index in measures.indices {
      var target = measures[index].mutableSpan
      var position = first &* rows.measureCount &+ index
      for row in places.indices {
        if places[row] != FinishedColumns.nowhere { target[Int(places[row])] = values[position] }
        position &+= rows.measureCount
      }
    }
  }

  /// The columns in the definition's order.
  ///
  /// Text keys and numbers are plain, bands a dictionary. The person column carries tokens, which
  /// also stand in place of fingerprints; normalised values and epochs are empty.
  var columns: [Column] {
    var columns: [Column] = []
    for key in keys {
      let values: Values =
        switch key {
        case .text(let text): .text(text)
        case .number(let numbers): .number(numbers)
        case .token(let tokens): .identity(IdentityCells(fingerprints: tokens, tokens: tokens))
        }
      columns.append(Column(type: plan.output[columns.count].type, values: values))
    }
    for index in measures.indices {
      columns.append(
        plan.finishedMeasure(index).column(
          of: measures[index], type: plan.output[columns.count].type))
    }
    return columns
  }

  /// Reads the tokens at `positions`.
  private static func read(
    _ bytes: Span<UInt8>, _ positions: inout [Int], _ places: Span<UInt32>,
    into tokens: inout [UInt128]
  ) {
    var target = tokens.mutableSpan
    for row in places.indices {
      let position = positions[row]
      positions[row] = position &+ 16
      if places[row] == nowhere { continue }
      let high = wholeWord(bytes, at: position).byteSwapped
      let low = wholeWord(bytes, at: position &+ 8).byteSwapped
      target[Int(places[row])] = TokenRank.token(of: UInt128(high) << 64 | UInt128(low))
    }
  }

  /// Reads the number keys at `positions`, which move on.
  private static func read(
    _ bytes: Span<UInt8>, _ positions: inout [Int], _ places: Span<UInt32>,
    into numbers: inout [Int64]
  ) {
    var target = numbers.mutableSpan
    for row in places.indices {
      let position = positions[row]
      var number = Values.nullNumber
      if bytes[position] == 0 {
        positions[row] = position &+ 1
      } else {
        let word = wholeWord(bytes, at: position &+ 1).byteSwapped
        number = Int64(bitPattern: word ^ (1 << 63))
        positions[row] = position &+ 9
      }
      if places[row] != nowhere { target[Int(places[row])] = number }
    }
  }

  /// Reads the text keys at `positions`, which move on.
  private static func read(
    _ bytes: Span<UInt8>, _ positions: inout [Int], _ places: Span<UInt32>,
    into text: inout TextCells
  ) {
    for row in places.indices {
      let first = text.bytes.count
      let position = positions[row]
      if bytes[position] == 0 {
        positions[row] = position &+ 1
        continue
      }
      positions[row] = append(bytes, position &+ 1, to: &text.bytes)
      if places[row] == nowhere {
        text.bytes.removeLast(text.bytes.count - first)
      } else {
        text.cells[Int(places[row])] = TextCell(start: first, count: text.bytes.count &- first)
      }
    }
  }

  /// Appends the text at `start` and returns the position behind its key.
  private static func append(
    _ bytes: Span<UInt8>, _ start: Int, to text: inout [UInt8]
  ) -> Int {
    var position = start
    while true {
      let zero = firstOffset(of: 0, in: bytes, from: position)
      text.append(copying: bytes, from: position, count: zero &- position)
      if bytes[zero &+ 1] == 0 { return zero &+ 2 }
      text.append(0)
      position = zero &+ 2
    }
  }
}
