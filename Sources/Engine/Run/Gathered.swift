import Aggregate
import Bytes
import PipelineFile
import Records
import Synchronization

/// What accumulates over the blocks of an item: partial aggregates and distinct values.
///
/// All workers fill it at once. It counts only once the item is known to be complete.
final class Gathered: Sendable {
  /// For each target its partial aggregate, if it is one.
  let partials: [SharedPartial?]
  /// For each column with a limit its distinct values, at most one more than the limit.
  let distinct: Mutex<[ByteInterner?]>

  init(_ program: SourceProgram) {
    let columns = program.source.columns.map { TableColumn(name: $0.name, type: $0.type) }
    partials = program.targets.map { target in
      target.definition.map {
        SharedPartial(
          definition: $0, columns: columns, zone: program.plan.zone,
          fingerprints: program.fingerprints, memory: program.memory)
      }
    }
    distinct = Mutex(
      zip(program.source.columns, program.isNeeded).map { column, isNeeded in
        isNeeded && column.distinctLimit != nil ? ByteInterner() : nil
      })
  }

  /// Takes over what another item gathered.
  func merge(_ other: Gathered, in program: SourceProgram, threads: Int) async throws {
    for (mine, theirs) in zip(partials, other.partials) {
      guard let mine, let theirs else { continue }
      var shards = (0..<SharedPartial.shardCount).makeIterator()
      try await runInOrder(
        threads: threads, next: { shards.next() },
        body: { try mine.merge(shard: $0, of: theirs) }, consume: { _ in })
    }
    let values = other.distinct.withLock { $0 }
    distinct.withLock { distinct in
      for index in distinct.indices {
        guard let limit = program.source.columns[index].distinctLimit, let seen = values[index]
        else { continue }
        for code in 0..<seen.count {
          guard let mine = distinct[index], mine.count <= limit else { break }
          let range = seen.range(of: UInt32(code))
          _ = distinct[index]?.code(of: seen.bytes, from: range.lowerBound, count: range.count)
        }
      }
    }
  }

  /// Returns for each target its finished table, if it is an aggregate, and forgets the rest.
  func finish(threads: Int) async throws -> [FinishedRows?] {
    let partials = partials
    // The shards of all tables in one line: nobody waits between two tables for the last shard.
    var shards = partials.indices.flatMap { target in
      partials[target] == nil ? [] : (0..<SharedPartial.shardCount).map { (target, $0) }
    }.makeIterator()
    var finished: [[FinishedShard]] = partials.map { _ in [] }
    do {
      try await runInOrder(
        threads: threads, next: { shards.next() },
        body: { (target, shard) in (target, try partials[target]?.finish(shard: shard)) },
        consume: { (target, shard) in if let shard { finished[target].append(shard) } })
      return try partials.enumerated().map { try $1?.table(of: finished[$0]) }
    } catch let fault as AggregateFault {
      throw RunFailure(.badInput, fault.description)
    }
  }

  /// Adds the values of open text columns in the given rows.
  func watchDistinct(of batch: RecordBatch, rows: [UInt32]?, in program: SourceProgram) {
    distinct.withLock { distinct in
      for number in distinct.indices {
        guard let limit = program.source.columns[number].distinctLimit,
          let count = distinct[number]?.count, count <= limit,
          case .text(let text) = batch.columns[number].values
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
  }

  /// Returns the first column that holds more distinct values than it may, if there is one.
  func crowdedColumn(in program: SourceProgram) -> Int? {
    distinct.withLock { distinct in
      distinct.indices.first { number in
        guard let limit = program.source.columns[number].distinctLimit,
          let seen = distinct[number]
        else { return false }
        return seen.count > limit
      }
    }
  }
}
