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

/// What is summed up, of the blocks of an item and of the items of a source.
protocol RecordSums {
  var counts: RecordCounts { get set }
  var rejectedByRule: RuleCounts { get set }
  /// For each column the values that became null, by rule.
  var nulled: [RuleCounts] { get set }
  /// For each target the number of rows that entered.
  var entered: [Int] { get set }
  /// For each target the earliest day among them.
  var earliest: [Int32?] { get set }
  /// The latest local day of an event, also of those that turn out to be late.
  var latestDay: Int32? { get set }
  /// The most undeclared fields of a record.
  var dropped: Int { get set }
  /// Decompressed bytes.
  var byteCount: Int { get set }
}

extension RecordSums {
  mutating func add(sums other: some RecordSums) {
    counts += other.counts
    rejectedByRule += other.rejectedByRule
    for index in nulled.indices { nulled[index] += other.nulled[index] }
    dropped = max(dropped, other.dropped)
    byteCount += other.byteCount
    if let day = other.latestDay { latestDay = max(latestDay ?? day, day) }
    for index in entered.indices {
      entered[index] += other.entered[index]
      if let day = other.earliest[index] { earliest[index] = min(earliest[index] ?? day, day) }
    }
  }
}

/// What one block of a source became.
struct BlockResult: RecordSums, Sendable {
  var counts = RecordCounts()
  var rejects: [RejectPlace] = []
  var rejectedByRule = RuleCounts()
  var nulled: [RuleCounts]
  /// For each target the encoded rows of this block, if it is a row table.
  var chunks: [EncodedChunk?]
  /// For each target the treated rows, where they are captured.
  var captured: [RecordBatch?]
  var entered: [Int]
  var earliest: [Int32?]
  var latestDay: Int32?
  var dropped = 0
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
