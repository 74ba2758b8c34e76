/// Runs `body` over what `next` yields, on up to `threads` blocks at once, and hands the results to
/// `consume` in the order of `next`.
///
/// At most `2 * threads` blocks are in flight, whatever the input's size. `next` and `consume` run
/// on the caller; with one thread everything does.
func runInOrder<Work: Sendable, Result: Sendable>(
  threads: Int,
  next: () throws -> Work?,
  body: @escaping @Sendable (Work) throws -> Result,
  consume: (Result) throws -> Void
) async throws {
  guard threads > 1 else {
    while let work = try next() { try consume(body(work)) }
    return
  }
  let limit = threads * 2
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var started = 0
    var finished = 0
    var waiting: [Int: Result] = [:]
    var running = 0

    /// Waits for one block and consumes all that are now in order.
    func take() async throws {
      guard let (number, result) = try await group.next() else { return }
      running -= 1
      waiting[number] = result
      while let ready = waiting.removeValue(forKey: finished) {
        finished += 1
        try consume(ready)
      }
    }

    while let work = try next() {
      while running >= threads || started - finished >= limit { try await take() }
      let number = started
      started += 1
      running += 1
      group.addTask { (number, try body(work)) }
    }
    while running > 0 { try await take() }
  }
}
