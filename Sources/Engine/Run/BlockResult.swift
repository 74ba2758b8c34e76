import Emit
import PipelineFile
import Records

/// A record that was rejected: its place in the block, the rule and the column, never a value.
struct RejectPlace: Sendable {
  /// Ordinal among the block's records.
  var ordinal: Int
  /// Offset of its first byte in the block.
  var start: Int
  /// Line feeds of the block before it.
  var linesBefore: Int
  var rule: Rule
  /// Position of the column, or `nil` when the record itself was at fault.
  var column: Int?
}

/// What one block of a source became.
struct BlockResult: Sendable {
  var counts = RecordCounts()
  var rejects: [RejectPlace] = []
  var rejectedByRule = RuleCounts()
  /// For each column the values that became null, by rule.
  var nulled: [RuleCounts]
  /// For each target the encoded rows of this block, if it is a row table.
  var chunks: [EncodedChunk?]
  /// For each target the treated rows, where they are captured.
  var captured: [RecordBatch?]
  /// For each target the number of rows that entered.
  var entered: [Int]
  /// For each target the earliest day among them.
  var earliest: [Int32?]
  /// The latest local day of an event, also of those that turn out to be late.
  var latestDay: Int32?
  var droppedFields = 0
  /// Where the block lies in its file.
  var offset = 0
  var firstLine = 0
  var byteCount = 0

  init(program: SourceProgram) {
    nulled = [RuleCounts](repeating: RuleCounts(), count: program.source.columns.count)
    let count = program.targets.count
    chunks = [EncodedChunk?](repeating: nil, count: count)
    captured = [RecordBatch?](repeating: nil, count: count)
    entered = [Int](repeating: 0, count: count)
    earliest = [Int32?](repeating: nil, count: count)
  }
}
