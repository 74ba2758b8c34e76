import Bytes
import Dispatch
import Synchronization

/// Makes finished files and folders durable while the run goes on, which reads the files back
/// meanwhile.
///
/// fsync(2) waits for the disk and needs no processor, so it has a thread of its own: one of the
/// run's would be missing there. A small file waits as long as a large one, for what the file
/// system journals together becomes durable together. Nothing may be published before `wait` has
/// returned.
final class BackgroundSync: Sendable {
  /// A file that is written to its end and not durable yet.
  private final class WrittenFile: Sendable {
    private let file: Mutex<OutputFile?>

    init(_ file: consuming OutputFile) { self.file = Mutex(consume file) }

    func close() throws(SystemFault) {
      guard let file = file.withLock({ $0.take() }) else { return }
      try file.sync()
      try file.close()
    }
  }

  /// Serial, so that Dispatch gives it a thread however many are at work.
  private let queue = DispatchQueue(label: "sparsam.sync")
  private let failure = Mutex<SystemFault?>(nil)

  /// Takes a file that is written to its end; it is closed when it is durable.
  func add(_ file: consuming OutputFile) {
    let written = WrittenFile(file)
    perform { () throws(SystemFault) in try written.close() }
  }

  /// Takes a folder whose files were all added before.
  func add(folder: String) {
    perform { () throws(SystemFault) in try Folder.sync(folder) }
  }

  /// Works on one thing after the other, in the order in which they came, up to the first that
  /// fails: what comes behind it must not look durable, and the same folder may be among it.
  private func perform(_ work: @escaping @Sendable () throws(SystemFault) -> Void) {
    queue.async {
      if self.failure.withLock({ $0 != nil }) { return }
      do throws(SystemFault) {
        try work()
      } catch {
        self.failure.withLock { $0 = error }
      }
    }
  }

  /// Returns when all is durable, or throws what the first that is not ran into.
  ///
  /// The failure stays: what one fsync could not write, none brings back. The thread that waits
  /// blocks: there is nothing else left to do.
  func wait() throws(SystemFault) {
    queue.sync {}
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}
