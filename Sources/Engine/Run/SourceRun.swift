import Emit
import Records
import Synchronization

/// Where a source's rows go, block by block in order.
protocol RowSink: AnyObject {
  /// What the workers encode between their blocks; `nil` where nothing waits to be encoded.
  var queue: EncodingQueue? { get }
  /// Marks the place to come back to when the item in hand turns out not to count.
  func savepoint() async throws
  /// Forgets everything since the last savepoint.
  func rollBack() throws
  func take(_ result: BlockResult) throws
  /// Takes rows that were encoded when their item was done apart.
  func append(_ piece: RowPiece, to target: Int) throws
}

extension RowSink {
  var queue: EncodingQueue? { nil }

  /// A sink that keeps no rows is never given encoded ones.
  func append(_ piece: RowPiece, to target: Int) throws {
    throw RunFailure.strayRows
  }
}

/// Runs one source: what its items yield, in name order, each start a savepoint.
///
/// An item is read here, or was run apart and left a partial: what follows is the same.
struct SourceRun {
  let program: SourceProgram
  let threads: Int
  /// Tells which inputs were ingested before.
  let inputs: InputMemory
  /// Told the bytes read of the source's files as they lie, now and then.
  let onProgress: (Int) -> Void
  /// Given the places of rejected records before the run stops for too many of them, returns the
  /// file where they stand; `nil` where nothing is written.
  let onFailure: (([RecordFault]) throws -> String)?

  /// Takes all items; returns what they became and what was gathered of them.
  func run(_ items: [Item], into sink: any RowSink) async throws -> (SourceReport, Gathered) {
    var merge = ItemMerge(program, inputs, threads: threads)
    let pool = WorkerPool(program)
    var readBefore = 0
    for item in items {
      if try inputs.knows(item) {
        merge.leaveOut(item)
        readBefore += item.byteCount
        continue
      }
      try await sink.savepoint()
      let before = readBefore
      let outcome = try await ItemRun(
        program: program, threads: threads, pool: pool, onProgress: { onProgress(before + $0) }
      ).run(item, into: sink)
      readBefore += outcome.item.byteCount
      try await merge.take(outcome, from: sink)
    }
    return try merge.finish(onFailure)
  }
}

/// The workers of a source, lent to the blocks in hand.
final class WorkerPool: Sendable {
  private struct State {
    var idle: [Worker] = []
    var gathered: Gathered
  }

  private let state: Mutex<State>

  init(_ program: SourceProgram) { state = Mutex(State(gathered: Gathered(program))) }

  /// Sets all workers up for the next file; makes the first one, so that faults show early.
  func begin(_ program: SourceProgram, header: [String]?) throws {
    try state.withLock { state in
      if state.idle.isEmpty {
        state.idle.append(try Worker(program, header: header, gathering: state.gathered))
      }
      for index in state.idle.indices {
        try state.idle[index].begin(header: header, gathering: state.gathered)
      }
    }
  }

  func take(_ program: SourceProgram, header: [String]?) throws -> Worker {
    let (worker, gathered) = state.withLock { ($0.idle.popLast(), $0.gathered) }
    return try worker ?? Worker(program, header: header, gathering: gathered)
  }

  func give(back worker: consuming Worker) {
    let worker = worker
    state.withLock { $0.idle.append(worker) }
  }

  /// Takes what all workers gathered of the item in hand.
  func takeGathered(_ program: SourceProgram) -> Gathered {
    let next = Gathered(program)
    return state.withLock { state in
      let taken = state.gathered
      state.gathered = next
      return taken
    }
  }
}
