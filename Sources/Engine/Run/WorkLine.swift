import Synchronization

/// The line between a reader, several workers and a writer who must see results in order.
///
/// Its two closures are called by one task at a time, never both at once, and by nobody after
/// `finish`.
final class WorkLine<Work: Sendable, Result: Sendable>: @unchecked Sendable {
  private struct State {
    /// Blocks that were fetched, and those of them that were consumed.
    var started = 0
    var finished = 0
    /// Results that wait for those before them.
    var waiting: [Int: Swift.Result<Result, any Error>] = [:]
    var isConsuming = false
    /// Whether nothing more is to be fetched.
    var hasEnded = false
    var error: (any Error)?
    /// Tasks that wait until fewer blocks are in flight.
    var sleepers: [CheckedContinuation<Void, Never>] = []
  }

  private let limit: Int
  private let next: () throws -> Work?
  private let consume: (Result) throws -> Void
  /// Held while either closure runs.
  private let turn = Mutex<Void>(())
  private let state = Mutex(State())

  init(
    limit: Int, next: @escaping () throws -> Work?, consume: @escaping (Result) throws -> Void
  ) {
    self.limit = limit
    self.next = next
    self.consume = consume
  }

  /// What came of asking for the next block.
  private enum Fetched {
    case work(Int, Work)
    case failure(Int, any Error)
    case end
    /// Others have filled the line meanwhile.
    case full
  }

  /// Returns the next block with its number, or `nil` at the end or after an error.
  func fetch() async -> (Int, Work)? {
    while true {
      await room()
      switch turn.withLock({ _ in fetchInTurn() }) {
      case .work(let number, let work): return (number, work)
      case .failure(let number, let error):
        deliver(.failure(error), number: number)
        return nil
      case .end: return nil
      case .full: continue
      }
    }
  }

  private func fetchInTurn() -> Fetched {
    let number = state.withLock { state -> Int? in
      if state.hasEnded || state.started - state.finished >= limit { return nil }
      state.started += 1
      return state.started - 1
    }
    guard let number else { return state.withLock { $0.hasEnded } ? .end : .full }
    do {
      if let work = try next() { return .work(number, work) }
      state.withLock { state in
        state.hasEnded = true
        state.started -= 1
      }
      return .end
    } catch {
      state.withLock { $0.hasEnded = true }
      return .failure(number, error)
    }
  }

  /// Waits until the line has room or has ended.
  private func room() async {
    func isOpen(_ state: State) -> Bool {
      state.hasEnded || state.started - state.finished < limit
    }
    if state.withLock({ isOpen($0) }) { return }
    await withCheckedContinuation { continuation in
      let mayGo = state.withLock { state in
        if isOpen(state) { return true }
        state.sleepers.append(continuation)
        return false
      }
      if mayGo { continuation.resume() }
    }
  }

  /// Takes a block's result and consumes all that are now in order.
  func deliver(_ result: Swift.Result<Result, any Error>, number: Int) {
    let mayConsume = state.withLock { state in
      state.waiting[number] = result
      if state.isConsuming { return false }
      state.isConsuming = true
      return true
    }
    if !mayConsume { return }
    while let ready = nextInOrder() {
      do {
        let result = try ready.get()
        try turn.withLock { _ in try consume(result) }
        state.withLock { $0.finished += 1 }
      } catch {
        state.withLock { state in
          state.error = error
          state.hasEnded = true
          state.finished += 1
        }
      }
    }
  }

  /// Returns the result whose turn it is, or ends the turn of this consumer and wakes who waits.
  private func nextInOrder() -> Swift.Result<Result, any Error>? {
    let (ready, sleepers) = state.withLock { state in
      let ready = state.error == nil ? state.waiting.removeValue(forKey: state.finished) : nil
      if ready == nil { state.isConsuming = false }
      defer { state.sleepers = [] }
      return (ready, state.sleepers)
    }
    for sleeper in sleepers { sleeper.resume() }
    return ready
  }

  /// Throws the first error in the order of the blocks, once all tasks have ended.
  func finish() throws {
    if let error = state.withLock({ $0.error }) { throw error }
  }
}
