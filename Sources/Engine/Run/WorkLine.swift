import Synchronization

/// The line between a reader, several workers and a writer who must see results in order.
///
/// Whoever asks for a block is told what is most wanted: to consume a result whose turn it is, to
/// read on, to work on a block that was read, or to wait. One task at a time has the turn to read
/// or consume, so its two closures never run at once; the others have blocks to work on meanwhile,
/// and who waits is asleep until it is handed one. Neither closure is called after `finish`.
final class WorkLine<Work: Sendable, Result: Sendable>: @unchecked Sendable {
  /// A block and its number in the order of reading.
  typealias Numbered = (number: Int, work: Work)

  /// What a task is to do next.
  private enum Step {
    case consume(Swift.Result<Result, any Error>)
    case read(number: Int)
    case work(Numbered)
    case rest
    case end
  }

  private struct State {
    /// Blocks that were read, and those of them that were consumed.
    var started = 0
    var finished = 0
    /// Blocks that nobody works on yet, in their order.
    var fetched: [Numbered] = []
    /// Results that wait for those before them.
    var waiting: [Int: Swift.Result<Result, any Error>] = [:]
    /// Whether a task reads or consumes.
    var isTurnTaken = false
    /// Whether nothing more is to be read.
    var hasEnded = false
    var error: (any Error)?
    /// Tasks that wait for a block; there are none while a block waits for a task.
    var sleepers: [CheckedContinuation<Numbered?, Never>] = []

    /// Whether the result whose turn it is waits to be consumed.
    var isInOrder: Bool { error == nil && waiting[finished] != nil }

    /// Whether another block may be read.
    func mayRead(_ limit: Int) -> Bool { !hasEnded && started - finished < limit }
  }

  private let limit: Int
  private let ahead: Int
  private let next: () throws -> Work?
  private let consume: (Result) throws -> Void
  private let state = Mutex(State())

  /// Prepares for so many tasks: at most twice as many blocks are in flight.
  init(
    threads: Int, next: @escaping () throws -> Work?, consume: @escaping (Result) throws -> Void
  ) {
    limit = 2 * threads
    ahead = threads
    self.next = next
    self.consume = consume
  }

  /// Returns the next block with its number, or `nil` at the end or after an error; meanwhile it
  /// reads and consumes what is due.
  func fetch() async -> Numbered? {
    while true {
      switch state.withLock({ takeStep(&$0) }) {
      case .consume(let result): consume(result)
      case .read(let number): read(number)
      case .work(let numbered): return numbered
      case .rest:
        switch await rest() {
        case .some(let numbered): return numbered
        case nil: continue
        }
      case .end: return nil
      }
    }
  }

  /// Takes a block's result, to be consumed when it is its turn.
  func deliver(_ result: Swift.Result<Result, any Error>, number: Int) {
    state.withLock { $0.waiting[number] = result }
  }

  /// Decides on the next step of the task that asks, and gives it what the step needs.
  ///
  /// What was read lies in memory until it is consumed, so that comes first. Reading is the one
  /// thing that only one task can do, so it goes on until there is a block for everybody.
  private func takeStep(_ state: inout State) -> Step {
    if !state.isTurnTaken {
      if state.error == nil, let ready = state.waiting.removeValue(forKey: state.finished) {
        state.isTurnTaken = true
        return .consume(ready)
      }
      if state.mayRead(limit), state.fetched.count < ahead {
        state.isTurnTaken = true
        state.started += 1
        return .read(number: state.started - 1)
      }
    }
    if !state.fetched.isEmpty { return .work(state.fetched.removeFirst()) }
    return state.hasEnded ? .end : .rest
  }

  private func read(_ number: Int) {
    let work: Work?
    do {
      work = try next()
    } catch {
      return endTurn { state in
        state.waiting[number] = .failure(error)
        state.hasEnded = true
      }
    }
    endTurn { state in
      if let work {
        state.fetched.append((number, work))
      } else {
        state.started -= 1
        state.hasEnded = true
      }
    }
  }

  private func consume(_ result: Swift.Result<Result, any Error>) {
    var fault: (any Error)?
    do { try consume(result.get()) } catch { fault = error }
    endTurn { [fault] state in
      state.finished += 1
      guard let fault else { return }
      state.error = fault
      state.hasEnded = true
      state.fetched = []
    }
  }

  /// Says what came of a turn, gives it back and wakes who has something to do now.
  private func endTurn(_ change: @Sendable (inout State) -> Void) {
    let (woken, numbered) = state.withLock { state in
      change(&state)
      state.isTurnTaken = false
      var woken: [CheckedContinuation<Numbered?, Never>] = []
      var numbered: Numbered?
      if state.hasEnded {
        swap(&woken, &state.sleepers)
      } else if !state.sleepers.isEmpty, !state.fetched.isEmpty {
        woken = [state.sleepers.removeFirst()]
        numbered = state.fetched.removeFirst()
      }
      return (woken, numbered)
    }
    for sleeper in woken { sleeper.resume(returning: numbered) }
  }

  /// Waits for a block; returns `nil` when there is another step to take.
  private func rest() async -> Numbered? {
    await withCheckedContinuation { continuation in
      let sleeps = state.withLock { state in
        let mayTurn = !state.isTurnTaken && (state.isInOrder || state.mayRead(limit))
        if mayTurn || state.hasEnded || !state.fetched.isEmpty { return false }
        state.sleepers.append(continuation)
        return true
      }
      if !sleeps { continuation.resume(returning: nil) }
    }
  }

  /// Throws the first error in the order of the blocks, once all tasks have ended.
  func finish() throws {
    if let error = state.withLock({ $0.error }) { throw error }
  }
}
