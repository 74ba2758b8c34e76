import Emit
import ParquetSupport
import Records
import Support
import Testing

@Suite struct RowGroupsTests {
  /// Batches of 100 rows of all forms, with their example's columns.
  private func batches(_ count: Int) -> (ParquetExample, [ParquetEncoder.Rows]) {
    var example = ParquetExample("batches", ParquetExample.allForms)
    for number in 0..<count {
      example.addGroup(
        ParquetExample.allForms.map { form in
          (0..<100 as Range<Int64>).map { row in
            let value = row * 7 % 50 + Int64(number)
            return form == .text
              ? .text("text \(value)") : .number(form == .boolean ? value & 1 : value)
          }
        })
    }
    return (example, example.groups.flatMap { $0 })
  }

  /// The file that `groups` makes of batches, with the sizes of its groups.
  private func file(
    _ example: ParquetExample, _ batches: [ParquetEncoder.Rows], helperCount: Int,
    marks: Set<Int> = []
  ) throws -> (bytes: [UInt8], rowCounts: [Int]) {
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    var groups = RowGroups(encoder, helperCount: helperCount, leastRowCount: 250)
    var bytes = encoder.opening()
    for (number, batch) in batches.enumerated() {
      if marks.contains(number) { try groups.close { bytes += $0.bytes } }
      try groups.append(batch) { bytes += $0.bytes }
    }
    try groups.close { bytes += $0.bytes }
    bytes += groups.closing([], creator: .development)
    return (bytes, groups.written.map(\.rowCount))
  }

  @Test func groupsAreClosedWhenTheyAreLargeEnough() throws {
    let (example, batches) = batches(8)
    #expect(try file(example, batches, helperCount: 1).rowCounts == [300, 300, 200])
  }

  @Test func savepointClosesAGroup() throws {
    let (example, batches) = batches(8)
    let marked = try file(example, batches, helperCount: 1, marks: [0, 4])
    #expect(marked.rowCounts == [300, 100, 300, 100])
  }

  /// What nobody helps with is encoded as `ParquetEncoder.encode` does it.
  @Test(arguments: [0, 1, 3, 40])
  func bytesDoNotDependOnHelpers(helperCount: Int) throws {
    let (example, batches) = batches(11)
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    var bytes = encoder.opening()
    var summaries: [ParquetGroup.Summary] = []
    for start in stride(from: 0, to: batches.count, by: 3) {
      let group = encoder.encode(Array(batches[start..<min(start + 3, batches.count)]))
      bytes += group.bytes
      summaries.append(group.summary)
    }
    bytes += encoder.closing(summaries, keyValues: [])
    for _ in 0..<5 {
      #expect(try file(example, batches, helperCount: helperCount).bytes == bytes)
    }
  }

  /// A damaged item is cut off at the savepoint before it, whatever of it is written or encoded.
  @Test(arguments: [0, 2], [0, 1, 4, 7])
  func cutLeavesNothingOfWhatCameSince(helperCount: Int, damagedCount: Int) throws {
    let (example, batches) = batches(5)
    let encoder = ParquetEncoder(columns: example.columns, compression: .zstd, isReplay: false)
    var groups = RowGroups(encoder, helperCount: helperCount, leastRowCount: 250)
    var bytes = encoder.opening()
    for batch in batches { try groups.append(batch) { bytes += $0.bytes } }
    try groups.close { bytes += $0.bytes }
    let (byteCount, groupCount) = (bytes.count, groups.written.count)
    for _ in 0..<damagedCount { try groups.append(batches[0]) { bytes += $0.bytes } }
    bytes.removeLast(bytes.count - byteCount)
    groups.cut(to: groupCount)
    for batch in batches { try groups.append(batch) { bytes += $0.bytes } }
    try groups.close { bytes += $0.bytes }
    bytes += groups.closing([], creator: .development)
    let undamaged = try file(example, batches + batches, helperCount: 0, marks: [5])
    #expect(bytes == undamaged.bytes)
  }
}
