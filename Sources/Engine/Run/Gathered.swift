import Aggregate
import Bytes
import PipelineFile
import Records

/// What accumulates over the blocks of an item: partial aggregates and distinct values.
///
/// It counts only once the item is known to be complete.
struct Gathered: Sendable {
  /// For each target its partial aggregate, if it is one.
  var partials: [Partial?]
  /// For each column with a limit its distinct values, at most one more than the limit.
  private var distinct: [ByteInterner?]

  init(_ program: SourceProgram) {
    let columns = program.source.columns.map { TableColumn(name: $0.name, type: $0.type) }
    partials = program.targets.map { target in
      target.definition.map {
        Partial(
          definition: $0, columns: columns, zone: program.plan.zone,
          fingerprints: program.fingerprints)
      }
    }
    distinct = zip(program.source.columns, program.isNeeded).map { column, isNeeded in
      isNeeded && column.distinctLimit != nil ? ByteInterner() : nil
    }
  }

  mutating func merge(_ other: consuming Gathered, in program: SourceProgram) throws {
    for index in partials.indices {
      if let partial = other.partials[index].take() { try partials[index]?.merge(partial) }
    }
    for index in distinct.indices {
      guard let limit = program.source.columns[index].distinctLimit,
        let values = other.distinct[index]
      else { continue }
      for code in 0..<values.count {
        guard let mine = distinct[index], mine.count <= limit else { break }
        let range = values.range(of: UInt32(code))
        _ = distinct[index]?.code(of: values.bytes, from: range.lowerBound, count: range.count)
      }
    }
  }

  /// Adds the values of open text columns in the given rows.
  mutating func watchDistinct(
    of batch: RecordBatch, rows: [UInt32]?, in program: SourceProgram
  ) {
    for number in distinct.indices {
      guard let limit = program.source.columns[number].distinctLimit,
        distinct[number] != nil, case .text(let text) = batch.columns[number].values
      else { continue }
      let column = batch.columns[number]
      var isUsed = [Bool](repeating: false, count: text.cells.count)
      if let rows {
        for row in rows { isUsed[column.position(of: Int(row))] = true }
      } else if column.isCoded {
        for code in column.codes { isUsed[Int(code)] = true }
      } else {
        for row in isUsed.indices { isUsed[row] = true }
      }
      guard var seen = distinct[number].take() else { continue }
      for position in text.cells.indices where isUsed[position] && !text.cells[position].isNull {
        if seen.count > limit { break }
        let cell = text.cells[position]
        _ = seen.code(of: text.bytes, from: cell.lower, count: Int(cell.count))
      }
      distinct[number] = seen
    }
  }

  /// Returns the first column that holds more distinct values than it may, if there is one.
  func crowdedColumn(in program: SourceProgram) -> Int? {
    distinct.indices.first { number in
      guard let limit = program.source.columns[number].distinctLimit, let seen = distinct[number]
      else { return false }
      return seen.count > limit
    }
  }
}
