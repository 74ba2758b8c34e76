import Bytes
import Records

/// What became of one text.
enum RewriteOutcome {
  /// The new text was appended.
  case written
  /// There is no value, and nothing is wrong with that.
  case absent
  /// The value cannot be read; it becomes null and is counted.
  case refused(Rule)
}

/// A treatment of one text at a time that appends a new text.
protocol TextRewriter: Sendable {
  /// Appends the new text for `bytes[from ..< end]` to `output`.
  mutating func rewrite(
    _ bytes: Span<UInt8>, from: Int, to end: Int, into output: inout [UInt8]
  ) -> RewriteOutcome
}

/// Runs a rewriter over the texts of a column.
///
/// Generic, so that the loop and the rewriter are compiled as one: a column costs one dispatch.
struct TextTreatment<Rewriter: TextRewriter>: Treatment {
  var rewriter: Rewriter

  mutating func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    let input = values.texts
    var output: [UInt8] = []
    output.reserveCapacity(input.cells.count &* 16)
    var cells = input.cells
    let bytes = input.bytes.span
    for position in cells.indices {
      fetchAhead(input.cells.span, at: position, of: bytes)
      let cell = cells[position]
      if cell.isNull { continue }
      let mark = output.count
      switch rewriter.rewrite(bytes, from: cell.lower, to: cell.upper, into: &output) {
      case .written:
        cells[position] = TextCell(start: mark, count: output.count &- mark)
      case .absent:
        output.removeLast(output.count &- mark)
        cells[position] = .null
      case .refused(let rule):
        output.removeLast(output.count &- mark)
        cells[position] = .null
        faults.add(rule, at: position)
      }
    }
    values = .text(TextCells(bytes: output, cells: cells))
  }
}

/// A treatment of one text at a time that chooses from a list of texts.
protocol TextClassifier: Sendable {
  /// The texts to choose from.
  var vocabulary: Vocabulary { get }

  /// Returns the position in the vocabulary, `Vocabulary.absent` or `Vocabulary.unreadable`.
  mutating func classify(_ bytes: Span<UInt8>, from: Int, to end: Int) -> Int
}

/// Runs a classifier over the texts of a column; equal results share one text.
///
/// A shop's visitors bring few hundred distinct texts, the same in every block: what each of them
/// came to is remembered, up to a number of them, after which all are forgotten.
struct ClassifyingTreatment<Classifier: TextClassifier>: Treatment {
  var classifier: Classifier
  private var known = ByteInterner()
  private var choices: [Int] = []
  private static var knownLimit: Int { 4096 }
  /// A longer text is not remembered.
  private static var sizeLimit: Int { 1024 }

  init(classifier: Classifier) { self.classifier = classifier }

  mutating func apply(to values: inout Values, clock: [Int32], faults: inout ValueFaults) {
    let input = values.texts
    let vocabulary = classifier.vocabulary
    var cells = input.cells
    let bytes = input.bytes.span
    for position in cells.indices where !cells[position].isNull {
      let cell = cells[position]
      let choice = choice(bytes, cell)
      if choice >= 0 {
        cells[position] = vocabulary.cells[choice]
      } else {
        cells[position] = .null
        if choice == Vocabulary.unreadable { faults.add(.type, at: position) }
      }
    }
    values = .text(TextCells(bytes: vocabulary.bytes, cells: cells))
  }

  private mutating func choice(_ bytes: Span<UInt8>, _ cell: TextCell) -> Int {
    if cell.count > Self.sizeLimit {
      return classifier.classify(bytes, from: cell.lower, to: cell.upper)
    }
    if known.count == Self.knownLimit {
      known.removeAll(keepingCapacity: true)
      choices.removeAll(keepingCapacity: true)
    }
    let code = Int(known.code(of: bytes, from: cell.lower, count: Int(cell.count)))
    if code == choices.count {
      choices.append(classifier.classify(bytes, from: cell.lower, to: cell.upper))
    }
    return choices[code]
  }
}

/// The texts that a closed treatment may give, side by side.
struct Vocabulary: Sendable {
  /// No value, and nothing wrong with that.
  static let absent = -1
  /// A value that cannot be read.
  static let unreadable = -2

  private(set) var bytes: [UInt8] = []
  private(set) var cells: [TextCell] = []

  init(_ texts: [String] = []) {
    for text in texts { append(text) }
  }

  mutating func append(_ text: String) {
    let start = bytes.count
    bytes += Array(text.utf8)
    cells.append(TextCell(start: start, count: bytes.count - start))
  }
}

extension Values {
  /// The texts of a column whose type says that it has texts.
  ///
  /// The compiler checked the types of all treatments; another form is a defect of this program,
  /// and stopping is the only answer under which no value passes.
  var texts: TextCells {
    guard case .text(let texts) = self else { preconditionFailure("a text treatment takes texts") }
    return texts
  }

  /// The numbers of a column whose type says that it has numbers.
  var numbers: [Int64] {
    guard case .number(let numbers) = self else {
      preconditionFailure("a number treatment takes numbers")
    }
    return numbers
  }
}
