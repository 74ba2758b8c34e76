import Bytes

/// The lock of an output folder, held as long as this lives.
///
/// The lock of the state folder does not keep away runs that have another state.
final class OutputLock: Sendable {
  private let lock: FileLock

  /// Locks the output folder itself, so that no file of ours lies in it.
  init(_ path: String) throws(RunFailure) {
    let taken: FileLock?
    do throws(SystemFault) {
      taken = try FileLock.take(folder: path)
    } catch {
      throw error.operation == "open"
        ? RunFailure(.cannotCreate, "cannot read the output folder '\(path)'")
        : RunFailure(.inputOutput, "cannot lock the output folder '\(path)'")
    }
    guard let taken else {
      throw RunFailure(
        .locked, "another run publishes in '\(path)'; wait for its end and start again")
    }
    lock = taken
  }
}
