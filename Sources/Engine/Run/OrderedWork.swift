/// Runs `body` over what `next` yields, on `threads` tasks, and hands the results to `consume` in
/// the order of `next`.
///
/// The tasks take turns to read and to consume (`WorkLine`), so that no thread is kept for either
/// and none is idle while there is something to do. `next` and `consume` never run at once; with
/// one thread everything runs on the caller. At most `2 * threads` blocks are in flight, whatever
/// the input's size. The first error in the order of `next` is thrown, and nothing behind it is
/// consumed.
package func runInOrder<Work: Sendable, Result: Sendable>(
  threads: Int,
  next: () throws -> Work?,
  body: @escaping @Sendable (Work) throws -> Result,
  consume: (Result) throws -> Void
) async throws {
  guard threads > 1 else {
    while let work = try next() { try consume(body(work)) }
    return
  }
  try await withoutActuallyEscaping(next) { next in
    try await withoutActuallyEscaping(consume) { consume in
      let line = WorkLine(threads: threads, next: next, consume: consume)
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<threads {
          group.addTask {
            while let (number, work) = await line.fetch() {
              line.deliver(Swift.Result { try body(work) }, number: number)
            }
          }
        }
      }
      try line.finish()
    }
  }
}
